"""Small counts left out of what others may read, with enough of the rest that no sum gives them back.

A published table holds cells and all their sums: places and their total, needs and their total, parts and
theirs. A count from 1 up to the threshold is left out (primary suppression). What remains is a set of linear
equations over the cells that were left out; while some small count follows from them, by adding and taking
away what is shown, another figure is left out as well (complementary suppression).

Knowing that counts are not below zero tells no more: every cell left out is above zero, so that wherever a
count does not follow from the equations, the cells can move a little both ways and stay above zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Label = str
Key = tuple[Label, ...]
Axis = Mapping[Label, Sequence[Label]]
"""A label of a table → the smallest parts that it adds up: itself, or several."""

PRIME = 2_147_483_629
"""Equations are solved modulo a prime below 2³¹: exact integers that never overflow 64 bits."""


@dataclass(frozen=True, slots=True)
class Published:
    """Every figure of a table by its labels, None where it is left out."""

    figures: Mapping[Key, int | None]
    primary: int
    """How many are left out because they are small."""
    complementary: int
    """How many more are left out so that no small one follows from the rest."""


def suppress(cells: Mapping[Key, int], axes: Sequence[Axis], threshold: int) -> Published:
    """All figures of a table, without those from 1 up to `threshold` − 1 and what would give them away.

    `cells` maps the smallest parts of each axis to a count; what is missing counts nothing. The same cells in
    any order give the same answer.
    """
    parts: list[list[Label]] = [sorted({part for label in axis.values() for part in label}) for axis in axes]
    number = {key: k for k, key in enumerate(product(*parts))}
    members = {
        key: tuple(
            number[cell] for cell in product(*(axis[label] for axis, label in zip(axes, key, strict=True)))
        )
        for key in product(*(sorted(axis) for axis in axes))
    }
    counts = [cells.get(key, 0) for key in number]
    values = {key: sum(counts[cell] for cell in inside) for key, inside in members.items()}
    hidden = {key for key, value in values.items() if 0 < value < threshold}
    small = sorted(hidden)
    for key in small:
        inside = product(*(axis[label] for axis, label in zip(axes, key, strict=True)))
        hidden |= _least_move(key, [cell for cell in inside if cells.get(cell)], cells, axes, parts, hidden)
    while True:
        # Where no move was possible, and as proof of all the others.
        system = _System(members, values, hidden)
        given_away = next((key for key in small if system.follows(key)), None)
        if given_away is None:
            break
        other = system.beside(given_away)
        # Another label may stand for the same cells: it would say the same figure.
        hidden.update(same for same, held in members.items() if held == members[other])
    return Published(
        {key: None if key in hidden else value for key, value in values.items()},
        len(small),
        len(hidden) - len(small),
    )


def _least_move(
    key: Key,
    inside: Sequence[Key],
    cells: Mapping[Key, int],
    axes: Sequence[Axis],
    parts: Sequence[Sequence[Label]],
    hidden: set[Key],
) -> frozenset[Key]:
    """What to leave out so that some people of a figure might as well be elsewhere, with all that is shown.

    A move takes one person from a cell to another along some axes and back along the others, so that few
    sums notice; those that do are left out. Every cell of it is above zero, so that it could go either way.
    """
    best: tuple[int, int, list[Key]] | None = None
    for cell in inside:
        for beside in product(*parts):
            corners = list(product(*({a, b} for a, b in zip(cell, beside, strict=True))))
            if len(corners) == 1 or not all(cells.get(corner) for corner in corners):
                continue
            noticing = [
                [label for label, held in axis.items() if (a in held) != (b in held and a != b)]
                for axis, a, b in zip(axes, cell, beside, strict=True)
            ]
            if not all(label in labels for label, labels in zip(key, noticing, strict=True)):
                continue
            more = sorted(set(product(*noticing)) - hidden)
            cost = len(more), sum(cells.get(one, 0) for one in more), more
            if best is None or cost < best:
                best = cost
    return frozenset(best[2]) if best else frozenset()


class _System:
    """What is shown, as equations over the cells that are not."""

    def __init__(
        self, members: Mapping[Key, tuple[int, ...]], values: Mapping[Key, int], hidden: set[Key]
    ) -> None:
        self.members, self.values, self.hidden = members, values, hidden
        shown_cells = {inside[0] for key, inside in members.items() if len(inside) == 1 and key not in hidden}
        # What adds up to nothing holds only cells that count nothing.
        for key, inside in members.items():
            if values[key] == 0:
                shown_cells.update(inside)
        unknown = sorted({cell for inside in members.values() for cell in inside} - shown_cells)
        self.column = {cell: k for k, cell in enumerate(unknown)}
        self.equations = {
            key: held
            for key in sorted(members)
            if key not in hidden and (held := self._unknown(members[key]))
        }
        self.shown_single = {
            inside[0]: key
            for key, inside in sorted(members.items())
            if len(inside) == 1 and key not in hidden and values[key]
        }
        self.sums_with: dict[int, list[Key]] = {cell: [] for cell in self.shown_single}
        for key in sorted(members):
            if key not in hidden and len(members[key]) > 1:
                for cell in self.sums_with.keys() & set(members[key]):
                    self.sums_with[cell].append(key)
        rows = np.zeros((len(set(self.equations.values())), len(unknown)), np.int64)
        for row, held in zip(rows, sorted(set(self.equations.values())), strict=True):
            row[list(held)] = 1
        self.basis, self.pivots = _reduced(rows)

    def follows(self, key: Key) -> bool:
        """Whether a figure that is left out follows from those that are shown."""
        row = np.zeros(len(self.column), np.int64)
        row[list(self._unknown(self.members[key]))] = 1
        for pivot, held in zip(self.pivots, self.basis, strict=True):
            if row[pivot]:
                row = (row - row[pivot] * held) % PRIME
        return not row.any()

    def beside(self, key: Key) -> Key:
        """The figure to leave out next: the smallest single cell that is least easily given back itself.

        Each sum in which it would be the only cell left out gives it back at once; a cell that closes a ring
        with those left out already is in none.
        """
        near = self._connected(key)
        cells = [
            (
                sum(not self.equations.get(other) for other in self.sums_with[held]),
                min(len(self.equations[other]) for other in shared),
                self.values[name],
                name,
            )
            for held, name in self.shown_single.items()
            if (shared := near.intersection(self.sums_with[held]))
        ]
        if cells:
            return min(cells)[-1]
        return min((len(self.equations[other]), self.values[other], other) for other in near)[-1]

    def _connected(self, key: Key) -> set[Key]:
        """The sums that are shown and speak, at first or at later hand, of the cells of a figure."""
        reached = set(self._unknown(self.members[key]))
        near: set[Key] = set()
        while True:
            more = {
                other
                for other, held in self.equations.items()
                if other not in near and reached.intersection(held)
            }
            if not more:
                return near
            near |= more
            reached.update(column for other in more for column in self.equations[other])

    def _unknown(self, inside: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(self.column[cell] for cell in inside if cell in self.column)


def _reduced(rows: NDArray[np.int64]) -> tuple[list[NDArray[np.int64]], list[int]]:
    """The rows in echelon form modulo the prime, and the column of each pivot."""
    rows = rows.copy()
    basis: list[NDArray[np.int64]] = []
    pivots: list[int] = []
    top = 0
    for column in range(rows.shape[1]):
        below = np.flatnonzero(rows[top:, column])
        if not below.size:
            continue
        first = top + int(below[0])
        rows[[top, first]] = rows[[first, top]]
        rows[top] = rows[top] * pow(int(rows[top, column]), -1, PRIME) % PRIME
        rest = top + 1 + np.flatnonzero(rows[top + 1 :, column])
        if rest.size:
            rows[rest] = (rows[rest] - rows[rest, column][:, None] * rows[top]) % PRIME
        pivots.append(column)
        basis.append(rows[top].copy())
        top += 1
        if top == rows.shape[0]:
            break
    return basis, pivots
