"""The fair maximum cover: among all ways to serve the most people, the one with max-min fair rates.

The vector of rates is unique (Megiddo 1974; Fujishige 1980), so no order of rows can change it, and it is
monotone: adding capacity lowers no cell. (Let x be the fair answer before and x' after, with flows f and f'.
If some cell i had x'ᵢ < xᵢ, the difference f − f' would hold a path that raises i in the residual network of
f'. It cannot start at spare supply, or x' would not be maximum, so it starts at a cell j with x'ⱼ > xⱼ, and
fairness of x' gives rate'(j) ≤ rate'(i). The path uses old arcs only, so its reverse is residual for f, and
fairness of x gives rate(i) ≤ rate(j). Together rate(j) < rate'(j) ≤ rate'(i) < rate(i) ≤ rate(j), which
cannot be.) Layers may therefore be read as increases, cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np
from ortools.graph.python import max_flow

from procurement.gaps.rules import certificate
from procurement.gaps.rules.network import (
    ROOM,
    Classes,
    Ints,
    Mask,
    Named,
    Network,
    connected,
    keep_apart,
    merge_cells,
    network_of,
    scaled_shares,
)
from procurement.gaps.rules.rounding import rounded_parts
from procurement.gaps.types import Binding, Block, CellDemand, Cover, Provision

MOST_SOLVES = 10_000
FIRST_STEPS = 16
FIRST = 15
"""The first split is at FIRST/FIRST_STEPS of what the supply would be for everyone, in sixteenths."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The fair cover of a network as arrays.

    `block_of_class` and `block_of_port` number the final blocks; block b serves `served[b]` of `demand[b]`
    units. Block 0 is all that is fully served without competing. `detached` marks ports whose own limit
    binds: they receive their full capacity, whatever is above them.
    """

    classes: Classes
    block_of_class: Ints
    block_of_port: Ints
    served: tuple[int, ...]
    demand: tuple[int, ...]
    detached: Mask
    solves: int
    arcs_checked: int

    def rate(self, block: int) -> Fraction:
        """Served share of the block's demand."""
        return Fraction(self.served[block], self.demand[block]) if self.demand[block] else Fraction(1)


def solve(network: Network, classes: Classes | None = None) -> Answer:
    """Fair maximum cover of a network, proved by its certificate before it is returned.

    Each connected block starts at rate λ = its supply / its demand, at most 1. A maximum flow with sinks
    λ·demand either saturates, and the block is final, or its minimum cut splits the block in two, cut arcs
    carrying their full capacity across. Where supply exceeds demand, the source side of the cut is fully
    served and is final at once. All blocks of one depth share one call. The final blocks are the connected
    parts of equal rate, whichever λ they were found by. Every block is scaled by the denominator of its own
    λ, so the sinks are integers and the rates exact; only when that would leave 64 bits are sinks floored (by
    less than one scaled unit a class, and the certificate allows as much).
    """
    classes = merge_cells(network) if classes is None else classes
    state = _State(network, classes)
    state.begin()
    while state.open_blocks():
        state.split_once()
        if state.solves > MOST_SOLVES:
            raise AssertionError("the cover does not settle")
    checked = certificate.check(
        network=network,
        classes=classes,
        block_of_class=state.class_block,
        block_of_port=state.port_block,
        served=state.served,
        demand=state.demand,
        scale=state.scale,
        detached=state.detached,
        port_flow=state.port_flow,
        edge_flow=state.edge_flow,
    )
    return Answer(
        classes=classes,
        block_of_class=state.class_block,
        block_of_port=state.port_block,
        served=tuple(state.served),
        demand=tuple(state.demand),
        detached=state.detached,
        solves=state.solves,
        arcs_checked=checked,
    )


class _State:
    """The recursion's working arrays: the block of every port and class, and the blocks still `pending`.

    `live` numbers the edges inside pending blocks. Only they are looked at again, so that each depth costs
    what is left to split and not what the whole network holds.
    """

    def __init__(self, network: Network, classes: Classes):
        self.network, self.classes = network, classes
        ports, kinds = network.capacity.size, classes.demand.size
        self.port_block = np.zeros(ports, np.int64)
        self.class_block = np.zeros(kinds, np.int64)
        self.detached: Mask = network.parent < 0
        self.port_flow = np.zeros(ports, np.int64)
        self.edge_flow = np.zeros(classes.edge_port.size, np.int64)
        self.live: Ints = np.arange(classes.edge_port.size)
        self.live_port, self.live_class = classes.edge_port, classes.edge_class
        self.served: list[int] = [0]
        self.demand: list[int] = [0]
        self.scale: list[int] = [1]
        self.pending: set[int] = set()
        self.spare: set[int] = set()
        """The pending blocks whose supply exceeds their demand."""
        self.solves = 0

    def open_blocks(self) -> bool:
        return bool(self.pending)

    def begin(self) -> None:
        """Split everything once, a little below the mean rate; provisions that reach no one stay in block 0.

        Any rate splits rightly: the source still reaches what lies above it. The fully served raise the
        mean, so that a rate below it leaves the least work.
        """
        serving = np.zeros(self.port_block.size, bool)
        serving[self.live_port] = True
        # Parents are numbered before children: up, then down, marks all ports of those who reach someone.
        nested = np.flatnonzero(self.network.parent >= 0)
        for port in nested[::-1]:
            serving[self.network.parent[port]] |= serving[port]
        for port in nested:
            serving[port] |= serving[self.network.parent[port]]
        demand, capacity = self.classes.demand, self.network.capacity
        kinds = np.ones(self.class_block.size, bool)
        supply, needed = int(capacity[serving & self.detached].sum()), int(demand.sum())
        share = max(1, min(FIRST_STEPS, FIRST * supply // max(1, needed)))
        reached_port, reached_class, _ = self._flow(
            ports=serving,
            kinds=kinds,
            port_scale=np.full(serving.size, FIRST_STEPS, np.int64),
            sinks=demand * share,
        )
        self._regroup(reached_port, serving, kinds, reached_class)

    def split_once(self) -> None:
        """One call for every open block: final where its sinks saturate, split in two where not."""
        working = np.zeros(len(self.served), bool)
        working[list(self.pending)] = True
        ports, kinds = working[self.port_block], working[self.class_block]
        scales = np.array([self.scale[b] if working[b] else 1 for b in range(len(self.scale))], np.int64)
        # λ·demand of each class of an open block, in its block's scale.
        sinks = scaled_shares(
            self.classes.demand, self.class_block, self.pending, self.served, self.demand, self.scale
        )
        reached_port, reached_class, flows = self._flow(
            ports=ports, kinds=kinds, port_scale=scales[self.port_block], sinks=sinks
        )
        short = np.zeros(len(self.served), bool)
        short[self.class_block[kinds & (flows.to_class < sinks)]] = True
        short[self.port_block[flows.owes_more]] = True
        spare = np.zeros(len(self.served), bool)
        spare[list(self.spare)] = True
        final = working & ~short & ~spare
        # What the source still reaches where supply exceeds demand has room to spare: it joins block 0.
        full_ports, full_kinds = (
            spare[self.port_block] & reached_port,
            spare[self.class_block] & reached_class,
        )
        self._keep_flows(flows, final[self.port_block] | full_ports, final[self.class_block] | full_kinds)
        ports = (short | spare)[self.port_block] & ~full_ports
        kinds = (short | spare)[self.class_block] & ~full_kinds
        self.port_block[full_ports] = self.class_block[full_kinds] = 0
        self.served[0] += int(self.classes.demand[full_kinds].sum())
        self.demand[0] = self.served[0]
        self.pending, self.spare = set(), set()
        if ports.any():
            self._regroup(ports & reached_port, ports, kinds, kinds & reached_class)

    def _regroup(self, upper_ports: Mask, ports: Mask, kinds: Mask, upper_kinds: Mask | None = None) -> None:
        """Detach the ports that the cut runs through, and number the connected parts of both sides anew."""
        upper_kinds = np.zeros(kinds.size, bool) if upper_kinds is None else upper_kinds
        network, classes = self.network, self.classes
        port_count = network.capacity.size
        # A port is cut from its parent when they now lie on different sides: it carries its full capacity.
        has_parent = network.parent >= 0
        side = np.where(ports, np.where(upper_ports, 2, 1), 0)
        old = self.port_block
        above = np.where(has_parent, network.parent, 0)
        crossing = has_parent & ports & ((side[above] != side) | (old[above] != old))
        self.detached |= crossing
        kind_side = np.where(kinds, np.where(upper_kinds, 2, 1), 0)
        # Live edges join ports and classes of one block: side 0 on both ends is a block that is final.
        port_side = side[self.live_port]
        self._keep_live((port_side == kind_side[self.live_class]) & (port_side > 0))
        nested = np.flatnonzero(ports & ~self.detached)
        label = connected(
            port_count + classes.demand.size,
            np.concatenate((self.live_port, nested)),
            np.concatenate((self.live_class + port_count, network.parent[nested])),
        )
        moved = np.concatenate((ports, kinds))
        # A part is named by its smallest node: count the names in their order, without sorting.
        named = np.zeros(label.size, bool)
        named[label[moved]] = True
        names = np.flatnonzero(named)
        base = len(self.served)
        part = base - 1 + np.cumsum(named)[label]
        self.port_block = np.where(ports, part[:port_count], self.port_block)
        self.class_block = np.where(kinds, part[port_count:], self.class_block)
        supply = np.zeros(names.size, np.int64)
        own = np.flatnonzero(ports & self.detached)
        np.add.at(supply, self.port_block[own] - base, network.capacity[own])
        gross = supply.copy()
        np.subtract.at(supply, *self._owed_by(base))
        need = np.zeros(names.size, np.int64)
        members = np.flatnonzero(kinds)
        np.add.at(need, self.class_block[members] - base, classes.demand[members])
        widest = np.zeros(names.size, np.int64)
        inside = np.flatnonzero(ports)
        np.maximum.at(widest, self.port_block[inside] - base, network.capacity[inside])
        for part_number in range(names.size):
            supplied, needed = int(supply[part_number]), int(need[part_number])
            if supplied > needed:
                self.spare.add(base + part_number)
                supplied = needed
            self.served.append(supplied)
            self.demand.append(needed)
            if needed == 0 and base + part_number not in self.spare:
                # Ports without anyone to serve, here or across a cut, carry nothing: nothing to solve.
                self.scale.append(1)
                continue
            exact = needed // (gcd(supplied, needed) or 1)
            most = ROOM // max(int(gross[part_number]), needed, 1) // names.size
            self.scale.append(max(1, min(exact, most, ROOM // max(1, int(widest[part_number])))))
            self.pending.add(base + part_number)

    def _keep_live(self, kept: Mask) -> None:
        self.live, self.live_port, self.live_class = (
            edges[kept] for edges in (self.live, self.live_port, self.live_class)
        )

    def _owed_by(self, base: int) -> tuple[Ints, Ints]:
        """What open blocks must pass to detached ports below them: (block, capacity) of each such arc."""
        owing = np.flatnonzero(self.detached & (self.network.parent >= 0))
        above = self.port_block[self.network.parent[owing]]
        owing, above = owing[above >= base], above[above >= base]
        return above - base, self.network.capacity[owing]

    def _flow(self, *, ports: Mask, kinds: Mask, port_scale: Ints, sinks: Ints) -> tuple[Mask, Mask, _Flows]:
        """One maximum flow over some ports and classes: what the source still reaches, and the flows."""
        self.solves += 1
        network, classes = self.network, self.classes
        count = network.capacity.size
        source, sink = count + classes.demand.size, count + classes.demand.size + 1
        capacity = network.capacity * port_scale
        own = np.flatnonzero(ports & self.detached)
        nested = np.flatnonzero(ports & ~self.detached)
        edge_port, edge_class = self.live_port, self.live_class
        members = np.flatnonzero(kinds)
        owing = np.flatnonzero(self.detached & (network.parent >= 0))
        owing = owing[ports[network.parent[owing]]]
        owed = network.capacity[owing] * port_scale[network.parent[owing]]
        # An arc from port to class never binds: it could carry all that either end may, and one more.
        between = np.minimum(capacity[edge_port], sinks[edge_class]) + 1
        # Nodes in the solver's own width, so that it need not copy them.
        tails = np.concatenate(
            (
                np.full(own.size, source),
                network.parent[nested],
                edge_port,
                members + count,
                network.parent[owing],
            ),
            dtype=np.int32,
            casting="unsafe",
        )
        heads = np.concatenate(
            (own, nested, edge_class + count, np.full(members.size + owing.size, sink)),
            dtype=np.int32,
            casting="unsafe",
        )
        loads = np.concatenate((capacity[own], capacity[nested], between, sinks[members], owed))
        solver = max_flow.SimpleMaxFlow()
        arcs = solver.add_arcs_with_capacity(tails, heads, loads)
        solved = bool(own.size and (members.size or owing.size))
        if solved and solver.solve(source, sink) != solver.OPTIMAL:
            raise AssertionError("the maximum flow was not found")
        carried = solver.flows(arcs) if solved else np.zeros(arcs.size, np.int64)
        reached = np.zeros(sink + 1, bool)
        reached[np.array(solver.get_source_side_min_cut() if solved else range(count), np.int64)] = True
        port_flow = np.zeros(count, np.int64)
        a, b = own.size, own.size + nested.size
        port_flow[own], port_flow[nested] = carried[:a], carried[a:b]
        c, d = b + edge_port.size, b + edge_port.size + members.size
        to_class = np.zeros(classes.demand.size, np.int64)
        to_class[members] = carried[c:d]
        owes_more = network.parent[owing[carried[d:] < owed]]
        flows = _Flows(port_flow, carried[b:c], to_class, owes_more)
        return reached[:count] & ports, reached[count:source] & kinds, flows

    def _keep_flows(self, flows: _Flows, ports: Mask, kinds: Mask) -> None:
        """Remember the flows inside parts that are final; they are the certificate's evidence."""
        self.port_flow[ports] = flows.port[ports]
        inside = ports[self.live_port] & kinds[self.live_class]
        self.edge_flow[self.live[inside]] = flows.edge[inside]


@dataclass(frozen=True, slots=True, eq=False)
class _Flows:
    port: Ints
    edge: Ints
    """Along the live edges."""
    to_class: Ints
    owes_more: Ints
    """Ports that did not pass on all that they owe across a cut."""


def fair_cover(provision: Sequence[Provision], demand: Sequence[CellDemand], *, merge: bool = True) -> Cover:
    """Fair maximum cover by name: rates, whole people, and blocks with the capacities that bind.

    Demand and capacity are people a year. `merge=False` keeps every cell apart (the same answer, slower; for
    checking). Raises `CoverRefused` with reasons when the inputs break the network model, and
    `CertificateBroken` if the answer fails its own proof.
    """
    named = network_of(provision, demand)
    classes = merge_cells(named.network) if merge else keep_apart(named.network)
    return described(named, solve(named.network, classes))


def described(named: Named, answer: Answer) -> Cover:
    """Put names, people and fractions to an array answer; blocks by falling rate, then by first cell."""
    network, unit = named.network, named.network.units_per_person
    blocks = len(answer.served)
    rates = [answer.rate(block) for block in range(blocks)]
    of_cell = answer.classes.of_cell
    cell_block = np.full(of_cell.size, -1, np.int64)
    cell_block[of_cell >= 0] = answer.block_of_class[of_cell[of_cell >= 0]]
    demand = network.demand.tolist()
    in_people = {value: Fraction(value) / unit for value in set(demand)}
    cell_rates: list[Fraction | None] = [
        None if demand[cell] == 0 else Fraction(0) if block < 0 else rates[block]
        for cell, block in enumerate(cell_block.tolist())
    ]
    groups: dict[int, list[int]] = {}
    for cell, block in enumerate(cell_block.tolist()):
        if demand[cell]:
            groups.setdefault(block, []).append(cell)
    serving: dict[int, set[int]] = {}
    edge_port, edge_block = answer.classes.edge_port, answer.block_of_class[answer.classes.edge_class]
    same = answer.block_of_port[edge_port] == edge_block
    pairs = np.unique(np.stack((edge_block[same], edge_port[same])), axis=1)
    for block, port in pairs.T.tolist():
        serving.setdefault(block, set()).add(port)
    people = [0] * len(demand)
    described_blocks: list[Block] = []
    for block, cells in groups.items():
        rate = Fraction(0) if block < 0 else rates[block]
        needed = sum(demand[cell] for cell in cells)
        people_served, over = (rate / unit).as_integer_ratio()
        parts = [demand[cell] * people_served for cell in cells]
        for cell, whole in zip(cells, rounded_parts(parts, over), strict=True):
            people[cell] = whole
        binding = (
            [
                Binding(
                    named.port_provision[port],
                    named.port_limit[port],
                    Fraction(int(network.capacity[port])) / unit,
                )
                for port in np.flatnonzero((answer.block_of_port == block) & answer.detached).tolist()
                if network.capacity[port]
            ]
            if block > 0
            else []
        )
        described_blocks.append(
            Block(
                rate=rate,
                cells=tuple(named.cells[cell] for cell in cells),
                binding=tuple(sorted(binding, key=lambda b: (b.provision, b.limit or ""))),
                provision=tuple(sorted({named.port_provision[port] for port in serving.get(block, ())})),
                demand=Fraction(needed) / unit,
                served=needed * rate / unit,
            )
        )
    described_blocks.sort(key=lambda block: (-block.rate, block.cells))
    return Cover(
        cells=named.cells,
        demand=tuple(in_people[value] for value in demand),
        rates=tuple(cell_rates),
        people=tuple(people),
        people_served=sum((block.served for block in described_blocks), Fraction(0)),
        blocks=tuple(described_blocks),
        solves=answer.solves,
        arcs_checked=answer.arcs_checked,
    )
