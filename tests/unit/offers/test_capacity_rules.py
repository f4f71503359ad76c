"""Pools of places: free is what is left, limits nest or stand apart, and figures hold from their date on."""

from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from catalogue.offers.rules.capacity import (
    course,
    holds,
    in_force,
    meet,
    reasons_about_limits,
    reasons_not_to_change_pool,
    standing,
    standing_on,
)
from catalogue.offers.types import Commitment, PoolFigures, SubLimit
from catalogue.reference.types import Complexity

DAY = date(2026, 9, 1)
REGIONS = ("region:A", "region:B", "region:C")
NORTH, WALES = "region:A", "region:D"
LOW, HIGH = Complexity.LOW, Complexity.HIGH

days = st.integers(-400, 800).map(lambda days: DAY + timedelta(days=days))
numbers = st.integers(0, 500)
limits = st.builds(SubLimit, st.sampled_from((None, *REGIONS)), st.sampled_from((None, *Complexity)), numbers)


@st.composite
def commitments(draw: st.DrawFn) -> Commitment:
    start = draw(days)
    return Commitment(
        places=draw(st.integers(1, 300)),
        complexity=draw(st.sampled_from(tuple(Complexity))),
        region=draw(st.sampled_from((None, *REGIONS))),
        starts_on=start,
        ends_on=start + timedelta(days=draw(st.integers(0, 900))),
    )


figures = st.builds(
    PoolFigures, number=st.integers(1, 9), effective_from=days, places=numbers, limits=st.just(())
)


def contract(
    places: int, *, complexity: Complexity = LOW, region: str | None = NORTH, **dates: date
) -> Commitment:
    return Commitment(
        places,
        complexity,
        region,
        dates.get("starts_on", date(2026, 4, 1)),
        dates.get("ends_on", date(2028, 3, 31)),
    )


def codes(places: int, *inside: SubLimit) -> list[str]:
    return [reason.code for reason in reasons_about_limits(places, inside)]


def cells(limit: SubLimit) -> set[tuple[str, Complexity]]:
    """Everyone within a limit, one by one."""
    return {
        (region, complexity)
        for region, complexity in product(REGIONS, Complexity)
        if limit.region in (None, region) and limit.complexity in (None, complexity)
    }


def test_what_is_under_contract_is_taken_from_the_pool_until_it_ends() -> None:
    pool = [PoolFigures(1, date(2026, 1, 1), 120)]
    found = standing_on(pool, [contract(45)], DAY)
    assert found is not None
    assert (found[0].places, found[0].committed, found[0].free) == (120, 45, 75)
    assert found[0].until == date(2028, 3, 31)
    later = standing_on(pool, [contract(45)], date(2028, 4, 1))
    assert later is not None
    assert (later[0].committed, later[0].free, later[0].until) == (0, 120, None)


def test_a_contract_takes_places_of_the_limits_that_hold_it() -> None:
    limits = (SubLimit(NORTH, None, 50), SubLimit(NORTH, HIGH, 20), SubLimit(WALES, None, 40))
    pool = [PoolFigures(1, DAY, 100, limits)]
    found = standing_on(pool, [contract(15, complexity=HIGH), contract(10, region=None)], DAY)
    assert found is not None
    assert found[0].committed == 25
    # Nobody knows in which region the contract over several is served: the pool alone has 10 fewer.
    assert [one.committed for _, one in found[1]] == [15, 15, 0]


@given(st.lists(figures, min_size=1, max_size=4), st.lists(commitments(), max_size=6), days)
def test_free_is_never_below_zero_and_more_than_all_is_said(pool, contracts, on) -> None:
    found = standing_on(pool, contracts, on)
    assert found is not None
    whole = found[0]
    assert whole.free >= 0
    assert whole.places + whole.over == whole.committed + whole.free
    assert (whole.over > 0) == (whole.committed > whole.places)
    assert not (whole.over and whole.free)


@given(st.lists(figures, max_size=5, unique_by=lambda one: one.number), days)
def test_the_figures_of_a_day_are_the_last_that_have_begun(pool, on) -> None:
    held = in_force(pool, on)
    begun = [one for one in pool if one.effective_from <= on]
    if not pool:
        assert held is None
    elif begun:
        assert held == max(begun, key=lambda one: (one.effective_from, one.number))
    else:
        assert held == min(pool, key=lambda one: (one.effective_from, one.number))


@given(limits, limits)
def test_limits_hold_and_meet_as_the_people_within_them_do(one, other) -> None:
    assert holds(one, other) == (cells(other) <= cells(one))
    assert meet(one, other) == bool(cells(one) & cells(other))


@given(numbers, st.lists(limits, max_size=5))
def test_limits_without_a_reason_against_them_nest(places, inside) -> None:
    if reasons_about_limits(places, inside):
        return
    for one in inside:
        assert one.places <= places
        for other in inside:
            first, second = cells(one), cells(other)
            assert first <= second or second <= first or not first & second
            if first < second:
                assert one.places <= other.places


def test_limits_that_cross_are_refused_by_name() -> None:
    [reason] = reasons_about_limits(100, [SubLimit(NORTH, None, 50), SubLimit(None, HIGH, 30)])
    assert reason.code == "sub_limits_cross"
    assert reason.params == {"region": NORTH, "level": "high"}


def test_a_limit_inside_another_is_no_larger_and_they_may_add_up_to_more_than_the_pool() -> None:
    assert codes(100, SubLimit(NORTH, None, 70), SubLimit(WALES, None, 70)) == []
    assert codes(100, SubLimit(NORTH, None, 70), SubLimit(NORTH, HIGH, 70)) == []
    assert codes(100, SubLimit(NORTH, None, 70), SubLimit(NORTH, HIGH, 71)) == ["sub_limit_larger_than_outer"]
    assert codes(100, SubLimit(NORTH, None, 101)) == ["sub_limit_larger_than_pool"]
    assert codes(100, SubLimit(NORTH, None, 7), SubLimit(NORTH, None, 8)) == ["sub_limit_twice"]
    assert codes(100, SubLimit(None, None, 7)) == ["sub_limit_narrows_nothing"]


def test_the_course_of_a_pool_says_when_places_come_and_go() -> None:
    pool = [PoolFigures(1, date(2026, 1, 1), 120), PoolFigures(2, date(2027, 4, 1), 80)]
    contracts = [contract(45), contract(60, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))]
    lines = [(day, line.places, line.free, line.over) for day, line in course(pool, contracts, DAY)]
    assert lines == [
        (DAY, 120, 75, 0),
        (date(2027, 1, 1), 120, 15, 0),
        (date(2027, 4, 1), 80, 0, 25),
        (date(2028, 1, 1), 80, 35, 0),
        (date(2028, 4, 1), 80, 80, 0),
    ]


@given(
    st.lists(figures, min_size=1, max_size=4), st.lists(commitments(), max_size=6), days, st.integers(0, 900)
)
def test_the_course_holds_on_every_day(pool, contracts, start, after) -> None:
    day = start + timedelta(days=after)
    line = [one for begins, one in course(pool, contracts, start) if begins <= day][-1]
    found = standing_on(pool, contracts, day)
    assert found is not None
    assert (line.places, line.committed) == (found[0].places, found[0].committed)


def test_a_pool_that_published_offers_cite_changes_from_today_on() -> None:
    asked = {"name": "Leeds team", "shared": True, "places": 10, "today": DAY}
    yesterday = DAY - timedelta(days=1)
    assert reasons_not_to_change_pool(**asked, effective_from=DAY, cited=True) == []
    assert reasons_not_to_change_pool(**asked, effective_from=yesterday, cited=False) == []
    refused = reasons_not_to_change_pool(**asked, effective_from=yesterday, cited=True)
    assert [reason.code for reason in refused] == ["pool_changes_in_the_past"]
    nameless = reasons_not_to_change_pool(
        **{**asked, "name": " ", "places": None}, effective_from=DAY, cited=True
    )
    assert [reason.code for reason in nameless] == ["pool_name_missing", "pool_places_missing"]


def test_standing_without_contracts_is_all_free() -> None:
    assert standing(7, []).free == 7
