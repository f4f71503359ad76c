"""What is lost when one supplier leaves: N−1 for every supplier, from one maximum flow.

Ports that the source no longer reaches in a maximum flow lie behind the minimum cut: each is used in full and
nothing can stand in for it, so that their supplier loses exactly their flow. Ports before the cut serve cells
that are all fully served, and where they leave, others there may step in: only for them is more worked out,
and only in their own connected part of the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from ortools.graph.python import max_flow

from procurement.gaps.rules.inputs import LAYERS, Scope
from procurement.gaps.rules.network import Classes, Ints, Mask, Network, connected, merge_cells
from procurement.gaps.rules.scopes import Expanded


@dataclass(frozen=True, slots=True)
class SupplierLoss:
    """A supplier with what it has in the analysis, and the people a year who would lose cover without it."""

    supplier: str
    contracts: int
    offers: int
    contracted_places: int
    lost_of_contracts: int
    """Fewer people whom contracts alone can serve at the same time."""
    lost_of_all: int
    """Fewer people whom contracts and all offers together can serve at the same time."""


def losses(expanded: Expanded) -> tuple[SupplierLoss, ...]:
    """N−1 for every supplier of an analysis: the greatest loss first, then by name."""
    network, scopes = expanded.named.network, expanded.scopes
    names = sorted({scope.supplier for scope in scopes})
    number = {name: k for k, name in enumerate(names)}
    owners = [number[provider.supplier] for provider in expanded.providers]
    owner = np.array([owners[int(provider)] for provider in expanded.named.port_provision], np.int64)
    lost = []
    for step in (0, len(LAYERS) - 1):
        open_here = expanded.layer_of_edge <= step
        part = Network.of_arrays(
            capacity=network.capacity,
            demand=network.demand,
            edge_port=network.edge_port[open_here],
            edge_cell=network.edge_cell[open_here],
            parent=network.parent,
            units_per_person=network.units_per_person,
            reduce=False,
        )
        lost.append(cover_lost(part, owner, len(names)))
    unit = network.units_per_person
    own: dict[str, list[Scope]] = {name: [] for name in names}
    for scope in scopes:
        own[scope.supplier].append(scope)
    found = []
    for k, name in enumerate(names):
        contracts = [scope for scope in own[name] if scope.kind == LAYERS[0]]
        found.append(
            SupplierLoss(
                supplier=name,
                contracts=len(contracts),
                offers=len(own[name]) - len(contracts),
                contracted_places=sum(port.capacity for scope in contracts for port in scope.ports),
                lost_of_contracts=int(Fraction(int(lost[0][k])) / unit),
                lost_of_all=int(Fraction(int(lost[1][k])) / unit),
            )
        )
    return tuple(sorted(found, key=lambda s: (-s.lost_of_contracts, -s.lost_of_all, s.supplier)))


def cover_lost(network: Network, owner: Ints, owners: int) -> Ints:
    """How much less can be served at the same time without each owner's ports, in the network's units.

    `owner` numbers the owner of each port (all ports of one provision have one owner).
    """
    state = Flow(network, merge_cells(network))
    lost = np.zeros(owners, np.int64)
    # What leaves behind the cut is lost; a port's flow counts once, at its provision.
    behind = np.flatnonzero((network.parent < 0) & ~state.reached_port)
    np.add.at(lost, owner[behind], state.port_flow[behind])
    # A provision before the cut loses what its sub-limits pass across the cut in full, too.
    crossing = np.flatnonzero(state.crossing)
    np.add.at(lost, owner[crossing], network.capacity[crossing])
    for one in np.unique(owner[state.reached_port & (state.port_flow > 0)]).tolist():
        lost[one] += state.not_replaced(owner == one)
    return lost


def plain_cover(network: Network, classes: Classes) -> int:
    """How many can be served at the same time, in the network's units: one maximum flow, no rates."""
    every_port, every_edge = np.arange(network.capacity.size), np.arange(classes.edge_port.size)
    solver, _, _, _ = Problem(network, classes, every_port, every_edge).solver(np.empty(0, np.int64))
    # The value alone: reading the flow of every arc would take as long again.
    return int(solver.optimal_flow()) if solver else 0


class Flow:
    """One maximum flow of the whole, and the part before its minimum cut, where others may step in."""

    def __init__(self, network: Network, classes: Classes) -> None:
        self.network, self.classes = network, classes
        ports, kinds = network.capacity.size, classes.demand.size
        everything = Problem(network, classes, np.arange(ports), np.arange(classes.edge_port.size))
        port_flow, edge_flow, reached = everything.solve(np.empty(0, np.int64))
        self.port_flow, self.edge_flow = port_flow, edge_flow
        self.reached_port, self.reached_class = reached[:ports], reached[ports : ports + kinds]
        above = np.maximum(network.parent, 0)
        self.crossing: Mask = (network.parent >= 0) & self.reached_port[above] & ~self.reached_port
        # The edges before the cut, grouped by class, and the connected part of each port and class.
        inside = self.reached_port[classes.edge_port] & self.reached_class[classes.edge_class]
        self.edges = np.flatnonzero(inside)
        nested = np.flatnonzero((network.parent >= 0) & self.reached_port)
        self.part = connected(
            ports + kinds,
            np.concatenate((classes.edge_port[self.edges], network.parent[nested])),
            np.concatenate((classes.edge_class[self.edges] + ports, nested)),
        )
        self.start = np.searchsorted(classes.edge_class[self.edges], np.arange(kinds + 1)).tolist()
        self.edge_ports = classes.edge_port[self.edges].tolist()
        order = np.argsort(classes.edge_port[self.edges], kind="stable")
        self.by_port = self.edges[order]
        self.port_start = np.searchsorted(classes.edge_port[self.by_port], np.arange(ports + 1))
        self.slack = (network.capacity - port_flow).tolist()
        self.parents = network.parent.tolist()

    def not_replaced(self, leaving: Mask) -> int:
        """What the leaving ports serve before the cut and no other port there could take over."""
        freed: dict[int, int] = {}
        for port in np.flatnonzero(leaving & self.reached_port & (self.port_flow > 0)).tolist():
            mine = self.by_port[self.port_start[port] : self.port_start[port + 1]]
            for kind, flow in zip(
                self.classes.edge_class[mine].tolist(), self.edge_flow[mine].tolist(), strict=True
            ):
                if flow:
                    freed[kind] = freed.get(kind, 0) + flow
        if self._neighbours_take(freed, leaving):
            return 0
        parts = np.unique(self.part[np.array(sorted(freed), np.int64) + self.network.capacity.size])
        ports = np.flatnonzero(self.reached_port & np.isin(self.part[: self.network.capacity.size], parts))
        edges = self.edges[np.isin(self.part[self.classes.edge_port[self.edges]], parts)]
        staying = ports[~leaving[ports]]
        # What crosses the cut below ports that stay goes on; below those that leave it is counted as lost.
        owed = np.flatnonzero(self.crossing & ~leaving)
        owed = owed[np.isin(self.network.parent[owed], staying)]
        before = int(self.edge_flow[edges].sum() + self.network.capacity[owed].sum())
        rest = Problem(self.network, self.classes, staying, edges[~leaving[self.classes.edge_port[edges]]])
        return before - int(rest.solve(owed)[0][staying[self.network.parent[staying] < 0]].sum())

    def _neighbours_take(self, freed: dict[int, int], leaving: Mask) -> bool:
        """Whether spare places of ports that reach the freed classes themselves are enough: mostly so."""
        slack: dict[int, int] = {}
        for kind, people in freed.items():
            for port in self.edge_ports[self.start[kind] : self.start[kind + 1]]:
                if leaving[port] or not people:
                    continue
                path = [port]
                while self.parents[path[-1]] >= 0:
                    path.append(self.parents[path[-1]])
                taken = min(people, *(slack.get(step, self.slack[step]) for step in path))
                for step in path:
                    slack[step] = slack.get(step, self.slack[step]) - taken
                people -= taken
            if people:
                return False
        return True


class Problem:
    """A maximum flow over some ports and edges of a network."""

    def __init__(self, network: Network, classes: Classes, ports: Ints, edges: Ints) -> None:
        self.network, self.classes, self.ports, self.edges = network, classes, ports, edges

    def solve(self, owed: Ints) -> tuple[Ints, Ints, Mask]:
        """Flow through every port, along every edge, and what the source still reaches; zero elsewhere.

        `owed` are ports outside the problem that draw their whole capacity from the port above them.
        """
        network, classes = self.network, self.classes
        count, kinds = network.capacity.size, classes.demand.size
        port_flow, edge_flow = np.zeros(count, np.int64), np.zeros(classes.edge_port.size, np.int64)
        reached = np.zeros(count + kinds + 2, bool)
        solver, arcs, roots, nested = self.solver(owed)
        if solver is None:
            reached[self.ports] = True
            return port_flow, edge_flow, reached
        reached[np.array(solver.get_source_side_min_cut(), np.int64)] = True
        carried = solver.flows(arcs)
        a, b = roots.size, roots.size + nested.size
        port_flow[roots], port_flow[nested] = carried[:a], carried[a:b]
        edge_flow[self.edges] = carried[b : b + self.edges.size]
        return port_flow, edge_flow, reached

    def solver(self, owed: Ints) -> tuple[max_flow.SimpleMaxFlow | None, Ints, Ints, Ints]:
        """The solver after its maximum flow (None where nothing can flow), its arcs, both kinds of ports."""
        network, classes = self.network, self.classes
        count, kinds = network.capacity.size, classes.demand.size
        source, sink = count + kinds, count + kinds + 1
        roots = self.ports[network.parent[self.ports] < 0]
        nested = self.ports[network.parent[self.ports] >= 0]
        edge_port, edge_class = classes.edge_port[self.edges], classes.edge_class[self.edges]
        members = np.flatnonzero(np.bincount(edge_class, minlength=kinds))
        if not (roots.size and (members.size or owed.size)):
            return None, owed, roots, nested
        solver = max_flow.SimpleMaxFlow()
        arcs = solver.add_arcs_with_capacity(
            np.concatenate(
                (
                    np.full(roots.size, source),
                    network.parent[nested],
                    edge_port,
                    members + count,
                    network.parent[owed],
                )
            ).astype(np.int32),
            np.concatenate(
                (roots, nested, edge_class + count, np.full(members.size + owed.size, sink))
            ).astype(np.int32),
            np.concatenate(
                (
                    network.capacity[roots],
                    network.capacity[nested],
                    np.minimum(network.capacity[edge_port], classes.demand[edge_class]) + 1,
                    classes.demand[members],
                    network.capacity[owed],
                )
            ),
        )
        if solver.solve(source, sink) != solver.OPTIMAL:
            raise AssertionError("the maximum flow was not found")
        return solver, arcs, roots, nested
