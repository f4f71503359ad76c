"""Two declarations of the same provision side by side: where a register and a directory disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Cell = tuple[str, str]
"""(need area, police force area or region), by code."""


class Side(StrEnum):
    """Which of two declarations says that something is there."""

    BOTH = "both"
    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a declaration: what it is called, its need areas and police force areas."""

    reference: str
    needs: frozenset[str]
    areas: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """A cell with what each declaration has in it, by reference."""

    cell: Cell
    side: Side
    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many cells each side speaks of, and the share in which they disagree."""

    counts: Mapping[Side, int]

    @property
    def declared(self) -> int:
        """Cells in which at least one says that something is there."""
        return sum(count for side, count in self.counts.items() if side is not Side.NEITHER)

    @property
    def disagree(self) -> int:
        return self.counts[Side.FIRST] + self.counts[Side.SECOND]

    @property
    def cells(self) -> int:
        return sum(self.counts.values())


def compare(
    first: Iterable[Entry],
    second: Iterable[Entry],
    needs: Sequence[str],
    columns: Mapping[str, frozenset[str]],
) -> tuple[Compared, ...]:
    """Every need in every column (a set of police force areas), in the order given.

    It compares presence: whether something is declared there at all, never for how many.
    """
    one, other = _by_cell(first, needs, columns), _by_cell(second, needs, columns)
    found = []
    for need in needs:
        for column in columns:
            left, right = one.get((need, column), ()), other.get((need, column), ())
            side = (Side.BOTH if right else Side.FIRST) if left else (Side.SECOND if right else Side.NEITHER)
            found.append(Compared((need, column), side, tuple(sorted(left)), tuple(sorted(right))))
    return tuple(found)


def agreement(compared: Iterable[Compared]) -> Agreement:
    """The counts of a comparison; every side is in them."""
    counts = dict.fromkeys(Side, 0)
    for one in compared:
        counts[one.side] += 1
    return Agreement(counts)


def _by_cell(
    entries: Iterable[Entry], needs: Sequence[str], columns: Mapping[str, frozenset[str]]
) -> dict[Cell, set[str]]:
    columns_of: dict[str, list[str]] = {}
    for column, areas in columns.items():
        for area in areas:
            columns_of.setdefault(area, []).append(column)
    wanted, found = set(needs), {}
    for entry in entries:
        touched = {column for area in entry.areas for column in columns_of.get(area, ())}
        for need in entry.needs & wanted:
            for column in touched:
                found.setdefault((need, column), set()).add(entry.reference)
    return found
