"""The network of an analysis as arrays: ports (provisions and their sub-limits), cells, edges between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from math import gcd, isfinite

import numpy as np
from numpy.typing import NDArray

from core.reasons import Reason
from procurement.gaps.types import MICRO, CellDemand, CoverRefused, Number, Provision

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

ROOM = 2**61
"""Scaled numbers of one solver call stay below this, so that no sum can overflow 64 bits."""

MOST_PEOPLE = 10**9
"""The largest capacity or demand accepted; keeps every sum of a national case inside 64 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """source → port (capacity) → nested port → cell → sink (demand), every number an integer of one unit.

    `parent` is the port above (always a smaller number), or -1 for a provision itself. Edge k joins
    `edge_port[k]` to `edge_cell[k]`: the innermost port of a provision that holds the cell. Edges are
    sorted by cell, then port, and occur once.
    """

    capacity: Ints
    parent: Ints
    demand: Ints
    edge_port: Ints
    edge_cell: Ints
    units_per_person: Fraction = Fraction(MICRO)

    @classmethod
    def of_arrays(
        cls,
        *,
        capacity: Ints,
        demand: Ints,
        edge_port: Ints,
        edge_cell: Ints,
        parent: Ints | None = None,
        units_per_person: Fraction = Fraction(MICRO),
        reduce: bool = True,
    ) -> Network:
        """Sort and check the arrays, drop what cannot matter, and (`reduce`) divide by what all share.

        Dropped: edges of cells without demand, edges of ports without capacity. Capacities beyond the whole
        demand are cut to one unit more than it, which cannot bind. A port whose parent has no capacity
        never carries anything either, and needs no special case: its inflow is zero.
        """
        capacity = np.asarray(capacity, dtype=np.int64)
        demand = np.asarray(demand, dtype=np.int64)
        edge_port = np.asarray(edge_port, dtype=np.int64)
        edge_cell = np.asarray(edge_cell, dtype=np.int64)
        parent = np.full(capacity.size, -1, np.int64) if parent is None else np.asarray(parent, np.int64)
        if (capacity < 0).any() or (demand < 0).any():
            raise CoverRefused([Reason("negative_number")])
        if (parent >= np.arange(capacity.size)).any():
            raise CoverRefused([Reason("parent_after_child")])
        # A port under an empty parent carries nothing: empty it as well, top down.
        for port in np.flatnonzero(parent >= 0):
            if capacity[parent[port]] == 0:
                capacity[port] = 0
        keep = (demand[edge_cell] > 0) & (capacity[edge_port] > 0)
        # Not np.unique, which goes by way of a hash table: thirty times as slow on national cases.
        key = np.sort(edge_cell[keep] * np.int64(max(1, capacity.size)) + edge_port[keep])
        key = key[np.diff(key, prepend=-1) > 0]
        edge_cell, edge_port = np.divmod(key, max(1, capacity.size))
        shared = gcd(int(np.gcd.reduce(capacity, initial=0)), int(np.gcd.reduce(demand, initial=0)))
        if reduce and shared > 1:
            capacity, demand = capacity // shared, demand // shared
            units_per_person = units_per_person / shared
        capacity = np.minimum(capacity, int(demand.sum()) + 1)
        return cls(capacity, parent, demand, edge_port, edge_cell, units_per_person)


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Cells merged by identical port lists: the same ports mean the same rate."""

    of_cell: Ints
    """Class of each cell, -1 for a cell without demand or without any port."""
    demand: Ints
    edge_port: Ints
    edge_class: Ints


def merge_cells(network: Network, salt: int = 1) -> Classes:
    """Merge cells with the same set of ports, exactly, by hashing the port lists in one pass over the edges.

    The hash only picks a representative of each class; every member's list is then compared with its
    representative's. Should two different lists ever share a hash, another salt is taken.
    """
    cells = network.demand.size
    degree = np.bincount(network.edge_cell, minlength=cells)
    of_cell = np.full(cells, -1, np.int64)
    members = np.flatnonzero(degree)
    if members.size == 0:
        empty = np.empty(0, np.int64)
        return Classes(of_cell, empty, empty, empty)
    degree = degree[members]
    start = np.cumsum(degree) - degree
    lists = np.add.reduceat(_mix(np.arange(network.capacity.size), salt)[network.edge_port], start)
    lists += _mix(degree, salt)
    order = np.argsort(lists)
    ordered = lists[order]
    new = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    first = np.minimum.reduceat(order, np.flatnonzero(new))
    # Number the classes by their first cell, so that nothing depends on the hash values.
    rank = np.empty(first.size, np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    group = np.empty(members.size, np.int64)
    group[order] = rank[np.cumsum(new) - 1]
    first = np.sort(first)
    ahead = start[first[group]] - start
    same = (
        network.edge_port[np.repeat(ahead, degree) + np.arange(network.edge_cell.size)] == network.edge_port
    )
    if (degree[first[group]] != degree).any() or not same.all():
        return merge_cells(network, salt + 1)
    of_cell[members] = group
    demand = np.zeros(first.size, np.int64)
    np.add.at(demand, group, network.demand[members])
    own = np.repeat(ahead == 0, degree)
    return Classes(of_cell, demand, network.edge_port[own], np.repeat(group, degree)[own])


def keep_apart(network: Network) -> Classes:
    """Every cell a class of its own: the same answer by more work, for checking the merge."""
    degree = np.bincount(network.edge_cell, minlength=network.demand.size)
    members = np.flatnonzero(degree)
    of_cell = np.full(network.demand.size, -1, np.int64)
    of_cell[members] = np.arange(members.size)
    return Classes(of_cell, network.demand[members], network.edge_port, of_cell[network.edge_cell])


def connected(nodes: int, left: Ints, right: Ints) -> Ints:
    """Component of each node, named by its smallest node, under undirected edges `left[k]`–`right[k]`."""
    label = np.arange(nodes)
    while left.size:
        # Both ends now name a root: hang the larger under the smaller, then point everyone at the new root.
        np.minimum.at(label, np.maximum(left, right), np.minimum(left, right))
        while True:
            above = label[label]
            if np.array_equal(above, label):
                break
            label = above
        left, right = label[left], label[right]
        apart = left != right
        left, right = left[apart], right[apart]
    return label


def scaled_shares(
    demand: Ints,
    block: Ints,
    blocks: Iterable[int],
    served: Sequence[int],
    needed: Sequence[int],
    scale: Sequence[int],
) -> Ints:
    """⌊scale · demand · served / needed⌋ of each row by the numbers of its block, 0 outside `blocks`.

    Stays inside 64 bits; exact where `needed` divides `served · scale`.
    """
    factor = np.zeros(len(served), np.int64)
    floored: list[int] = []
    most = int(demand.max(initial=1))
    for b in blocks:
        whole, rest = divmod(served[b] * scale[b], needed[b]) if needed[b] else (0, 0)
        if rest == 0 and whole * most < ROOM * 2:
            factor[b] = whole
        else:
            floored.append(b)
    shares = demand * factor[block]
    for b in floored:
        rows = np.flatnonzero(block == b)
        shares[rows] = [value * served[b] * scale[b] // needed[b] for value in demand[rows].tolist()]
    return shares


def by_block(block: Ints) -> Iterator[tuple[int, Ints]]:
    """Each block number with the positions that bear it, rising."""
    if block.size == 0:
        return
    order = np.argsort(block, kind="stable")
    names, starts = np.unique(block[order], return_index=True)
    yield from zip(names.tolist(), np.split(order, starts[1:]), strict=True)


def micro(number: Number | str | Decimal) -> int:
    """People as whole micro-people; refuses the negative, infinite, too large or finer than a millionth."""
    try:
        exact = Decimal(str(number))
    except InvalidOperation:
        raise CoverRefused([Reason("not_a_number", {"value": str(number)})])
    if isinstance(number, bool) or not isfinite(exact):
        raise CoverRefused([Reason("not_a_number", {"value": str(number)})])
    if exact < 0:
        raise CoverRefused([Reason("negative_number", {"value": str(number)})])
    if exact > MOST_PEOPLE:
        raise CoverRefused([Reason("number_too_large", {"value": str(number), "most": MOST_PEOPLE})])
    scaled = exact * MICRO
    if scaled != scaled.to_integral_value():
        raise CoverRefused([Reason("finer_than_a_millionth", {"value": str(number)})])
    return int(scaled)


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A network together with the names that its numbers stand for."""

    network: Network
    cells: tuple[str, ...]
    port_provision: tuple[str, ...]
    port_limit: tuple[str | None, ...]


def network_of(provision: Sequence[Provision], demand: Sequence[CellDemand]) -> Named:
    """Sort by name, build the ports of nested sub-limits, and refuse what breaks the network model.

    Refused with reasons: the same provision or cell twice, numbers out of range, a sub-limit on a cell that
    its provision does not serve, and sub-limits that cross each other (each must hold, or be held by, or be
    apart from, every other of the same provision). Cells that nobody demands are left out silently: a
    provision may name more cells than a demand set holds.
    """
    reasons: list[Reason] = []
    demand = sorted(demand, key=lambda row: row.cell)
    provision = sorted(provision, key=lambda row: row.id)
    reasons += [Reason("duplicate_cell", {"cell": a.cell}) for a, b in _pairs(demand) if a.cell == b.cell]
    reasons += [Reason("duplicate_provision", {"id": a.id}) for a, b in _pairs(provision) if a.id == b.id]
    number = {row.cell: index for index, row in enumerate(demand)}
    capacity: list[int] = []
    parent: list[int] = []
    port_provision: list[str] = []
    port_limit: list[str | None] = []
    edge_port: list[int] = []
    edge_cell: list[int] = []
    people = [0] * len(demand)
    for index, row in enumerate(demand):
        try:
            people[index] = micro(row.people)
        except CoverRefused as refused:
            reasons += [Reason(r.code, {**r.params, "cell": row.cell}) for r in refused.reasons]
    for row in provision:
        try:
            root_capacity = micro(row.capacity)
            # Larger sets first: a parent is numbered before its children; equal sets nest, tighter inside.
            limits = sorted(
                ((micro(limit.capacity), frozenset(limit.cells), limit.name) for limit in row.sub_limits),
                key=lambda limit: (-len(limit[1]), -limit[0], sorted(limit[1]), limit[2]),
            )
        except CoverRefused as refused:
            reasons += [Reason(r.code, {**r.params, "provision": row.id}) for r in refused.reasons]
            continue
        served = frozenset(row.cells)
        wrong = _crossing(row.id, served, limits)
        if wrong:
            reasons += wrong
            continue
        root = len(capacity)
        capacity.append(root_capacity)
        parent.append(-1)
        port_provision.append(row.id)
        port_limit.append(None)
        innermost = dict.fromkeys(served, root)
        for place, (limit_capacity, cells, name) in enumerate(limits, start=1):
            if not cells:
                continue
            port = len(capacity)
            capacity.append(limit_capacity)
            parent.append(innermost[next(iter(cells))])
            port_provision.append(row.id)
            port_limit.append(name or f"limit {place}")
            innermost.update(dict.fromkeys(cells, port))
        for cell, port in innermost.items():
            if cell in number:
                edge_port.append(port)
                edge_cell.append(number[cell])
    if reasons:
        raise CoverRefused(reasons)
    network = Network.of_arrays(
        capacity=np.array(capacity, np.int64),
        parent=np.array(parent, np.int64),
        demand=np.array(people, np.int64),
        edge_port=np.array(edge_port, np.int64),
        edge_cell=np.array(edge_cell, np.int64),
    )
    return Named(network, tuple(row.cell for row in demand), tuple(port_provision), tuple(port_limit))


def _crossing(
    provision: str, served: frozenset[str], limits: list[tuple[int, frozenset[str], str]]
) -> list[Reason]:
    reasons = [
        Reason("sub_limit_outside_provision", {"provision": provision, "limit": k})
        for k, (_, cells, _name) in enumerate(limits, start=1)
        if cells - served
    ]
    for k, (_, first, _name) in enumerate(limits, start=1):
        for j, (_, second, _other) in enumerate(limits[: k - 1], start=1):
            if first & second and not (first <= second or second <= first):
                reasons.append(Reason("sub_limits_cross", {"provision": provision, "limits": (j, k)}))
    return reasons


def _pairs(rows: Sequence) -> pairwise:
    return pairwise(rows)


def _mix(numbers: Ints, salt: int) -> NDArray[np.uint64]:
    """SplitMix64 of each number: well-spread keys without a random generator."""
    with np.errstate(over="ignore"):
        mixed = (numbers.astype(np.uint64) + np.uint64(salt << 32)) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
