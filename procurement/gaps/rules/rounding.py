"""Rounding to whole people that keeps totals: largest remainder for a list, a flow for a table of layers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor

import numpy as np
from ortools.graph.python import min_cost_flow


def largest_remainder(shares: Sequence[Fraction], total: int | None = None) -> list[int]:
    """Round each share down, then give the places left to the largest remainders; ties go to the first.

    `total` is the whole number the parts must add up to; by default the sum of the shares, rounded down.
    """
    whole = [floor(share) for share in shares]
    total = floor(sum(shares, Fraction(0))) if total is None else total
    left = total - sum(whole)
    if not 0 <= left <= len(shares):
        raise ValueError(f"{total} cannot be reached by rounding {len(shares)} shares up or down")
    order = sorted(range(len(shares)), key=lambda k: (whole[k] - shares[k], k))
    for k in order[:left]:
        whole[k] += 1
    return whole


def round_table(rows: Sequence[Sequence[Fraction]]) -> list[list[int]]:
    """Round every entry of a table up or down so that every row and every column keeps its sum.

    Rows and columns must add up to whole numbers; then such a rounding always exists (the transportation
    polytope has whole-number corners). Among those the one nearest to the entries is taken: a minimum-cost
    flow where rounding an entry up costs what it adds. Largest remainder alone would do for one row, but
    several layers of one cell could then add up to more people than need the service.
    """
    whole = [[floor(entry) for entry in row] for row in rows]
    if not rows:
        return whole
    columns = len(rows[0])
    spare_row = [_whole(sum(row, Fraction(0))) - sum(base) for row, base in zip(rows, whole, strict=True)]
    spare_column = [
        _whole(sum((row[k] for row in rows), Fraction(0))) - sum(base[k] for base in whole)
        for k in range(columns)
    ]
    entries = [(i, k) for i, row in enumerate(rows) for k, entry in enumerate(row) if entry != whole[i][k]]
    if not entries:
        return whole
    precision = 10**6
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.array([i for i, _ in entries]),
        np.array([len(rows) + k for _, k in entries]),
        np.ones(len(entries), np.int64),
        np.array([round(precision * (1 - 2 * (rows[i][k] - whole[i][k]))) for i, k in entries]),
    )
    flow.set_nodes_supplies(
        np.arange(len(rows) + columns), np.array(spare_row + [-spare for spare in spare_column])
    )
    if flow.solve() != flow.OPTIMAL:
        raise AssertionError("a table with whole sums could not be rounded")
    for (i, k), up in zip(entries, flow.flows(arcs).tolist(), strict=True):
        whole[i][k] += up
    return whole


def _whole(value: Fraction) -> int:
    if value.denominator != 1:
        raise ValueError(f"{value} is not a whole number")
    return value.numerator
