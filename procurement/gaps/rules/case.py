"""A stand-alone allocation case: the JSON form in which an analysis can be recomputed by anyone."""

from __future__ import annotations

import json
from fractions import Fraction

from core.reasons import Reason
from procurement.gaps.rules.cover import fair_cover
from procurement.gaps.rules.inputs import Inputs
from procurement.gaps.rules.scopes import expand
from procurement.gaps.types import Block, CellDemand, CoverRefused, Provision, SubLimit


def read_case(case: object) -> tuple[list[Provision], list[CellDemand]]:
    """Provision and demand of a case; raises `CoverRefused` naming every entry that has the wrong shape."""
    reasons: list[Reason] = []
    if not isinstance(case, dict):
        raise CoverRefused([Reason("not_an_object", {"at": "case"})])
    provision: list[Provision] = []
    demand: list[CellDemand] = []
    for part in ("provision", "demand"):
        if not isinstance(case.get(part), list):
            reasons.append(Reason("missing_list", {"at": part}))
    if reasons:
        raise CoverRefused(reasons)
    for index, row in enumerate(case["provision"]):
        try:
            limits = tuple(
                SubLimit(limit["capacity"], _names(limit["cells"]), str(limit.get("name", "")))
                for limit in row.get("sub_limits") or ()
            )
            provision.append(Provision(_name(row["id"]), row["capacity"], _names(row["cells"]), limits))
        except (KeyError, TypeError, AttributeError) as error:
            reasons.append(Reason("malformed", {"at": f"provision[{index}]", "cause": str(error)}))
    for index, row in enumerate(case["demand"]):
        try:
            demand.append(CellDemand(_name(row["cell"]), row["people"]))
        except (KeyError, TypeError, AttributeError) as error:
            reasons.append(Reason("malformed", {"at": f"demand[{index}]", "cause": str(error)}))
    if reasons:
        raise CoverRefused(reasons)
    return provision, demand


def write_case(provision: list[Provision], demand: list[CellDemand], note: str) -> dict:
    """The same in the other direction: the inputs of an analysis, to be recomputed elsewhere."""
    return {
        "note": note,
        "provision": [
            {
                "id": row.id,
                "capacity": row.capacity,
                "cells": list(row.cells),
                **(
                    {
                        "sub_limits": [
                            {"capacity": limit.capacity, "cells": list(limit.cells)}
                            | ({"name": limit.name} if limit.name else {})
                            for limit in row.sub_limits
                        ]
                    }
                    if row.sub_limits
                    else {}
                ),
            }
            for row in provision
        ],
        "demand": [{"cell": row.cell, "people": row.people} for row in demand],
    }


def as_case(inputs: Inputs) -> tuple[list[Provision], list[CellDemand]]:
    """The inputs of an analysis as a case: contracts, offers and pools with the limits inside them.

    Cells are named place|need|complexity|cohort. Layers are left out: a case serves all at once.
    """
    built = expand(inputs)
    network, named = built.named.network, built.named
    cells = ["|".join(row[:4]) for row in built.cells]
    inside: list[set[str]] = [set() for _ in named.port_provision]
    for port, cell in zip(network.edge_port.tolist(), network.edge_cell.tolist(), strict=True):
        inside[port].add(cells[cell])
    # Children are numbered after their parents: what a limit serves, its provision serves too.
    for port in range(len(inside) - 1, -1, -1):
        if network.parent[port] >= 0:
            inside[network.parent[port]] |= inside[port]
    limits: dict[str, list[SubLimit]] = {}
    capacity: dict[str, int] = {}
    served: dict[str, set[str]] = {}
    for port, provision in enumerate(named.port_provision):
        people = built.capacity[port]
        label = named.port_limit[port]
        if label is None:
            capacity[provision], served[provision] = people, inside[port]
        elif inside[port]:
            limits.setdefault(provision, []).append(SubLimit(people, tuple(sorted(inside[port])), label))
    return [
        Provision(
            built.providers[int(provision)].id,
            capacity[provision],
            tuple(sorted(served[provision])),
            tuple(limits.get(provision, ())),
        )
        for provision in capacity
    ], [CellDemand(cell, row[4]) for cell, row in zip(cells, built.cells, strict=True)]


def case_of(inputs: Inputs, name: str) -> dict:
    """The whole case of an analysis with a note that says whose it is; rows in an order of their own."""
    provision, demand = as_case(inputs)
    note = (
        f"Inputs of coverage analysis {name} as on {inputs.on}: all layers together. Cells are named "
        "place|need area|complexity|cohort."
    )
    return write_case(
        sorted(provision, key=lambda row: row.id), sorted(demand, key=lambda row: row.cell), note
    )


def case_text(inputs: Inputs, name: str) -> str:
    """The case as a file: the same inputs, in whatever order they were read, give the same bytes."""
    return json.dumps(case_of(inputs, name), ensure_ascii=False, indent=1)


def allocate_case(case: object) -> dict:
    """Solve a case: people served, the rate of every cell in the case's order, blocks, and the certificate.

    A cell without demand has rate None. Rates and people are floats of exact fractions; people are whole
    where the case's numbers are.
    """
    provision, demand = read_case(case)
    cover = fair_cover(provision, demand)
    rate_of = dict(zip(cover.cells, cover.rates, strict=True))
    return {
        "people_served": _plain(cover.people_served),
        "served_rate": [
            {"cell": row.cell, "rate": None if (rate := rate_of[row.cell]) is None else float(rate)}
            for row in demand
        ],
        "blocks": [_block(block) for block in cover.blocks],
        "certificate": "holds",
    }


def _block(block: Block) -> dict:
    return {
        "rate": float(block.rate),
        "exact": f"{block.rate.numerator}/{block.rate.denominator}",
        "people": _plain(block.demand),
        "served": _plain(block.served),
        "cells": list(block.cells),
        "provision": list(block.provision),
        "binding": [
            {"provision": b.provision, "capacity": _plain(b.capacity), "sub_limit": b.limit}
            for b in block.binding
        ],
    }


def _plain(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)


def _name(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"a name must be text, not {value!r}")
    return value


def _names(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"cells must be a list, not {values!r}")
    return tuple(_name(value) for value in values)
