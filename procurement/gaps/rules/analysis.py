"""From scopes to coverage: who may serve which cell, the layered cover, and what it says place by place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from procurement.gaps.rules.layers import layered
from procurement.gaps.rules.network import MOST_PEOPLE, Ints, Named, Network
from procurement.gaps.types import MICRO, Cover, CoverRefused, Reason

METHOD = "Layered fair maximum cover, version 1"
LAYERS = ("contract", "member_offer", "other_offer")
"""Contracts in force; offers of members who may be invited; offers of others."""

CellKey = tuple[str, str, str, str]
"""(place, need area, complexity, cohort), by code."""

DemandFigure = tuple[str, str, str, str, int]
"""A cell's key and its people a year."""


@dataclass(frozen=True, slots=True)
class Port:
    """At most `capacity` people a year with one need at one complexity."""

    need: str
    complexity: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Scope:
    """A contract or an offer: its capacities, the smallest places it covers, and its parts of the partition.

    `member_regions` are the regions where its supplier may be invited for the need (offers only). `partly`
    are cohorts that it serves only in part (other ages, or people with a tag): reported, never counted.
    """

    id: str
    kind: str
    name: str
    supplier: str
    ports: tuple[Port, ...]
    places: tuple[str, ...]
    cohorts: tuple[str, ...]
    partly: tuple[str, ...] = ()
    member_regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An arrangement that the people view cannot count, and why."""

    id: str
    kind: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class DemandPlace:
    """A place of the demand set: the smallest places in it, and the places that its figures add up to."""

    leaves: tuple[str, ...]
    region: str
    area: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that an analysis is computed from; the digest of its document names the answer."""

    on: str
    demand: tuple[DemandFigure, ...]
    referred: tuple[tuple[str, str], ...]
    """(need area, complexity) that the specification sends elsewhere."""
    places: Mapping[str, DemandPlace]
    scopes: tuple[Scope, ...]
    left_out: tuple[LeftOut, ...]

    def document(self) -> bytes:
        """The inputs and the method as canonical JSON."""
        content: dict[str, Any] = {"method": METHOD, **asdict(self)}
        for name in ("demand", "referred"):
            content[name] = sorted(content[name])
        for name in ("scopes", "left_out"):
            content[name] = sorted(content[name], key=lambda row: (row["kind"], row["id"]))
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def about_need(inputs: Inputs, need: str) -> Inputs:
    """What the pages about one need read of the inputs: its capacities and the places, without demand.

    The whole inputs of a national market are megabytes; no page should have to take all of them in.
    """
    scopes = (
        replace(scope, ports=tuple(port for port in scope.ports if port.need == need))
        for scope in inputs.scopes
        if any(port.need == need for port in scope.ports)
    )
    return replace(inputs, demand=(), left_out=(), scopes=tuple(scopes))


def digest(document: bytes) -> str:
    """The name of an answer: the same inputs, in whatever order they were read, have the same."""
    return hashlib.sha256(document).hexdigest()


def read_inputs(document: bytes) -> Inputs:
    """The inputs of a stored analysis."""
    content: dict[str, Any] = json.loads(document)
    return Inputs(
        on=content["on"],
        demand=tuple((p, n, x, c, people) for p, n, x, c, people in content["demand"]),
        referred=tuple((need, complexity) for need, complexity in content["referred"]),
        places={
            code: DemandPlace(tuple(place["leaves"]), place["region"], place["area"])
            for code, place in content["places"].items()
        },
        scopes=tuple(
            Scope(
                id=scope["id"],
                kind=scope["kind"],
                name=scope["name"],
                supplier=scope["supplier"],
                ports=tuple(Port(**port) for port in scope["ports"]),
                places=tuple(scope["places"]),
                cohorts=tuple(scope["cohorts"]),
                partly=tuple(scope["partly"]),
                member_regions=tuple(scope["member_regions"]),
            )
            for scope in content["scopes"]
        ),
        left_out=tuple(LeftOut(**row) for row in content["left_out"]),
    )


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What each layer serves in one cell, in whole people, and the block that explains its shortage."""

    key: CellKey
    people: int
    by_layer: tuple[int, int, int]
    referred: bool
    block: int | None


@dataclass(frozen=True, slots=True)
class BlockAnswer:
    """Cells that compete for the same capacities at one rate, in plain values."""

    layer: str
    number: int
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer; totals are people, and people of referred cells are in no layer."""

    cells: tuple[CellAnswer, ...]
    blocks: tuple[BlockAnswer, ...]
    by_layer: dict[str, int]
    people: int
    referred: int
    solves: int
    arcs_checked: int
    partial_cohorts: int
    """Scopes that serve some cohort only in part; that part is not counted."""
    partial_places: int
    """Scopes that cover some place of the demand set only in part; that part is not counted."""


def analyse(inputs: Inputs) -> Answer:
    """Layered fair maximum cover of a demand set by contracts, members' offers and other offers.

    An offer may be used in a member's region one layer earlier than elsewhere, from the same capacity. Cells
    that the specification sends to an accredited programme are in no network and in no gap.
    """
    rows = sorted(inputs.demand)
    built = expand(inputs)
    cells, scopes = built.cells, built.scopes
    cover = layered(built.named, built.layer_of_edge, LAYERS)
    blocks, of_cell = _blocks([layer.cover for layer in cover.layers], cells, scopes)
    first, second, third = cover.layers
    answers = {
        row[:4]: CellAnswer(
            key=row[:4],
            people=row[4],
            by_layer=(first.people[k], second.people[k], third.people[k]),
            referred=False,
            block=of_cell[k],
        )
        for k, row in enumerate(cells)
    }
    for row in rows:
        if row[:4] not in answers:
            answers[row[:4]] = CellAnswer(row[:4], row[4], (0, 0, 0), referred=True, block=None)
    return Answer(
        cells=tuple(answers[row[:4]] for row in rows),
        blocks=blocks,
        by_layer={layer.name: int(layer.people_served) for layer in cover.layers},
        people=sum(row[4] for row in rows),
        referred=sum(answer.people for answer in answers.values() if answer.referred),
        solves=sum(layer.cover.solves for layer in cover.layers),
        arcs_checked=sum(layer.cover.arcs_checked for layer in cover.layers),
        partial_cohorts=sum(bool(scope.partly) for scope in scopes),
        partial_places=built.partial_places,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Expanded:
    """The network of an analysis with what its numbers stand for, and the layer that opens each edge."""

    named: Named
    cells: Sequence[DemandFigure]
    scopes: Sequence[Scope]
    layer_of_edge: Ints
    partial_places: int


def expand(inputs: Inputs) -> Expanded:
    """The network of scopes and cells: each scope a provision, each of its capacities a port inside it."""
    referred_levels = set(inputs.referred)
    cells = [row for row in sorted(inputs.demand) if (row[1], row[2]) not in referred_levels]
    scopes = sorted(inputs.scopes, key=lambda scope: (scope.kind, scope.id))
    places = inputs.places
    axes: list[list[str]] = [sorted({str(row[axis]) for row in cells}) for axis in range(4)]
    index = [{code: k for k, code in enumerate(axis)} for axis in axes]
    grid = np.full([len(axis) for axis in axes], -1, np.int64)
    for k, row in enumerate(cells):
        grid[index[0][row[0]], index[1][row[1]], index[2][row[2]], index[3][row[3]]] = k
    reach = _Reach(axes[0], places)
    who_of: dict[tuple[str, ...], Ints] = {}
    capacity: list[int] = []
    parent: list[int] = []
    names: list[str] = []
    limits: list[str | None] = []
    edge_port, edge_cell, edge_layer = [], [], []
    partial_places = 0
    for number, scope in enumerate(scopes):
        total = sum(port.capacity for port in scope.ports)
        if total > MOST_PEOPLE or any(port.capacity < 0 for port in scope.ports):
            raise CoverRefused([Reason("number_too_large", {"provision": scope.id})])
        where, partly = reach.of(scope.places)
        partial_places += partly
        root = len(capacity)
        capacity.append(total)
        parent.append(-1)
        names.append(str(number))
        limits.append(None)
        if scope.cohorts not in who_of:
            who_of[scope.cohorts] = np.array([index[3][c] for c in scope.cohorts if c in index[3]], np.int64)
        who = who_of[scope.cohorts]
        layer = np.repeat(_layer_of_places(scope, where, axes[0], places), who.size)
        for port in scope.ports:
            inner = root
            if len(scope.ports) > 1:
                inner = len(capacity)
                capacity.append(port.capacity)
                parent.append(root)
                names.append(str(number))
                limits.append(f"{port.need}:{port.complexity}")
            if port.need not in index[1] or port.complexity not in index[2]:
                continue
            found = grid[where[:, None], index[1][port.need], index[2][port.complexity], who].ravel()
            kept = found >= 0
            edge_cell.append(found[kept])
            edge_layer.append(layer[kept])
            edge_port.append(np.full(edge_cell[-1].size, inner, np.int64))
    network = Network.of_arrays(
        capacity=np.array(capacity, np.int64) * MICRO,
        parent=np.array(parent, np.int64),
        demand=np.array([row[4] for row in cells], np.int64) * MICRO,
        edge_port=_joined(edge_port),
        edge_cell=_joined(edge_cell),
    )
    named = Named(network, tuple(str(k) for k in range(len(cells))), tuple(names), tuple(limits))
    layer_of_edge = _layers_in_order(network, edge_port, edge_cell, edge_layer)
    return Expanded(named, cells, scopes, layer_of_edge, partial_places)


class _Reach:
    """Which places of a demand set a list of the smallest places covers; worked out once for each list.

    Sets of the smallest places are bits: a hundred places are compared with each of thousands of scopes.
    """

    def __init__(self, codes: Sequence[str], places: Mapping[str, DemandPlace]) -> None:
        smallest = {leaf for code in codes for leaf in places[code].leaves}
        self.bit = {leaf: 1 << k for k, leaf in enumerate(sorted(smallest))}
        self.wanted = [sum(self.bit[leaf] for leaf in places[code].leaves) for code in codes]
        self.known: dict[tuple[str, ...], tuple[Ints, bool]] = {}

    def of(self, leaves: tuple[str, ...]) -> tuple[Ints, bool]:
        """The numbers of the places covered wholly, and whether others are covered in part."""
        if leaves not in self.known:
            covered = sum(self.bit.get(leaf, 0) for leaf in set(leaves))
            whole, partly = [], False
            for number, wanted in enumerate(self.wanted):
                shared = wanted & covered
                if shared == wanted:
                    whole.append(number)
                elif shared:
                    partly = True
            self.known[leaves] = np.array(whole, np.int64), partly
        return self.known[leaves]


def _layer_of_places(
    scope: Scope, where: Ints, codes: Sequence[str], places: Mapping[str, DemandPlace]
) -> Ints:
    """From which layer on a scope may serve each of the places by their numbers."""
    if scope.kind == LAYERS[0]:
        return np.zeros(where.size, np.int64)
    if not scope.member_regions:
        return np.full(where.size, 2, np.int64)
    return np.array([1 if places[codes[k]].region in scope.member_regions else 2 for k in where], np.int64)


def _layers_in_order(
    network: Network, edge_port: list[Ints], edge_cell: list[Ints], edge_layer: list[Ints]
) -> Ints:
    """The layers of the edges that the network kept, in its order; of an edge named twice the earliest."""
    ports = max(1, network.capacity.size)
    key = _joined(edge_cell) * ports + _joined(edge_port)
    layer = _joined(edge_layer)
    order = np.lexsort((layer, key))
    unique, first = np.unique(key[order], return_index=True)
    wanted = network.edge_cell * ports + network.edge_port
    return layer[order][first][np.searchsorted(unique, wanted)]


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts).astype(np.int64) if parts else np.empty(0, np.int64)


def _blocks(
    covers: Sequence[Cover], cells: Sequence[DemandFigure], scopes: Sequence[Scope]
) -> tuple[tuple[BlockAnswer, ...], list[int | None]]:
    """Blocks of the contracts and of everything together, and the block that explains each cell's shortage.

    Where even all layers leave people unserved, their block says who competes; otherwise, where contracts
    alone leave some, the contracts' block does. Cells that nobody serves belong to no block.
    """
    blocks: list[BlockAnswer] = []
    of_cell: list[int | None] = [None] * len(cells)
    shown = ((LAYERS[0], covers[0]), (LAYERS[-1], covers[-1])) if covers else ()
    for layer, cover in shown:
        for block in cover.blocks:
            if not 0 < block.rate < 1:
                continue
            number = len(blocks)
            members = [cells[int(name)] for name in block.cells]
            blocks.append(BlockAnswer(layer, number, _content(block, members, scopes)))
            for name in block.cells:
                of_cell[int(name)] = number
    return tuple(blocks), of_cell


def _content(block: Any, members: Sequence[tuple], scopes: Sequence[Scope]) -> dict[str, Any]:
    binding = [
        {
            "name": scopes[int(bound.provision)].name,
            "supplier": scopes[int(bound.provision)].supplier,
            "kind": scopes[int(bound.provision)].kind,
            "id": scopes[int(bound.provision)].id,
            "limit": bound.limit,
            "capacity": _whole(bound.capacity),
        }
        for bound in block.binding
    ]
    return {
        "rate": f"{float(block.rate):.6f}",
        "people": _whole(block.demand),
        "served": _whole(block.served),
        "cells": len(members),
        "places": sorted({row[0] for row in members}),
        "needs": sorted({row[1] for row in members}),
        "complexities": sorted({row[2] for row in members}),
        "cohorts": sorted({row[3] for row in members}),
        "binding": binding,
        "provisions": len(block.provision),
    }


def _whole(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)


def cohort_cover(
    wanted: Mapping[str, tuple[str, int, int | None]],
    offered: Sequence[tuple[str | None, int | None, int | None, bool]],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which parts of the partition a list of cohorts serves wholly, and which only in part.

    `wanted` maps a part's code to (sex, youngest, oldest); `offered` holds (sex, youngest, oldest, tagged),
    None for any. Ages are whole years, both ends included. A tagged cohort (veterans, say) is some of the
    people of a part and never the whole. Without any cohort, everyone is served.
    """
    if not offered:
        return tuple(wanted), ()
    wholly, partly = [], []
    for code, (sex, low, high) in wanted.items():
        top = 200 if high is None else high
        meeting = [
            (low_age or 0, 200 if high_age is None else high_age, tagged)
            for of_sex, low_age, high_age, tagged in offered
            if of_sex in (None, "both", sex)
        ]
        reached = low
        for start, end, tagged in sorted(meeting):
            if not tagged and start <= reached <= end:
                reached = end + 1
        if reached > top:
            wholly.append(code)
        elif any(start <= top and end >= low for start, end, _ in meeting):
            partly.append(code)
    return tuple(wholly), tuple(partly)
