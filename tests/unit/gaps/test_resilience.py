"""N−1: what is lost without one supplier equals what solving anew without it says, for every supplier."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.gaps.rules.network import network_of
from procurement.gaps.rules.resilience import cover_lost, losses
from procurement.gaps.rules.scopes import expand
from tests.unit.gaps import oracle
from tests.unit.gaps.test_analysis import inputs, people, scope
from tests.unit.gaps.test_cover import demands, provisions


@settings(max_examples=200, deadline=None)
@given(provisions(most=6), demands(), st.integers(1, 4))
def test_the_loss_equals_an_independent_maximum_flow_without_the_supplier(provision, demand, owners):
    named = network_of(provision, demand)
    of_provision = {row.id: k % owners for k, row in enumerate(provision)}
    owner = np.array([of_provision[name] for name in named.port_provision], np.int64)
    lost = cover_lost(named.network, owner, owners)
    whole = oracle.most_people(provision, demand)
    for one in range(owners):
        rest = [row for row in provision if of_provision[row.id] != one]
        assert int(lost[one]) / named.network.units_per_person == whole - oracle.most_people(rest, demand)


def test_contracts_and_the_whole_market_are_two_answers():
    """Ada's contract serves 30; without it nobody under contract does, but an offer of Ben's could."""
    built = expand(
        inputs(
            [people("pdu:a", 100)],
            scope("C", "contract", 30, ["pdu:a"], supplier="Example Ada"),
            scope("O", "offer", 80, ["pdu:a"], supplier="Example Ben"),
        )
    )
    assert [
        (s.supplier, s.contracts, s.offers, s.lost_of_contracts, s.lost_of_all) for s in losses(built)
    ] == [
        ("Example Ada", 1, 0, 30, 20),
        ("Example Ben", 0, 1, 0, 70),
    ]


def test_a_supplier_whom_others_can_replace_costs_nothing():
    built = expand(
        inputs(
            [people("pdu:a", 40), people("pdu:b", 40)],
            scope("C1", "contract", 50, ["pdu:a", "pdu:b"], supplier="Example Ada"),
            scope("C2", "contract", 90, ["pdu:a", "pdu:b"], supplier="Example Ben"),
        )
    )
    lost = {s.supplier: s.lost_of_contracts for s in losses(built)}
    assert lost == {"Example Ada": 0, "Example Ben": 30}
