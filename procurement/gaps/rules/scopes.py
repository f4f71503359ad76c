"""From scopes and pools to the network: which capacity may serve which cell, and from which layer on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from procurement.gaps.rules.inputs import IN_PLACE, LAYERS, DemandFigure, DemandPlace, Inputs, Pool, Scope
from procurement.gaps.rules.network import MOST_PEOPLE, Ints, Named, Network
from procurement.gaps.types import MICRO, CoverRefused, Reason


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose a capacity of the network is: a contract's, an offer's, or a pool's that several offers share."""

    id: str
    kind: str
    name: str
    supplier: str


@dataclass(frozen=True, slots=True, eq=False)
class Expanded:
    """The network of an analysis with what its numbers stand for, and the layer that opens each edge."""

    named: Named
    cells: Sequence[DemandFigure]
    scopes: Sequence[Scope]
    providers: Sequence[Provider]
    """By the numbers that the network's ports bear as their provision."""
    capacity: Sequence[int]
    """People a year of each port, as stated: the network cuts what nobody could use."""
    layer_of_edge: Ints
    partial_places: int


def expand(inputs: Inputs) -> Expanded:
    """The network of scopes and cells.

    A contract is a provision with a port for each of its capacities. A pool is one provision, however many
    offers draw on it: its limits are ports inside it, and each offer joins its cells to the innermost limit
    that holds them, so that nobody's place is counted twice.
    """
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
    ports = _Ports(scopes, inputs.pools)
    edge_port, edge_cell, edge_layer = [], [], []
    partial_places = 0
    for scope in scopes:
        where, partly = reach.of(scope.places)
        partial_places += partly
        if scope.cohorts not in who_of:
            who_of[scope.cohorts] = np.array([index[3][c] for c in scope.cohorts if c in index[3]], np.int64)
        who = who_of[scope.cohorts]
        layer = np.repeat(_layer_of_places(scope, where, axes[0], places), who.size)
        own = ports.own(scope)
        for number, port in enumerate(scope.ports):
            if port.need not in index[1] or port.complexity not in index[2]:
                continue
            found = grid[where[:, None], index[1][port.need], index[2][port.complexity], who].ravel()
            kept = found >= 0
            if not port.pool:
                serving: Ints | int = own[number]
            elif ports.by_region(port.pool):
                regions = [places[axes[0][k]].region for k in where]
                innermost = [ports.innermost(port.pool, region, port.complexity) for region in regions]
                serving = np.repeat(np.array(innermost, np.int64), who.size)[kept]
            else:
                serving = ports.innermost(port.pool, "", port.complexity)
            edge_cell.append(found[kept])
            edge_layer.append(layer[kept])
            edge_port.append(np.full(edge_cell[-1].size, serving, np.int64))
    network = Network.of_arrays(
        capacity=np.array(ports.capacity, np.int64) * MICRO,
        parent=np.array(ports.parent, np.int64),
        demand=np.array([row[4] for row in cells], np.int64) * MICRO,
        edge_port=_joined(edge_port),
        edge_cell=_joined(edge_cell),
    )
    named = Named(network, tuple(str(k) for k in range(len(cells))), tuple(ports.names), tuple(ports.limits))
    layer_of_edge = _layers_in_order(network, edge_port, edge_cell, edge_layer)
    return Expanded(named, cells, scopes, ports.providers, ports.capacity, layer_of_edge, partial_places)


class _Ports:
    """The ports of a network as they are numbered: a provision, then the limits inside it."""

    def __init__(self, scopes: Sequence[Scope], pools: Sequence[Pool]) -> None:
        self.capacity: list[int] = []
        self.parent: list[int] = []
        self.names: list[str] = []
        self.limits: list[str | None] = []
        self.providers: list[Provider] = []
        drawing: dict[str, list[Scope]] = {}
        for scope in scopes:
            for pool_id in sorted({port.pool for port in scope.ports} - {""}):
                drawing.setdefault(pool_id, []).append(scope)
        self.pools = {pool.id: pool for pool in pools}
        self.of_limit: dict[tuple[str, str, str], int] = {}
        self.regional: set[str] = set()
        for pool_id in sorted(drawing):
            self._pool(self.pools[pool_id], drawing[pool_id])

    def own(self, scope: Scope) -> list[int]:
        """Number a scope's capacities that draw on no pool, one for each of its ports (-1 for the others)."""
        own = [port for port in scope.ports if not port.pool]
        if not own:
            return [-1] * len(scope.ports)
        root = self._provision(
            sum(port.capacity for port in own), Provider(scope.id, scope.kind, scope.name, scope.supplier)
        )
        return [
            -1
            if port.pool
            else root
            if len(own) == 1
            else self._inside(root, port.capacity, f"{port.need}:{port.complexity}")
            for port in scope.ports
        ]

    def innermost(self, pool: str, region: str, complexity: str) -> int:
        """The port of a pool through which it serves a region and complexity."""
        for key in ((region, complexity), (region, ""), ("", complexity)):
            if (pool, *key) in self.of_limit:
                return self.of_limit[pool, *key]
        return self.of_limit[pool, "", ""]

    def by_region(self, pool: str) -> bool:
        """Whether a pool has limits for single regions."""
        return pool in self.regional

    def _pool(self, pool: Pool, drawing: Sequence[Scope]) -> None:
        # A pool of one offer is known by that offer: nobody else can take its places.
        shared = len(drawing) > 1
        known = Provider(pool.id, "pool", pool.name, pool.supplier)
        if not shared:
            known = Provider(drawing[0].id, drawing[0].kind, drawing[0].name, pool.supplier)
        root = self._provision(pool.capacity, known)
        self.of_limit[pool.id, "", ""] = root
        # The wider limits first: a parent is numbered before its children.
        for limit in sorted(pool.limits, key=lambda one: (bool(one.region), bool(one.complexity), one)):
            if limit.capacity >= pool.capacity and not limit.region:
                continue
            above = self.of_limit.get((pool.id, limit.region, ""))
            beside = self.of_limit.get((pool.id, "", limit.complexity))
            if above is not None and beside is not None:
                raise CoverRefused([Reason("sub_limits_cross", {"provision": pool.id})])
            inside = above if above is not None else beside if beside is not None else root
            label = f"{limit.region}:{limit.complexity}"
            self.of_limit[pool.id, limit.region, limit.complexity] = self._inside(
                inside, limit.capacity, label
            )
            if limit.region:
                self.regional.add(pool.id)

    def _provision(self, capacity: int, known: Provider) -> int:
        self.providers.append(known)
        return self._number(capacity, -1, None, known)

    def _inside(self, parent: int, capacity: int, limit: str) -> int:
        return self._number(capacity, parent, limit, self.providers[-1])

    def _number(self, capacity: int, parent: int, limit: str | None, known: Provider) -> int:
        if not 0 <= capacity <= MOST_PEOPLE:
            raise CoverRefused([Reason("number_too_large", {"provision": known.id})])
        self.capacity.append(capacity)
        self.parent.append(parent)
        self.names.append(str(len(self.providers) - 1))
        self.limits.append(limit)
        return len(self.capacity) - 1


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
    if scope.kind in IN_PLACE:
        return np.full(where.size, LAYERS.index(scope.kind), np.int64)
    member, other = LAYERS.index("member_offer"), LAYERS.index("other_offer")
    return np.array(
        [member if places[codes[k]].region in scope.member_regions else other for k in where], np.int64
    )


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
