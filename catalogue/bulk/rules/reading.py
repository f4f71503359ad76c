"""The rows of a workbook brought together by offer, and everything in them that cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from catalogue.bulk.rules.cells import CellProblem, Lists, read_cell
from catalogue.bulk.rules.columns import (
    BY_SHEET,
    COMPLEXITY,
    HEADINGS,
    MAY_LACK,
    MOST_ROWS,
    OFFER,
    PARTS,
    Column,
    Kind,
    Part,
)
from catalogue.bulk.types import LimitKey, Problem, Sheet
from catalogue.reference.types import Complexity
from core.rows import FileRefused

Rows = Iterable[tuple[int, Sequence[Any]]]
"""Rows of a sheet with their numbers, the headings first; blank rows are left out."""
Values = dict[str, Any]
"""What a row says, by field."""
EntryKey = tuple[Complexity | None, Any]


@dataclass(slots=True)
class FileLevel:
    """A row of the sheet of levels."""

    row: int
    values: Values


@dataclass(slots=True)
class FileOffer:
    """A row of the sheet of offers, with the rows of the other sheets that name it."""

    row: int
    reference: str
    need_area: str | None
    fingerprint: str
    values: Values
    levels: dict[Complexity, FileLevel] = field(default_factory=dict)
    entries: dict[Sheet, dict[EntryKey, tuple[int, Values]]] = field(default_factory=dict)
    """By sheet: rows with their numbers, by complexity (None where they belong to none) and key."""
    faulty: bool = False


@dataclass(slots=True)
class FilePool:
    """A row of the sheet of pools, with the rows of limits that name it: their rows and places, or none."""

    row: int
    fingerprint: str
    values: Values
    limits: dict[LimitKey, tuple[int, int | None]] = field(default_factory=dict)
    faulty: bool = False


@dataclass(slots=True)
class FileContent:
    """All offers of a file by reference, in its order, and what is wrong with them."""

    offers: dict[str, FileOffer] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    pools: dict[str, FilePool] = field(default_factory=dict)
    """Shared pools of places by identifier."""
    ignored: list[str] = field(default_factory=list)
    """Columns of other names, as *sheet: heading*; they were not read."""


def read_file(
    rows_of: Callable[[str], Rows],
    names: Sequence[str],
    lists: Lists,
    tell: Callable[[Sheet, int], None] = lambda sheet, rows: None,
) -> FileContent:
    """Read the sheets; ``tell`` is called now and then with the rows read so far.

    Refused whole (FileRefused): a sheet or column that is missing, a heading twice, too many rows, no offers.
    Everything else is a problem of a row, and all of them are found.
    """
    missing = [str(sheet) for sheet in Sheet if sheet not in names and sheet not in MAY_LACK]
    if missing:
        raise FileRefused("missing_sheets", missing=missing, found=list(names)[:20])
    read = FileContent()
    takers: dict[Sheet, Callable[[FileContent, _Row], None]] = {
        Sheet.OFFERS: _take_offer,
        Sheet.LEVELS: _take_level,
        **{part.sheet: partial(_take_entry, part) for part in PARTS},
        Sheet.POOLS: _take_pool,
        Sheet.LIMITS: _take_limit,
    }
    for sheet in Sheet:
        if sheet not in names:
            continue
        numbered = iter(rows_of(sheet))
        columns = _columns(sheet, next(numbered, (0, ()))[1], read)
        for count, (number, cells) in enumerate(numbered, start=1):
            if count > MOST_ROWS[sheet]:
                raise FileRefused("too_many_rows", sheet=str(sheet), most=MOST_ROWS[sheet])
            if count % 1000 == 0:
                tell(sheet, count)
            takers[sheet](read, _Row(sheet, number, columns, cells, lists, read.problems))
    if not read.offers and not read.pools and not read.problems:
        raise FileRefused("no_offers")
    return read


def _columns(sheet: Sheet, headings: Sequence[Any], read: FileContent) -> list[tuple[int, Column]]:
    """Where each column of the sheet stands, found by its heading."""
    found = [" ".join(str(heading).split()) if heading is not None else "" for heading in headings]
    places: dict[str, int] = {}
    for place, heading in enumerate(found):
        if heading and heading.casefold() in places:
            raise FileRefused("repeated_columns", sheet=str(sheet), repeated=[heading[:60]])
        if heading:
            places[heading.casefold()] = place
    wanted = BY_SHEET[sheet]
    needed = [column for column in wanted if column.kind is not Kind.NOTE]
    missing = [column.heading for column in needed if column.heading.casefold() not in places]
    if missing:
        known = {column.heading.casefold() for column in wanted}
        others = [heading[:60] for heading in found if heading and heading.casefold() not in known]
        raise FileRefused("missing_columns", sheet=str(sheet), missing=missing, found=others[:20])
    known = {column.heading.casefold() for column in wanted}
    read.ignored += [
        f"{sheet}: {heading[:60]}" for heading in found if heading and heading.casefold() not in known
    ]
    return [(places[column.heading.casefold()], column) for column in needed]


class _Row:
    """A row while it is read: its values by field, and whether anything in it was wrong."""

    def __init__(
        self,
        sheet: Sheet,
        number: int,
        columns: Sequence[tuple[int, Column]],
        cells: Sequence[Any],
        lists: Lists,
        problems: list[Problem],
    ) -> None:
        self.sheet, self.number, self.problems, self.faulty = sheet, number, problems, False
        self.keys: Values = {}
        self.values: Values = {}
        width = len(cells)
        for place, column in columns:
            value = cells[place] if place < width else None
            kept = self.keys if column.kind in (Kind.KEY, Kind.PRINT) else self.values
            try:
                kept[column.field] = read_cell(column, value, lists)
            except CellProblem as problem:
                kept[column.field] = None
                self.wrong(column.heading, value, problem.code, **problem.params)

    def wrong(self, heading: str, value: Any, code: str, **params: Any) -> None:
        self.faulty = True
        shown = "" if value is None else str(value)[:200]
        self.problems.append(Problem(str(self.sheet), self.number, heading, shown, code, params))


def _take_offer(read: FileContent, row: _Row) -> None:
    reference = row.keys["offer"]
    if reference is None:
        if not row.faulty:
            row.wrong(OFFER, None, "reference_missing")
        return
    first = read.offers.get(reference)
    if first is not None:
        row.wrong(OFFER, reference, "repeated_offer", first=first.row)
        return
    read.offers[reference] = FileOffer(
        row=row.number,
        reference=reference,
        need_area=row.keys["need_area"],
        fingerprint=row.keys["fingerprint"] or "",
        values=row.values,
        faulty=row.faulty,
    )


def _take_level(read: FileContent, row: _Row) -> None:
    offer, complexity = _whose(read, row)
    if offer is None or complexity is None:
        return
    first = offer.levels.get(complexity)
    if first is not None:
        row.wrong(COMPLEXITY, str(complexity), "repeated_level", first=first.row)
    else:
        offer.levels[complexity] = FileLevel(row.number, row.values)
    offer.faulty = offer.faulty or row.faulty


def _take_entry(part: Part, read: FileContent, row: _Row) -> None:
    offer, complexity = _whose(read, row)
    if offer is None or (complexity is None and part.above is Sheet.LEVELS):
        return
    key, heading = row.keys[part.key], HEADINGS[part.sheet, part.key]
    entries = offer.entries.setdefault(part.sheet, {})
    if key is None:
        if not row.faulty:
            row.wrong(heading, None, "key_missing")
    elif (complexity, key) in entries:
        row.wrong(heading, str(key), "repeated_entry", first=entries[complexity, key][0])
    else:
        entries[complexity, key] = (row.number, row.values)
    offer.faulty = offer.faulty or row.faulty


def _take_pool(read: FileContent, row: _Row) -> None:
    code, heading = row.keys["pool"], HEADINGS[Sheet.POOLS, "pool"]
    if code is None:
        if not row.faulty:
            row.wrong(heading, None, "pool_missing")
    elif code in read.pools:
        row.wrong(heading, code, "repeated_pool", first=read.pools[code].row)
        read.pools[code].faulty = True
    else:
        print_ = row.keys["fingerprint"] or ""
        read.pools[code] = FilePool(row.number, print_, row.values, faulty=row.faulty)


def _take_limit(read: FileContent, row: _Row) -> None:
    code = row.keys["pool"]
    pool = read.pools.get(code) if code is not None else None
    key = (row.values["region"] or None, row.values["level"] or None)
    if row.faulty:
        pass
    elif code is None:
        row.wrong(HEADINGS[Sheet.LIMITS, "pool"], None, "pool_missing")
    elif pool is None:
        row.wrong(HEADINGS[Sheet.LIMITS, "pool"], code, "not_on_pools")
    elif key == (None, None):
        row.wrong(HEADINGS[Sheet.LIMITS, "region"], None, "sub_limit_narrows_nothing")
    elif key in pool.limits:
        row.wrong(HEADINGS[Sheet.LIMITS, "region"], key[0], "sub_limit_twice")
    else:
        pool.limits[key] = (row.number, row.values["most"])
    if pool is not None and row.faulty:
        pool.faulty = True


def _whose(read: FileContent, row: _Row) -> tuple[FileOffer | None, Complexity | None]:
    """The offer and, where the sheet has one, the complexity that a row names."""
    reference, complexity = row.keys["offer"], row.keys.get("complexity")
    offer = read.offers.get(reference) if reference is not None else None
    if not row.faulty and reference is None:
        row.wrong(OFFER, None, "reference_missing")
    elif reference is not None and offer is None:
        row.wrong(OFFER, reference, "not_on_offers")
    if "complexity" in row.keys and complexity is None and not row.faulty:
        row.wrong(COMPLEXITY, None, "complexity_missing")
    if offer is not None and row.faulty:
        offer.faulty = True
    return offer, complexity
