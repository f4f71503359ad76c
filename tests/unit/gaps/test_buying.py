"""What to buy first: no other purchase serves as many for less, and what fairness costs."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from procurement.gaps.rules.analysis import analyse
from procurement.gaps.rules.buying import (
    bought_within,
    cost_of_fairness,
    frontier,
    in_plain_values,
    read_frontier,
)
from procurement.gaps.rules.inputs import Pool, Port
from procurement.gaps.rules.scopes import expand
from tests.unit.gaps.test_analysis import inputs, people, scope

PLACES = ("pdu:a", "pdu:b", "pfa:c")
LEAVES = {"pdu:a": ("pdu:a",), "pdu:b": ("pdu:b",), "pfa:c": ("pdu:c1", "pdu:c2")}
NEEDS = ("accommodation", "finance", "family")


@st.composite
def markets(draw):
    """Demand of three needs in three places, contracts over some of them, one priced offer for each need."""
    demand = [people(place, draw(st.integers(0, 20)), need=need) for place in PLACES for need in NEEDS]
    scopes, prices = [], {}
    for k in range(draw(st.integers(0, 3))):
        where = draw(st.sets(st.sampled_from(PLACES), min_size=1))
        for need in draw(st.sets(st.sampled_from(NEEDS), min_size=1)):
            leaves = [leaf for place in where for leaf in LEAVES[place]]
            scopes.append(scope(f"C{k}{need}", "contract", draw(st.integers(0, 30)), leaves, need=need))
    for need in NEEDS:
        for place in PLACES:
            if draw(st.booleans()):
                offer = scope(f"O{need}{place}", "offer", 1, LEAVES[place], need=need)
                scopes.append(offer)
                prices[offer.id, "low"] = Decimal(draw(st.integers(1, 9)))
    return inputs(demand, *scopes), prices


def cheapest(market, prices_of_cell, total):
    """The least pounds for which `total` people are served, by a linear programme over every pair."""
    built = expand(market)
    network, cells = built.named.network, built.cells
    contracts = np.flatnonzero(built.layer_of_edge == 0)
    bought = [k for k, cell in enumerate(cells) if prices_of_cell(cell) is not None]
    cost = np.array([0.0] * contracts.size + [float(prices_of_cell(cells[k])) for k in bought])
    rows, bounds = [], []
    person = network.units_per_person.denominator
    for cell in range(len(cells)):
        row = [network.edge_cell[e] == cell for e in contracts] + [k == cell for k in bought]
        rows.append(row)
        bounds.append(network.demand[cell] * person)
    for port in range(network.capacity.size):
        rows.append([network.edge_port[e] == port for e in contracts] + [False] * len(bought))
        bounds.append(network.capacity[port] * person)
    found = linprog(cost, A_ub=np.array(rows, float), b_ub=bounds, A_eq=np.ones((1, cost.size)), b_eq=[total])
    assert found.status == 0
    return found.fun


@settings(max_examples=60, deadline=None)
@given(markets())
def test_every_step_of_the_frontier_is_the_cheapest_way_to_serve_so_many(case):
    market, prices = case
    plan = frontier(market, expand(market), prices)
    priced = {(step.region, step.need): step.price for step in plan.steps}
    region = {code: place.region for code, place in market.places.items()}
    served, spent = plan.by_contract, Decimal(0)

    def price(cell):
        return priced.get((region[cell[0]], cell[1]))

    for step in plan.steps:
        served, spent = served + step.people, spent + step.pounds
        assert abs(cheapest(market, price, served) - float(spent)) < 1e-6
    assert plan.by_contract + sum(s.people for s in plan.steps) + plan.unpriced == plan.wanted
    assert read_frontier(in_plain_values(plan, None)) == plan


def market():
    return inputs(
        [people("pdu:a", 100), people("pdu:b", 100), people("pdu:a", 50, need="finance")],
        scope("C", "contract", 60, ["pdu:a", "pdu:b"]),
        scope("O1", "offer", 500, ["pdu:a"]),
        scope("O2", "offer", 500, ["pdu:b"]),
        scope("F", "offer", 10, ["pdu:a"], need="finance"),
    )


PRICES = {("O1", "low"): Decimal(300), ("O2", "low"): Decimal(100), ("F", "low"): Decimal(200)}


def test_contracts_go_where_buying_is_dear_and_the_rest_is_bought_cheapest_first():
    plan = frontier(market(), expand(market()), PRICES)
    assert [(s.region, s.need, s.people, s.price) for s in plan.steps] == [
        ("region:B", "accommodation", 100, Decimal(100)),
        ("region:A", "finance", 50, Decimal(200)),
        ("region:A", "accommodation", 40, Decimal(300)),
    ]


def test_a_weight_moves_a_need_forward_and_none_leaves_it_out():
    built = expand(market())
    twice = frontier(market(), built, PRICES, {"finance": Decimal(5)})
    assert [s.need for s in twice.steps] == ["finance", "accommodation", "accommodation"]
    never = frontier(market(), built, PRICES, {"finance": Decimal(0)})
    assert (never.unweighted, never.unpriced) == (50, 0)
    assert {s.need for s in never.steps} == {"accommodation"}


def test_without_an_offer_here_the_median_elsewhere_is_the_price_and_without_any_there_is_none():
    plan = frontier(market(), expand(market()), {("O1", "low"): Decimal(300)})
    assert [(s.region, s.price, s.offers) for s in plan.steps] == [
        ("region:A", Decimal(300), 1),
        ("region:B", Decimal(300), 0),
    ]
    assert plan.unpriced == 50


def test_a_budget_buys_whole_places_in_order():
    steps = [s for s in frontier(market(), expand(market()), PRICES).steps if s.region == "region:A"]
    assert bought_within(steps, None) == {"low": (90, Decimal(22_000))}
    assert bought_within(steps, Decimal(10_550)) == {"low": (51, Decimal(10_300))}
    assert bought_within(steps, Decimal(150)) == {}


def test_sharing_evenly_costs_nothing_where_a_place_costs_the_same_whoever_takes_it():
    one = inputs(
        [people("pdu:a", 40), people("pdu:b", 40)],
        scope("X", "offer", 50, ["pdu:a"]),
        scope("Y", "offer", 30, ["pdu:a", "pdu:b"]),
    )
    prices = {("X", "low"): Decimal(100), ("Y", "low"): Decimal(300)}
    fair = [sum(cell.by_layer) for cell in analyse(one).cells]
    cost = cost_of_fairness(one, expand(one), prices, fair)
    assert (cost.people, cost.cheapest, cost.fair) == (70, Decimal(13_000), Decimal(13_000))


def test_sharing_evenly_costs_more_where_one_capacity_has_two_prices():
    """Thirty places for 30 people who cost 100 and 30 who cost 300: fifteen of each, or the cheap thirty."""
    demand = [people("pdu:a", 30), people("pdu:a", 30, complexity="high")]
    shared = (Port("accommodation", "low", 30, "P"), Port("accommodation", "high", 30, "P"))
    offer = replace(scope("X", "offer", 30, ["pdu:a"]), ports=shared)
    both = replace(inputs(demand, offer), pools=(Pool("P", "Example pool", "Example supplier", 30),))
    built = expand(both)
    prices = {("X", "low"): Decimal(100), ("X", "high"): Decimal(300)}
    cost = cost_of_fairness(both, built, prices, [15, 15])
    assert (cost.people, cost.cheapest, cost.fair) == (30, Decimal(3_000), Decimal(6_000))
