"""What if: changes are made to the inputs as asked, and the quick answer agrees with the analysis."""

from dataclasses import replace

import pytest

from procurement.gaps.rules.analysis import analyse
from procurement.gaps.rules.resilience import losses
from procurement.gaps.rules.scopes import expand
from procurement.gaps.rules.what_if import (
    Added,
    Changes,
    DemandChange,
    TriedLot,
    changed,
    difference,
    in_plain_values,
    quick,
    read_changes,
)
from tests.unit.gaps.test_analysis import MEN, WOMEN, inputs, people, scope

COHORTS = {WOMEN: "female", MEN: "male"}


@pytest.fixture
def market():
    return inputs(
        [
            people("pdu:a", 100),
            people("pdu:b", 60, WOMEN),
            people("pfa:c", 9, need="attitudes", complexity="high"),
        ],
        scope("C", "contract", 30, ["pdu:a"], supplier="Example Ada"),
        scope("M", "offer", 50, ["pdu:a", "pdu:b"], supplier="Example Ben", member_regions=("region:A",)),
        referred=[("attitudes", "high")],
    )


def test_the_quick_answer_agrees_with_the_analysis(market):
    answer, found = analyse(market), quick(market)
    assert found.whole == (answer.people, answer.referred, *answer.by_layer.values())
    assert found.rows == {
        ("pfa:a", "accommodation"): (100, 0, 30, 50),
        ("pfa:b", "accommodation"): (60, 0, 0, 30),
        ("pfa:c", "attitudes"): (9, 9, 0, 0),
    }


def test_a_supplier_leaves(market):
    after, unknown = changed(market, Changes(suppliers_leave=("Example Ada", "Example Nobody")), COHORTS)
    assert unknown == ("Example Nobody",)
    lost = {s.supplier: s.lost_of_all for s in losses(expand(market))}["Example Ada"]
    assert sum(quick(market).whole[2:]) - sum(quick(after).whole[2:]) == lost == 30


def test_a_call_off_is_tried_before_it_is_run(market):
    tried = Changes(added=(Added("region:B", "accommodation", {"low": 40}, "female"),))
    after, _ = changed(market, tried, COHORTS)
    row = difference(quick(market), quick(after))[0]
    assert row == ("pfa:b", "accommodation", (60, 0, 0, 30), (60, 0, 40, 45))
    men, _ = changed(
        market, Changes(added=(Added("region:B", "accommodation", {"low": 40}, "male"),)), COHORTS
    )
    assert difference(quick(market), quick(men)) == []


def test_a_contract_is_removed_and_demand_changes(market):
    changes = Changes(removed=("C",), demand=(DemandChange(10, "region:A", "accommodation"),))
    after, unknown = changed(market, changes, COHORTS)
    assert unknown == ()
    assert quick(after).rows["pfa:a", "accommodation"] == (110, 0, 0, 32)
    assert quick(after).rows["pfa:b", "accommodation"] == (60, 0, 0, 18)
    assert read_changes(in_plain_values(changes)) == changes


def test_a_lot_is_tried_in_all_its_places_with_one_capacity(market):
    """Thirty places for two areas are thirty, not sixty."""
    lot = TriedLot("Lot 1", ("pfa:a", "pfa:b"), (("accommodation", "low", 30),), tuple(COHORTS))
    after, _ = changed(market, Changes(lots=(lot,)), COHORTS)
    assert quick(after).whole[2] - quick(market).whole[2] == 30
    women = replace(lot, cohorts=tuple(code for code, sex in COHORTS.items() if sex == "female"))
    assert read_changes(in_plain_values(Changes(lots=(women,)))) == Changes(lots=(women,))
