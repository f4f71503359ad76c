"""Overlaps: cells that could be served twice over while everyone else keeps what they have.

Adding up lists would call every cell of a national offer served many times. Here a cell overlaps only where,
after everyone has been allocated what they can be, spare places still reach it for as many people again as it
has: by arrangements of its own, or because others there could step aside to theirs. That amount does not
depend on which maximum flow was found, so neither does the answer.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from procurement.gaps.rules.inputs import LAYERS, CellKey
from procurement.gaps.rules.network import Classes, Mask, Network, merge_cells
from procurement.gaps.rules.resilience import Flow, Problem
from procurement.gaps.rules.scopes import Expanded


def overlapping(expanded: Expanded, step: int) -> Mask:
    """For each cell of an analysis whether the layers up to one of them could serve it twice over."""
    network, included = expanded.named.network, expanded.layer_of_edge <= step
    unit = network.units_per_person
    # The network cuts capacities to what one serving of everyone could use; here two are asked about.
    most = 2 * int(network.demand.sum())
    stated = np.array([min(int(people * unit), most) for people in expanded.capacity], np.int64)
    return doubled(
        replace(
            network,
            capacity=np.where(network.capacity > 0, stated, 0),
            edge_port=network.edge_port[included],
            edge_cell=network.edge_cell[included],
        )
    )


def doubled(network: Network) -> Mask:
    """For each cell whether spare places reach it for its whole demand once more; never without demand.

    Capacities must not have been cut to what one serving of everyone could use.
    """
    classes = merge_cells(network)
    found = np.zeros(network.demand.size, bool)
    members = np.flatnonzero(classes.of_cell >= 0)
    if not members.size:
        return found
    flow = Flow(network, classes)
    of_member = classes.of_cell[members]
    # Cells of one class are reached by the same ports, so that the largest of them asks for most.
    most = np.zeros(classes.demand.size, np.int64)
    np.maximum.at(most, of_member, network.demand[members])
    reached = flow.reached_class & (classes.demand > 0)
    spare = np.zeros(classes.demand.size, np.int64)
    for kind in np.flatnonzero(reached).tolist():
        spare[kind] = _spare_beside(flow, kind, int(most[kind]))
        if spare[kind] < most[kind]:
            spare[kind] = _spare_in_all(network, classes, flow, kind, int(most[kind]))
    found[members] = (network.demand[members] > 0) & (spare[of_member] >= network.demand[members])
    return found


def _spare_beside(flow: Flow, kind: int, wanted: int) -> int:
    """Spare places of the ports that reach a class themselves, up to what is wanted."""
    used: dict[int, int] = {}
    taken = 0
    for port in flow.edge_ports[flow.start[kind] : flow.start[kind + 1]]:
        path = [port]
        while flow.parents[path[-1]] >= 0:
            path.append(flow.parents[path[-1]])
        more = min(wanted - taken, *(flow.slack[step] - used.get(step, 0) for step in path))
        for step in path:
            used[step] = used.get(step, 0) + more
        taken += more
        if taken == wanted:
            break
    return taken


def _spare_in_all(network: Network, classes: Classes, flow: Flow, kind: int, wanted: int) -> int:
    """What more could reach a class, up to what is wanted, if others changed whom they serve."""
    count = network.capacity.size
    part = flow.part[kind + count]
    ports = np.flatnonzero(flow.reached_port & (flow.part[:count] == part))
    edges = flow.edges[flow.part[classes.edge_port[flow.edges]] == part]
    owed = np.flatnonzero(flow.crossing)
    owed = owed[np.isin(network.parent[owed], ports)]
    before = int(flow.edge_flow[edges].sum() + network.capacity[owed].sum())
    demand = classes.demand.copy()
    demand[kind] += wanted
    more = Problem(network, replace(classes, demand=demand), ports, edges).solve(owed)[0]
    return int(more[ports[network.parent[ports] < 0]].sum()) - before


def overlaps(expanded: Expanded) -> dict[CellKey, tuple[bool, bool]]:
    """Cells that overlap, by contracts alone or by everything together; the others are not named."""
    by_contract, by_all = overlapping(expanded, 0), overlapping(expanded, len(LAYERS) - 1)
    return {
        cell[:4]: (bool(contract), bool(everything))
        for cell, contract, everything in zip(expanded.cells, by_contract, by_all, strict=True)
        if contract or everything
    }
