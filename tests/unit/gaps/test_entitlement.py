"""A minimum at a stage: present, in part, unconfirmed or absent, area by area."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from procurement.gaps.rules.entitlement import Entitled, Held, held_in_areas
from procurement.gaps.rules.presence import Arrangement

ON = date(2026, 9, 1)
MINIMUM = Entitled("EN-1", "finance", "pre-release", frozenset({"pfa:a", "pfa:b"}))
ONE = Arrangement(
    reference="C-1",
    provider="Example",
    rows=frozenset({"finance"}),
    areas=frozenset({"pfa:a"}),
    sex="both",
    min_age=18,
    max_age=None,
    stages=frozenset({"pre-release"}),
    starts=date(2026, 1, 1),
    ends=None,
)


def held(*arrangements, minimum=MINIMUM):
    return {one.area: one.held for one in held_in_areas(minimum, arrangements, ON)}


def test_what_is_there_counts_where_it_is_and_nowhere_else():
    assert held(ONE) == {"pfa:a": Held.PRESENT, "pfa:b": Held.ABSENT}


def test_another_need_stage_or_day_is_nothing():
    for change in (
        {"rows": frozenset({"family"})},
        {"stages": frozenset({"community"})},
        {"ends": date(2026, 8, 31)},
        {"starts": date(2026, 9, 2)},
    ):
        assert held(replace(ONE, **change))["pfa:a"] is Held.ABSENT


def test_one_for_women_and_one_for_men_make_it_up_together():
    women, men = replace(ONE, sex="female"), replace(ONE, reference="C-2", sex="male")
    assert held(women)["pfa:a"] is Held.PART
    assert held(women, men)["pfa:a"] is Held.PRESENT
    assert held(women, minimum=replace(MINIMUM, sex="female"))["pfa:a"] is Held.PRESENT
    assert held(women, minimum=replace(MINIMUM, sex="male"))["pfa:a"] is Held.ABSENT


def test_a_gap_in_ages_is_a_part():
    young, old = replace(ONE, max_age=25), replace(ONE, reference="C-2", min_age=27)
    assert held(young, old)["pfa:a"] is Held.PART
    assert held(young, replace(old, min_age=26))["pfa:a"] is Held.PRESENT


def test_a_region_named_alone_confirms_nothing_and_part_of_an_area_is_a_part():
    assert held(replace(ONE, unconfirmed=True))["pfa:a"] is Held.UNCONFIRMED
    assert held(replace(ONE, parts=frozenset({"pfa:a"})))["pfa:a"] is Held.PART


ORDER = [Held.ABSENT, Held.PART, Held.UNCONFIRMED, Held.PRESENT]
ARRANGEMENTS = st.builds(
    replace,
    st.just(ONE),
    reference=st.sampled_from(["C-1", "C-2", "C-3"]),
    sex=st.sampled_from(["both", "female", "male"]),
    min_age=st.integers(18, 40),
    max_age=st.one_of(st.none(), st.integers(18, 90)),
    areas=st.sampled_from([frozenset({"pfa:a"}), frozenset({"pfa:a", "pfa:b"})]),
    unconfirmed=st.booleans(),
)


@given(st.lists(ARRANGEMENTS, max_size=4), ARRANGEMENTS)
def test_one_more_never_makes_it_worse_and_the_order_says_nothing(some, more):
    before, after = held(*some), held(*some, more)
    assert all(ORDER.index(after[area]) >= ORDER.index(before[area]) for area in before)
    assert held(*reversed(some)) == before
