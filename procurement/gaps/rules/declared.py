"""An uploaded list of who provides what where: checked row by row, taken whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.rows import Finding, Findings, read_csv
from procurement.gaps.rules.demand import Crosswalk

COLUMNS = ("place", "need")
OPTIONAL = ("name",)
MOST_ROWS = 20_000
MOST_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """One need area that a row of the file declares in a place, by code, with what the file calls it."""

    row: int
    place: str
    need: str
    name: str


@dataclass(frozen=True, slots=True)
class DeclaredReport:
    """What a list holds; with any error nothing of it may be taken."""

    lines: tuple[DeclaredLine, ...]
    errors: tuple[Finding, ...]
    error_count: int
    rows_read: int
    no_equivalent: tuple[tuple[str, int], ...]
    """Headings of the list that no need area of ours stands for: (heading, rows), left out."""


def read_declared(
    content: bytes, places: Mapping[str, str], needs: frozenset[str], crosswalk: Crosswalk | None = None
) -> DeclaredReport:
    """Read a list; raises `FileRefused` where it is no such table at all.

    `places` are codes and names of places in small letters, each with its code. A heading that stands for
    several of our need areas declares all of them: who offers personal wellbeing offers its parts.
    """
    errors = Findings()
    table = read_csv(
        content,
        required=COLUMNS,
        optional=OPTIONAL,
        most_rows=MOST_ROWS,
        most_bytes=MOST_BYTES,
        findings=errors,
    )
    lines: list[DeclaredLine] = []
    without: dict[str, int] = {}
    for number, row in table.rows:
        place = places.get(row["place"].lower())
        if place is None:
            errors.add(number, "place", row["place"], "unknown_place")
        if crosswalk is None:
            ours = (row["need"],) if row["need"] in needs else None
        else:
            ours = crosswalk.get(row["need"].lower())
        if ours is None:
            code = "unknown_need" if crosswalk is None else "unknown_label"
            errors.add(number, "need", row["need"], code)
        elif not ours:
            without[row["need"]] = without.get(row["need"], 0) + 1
        elif place is not None:
            name = row.get("name", "")[:200]
            lines += [DeclaredLine(number, place, need, name) for need in dict.fromkeys(ours)]
    return DeclaredReport(
        lines=tuple(lines),
        errors=tuple(errors.kept),
        error_count=errors.count,
        rows_read=len(table.rows),
        no_equivalent=tuple(sorted(without.items())),
    )
