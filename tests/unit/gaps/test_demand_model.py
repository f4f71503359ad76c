"""Modelled demand: the demonstration's assumptions, exact sums, and assumptions that do not hold together."""

import csv
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from core.reasons import Refused
from procurement.gaps.rules.demand_model import (
    Kind,
    PlaceWeight,
    Scenario,
    model_demand,
    read_assumptions,
    where_people_resettle,
)
from tests.register_reading import reference_rows

DATA = Path(__file__).resolve().parents[3] / "procurement" / "demo" / "data"
ASSUMPTIONS = (DATA / "demand_assumptions.csv").read_text(encoding="utf-8")
HEADER = ASSUMPTIONS.splitlines()[0]


def weights():
    places = {place["code"]: place for place in reference_rows("places.csv")}
    with (DATA / "place_weights.csv").open(encoding="utf-8", newline="") as file:
        return [
            PlaceWeight(row["place"], places[places[row["place"]]["parent"]]["parent"], int(row["postcodes"]))
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def rows():
    return model_demand(read_assumptions(ASSUMPTIONS), weights())


def test_every_delivery_unit_need_complexity_and_cohort_has_a_figure(rows):
    units = [
        row["code"]
        for row in reference_rows("places.csv")
        if row["kind"] == "delivery_unit" and not row["valid_to"]
    ]
    assert {row.place for row in rows} == set(units)
    assert len(rows) == 109 * 8 * 3 * 6
    needs = {row["code"] for row in reference_rows("need_areas.csv")}
    assert {row.need for row in rows} == needs
    assert {row.cohort for row in rows} == {row["code"] for row in reference_rows("demand_cohorts.csv")}


def test_the_national_total_of_a_need_is_caseload_less_excluded_times_prevalence(rows):
    housing = [row for row in rows if row.need == "accommodation"]
    exact = Fraction(241540) * Fraction("0.70") * Fraction("0.39")
    assert sum(row.exact for row in housing) == exact
    assert sum(row.people for row in housing) == floor(exact)
    assert all(abs(row.people - row.exact) < 1 for row in rows)


def test_a_region_bears_its_share_and_a_unit_its_part_of_the_region(rows):
    by_place = {weight.place: weight for weight in weights()}
    wales = [row for row in rows if row.need == "finance" and by_place[row.place].region == "region:D"]
    everyone = sum(row.exact for row in rows if row.need == "finance")
    share = where_people_resettle(read_assumptions(ASSUMPTIONS))["region:D"]
    assert sum(row.exact for row in wales) == everyone * share
    # More come home to Wales from English prisons than leave it: its caseload is a small one.
    assert float(share) > 155132 / 3978851
    gwent = sum(row.exact for row in wales if row.place == "pdu:gwent")
    share = Fraction(by_place["pdu:gwent"].weight, sum(w.weight for w in weights() if w.region == "region:D"))
    assert gwent == sum(row.exact for row in wales) * share


def test_low_is_fewer_people_than_central_and_high_is_more(rows):
    assumptions = read_assumptions(ASSUMPTIONS)
    totals = [
        sum(row.people for row in model_demand(assumptions, weights(), scenario)) for scenario in Scenario
    ]
    assert totals == sorted(totals)
    assert len(set(totals)) == 3


def test_every_assumption_shows_source_date_base_and_weakness():
    for assumption in read_assumptions(ASSUMPTIONS):
        assert assumption.source
        assert assumption.as_at
        assert assumption.base
        assert assumption.weakness


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text.replace("complexity,low", "complexity,medium", 1), "repeated_assumption"),
        (lambda text: text.replace(",0.5,,share", ",0.4,,share", 1), "shares_not_a_whole"),
        (lambda text: text.replace(",0.25,0.30,0.35", ",0.45,0.30,0.35", 1), "values_out_of_order"),
        (lambda text: text.replace(",0.25,0.30,0.35", ",0.25,a third,0.35", 1), "unreadable_assumption"),
        (lambda text: text.replace("excluded,low-likelihood", "yearly,other", 1), "assumption_missing"),
        (lambda text: f"{HEADER}\nprevalence,x,X,0.1,0.1,0.1,share,,2026,none,\n", "unsourced_assumption"),
    ],
)
def test_assumptions_that_do_not_hold_together_are_refused(change, code):
    with pytest.raises(Refused) as refused:
        read_assumptions(change(ASSUMPTIONS))
    assert code in {reason.code for reason in refused.value.reasons}


def test_a_place_whose_region_has_no_share_is_refused():
    with pytest.raises(Refused) as refused:
        model_demand(read_assumptions(ASSUMPTIONS), [PlaceWeight("pdu:x", "region:Z", 1)])
    assert refused.value.reasons[0].code == "region_without_share"


def test_complexity_and_cohort_shares_are_used_as_stated(rows):
    shares = {a.key: a.central for a in read_assumptions(ASSUMPTIONS) if a.kind is Kind.COMPLEXITY}
    total = sum(row.exact for row in rows)
    assert sum(row.exact for row in rows if row.complexity == "high") / total == shares["high"]
