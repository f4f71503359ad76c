"""What if: an analysis with other provision or demand, beside the one as it is, by area and need.

Rates are the fair ones, proved by the certificate as in any analysis; people are summed for each area and
need before they are rounded, which spares the rounding cell by cell and so takes a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise

import numpy as np

from procurement.gaps.rules.cover import solve
from procurement.gaps.rules.inputs import LAYERS, DemandPlace, Inputs, Port, Scope
from procurement.gaps.rules.network import Ints, Network, merge_cells
from procurement.gaps.rules.resilience import plain_cover
from procurement.gaps.rules.scopes import Expanded, expand

TRIED = "what-if"
"""The identifier, and the supplier, of provision that is only tried."""

AreaNeed = tuple[str, str]
"""(police force area, need area), by code."""


@dataclass(frozen=True, slots=True)
class Added:
    """A contract that is tried: people a year by complexity for one need in one place."""

    place: str
    need: str
    volumes: Mapping[str, int]
    sex: str = ""


@dataclass(frozen=True, slots=True)
class TriedLot:
    """A lot of a call-off that is tried as if it were let: people a year by need and complexity, together.

    `places` are the codes that the lot names; `cohorts` the parts of the partition that it serves wholly.
    """

    title: str
    places: tuple[str, ...]
    volumes: tuple[tuple[str, str, int], ...]
    cohorts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemandChange:
    """So many percent more or fewer people, of one need or all, in one place or all."""

    percent: int
    place: str = ""
    need: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that one question changes at the same time."""

    suppliers_leave: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    """Contracts and offers, by their numbers."""
    added: tuple[Added, ...] = ()
    demand: tuple[DemandChange, ...] = ()
    lots: tuple[TriedLot, ...] = ()


def in_plain_values(changes: Changes) -> dict:
    """Changes as they are stored."""
    return asdict(changes)


def read_changes(stored: Mapping) -> Changes:
    """Changes as they were stored."""
    return Changes(
        tuple(stored["suppliers_leave"]),
        tuple(stored["removed"]),
        tuple(Added(**one) for one in stored["added"]),
        tuple(DemandChange(**one) for one in stored["demand"]),
        # Questions asked before lots could be tried name none.
        tuple(
            TriedLot(
                one["title"],
                tuple(one["places"]),
                tuple((need, complexity, people) for need, complexity, people in one["volumes"]),
                tuple(one["cohorts"]),
            )
            for one in stored.get("lots", ())
        ),
    )


def changed(inputs: Inputs, changes: Changes, cohorts: Mapping[str, str]) -> tuple[Inputs, tuple[str, ...]]:
    """The inputs with the changes made, and which suppliers and numbers were not in them.

    `cohorts` maps each part of the partition to its sex.
    """
    suppliers, known = {scope.supplier for scope in inputs.scopes}, {scope.id for scope in inputs.scopes}
    unknown = [name for name in changes.suppliers_leave if name not in suppliers]
    unknown += [number for number in changes.removed if number not in known]
    kept = [
        scope
        for scope in inputs.scopes
        if scope.supplier not in changes.suppliers_leave and scope.id not in changes.removed
    ]
    for number, one in enumerate(changes.added, start=1):
        kept.append(
            Scope(
                id=f"{TRIED}-{number}",
                kind=LAYERS[0],
                name="Tried here",
                supplier=TRIED,
                ports=tuple(
                    Port(one.need, complexity, people) for complexity, people in sorted(one.volumes.items())
                ),
                places=_leaves(inputs, (one.place,)),
                cohorts=tuple(code for code, sex in cohorts.items() if one.sex in ("", sex)),
            )
        )
    kept += [
        Scope(
            id=f"{TRIED}-lot-{number}",
            kind=LAYERS[0],
            name=lot.title,
            supplier=TRIED,
            ports=tuple(Port(*volume) for volume in lot.volumes),
            places=_leaves(inputs, lot.places),
            cohorts=lot.cohorts,
        )
        for number, lot in enumerate(changes.lots, start=1)
    ]
    demand = inputs.demand
    for change in changes.demand:
        demand = tuple(
            (*row[:4], max(0, (row[4] * (100 + change.percent) + 50) // 100))
            if change.need in ("", row[1]) and _lies(row[0], inputs.places[row[0]], change.place)
            else row
            for row in demand
        )
    return replace(inputs, scopes=tuple(kept), demand=demand), tuple(unknown)


def _leaves(inputs: Inputs, wanted: Sequence[str]) -> tuple[str, ...]:
    """The smallest places of the demand set's places that lie in some others."""
    return tuple(
        sorted(
            {
                leaf
                for code, place in inputs.places.items()
                if any(_lies(code, place, one) for one in wanted)
                for leaf in place.leaves
            }
        )
    )


def _lies(code: str, place: DemandPlace, wanted: str) -> bool:
    return wanted in ("", "nation:ew", code, place.area, place.region)


@dataclass(frozen=True, slots=True)
class Quick:
    """People a year, and how far they are met: in all by layer, and for each area and need."""

    rows: dict[AreaNeed, tuple[int, int, int, int]]
    """In need, referred elsewhere, met by contract, met by contracts and all offers together."""
    whole: tuple[int, ...]
    """In need, referred elsewhere, then met by each layer in its order."""
    arcs_checked: int = field(default=0, compare=False)


def quick(inputs: Inputs) -> Quick:
    """The fair cover by contracts and by everything, summed by area and need, and the totals of all layers.

    The totals are those of an analysis, and so is what contracts meet, but for rounding. What contracts and
    offers meet together is shared evenly among all; the matrix of an analysis lets members' offers go first.
    """
    built = expand(inputs)
    cells = built.cells
    person = built.named.network.units_per_person
    of_row = [(inputs.places[row[0]].area or row[0], row[1]) for row in inputs.demand]
    keys = sorted(set(of_row))
    number = {key: k for k, key in enumerate(keys)}
    people, referred = [0] * len(keys), [0] * len(keys)
    for key, row in zip(of_row, inputs.demand, strict=True):
        people[number[key]] += row[4]
        if (row[1], row[2]) in inputs.referred:
            referred[number[key]] += row[4]
    of_cell = np.array([number[inputs.places[row[0]].area or row[0], row[1]] for row in cells], np.int64)
    first, last = _up_to(built, 0), _up_to(built, len(LAYERS) - 1)
    by_contract, of_contracts, checked = _served(first, of_cell, len(keys))
    by_all, of_all, more = _served(last, of_cell, len(keys))
    between = [_up_to(built, step) for step in range(1, len(LAYERS) - 1)]
    plain = [plain_cover(network, merge_cells(network)) for network in between]
    totals = [0, *(int(total / person) for total in (of_contracts, *plain, of_all))]
    return Quick(
        rows={
            key: (people[k], referred[k], int(by_contract[k]), int(by_all[k])) for key, k in number.items()
        },
        whole=(sum(people), sum(referred), *(after - before for before, after in pairwise(totals))),
        arcs_checked=checked + more,
    )


def _up_to(built: Expanded, step: int) -> Network:
    """The network of the layers up to one of them."""
    network, included = built.named.network, built.layer_of_edge <= step
    return Network.of_arrays(
        capacity=network.capacity,
        demand=network.demand,
        edge_port=network.edge_port[included],
        edge_cell=network.edge_cell[included],
        parent=network.parent,
        units_per_person=network.units_per_person,
        reduce=False,
    )


def _served(network: Network, of_cell: Ints, rows: int) -> tuple[Ints, int, int]:
    """Whole people served in each row, units served in all, and how many arcs the certificate examined."""
    answer = solve(network)
    rates = np.array([float(answer.rate(block)) for block in range(len(answer.served))])
    kind = answer.classes.of_cell
    rate = np.zeros(kind.size)
    rate[kind >= 0] = rates[answer.block_of_class[kind[kind >= 0]]]
    people = rate * network.demand / float(network.units_per_person)
    served = np.bincount(of_cell, weights=people, minlength=rows)
    total = sum(answer.served[block] for block in set(answer.block_of_class.tolist()))
    return np.rint(served).astype(np.int64), total, answer.arcs_checked


def difference(before: Quick, after: Quick) -> list[tuple[str, str, Sequence[int], Sequence[int]]]:
    """(area, need, before, after) wherever something changed, the greatest changes first."""
    nothing = (0, 0, 0, 0)
    found = [
        (*key, before.rows.get(key, nothing), after.rows.get(key, nothing))
        for key in sorted({*before.rows, *after.rows})
        if before.rows.get(key) != after.rows.get(key)
    ]
    return sorted(found, key=lambda row: (-abs(row[3][2] - row[2][2]), -abs(row[3][3] - row[2][3]), row[:2]))
