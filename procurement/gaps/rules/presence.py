"""The presence view: where something is in force, for whom and at which stage, and why not where it is not.

It counts arrangements, never people: a register without capacities cannot say how many it serves.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

ENDING_SOON_MONTHS = 6
CUSTODY_STAGES = frozenset({"pre-release"})
"""Stages that happen in prison; an arrangement with no other stage is *custody only*."""


class Word(StrEnum):
    """What a cell says first; the number stands beside it."""

    NONE = "none"
    ONE_SUPPLIER = "one_supplier"
    SEVERAL = "several"
    CUSTODY_ONLY = "custody_only"


class Mark(StrEnum):
    """What a reader must know about a cell beside its number."""

    EXTENT_UNCONFIRMED = "extent_unconfirmed"
    """Every arrangement there names only the region: whether it reaches this place is not stated."""
    PART_ONLY = "part_only"
    """Only some of the areas of the region, or only part of the area, have something."""
    ENDS_SOON = "ends_soon"
    """Everything in force there ends within six months."""


class CauseCode(StrEnum):
    NO_EQUIVALENT = "no_equivalent"
    NEVER_LET = "never_let"
    ONLY_WOMEN = "only_women"
    ONLY_MEN = "only_men"
    OTHER_AGES = "other_ages"
    CUSTODY_ONLY = "custody_only"
    OTHER_STAGE = "other_stage"
    STARTS = "starts"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Something let: rows it answers to, police force areas it counts for, for whom, and when.

    `starts` and `ends` are days in force, both included; `ends` None is open. `rows` holds every row code it
    counts under (its service type, or its need areas). `unconfirmed` says the areas were read from a region
    alone; `parts` are areas of which it names only a part.
    """

    reference: str
    provider: str
    rows: frozenset[str]
    areas: frozenset[str]
    sex: str
    min_age: int
    max_age: int | None
    stages: frozenset[str]
    starts: dt.date
    ends: dt.date | None
    unconfirmed: bool = False
    parts: frozenset[str] = frozenset()
    agency: bool = False
    """Given by a partner agency, without a contract."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Who and at which stage the reader asks about; None is anyone, at any stage (custody included)."""

    sex: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    stages: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why nothing is in force: a code, and the day it began or ended where it has one."""

    code: CauseCode
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PresenceCell:
    """How many arrangements are in force, which, the word and marks, and the causes where there is none."""

    count: int
    references: tuple[str, ...]
    suppliers: int
    word: Word
    marks: tuple[Mark, ...]
    causes: tuple[Cause, ...]
    areas_with: int
    """Police force areas of the column that have something."""
    areas: int


EMPTY_FILTER = Filter()


def presence(
    arrangements: Iterable[Arrangement],
    rows: Sequence[str],
    columns: Mapping[str, frozenset[str]],
    on: dt.date,
    wanted: Filter = EMPTY_FILTER,
    without_equivalent: frozenset[str] = frozenset(),
) -> dict[tuple[str, str], PresenceCell]:
    """The whole matrix: one cell for every row and column (a column is a set of police force areas).

    In force means `starts` ≤ `on` ≤ `ends`. An arrangement that names a region alone counts for every area of
    it, marked; a place in its title never narrows it. Custody counts unless stages are asked for.
    `without_equivalent` are rows that the register has no heading for, so that silence proves nothing.
    """
    # Many arrangements, few areas: visit each arrangement once and drop it into the cells it touches.
    touching: dict[tuple[str, str], list[Arrangement]] = {}
    wanted_rows = set(rows)
    columns_of: dict[str, list[str]] = {}
    for column, areas in columns.items():
        for area in areas:
            columns_of.setdefault(area, []).append(column)
    for arrangement in sorted(arrangements, key=lambda a: a.reference):
        touched = {column for area in arrangement.areas for column in columns_of.get(area, ())}
        for row in arrangement.rows & wanted_rows:
            for column in touched:
                touching.setdefault((row, column), []).append(arrangement)
    return {
        (row, column): _cell(
            touching.get((row, column), []), areas, on, wanted, no_equivalent=row in without_equivalent
        )
        for row in rows
        for column, areas in columns.items()
    }


def _cell(
    here: list[Arrangement], areas: frozenset[str], on: dt.date, wanted: Filter, *, no_equivalent: bool
) -> PresenceCell:
    found = [a for a in here if in_force(a, on) and fits(a, wanted)]
    if not found:
        causes = why_none(here, on, wanted, no_equivalent=no_equivalent)
        return PresenceCell(0, (), 0, Word.NONE, (), causes, 0, len(areas))
    suppliers = len({a.provider or a.reference for a in found})
    if wanted.stages is None and all(a.stages <= CUSTODY_STAGES for a in found):
        word = Word.CUSTODY_ONLY
    else:
        word = Word.ONE_SUPPLIER if suppliers == 1 else Word.SEVERAL
    covered = frozenset().union(*(a.areas & areas for a in found))
    marks = []
    if all(a.unconfirmed for a in found):
        marks.append(Mark.EXTENT_UNCONFIRMED)
    if len(covered) < len(areas) or all(a.areas & areas <= a.parts for a in found):
        marks.append(Mark.PART_ONLY)
    soon = add_months(on, ENDING_SOON_MONTHS)
    if all(a.ends is not None and a.ends <= soon for a in found):
        marks.append(Mark.ENDS_SOON)
    return PresenceCell(
        count=len(found),
        references=tuple(a.reference for a in found),
        suppliers=suppliers,
        word=word,
        marks=tuple(marks),
        causes=(),
        areas_with=len(covered),
        areas=len(areas),
    )


def in_force(arrangement: Arrangement, on: dt.date) -> bool:
    """Whether it is in force on that day; the first and the last day count."""
    return arrangement.starts <= on and (arrangement.ends is None or on <= arrangement.ends)


def fits(arrangement: Arrangement, wanted: Filter) -> bool:
    """Whether it is for the people and a stage asked about; a partial overlap of ages counts as fitting."""
    return (
        _fits_sex(arrangement, wanted) and _fits_age(arrangement, wanted) and _fits_stage(arrangement, wanted)
    )


def why_none(
    here: Sequence[Arrangement], on: dt.date, wanted: Filter, *, no_equivalent: bool
) -> tuple[Cause, ...]:
    """Every cause why nothing fits, the nearest first: for others only, something starts, something ended."""
    current = [a for a in here if in_force(a, on)]
    causes: list[Cause] = []
    if any(not _fits_sex(a, wanted) for a in current):
        causes.append(Cause(CauseCode.ONLY_WOMEN if wanted.sex == "male" else CauseCode.ONLY_MEN))
    if any(_fits_sex(a, wanted) and not _fits_age(a, wanted) for a in current):
        causes.append(Cause(CauseCode.OTHER_AGES))
    wrong_stage = [
        a for a in current if _fits_sex(a, wanted) and _fits_age(a, wanted) and not _fits_stage(a, wanted)
    ]
    if wrong_stage:
        custody = all(a.stages <= CUSTODY_STAGES for a in wrong_stage)
        causes.append(Cause(CauseCode.CUSTODY_ONLY if custody else CauseCode.OTHER_STAGE))
    fitting = [a for a in here if fits(a, wanted) and (a.ends is None or a.starts <= a.ends)]
    coming = [a.starts for a in fitting if a.starts > on]
    if coming:
        causes.append(Cause(CauseCode.STARTS, min(coming)))
    past = [a.ends for a in fitting if a.ends is not None and a.ends < on]
    if past:
        causes.append(Cause(CauseCode.ENDED, max(past)))
    if not causes:
        causes.append(Cause(CauseCode.NO_EQUIVALENT if no_equivalent else CauseCode.NEVER_LET))
    return tuple(causes)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later, or the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _fits_sex(arrangement: Arrangement, wanted: Filter) -> bool:
    return wanted.sex is None or arrangement.sex in ("both", wanted.sex)


def _fits_age(arrangement: Arrangement, wanted: Filter) -> bool:
    too_old = (
        wanted.min_age is not None
        and arrangement.max_age is not None
        and arrangement.max_age < wanted.min_age
    )
    too_young = wanted.max_age is not None and arrangement.min_age > wanted.max_age
    return not too_old and not too_young


def _fits_stage(arrangement: Arrangement, wanted: Filter) -> bool:
    return wanted.stages is None or bool(arrangement.stages & wanted.stages)
