"""Rounding to whole people: by largest remainder, and by a flow that keeps what earlier layers gave."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from ortools.graph.python import min_cost_flow

from procurement.gaps.rules.network import Classes, Ints, Network, by_block


def largest_remainder(shares: Sequence[Fraction], total: int | None = None) -> list[int]:
    """Round each share down, then give the places left to the largest remainders; ties go to the first.

    `total` is the whole number the parts must add up to; by default the sum of the shares, rounded down.
    """
    denominator = lcm(*(share.denominator for share in shares))
    parts = [share.numerator * (denominator // share.denominator) for share in shares]
    return rounded_parts(parts, denominator, total)


def rounded_parts(parts: Sequence[int], denominator: int, total: int | None = None) -> list[int]:
    """`largest_remainder` of shares with one denominator: whole numbers, where fractions would take long."""
    whole = [part // denominator for part in parts]
    total = sum(parts) // denominator if total is None else total
    left = total - sum(whole)
    if not 0 <= left <= len(parts):
        raise ValueError(f"{total} cannot be reached by rounding {len(parts)} shares up or down")
    order = sorted(range(len(parts)), key=lambda k: (-(parts[k] % denominator), k))
    for k in order[:left]:
        whole[k] += 1
    return whole


def whole_people(
    network: Network, classes: Classes, rates: Sequence[Fraction | None], at_least: Ints, total: int
) -> Ints:
    """Whole people by cell who can really be served together, `total` in all, as near to `rates` as can be.

    `rates` are the fair served shares by cell, alike in all cells of a class. The network is in whole people.
    No cell gets fewer than `at_least` (what earlier layers gave it, itself possible together), none more than
    its demand. A maximum flow can always be reached from `at_least` without lowering a cell, and has
    whole-number solutions; a minimum-cost flow picks the one that gives each class its fair share rounded
    down first, then the largest remainders. Inside a class cells are alike, so there the same is done by
    plain rounding.
    """
    people = np.array(at_least, np.int64)
    if total == int(people.sum()):
        return people
    members = [cells for number, cells in by_block(classes.of_cell) if number >= 0]
    fair = [(rates[cells[0]] or Fraction(0)).as_integer_ratio() for cells in members]
    least = np.array([people[cells].sum() for cells in members], np.int64)
    # Each class's fair share is a fraction of whole numbers: (value, over), never reduced.
    exact = [
        (needed * served, over) for needed, (served, over) in zip(classes.demand.tolist(), fair, strict=True)
    ]
    share = np.maximum(np.array([value // over for value, over in exact], np.int64), least)
    precision = 10**4
    remainder = [
        value % over * precision // over if value > low * over else 0
        for (value, over), low in zip(exact, least.tolist(), strict=True)
    ]
    up = np.minimum(share + 1, classes.demand)
    ports, kinds = network.capacity.size, classes.demand.size
    source, sink = ports + kinds, ports + kinds + 1
    roots, nested = np.flatnonzero(network.parent < 0), np.flatnonzero(network.parent >= 0)
    # What a class earned before is worth most, then its rounded share, then the remainder, then anyone else.
    steps = (
        (least, np.full(kinds, -4 * precision)),
        (share - least, np.full(kinds, -2 * precision)),
        (up - share, -np.array(remainder, np.int64) - 1),
        (classes.demand - up, np.zeros(kinds, np.int64)),
    )
    node = np.arange(kinds) + ports
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate(
            (np.full(roots.size, source), network.parent[nested], classes.edge_port, np.tile(node, 4))
        ),
        np.concatenate((roots, nested, classes.edge_class + ports, np.full(4 * kinds, sink))),
        np.concatenate(
            (
                network.capacity[roots],
                network.capacity[nested],
                np.minimum(network.capacity[classes.edge_port], classes.demand[classes.edge_class]),
                *(step for step, _ in steps),
            )
        ),
        np.concatenate(
            (
                np.zeros(ports + classes.edge_port.size, np.int64),
                *(cost for _, cost in steps),
            )
        ),
    )
    flow.set_nodes_supplies(np.array([source, sink]), np.array([total, -total]))
    if flow.solve() != flow.OPTIMAL:
        raise AssertionError("the whole people of a cover could not be found")
    given = flow.flows(arcs)[ports + classes.edge_port.size :].reshape(4, kinds).sum(axis=0)
    for number, cells in enumerate(members):
        people[cells] = _spread(
            fair[number],
            people[cells].tolist(),
            network.demand[cells].tolist(),
            int(given[number]),
        )
    return people


def _spread(rate: tuple[int, int], least: list[int], most: list[int], total: int) -> list[int]:
    """`total` over cells that are alike: rounded shares, none under its least or over its most."""
    served, over = rate
    given = [min(max(high * served // over, low), high) for low, high in zip(least, most, strict=True)]
    order = sorted(range(len(most)), key=lambda k: (given[k] * over - most[k] * served, k))
    while sum(given) < total:
        for k in order:
            if sum(given) < total and given[k] < most[k]:
                given[k] += 1
    while sum(given) > total:
        for k in reversed(order):
            if sum(given) > total and given[k] > least[k]:
                given[k] -= 1
    return given
