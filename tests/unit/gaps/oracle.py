"""Slow, independent answers: rational arithmetic over every subset of cells, and scipy's maximum flow."""

from fractions import Fraction
from itertools import combinations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from procurement.gaps.types import CellDemand, Provision


def supply(provision: list[Provision], cells: frozenset[str]) -> Fraction:
    """The most people that all provision together could serve among `cells`, were demand without end.

    Sub-limits are nested, so the best use of one provision is found from the inside out.
    """
    total = Fraction(0)
    for row in provision:
        sets = [(frozenset(row.cells), Fraction(str(row.capacity)))]
        sets += [(frozenset(limit.cells), Fraction(str(limit.capacity))) for limit in row.sub_limits]
        sets.sort(key=lambda pair: (len(pair[0]), pair[1]))
        used: list[tuple[frozenset[str], Fraction]] = []
        for held, capacity in sets:
            inner = [pair for pair in used if pair[0] <= held]
            loose = (held & cells) - frozenset().union(*(pair[0] for pair in inner))
            inside = sum((pair[1] for pair in inner), Fraction(0))
            used = [pair for pair in used if pair not in inner]
            used.append((held, capacity if loose else min(capacity, inside)))
        total += used[-1][1] if used else 0
    return total


def fair_rates(provision: list[Provision], demand: list[CellDemand]) -> dict[str, Fraction | None]:
    """Max-min fair rates by trying every subset: the set that limits the free cells most is fixed first."""
    need = {row.cell: Fraction(str(row.people)) for row in demand}
    rates: dict[str, Fraction | None] = {cell: None for cell, people in need.items() if not people}
    fixed: dict[str, Fraction] = {}
    free = sorted(cell for cell, people in need.items() if people)
    while free:
        best, tight = Fraction(1), set()
        fixed_cells = sorted(fixed)
        for taken in range(1, len(free) + 1):
            for some in combinations(free, taken):
                for along in range(len(fixed_cells) + 1):
                    for others in combinations(fixed_cells, along):
                        room = supply(provision, frozenset(some + others))
                        room -= sum((fixed[cell] * need[cell] for cell in others), Fraction(0))
                        rate = room / sum(need[cell] for cell in some)
                        if rate < best:
                            best, tight = rate, set(some)
                        elif rate == best:
                            tight |= set(some)
        if best == 1:
            tight = set(free)
        fixed |= dict.fromkeys(tight, best)
        free = [cell for cell in free if cell not in tight]
    return rates | fixed


def most_people(provision: list[Provision], demand: list[CellDemand]) -> int:
    """The most whole people that can be served together, by scipy's maximum flow (whole numbers only)."""
    arcs: dict[tuple[int, int], int] = {}
    nodes = 2 + len(demand)
    of_cell = {row.cell: 2 + k for k, row in enumerate(demand)}
    for row in demand:
        arcs[of_cell[row.cell], 1] = int(row.people)
    for row in provision:
        root, nodes = nodes, nodes + 1
        arcs[0, root] = int(row.capacity)
        above = dict.fromkeys(row.cells, root)
        for limit in sorted(row.sub_limits, key=lambda limit: -len(limit.cells)):
            if not limit.cells:
                continue
            port, nodes = nodes, nodes + 1
            arcs[above[limit.cells[0]], port] = int(limit.capacity)
            above |= dict.fromkeys(limit.cells, port)
        for cell, port in above.items():
            if cell in of_cell:
                arcs[port, of_cell[cell]] = 10**6
    graph = np.zeros((nodes, nodes), np.int32)
    for (tail, head), load in arcs.items():
        graph[tail, head] = load
    return int(maximum_flow(csr_array(graph), 0, 1).flow_value)
