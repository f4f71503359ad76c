"""The proof that a cover is maximum and fair, checked in one pass over the arcs of every answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from procurement.gaps.rules.network import Classes, Ints, Mask, Network, scaled_shares
from procurement.gaps.types import CertificateBroken


def check(
    *,
    network: Network,
    classes: Classes,
    block_of_class: Ints,
    block_of_port: Ints,
    served: Sequence[int],
    demand: Sequence[int],
    scale: Sequence[int],
    detached: Mask,
    port_flow: Ints,
    edge_flow: Ints,
) -> int:
    """Check conservation, capacities and fairness of the stated flow; return the number of arcs examined.

    Every port and class bears the rate of its block as a potential. Along each arc that could carry more the
    potential must not fall, and along each arc that carries something it must not rise. Then no chain of
    swaps leads from a cell at a higher rate to one at a lower rate (within a port, between ports of one
    offer, across offers), and spare capacity sees only fully served cells: the rates cannot be improved,
    so they are the fair maximum. Flows are in units of their block's `scale`. Raises `CertificateBroken`.
    """
    count = len(served)
    # Rates as whole numbers in the same order: two fractions of 62-bit numbers lie more than 2⁻¹²⁸ apart.
    rates = [(served[b] << 128) // demand[b] if demand[b] else None for b in range(count)]
    fully = 1 << 128
    steps = sorted({fully, *(rate for rate in rates if rate is not None)})
    ladder = {rate: step for step, rate in enumerate(steps)}
    top = ladder[fully]
    if top + 1 < len(ladder):
        raise CertificateBroken("a block is served beyond its demand")
    # Ports of a block without demand carry nothing; they sit at the bottom and may not have spare supply.
    level = np.array([-1 if rate is None else ladder[rate] for rate in rates], np.int64)
    scales = np.array(scale, np.int64)
    exact = [rate is None or (scale[b] * served[b]) % demand[b] == 0 for b, rate in enumerate(rates)]
    slack_of_block = np.where(exact, 0, np.bincount(block_of_class, minlength=count))
    if count and demand[0] == 0:
        level[0] = top
    port_level, class_level = level[block_of_port], level[block_of_class]
    port_scale, port_slack = scales[block_of_port], slack_of_block[block_of_port]
    edge_port, edge_class = classes.edge_port, classes.edge_class
    capacity = network.capacity * port_scale

    if (port_flow < 0).any() or (edge_flow < 0).any() or (port_flow > capacity).any():
        raise CertificateBroken("a capacity is exceeded")
    if edge_flow[block_of_port[edge_port] != block_of_class[edge_class]].any():
        raise CertificateBroken("flow between blocks")

    nested = np.flatnonzero((network.parent >= 0) & ~detached)
    cut = np.flatnonzero((network.parent >= 0) & detached)
    if (block_of_port[nested] != block_of_port[network.parent[nested]]).any():
        raise CertificateBroken("a sub-limit lies in another block than its provision")
    out = np.zeros(network.capacity.size, np.int64)
    np.add.at(out, edge_port, edge_flow)
    np.add.at(out, network.parent[nested], port_flow[nested])
    np.add.at(out, network.parent[cut], network.capacity[cut] * port_scale[network.parent[cut]])
    # Flooring may leave a few units owed across a cut: never more than one for each class of the block.
    if (np.abs(out - port_flow) > port_slack).any():
        raise CertificateBroken("flow is not conserved")

    arrived = np.zeros(classes.demand.size, np.int64)
    np.add.at(arrived, edge_class, edge_flow)
    # What each class must receive in the scale of its block: rate × demand, floored where not exact.
    due = scaled_shares(classes.demand, block_of_class, range(count), served, demand, scale)
    if (arrived != due).any():
        raise CertificateBroken("a class does not receive its rate")

    if (port_level[edge_port] > class_level[edge_class]).any():
        raise CertificateBroken("an offer could serve a cell at a lower rate")
    used = edge_flow > 0
    if (class_level[edge_class[used]] > port_level[edge_port[used]]).any():
        raise CertificateBroken("an offer serves a cell at a higher rate than it should")
    above = np.where(network.parent >= 0, port_level[np.maximum(network.parent, 0)], top)
    spare = capacity - port_flow > port_slack
    alive = network.capacity > 0
    # A root's spare supply must see full service only; an idle port (no one to serve) is no such sight.
    reaches = np.zeros(network.capacity.size, bool)
    reaches[edge_port] = True
    for port in np.flatnonzero(network.parent >= 0)[::-1]:
        reaches[network.parent[port]] |= reaches[port]
    if (spare & alive & reaches & (above > port_level)).any():
        raise CertificateBroken("spare capacity sees a cell that is not fully served")
    if ((port_flow > port_slack) & (network.parent >= 0) & (port_level > above)).any():
        raise CertificateBroken("a sub-limit draws from a provision of lower rates")
    return int(edge_port.size + network.capacity.size + classes.demand.size)
