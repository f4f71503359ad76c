"""The layered cover: contracts, then partners, then members' offers, then the others, each as an increase."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from core.reasons import Reason
from procurement.gaps.rules.cover import described, solve
from procurement.gaps.rules.network import Named, Network, network_of
from procurement.gaps.rules.rounding import round_table
from procurement.gaps.types import (
    CellDemand,
    CoverRefused,
    Layer,
    LayeredCover,
    Provision,
)

CONTRACTS, PARTNERS, MEMBERS, OTHERS = "contract", "partner", "member_offer", "other_offer"
LAYERS = (CONTRACTS, PARTNERS, MEMBERS, OTHERS)
"""Met by contract; met by partner agencies; contract gap (a call-off fixes it); admission gap. The rest is
the market gap: nobody offers it."""


def layered_cover(
    layers: Sequence[tuple[str, Sequence[Provision]]], demand: Sequence[CellDemand]
) -> LayeredCover:
    """Cover by name, one fair maximum cover for each layer with all before it; see `layered`."""
    everything = [row for _, rows in layers for row in rows]
    named = network_of(everything, demand)
    layer_of = {row.id: step for step, (_, rows) in enumerate(layers) for row in rows}
    return layered(
        named,
        np.array([layer_of[provision] for provision in named.port_provision], np.int64),
        [name for name, _ in layers],
    )


def layered(named: Named, layer_of_port: np.ndarray, names: Sequence[str]) -> LayeredCover:
    """Solve layer by layer and read each as the increase in cover, in total and in every cell.

    Adding capacity lowers the fair rate of no cell (proved in `cover`), so every increase is zero or more
    and the layers of a cell add up to what all layers together serve. Whole people are rounded for the whole
    table at once: each entry up or down, each layer's total exact, each cell's layers and unmet people equal
    to its demand. Needs whole people throughout; refuses fractions with the reason.
    """
    network = named.network
    if network.units_per_person.numerator != 1 and network.demand.any():
        raise CoverRefused([Reason("whole_people_needed")])
    covers = []
    for step in range(len(names)):
        included = np.where(layer_of_port <= step, network.capacity, 0)
        part = Network.of_arrays(
            capacity=included,
            demand=network.demand,
            edge_port=network.edge_port,
            edge_cell=network.edge_cell,
            parent=network.parent,
            units_per_person=network.units_per_person,
        )
        covers.append(
            described(Named(part, named.cells, named.port_provision, named.port_limit), solve(part))
        )
    demand = [int(value / network.units_per_person) for value in network.demand.tolist()]
    served = [
        [people * (rate or Fraction(0)) for people, rate in zip(demand, cover.rates, strict=True)]
        for cover in covers
    ]
    before = [[Fraction(0)] * len(demand), *served[:-1]]
    increase = [
        [now - then for now, then in zip(row, earlier, strict=True)]
        for row, earlier in zip(served, before, strict=True)
    ]
    if any(value < 0 for row in increase for value in row):
        raise AssertionError("a cell lost people when provision was added")
    last = served[-1] if served else [Fraction(0)] * len(demand)
    unmet = [people - value for people, value in zip(demand, last, strict=True)]
    *whole, whole_unmet = round_table([*increase, unmet])
    totals = [Fraction(0), *(cover.people_served for cover in covers)]
    return LayeredCover(
        cells=named.cells,
        demand=tuple(demand),
        layers=tuple(
            Layer(name, tuple(people), cover.people_served - earlier, cover)
            for name, people, cover, earlier in zip(names, whole, covers, totals, strict=False)
        ),
        unmet=tuple(whole_unmet),
    )
