"""The fair maximum cover against independent oracles, and what must hold whatever the case."""

import json
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.gaps.rules import cover as cover_module
from procurement.gaps.rules import network as network_module
from procurement.gaps.rules.case import allocate_case, read_case, write_case
from procurement.gaps.rules.cover import fair_cover, solve
from procurement.gaps.rules.layers import layered, layered_cover
from procurement.gaps.rules.network import Network, keep_apart, network_of
from procurement.gaps.types import CellDemand, CertificateBroken, CoverRefused, Provision, SubLimit
from tests.shared_data import GAP_CASES
from tests.unit.gaps import oracle

OWN_CASES = Path(__file__).parent / "cases"
ALL_CASES = sorted(OWN_CASES.glob("*.json")) + sorted(GAP_CASES.glob("*.json"))
CELLS = tuple("abcdefg")
PLACES, PEOPLE = st.integers(0, 40), st.integers(0, 60)


@st.composite
def provisions(draw, cells=CELLS, most=5, capacities=PLACES):
    """Provision with nested sub-limits, cells in any order."""
    rows = []
    for k in range(draw(st.integers(0, most))):
        served = draw(st.lists(st.sampled_from(cells), unique=True, max_size=len(cells)))
        limits = []
        inner = list(served)
        while inner and len(limits) < 3 and draw(st.booleans()):
            inner = inner[: draw(st.integers(1, len(inner)))]
            limits.append(SubLimit(draw(capacities), tuple(inner)))
        rest = served[len(limits[0].cells) :] if limits else []
        if rest and draw(st.booleans()):
            limits.append(SubLimit(draw(capacities), tuple(rest)))
        rows.append(Provision(f"p{k}", draw(capacities), tuple(served), tuple(limits)))
    return rows


def demands(cells=CELLS, people=PEOPLE):
    return st.lists(people, min_size=len(cells), max_size=len(cells)).map(
        lambda values: [CellDemand(cell, value) for cell, value in zip(cells, values, strict=True)]
    )


def rates(cover):
    return dict(zip(cover.cells, cover.rates, strict=True))


def test_the_shared_cases_are_found():
    """Eight cases lie beside the checkout; without them the next test would prove nothing."""
    assert len(list(GAP_CASES.glob("*.json"))) == 8
    assert len(list(OWN_CASES.glob("*.json"))) >= 3


@pytest.mark.parametrize("path", ALL_CASES, ids=lambda path: path.stem)
def test_a_case_is_matched_exactly(path):
    case = json.loads(path.read_text())
    expected = case["expected"]
    answer = allocate_case(case)
    assert answer["people_served"] == pytest.approx(expected["people_served"], abs=1e-6)
    assert [row["cell"] for row in answer["served_rate"]] == [row["cell"] for row in expected["served_rate"]]
    for got, wanted in zip(answer["served_rate"], expected["served_rate"], strict=True):
        assert got["rate"] == (None if wanted["rate"] is None else pytest.approx(wanted["rate"], abs=1e-6))
    assert answer["certificate"] == "holds"
    exact = rates(fair_cover(*read_case(case)))
    for wanted in expected["served_rate"]:
        assert exact[wanted["cell"]] == (None if wanted["exact"] is None else Fraction(wanted["exact"]))


@settings(max_examples=60, deadline=None)
@given(provisions(cells=CELLS[:5], most=4), demands(cells=CELLS[:5]))
def test_rates_equal_rational_arithmetic_over_every_subset(provision, demand):
    assert rates(fair_cover(provision, demand)) == oracle.fair_rates(provision, demand)


@settings(max_examples=100, deadline=None)
@given(provisions(most=6), demands())
def test_total_equals_an_independent_maximum_flow(provision, demand):
    assert fair_cover(provision, demand).people_served == oracle.most_people(provision, demand)


@settings(max_examples=100, deadline=None)
@given(provisions(most=6), demands(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(provision, demand, rng):
    shuffled = [
        Provision(
            row.id,
            row.capacity,
            tuple(rng.sample(row.cells, len(row.cells))),
            tuple(
                SubLimit(limit.capacity, tuple(rng.sample(limit.cells, len(limit.cells))))
                for limit in rng.sample(row.sub_limits, len(row.sub_limits))
            ),
        )
        for row in rng.sample(provision, len(provision))
    ]
    again = fair_cover(shuffled, rng.sample(demand, len(demand)))
    assert repr(again) == repr(fair_cover(provision, demand))


@settings(max_examples=100, deadline=None)
@given(provisions(most=6), demands(), st.data())
def test_more_capacity_lowers_no_cell_and_no_total(provision, demand, data):
    before = fair_cover(provision, demand)
    more = Provision("zz", data.draw(st.integers(0, 60)), tuple(data.draw(st.sets(st.sampled_from(CELLS)))))
    after = fair_cover([*provision, more], demand)
    assert after.people_served >= before.people_served
    assert all((new or 0) >= (old or 0) for new, old in zip(after.rates, before.rates, strict=True))


@settings(max_examples=100, deadline=None)
@given(provisions(most=6), demands(people=st.integers(0, 3)), st.integers(1, 3))
def test_merged_cells_equal_unmerged(provision, demand, copies):
    """Cells that exactly the same provision serves are merged; kept apart they answer alike."""
    demand = [CellDemand(f"{row.cell}{k}", row.people) for row in demand for k in range(copies)]
    spread = [
        Provision(
            row.id,
            row.capacity,
            tuple(f"{cell}{k}" for cell in row.cells for k in range(copies)),
            tuple(
                SubLimit(limit.capacity, tuple(f"{cell}{k}" for cell in limit.cells for k in range(copies)))
                for limit in row.sub_limits
            ),
        )
        for row in provision
    ]
    merged, apart = fair_cover(spread, demand), fair_cover(spread, demand, merge=False)
    assert merged.rates == apart.rates
    assert merged.people == apart.people


@settings(max_examples=100, deadline=None)
@given(provisions(most=6), demands())
def test_blocks_hold_every_cell_once_and_explain_its_rate(provision, demand):
    cover = fair_cover(provision, demand)
    needed = {row.cell for row in demand if row.people}
    assert sorted(cell for block in cover.blocks for cell in block.cells) == sorted(needed)
    for block in cover.blocks:
        assert {rates(cover)[cell] for cell in block.cells} == {block.rate}
        if 0 < block.rate < 1:
            assert block.binding
            assert block.served <= sum(binding.capacity for binding in block.binding)


@settings(max_examples=100, deadline=None)
@given(provisions(most=6), demands())
def test_whole_people_add_up_and_stay_within_one_of_the_rate(provision, demand):
    cover = fair_cover(provision, demand)
    assert sum(cover.people) == cover.people_served
    for people, needed, rate in zip(cover.people, cover.demand, cover.rates, strict=True):
        assert abs(people - needed * (rate or 0)) < 1


@settings(max_examples=60, deadline=None)
@given(provisions(most=6, capacities=st.decimals(0, 40, places=6).map(float)), demands())
def test_fractions_of_people_hold_too(provision, demand):
    cover = fair_cover(provision, demand)
    assert cover.people_served <= sum(row.people for row in demand)
    fair = oracle.fair_rates(provision[:3], demand[:4])
    got = rates(fair_cover(provision[:3], demand[:4]))
    assert all(got[cell] == pytest.approx(rate, abs=1e-6) for cell, rate in fair.items() if rate is not None)


def test_numbers_too_large_for_exact_sinks_are_floored_and_still_proved():
    """Blocks whose exact scale would leave 64 bits take the largest scale that fits."""
    provision = [Provision(f"p{k}", 999_999_937 - k * 0.000001, ("x", f"y{k}", "z")) for k in range(7)]
    demand = [CellDemand(f"y{k}", 999_999_999.999999 - k) for k in range(7)]
    demand += [CellDemand("x", 987_654_321.123457), CellDemand("z", 0.000001)]
    cover = fair_cover(provision, demand)
    supply = sum(Fraction(str(row.capacity)) for row in provision)
    needed = sum(Fraction(str(row.people)) for row in demand)
    assert set(cover.rates) == {supply / needed}


@settings(max_examples=80, deadline=None)
@given(st.lists(provisions(most=3), min_size=1, max_size=4), demands())
def test_layers_are_increases_that_add_up_in_every_cell(groups, demand):
    layers = [
        (f"layer {k}", [Provision(f"{k}-{row.id}", row.capacity, row.cells, row.sub_limits) for row in rows])
        for k, rows in enumerate(groups)
    ]
    answer = layered_cover(layers, demand)
    together = fair_cover([row for _, rows in layers for row in rows], demand)
    assert sum(layer.people_served for layer in answer.layers) == together.people_served
    for k, needed in enumerate(answer.demand):
        parts = [layer.people[k] for layer in answer.layers]
        assert min([*parts, answer.unmet[k]]) >= 0
        assert sum(parts) + answer.unmet[k] == needed
    for layer in answer.layers:
        assert sum(layer.people) == layer.people_served


@settings(max_examples=80, deadline=None)
@given(st.lists(provisions(most=3), min_size=1, max_size=3), demands(), st.data())
def test_whole_people_of_a_layer_can_be_served_together(groups, demand, data):
    """Even when a later layer opens an earlier capacity to more cells, no cell loses and the flow exists."""
    rows = [
        Provision(f"{k}-{row.id}", row.capacity, row.cells, row.sub_limits)
        for k, group in enumerate(groups)
        for row in group
    ]
    named = network_of(rows, demand)
    edges = named.network.edge_port.size
    opened = data.draw(st.lists(st.integers(0, 2), min_size=edges, max_size=edges))
    answer = layered(named, np.array(opened, np.int64), ["first", "second", "third"])
    assert sum(layer.people_served for layer in answer.layers) == fair_cover(rows, demand).people_served
    together = [0] * len(answer.cells)
    for layer in answer.layers:
        assert min(layer.people, default=0) >= 0
        together = [a + b for a, b in zip(together, layer.people, strict=True)]
    served = [CellDemand(cell, people) for cell, people in zip(answer.cells, together, strict=True)]
    assert oracle.most_people(rows, served) == sum(together)
    assert all(people <= needed for people, needed in zip(together, answer.demand, strict=True))


def test_a_layer_is_the_increase_not_the_list():
    """The partner could serve 100 women, but contracts leave only 40 unserved."""
    answer = layered_cover(
        [
            ("contract", [Provision("c", 60, ("women",))]),
            ("partner", [Provision("p", 100, ("women",))]),
            ("member_offer", [Provision("o", 10, ("women", "men"))]),
        ],
        [CellDemand("women", 100), CellDemand("men", 30)],
    )
    assert [layer.people for layer in answer.layers] == [(0, 60), (0, 40), (10, 0)]
    assert answer.unmet == (20, 0)


@pytest.mark.parametrize(
    ("provision", "demand", "code"),
    [
        (
            [Provision("p", 9, ("a", "b", "c"), (SubLimit(3, ("a", "b")), SubLimit(3, ("b", "c"))))],
            [CellDemand("a", 1)],
            "sub_limits_cross",
        ),
        ([Provision("p", 9, ("a",), (SubLimit(3, ("b",)),))], [], "sub_limit_outside_provision"),
        ([Provision("p", 9, ()), Provision("p", 8, ())], [], "duplicate_provision"),
        ([], [CellDemand("a", 1), CellDemand("a", 2)], "duplicate_cell"),
        ([Provision("p", -1, ())], [], "negative_number"),
        ([], [CellDemand("a", -1)], "negative_number"),
        ([], [CellDemand("a", float("nan"))], "not_a_number"),
        ([], [CellDemand("a", float("inf"))], "not_a_number"),
        ([], [CellDemand("a", True)], "not_a_number"),
        ([], [CellDemand("a", 10**10)], "number_too_large"),
        ([], [CellDemand("a", 0.00000001)], "finer_than_a_millionth"),
    ],
)
def test_what_breaks_the_model_is_refused_with_the_reason(provision, demand, code):
    with pytest.raises(CoverRefused) as refused:
        fair_cover(provision, demand)
    assert code in {reason.code for reason in refused.value.reasons}


@pytest.mark.parametrize(
    "case",
    [
        [],
        {},
        {"provision": [], "demand": {}},
        {"provision": [{}], "demand": []},
        {"provision": [{"id": "A", "capacity": 3, "cells": "ab"}], "demand": []},
        {"provision": [{"id": "A", "capacity": "many", "cells": []}], "demand": []},
        {"provision": [], "demand": [{"cell": 7, "people": 3}]},
        {"provision": [], "demand": ["a"]},
    ],
)
def test_a_malformed_case_is_refused_never_guessed(case):
    with pytest.raises(CoverRefused):
        allocate_case(case)


def test_a_case_survives_writing_and_reading():
    case = json.loads((GAP_CASES / "nested-limits.json").read_text())
    provision, demand = read_case(case)
    assert read_case(write_case(provision, demand, "again")) == (provision, demand)


def test_the_certificate_refuses_a_tampered_answer(monkeypatch):
    """Were the flow wrong by one person, or the rates unfair, the answer would not leave the function."""
    named = network_of(
        [Provision("A", 30, ("a", "b")), Provision("B", 10, ("b",))],
        [CellDemand("a", 40), CellDemand("b", 40)],
    )
    genuine = cover_module.certificate.check
    tampered = {
        "port_flow": lambda flow: flow + 1,
        "edge_flow": lambda flow: flow[::-1].copy(),
        "served": lambda served: [*served[:-1], served[-1] - 1],
        "block_of_class": lambda block: np.zeros_like(block),
    }
    for name, change in tampered.items():
        monkeypatch.setattr(
            cover_module.certificate,
            "check",
            lambda name=name, change=change, **values: genuine(**{**values, name: change(values[name])}),
        )
        with pytest.raises(CertificateBroken):
            solve(named.network)


def test_a_national_case_is_settled_in_few_calls():
    """2,000 offers over 15,552 cells: exact, proved, and in a handful of maximum flows."""
    rng = np.random.default_rng(7)
    offers, cells, wide = 2000, 15552, 80
    edge_port = np.repeat(np.arange(offers), wide)
    # Offers serve runs of neighbouring cells, as regions do; the starts lie on a grid, so cells merge.
    start = rng.integers(0, cells // 12, offers) * 12
    edge_cell = (np.repeat(start, wide) + np.tile(np.arange(wide), offers)) % cells
    network = Network.of_arrays(
        capacity=rng.integers(1, 400, offers) * 10**6,
        demand=rng.integers(0, 60, cells) * 10**6,
        edge_port=edge_port,
        edge_cell=edge_cell,
    )
    answer = solve(network)
    assert answer.solves <= 30
    assert answer.classes.demand.size < cells
    apart = solve(network, keep_apart(network))
    assert sum(answer.served) == sum(apart.served)
    rng = random.Random(1)
    for cell in rng.sample(range(cells), 200):
        merged, single = answer.classes.of_cell[cell], apart.classes.of_cell[cell]
        assert (merged < 0) == (single < 0)
        if merged >= 0:
            assert answer.rate(answer.block_of_class[merged]) == apart.rate(apart.block_of_class[single])


def test_port_lists_that_share_a_hash_are_told_apart(monkeypatch):
    """With the first salt every list has the same hash, as a collision would."""
    spread = network_module._mix
    salts = []

    def colliding(numbers, salt):
        salts.append(salt)
        return spread(numbers, salt) if salt > 1 else np.zeros(numbers.size, np.uint64)

    network = network_of(
        [Provision("a", 5, ("x", "y", "z")), Provision("b", 5, ("y", "z"))],
        [CellDemand(cell, 4) for cell in "xyz"],
    ).network
    expected = network_module.merge_cells(network)
    monkeypatch.setattr(network_module, "_mix", colliding)
    merged = network_module.merge_cells(network)
    assert max(salts) == 2
    assert merged.of_cell.tolist() == expected.of_cell.tolist() == [0, 1, 1]
    assert merged.edge_port.tolist() == expected.edge_port.tolist()
