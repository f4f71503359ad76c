"""The layered cover: contracts, then partners, then members' offers, then the others, each as an increase."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from core.reasons import Reason
from procurement.gaps.rules.cover import described, solve
from procurement.gaps.rules.network import Ints, Named, Network, network_of
from procurement.gaps.rules.rounding import whole_people
from procurement.gaps.types import (
    CellDemand,
    CoverRefused,
    Layer,
    LayeredCover,
    Provision,
)


def layered_cover(
    layers: Sequence[tuple[str, Sequence[Provision]]], demand: Sequence[CellDemand]
) -> LayeredCover:
    """Cover by name, one fair maximum cover for each layer with all before it; see `layered`."""
    named = network_of([row for _, rows in layers for row in rows], demand)
    layer_of = {row.id: step for step, (_, rows) in enumerate(layers) for row in rows}
    of_port = np.array([layer_of[provision] for provision in named.port_provision], np.int64)
    return layered(named, of_port[named.network.edge_port], [name for name, _ in layers])


def layered(named: Named, layer_of_edge: Ints, names: Sequence[str]) -> LayeredCover:
    """Solve layer by layer and read each as the increase in cover, in total and in every cell.

    `layer_of_edge` says from which layer on a provision may serve a cell: an offer that reaches beyond its
    supplier's membership serves members' cells in one layer and the others in the next, from one capacity.

    Each layer's cover is the fair one of all provision up to it. Whole people are found by `whole_people`:
    they can be served together, and no cell ever loses what an earlier layer gave it, so that the layers of
    a cell and its unmet people add up to its demand. (Fair rates themselves never fall when capacity is
    added, as `cover` proves; they may when an old capacity is opened to more cells, and then the earlier
    layer's people stay.) Needs whole people throughout; refuses fractions with the reason.
    """
    network = named.network
    if network.units_per_person.numerator != 1 and network.demand.any():
        raise CoverRefused([Reason("whole_people_needed")])
    # Back to one unit a person: rounding is about people.
    person = network.units_per_person.denominator
    demand = network.demand * person
    layers: list[Layer] = []
    before = np.zeros(demand.size, np.int64)
    for step, name in enumerate(names):
        included = layer_of_edge <= step
        part = Network.of_arrays(
            capacity=network.capacity * person,
            demand=demand,
            edge_port=network.edge_port[included],
            edge_cell=network.edge_cell[included],
            parent=network.parent,
            units_per_person=Fraction(1),
            reduce=False,
        )
        answer = solve(part)
        cover = described(Named(part, named.cells, named.port_provision, named.port_limit), answer)
        total = cover.people_served
        people = whole_people(part, answer.classes, cover.rates, before, int(total))
        layers.append(Layer(name, tuple((people - before).tolist()), total - int(before.sum()), cover))
        before = people
    return LayeredCover(
        cells=named.cells,
        demand=tuple(demand.tolist()),
        layers=tuple(layers),
        unmet=tuple((demand - before).tolist()),
    )
