"""Where people resettle, what a figure is made of, and what a study of thirty people can say."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reasons import Refused
from procurement.gaps.rules.demand_model import (
    Assumption,
    Kind,
    PlaceWeight,
    Scenario,
    model_demand,
    reasons_not_to_model,
    where_people_resettle,
)
from procurement.gaps.rules.figure import factors, product
from procurement.gaps.rules.profiles import interval, prevalences, profiles
from procurement.gaps.rules.published import published_assumptions
from tests.register_reading import reference_rows
from tests.shared_data import SHARED

REGIONS = ("region:A", "region:B", "region:C")


def assumed(kind, key, value, low=None, high=None):
    value = Fraction(str(value))
    low, high = (value if x is None else Fraction(str(x)) for x in (low, high))
    return Assumption(
        kind, key, f"{kind} {key}", low, value, high, "", "A test", "2026", "A test", "Invented"
    )


def model(custody="0.3", away="0.25", shares=("0.5", "0.3", "0.2"), **more):
    return [
        assumed(Kind.CASELOAD, "total", 1000),
        assumed(Kind.YEARLY, "ratio", 1),
        assumed(Kind.EXCLUDED, "low", "0.2", "0.1", "0.4"),
        assumed(Kind.CUSTODY, "share", custody),
        assumed(Kind.OUT_OF_AREA, "share", away),
        *(assumed(Kind.REGION, region, share) for region, share in zip(REGIONS, shares, strict=True)),
        assumed(Kind.PREVALENCE, "accommodation", "0.5", "0.4", "0.6"),
        *(
            assumed(Kind.COMPLEXITY, level, share)
            for level, share in (("low", "0.5"), ("medium", "0.3"), ("high", "0.2"))
        ),
        assumed(Kind.COHORT, "men", "0.9"),
        assumed(Kind.COHORT, "women", "0.1"),
    ]


WEIGHTS = (
    PlaceWeight("pdu:a1", "region:A", 3),
    PlaceWeight("pdu:a2", "region:A", 1),
    PlaceWeight("pdu:b", "region:B", 5),
    PlaceWeight("pdu:c", "region:C", 2),
)


def test_people_are_counted_where_they_resettle():
    """Of A's half, 30% are in prison and a quarter of those go elsewhere: three to B for every two to C."""
    found = where_people_resettle(model())
    moving = Fraction(3, 10) * Fraction(1, 4)
    gone = Fraction(1, 2) * moving
    assert found["region:A"] == Fraction(1, 2) - gone + moving * (
        Fraction(3, 10) * Fraction(5, 7) + Fraction(1, 5) * Fraction(5, 8)
    )


def test_without_assumptions_about_prison_nobody_moves():
    rest = [one for one in model() if one.kind not in (Kind.CUSTODY, Kind.OUT_OF_AREA)]
    assert where_people_resettle(rest) == {
        "region:A": Fraction(1, 2),
        "region:B": Fraction(3, 10),
        "region:C": Fraction(1, 5),
    }


PARTS = st.lists(st.integers(0, 20), min_size=3, max_size=3).filter(any)


@given(PARTS, PARTS, st.fractions(0, 1), st.fractions(0, 1))
def test_nobody_is_lost_on_the_way(caseload, homes, custody, away):
    shares = [Fraction(part, sum(caseload)) for part in caseload]
    assumptions = [
        *(replace(assumed(Kind.REGION, r, 0), central=s) for r, s in zip(REGIONS, shares, strict=True)),
        *(
            replace(assumed(Kind.HOME, r, 0), central=Fraction(h))
            for r, h in zip(REGIONS, homes, strict=True)
        ),
        replace(assumed(Kind.CUSTODY, "share", 0), central=custody),
        replace(assumed(Kind.OUT_OF_AREA, "share", 0), central=away),
    ]
    found = where_people_resettle(assumptions)
    assert sum(found.values()) == 1
    assert all(share >= 0 for share in found.values())


@given(
    st.sampled_from(Scenario),
    st.sampled_from(["", *(weight.place for weight in WEIGHTS)]),
    st.sampled_from(["", "low", "medium", "high"]),
    st.sampled_from(["", "men", "women"]),
)
def test_a_figure_is_the_product_of_its_factors(scenario, place, level, cohort):
    assumptions = model()
    rows = [
        row
        for row in model_demand(assumptions, WEIGHTS, scenario)
        if place in ("", row.place) and level in ("", row.complexity) and cohort in ("", row.cohort)
    ]
    made_of = factors(
        assumptions, WEIGHTS, scenario, need="accommodation", place=place, complexity=level, cohort=cohort
    )
    assert product(made_of) == sum(row.exact for row in rows)
    assert all(factor.value >= 0 for factor in made_of)


def test_low_values_never_give_more_people_than_high_ones():
    low, central, high = (
        sum(row.exact for row in model_demand(model(), WEIGHTS, scenario)) for scenario in Scenario
    )
    assert low < central < high


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rows: [r for r in rows if r.kind is not Kind.OUT_OF_AREA], "assumption_missing"),
        (lambda rows: [r for r in rows if r.kind is not Kind.PREVALENCE], "assumption_missing"),
        (lambda rows: [*rows, assumed(Kind.PREVALENCE, "finance", "0.5", high="1.1")], "more_than_all"),
        (lambda rows: [*rows, assumed(Kind.HOME, "region:A", "0.4")], "shares_not_a_whole"),
    ],
)
def test_assumptions_that_do_not_hold_together_are_named(change, code):
    assert code in [reason.code for reason in reasons_not_to_model(change(model()))]


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_narrows_with_more_people(counted):
    people, of = counted
    low, high = interval(people, of)
    assert 0 <= low <= Fraction(people, of) + Fraction(1, 10**4)
    assert Fraction(people, of) - Fraction(1, 10**4) <= high <= 1
    many = interval(people * 10, of * 10)
    assert many[1] - many[0] <= high - low


def test_thirty_people_of_one_prison_are_a_profile_with_its_weakness():
    profile = profiles()["doncaster-c4"]
    assert {row.of for row in profile.rows} == {30}
    needs = {"Accommodation": ("accommodation",), "Food": (), "Employment": ("employment",)}
    found, without = prevalences(profile, needs, {"accommodation": "Accommodation", "employment": "Work"})
    assert [(one.key, float(one.central)) for one in found] == [
        ("accommodation", 0.6667),
        ("employment", 0.2333),
    ]
    assert "Food" in without
    assert "one prison" in found[0].weakness
    assert 0.48 < found[0].low < 0.5
    assert 0.8 < found[0].high < 0.82


def test_two_labels_of_one_need_are_never_added():
    profile = profiles()["doncaster-c4"]
    both = {"Accommodation": ("finance",), "Benefits and finances": ("finance",)}
    (one,), _ = prevalences(profile, both, {"finance": "Finance"})
    assert float(one.central) == 0.6667


def test_published_figures_where_they_lie_make_a_whole_model():
    folder = SHARED / "data"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.csv")}
    places = [row for row in reference_rows("places.csv") if row["kind"] == "delivery_unit"]
    units = {
        row["local_id"]: tuple(row["successor_codes"].split("|")) if row["valid_to"] else (row["code"],)
        for row in places
    }
    regions = {row["code"]: row["name"] for row in reference_rows("places.csv") if row["kind"] == "region"}
    found = published_assumptions(texts, units=units, regions=regions)
    assert reasons_not_to_model(found) == []
    value = {(one.kind, one.key): float(one.central) for one in found}
    assert value[Kind.CASELOAD, "total"] == 241540
    assert value[Kind.PREVALENCE, "accommodation"] == 0.39
    assert round(value[Kind.REGION, "region:A"], 6) == 0.045754
    assert sum(one.kind is Kind.PLACE for one in found) == 109
    assert all(one.weakness and one.source for one in found)


def test_a_folder_without_the_files_is_refused_by_their_names():
    with pytest.raises(Refused) as refused:
        published_assumptions({}, units={}, regions={})
    assert [reason.code for reason in refused.value.reasons] == ["file_missing"] * 4
