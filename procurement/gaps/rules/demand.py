"""An uploaded demand set: checked row by row, nothing guessed, nothing half taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from core.rows import Finding, Findings, read_csv
from core.spreadsheet import write_csv

COLUMNS = ("place", "need", "complexity", "cohort", "people")
MOST_ROWS = 200_000
MOST_BYTES = 10 * 1024 * 1024
MOST_PEOPLE = 1_000_000
"""More people a year than this in one cell is a slip of the keyboard: it is four times the whole caseload."""


class Level(StrEnum):
    """What the specification says of a need area at one complexity."""

    AVAILABLE = "available"
    NOT_PUBLISHED = "not_published"
    REFERRED = "referred"
    """Not bought as a service: the person should go to an accredited programme."""


@dataclass(frozen=True, slots=True)
class DemandPlace:
    """A place: those it lies in, what replaced it where it has ended, and its kind where it is too large."""

    within: frozenset[str] = frozenset()
    ended: bool = False
    successors: tuple[str, ...] = ()
    too_large: str = ""


@dataclass(frozen=True, slots=True)
class DemandCodes:
    """Every code a demand row may use. Cohorts are a partition, so that no one is counted twice."""

    places: Mapping[str, DemandPlace]
    needs: frozenset[str]
    levels: Mapping[tuple[str, str], Level]
    """By (need, complexity); a pair that is missing does not exist in the specification."""
    cohorts: frozenset[str]


@dataclass(frozen=True, slots=True)
class DemandLine:
    """People a year in one cell; `referred` where the specification sends them to an accredited programme."""

    row: int
    place: str
    need: str
    complexity: str
    cohort: str
    people: int
    referred: bool

    @property
    def cell(self) -> tuple[str, str, str, str]:
        return self.place, self.need, self.complexity, self.cohort


@dataclass(frozen=True, slots=True)
class DemandReport:
    """What a demand file holds; with any error nothing of it may be taken."""

    lines: tuple[DemandLine, ...]
    errors: tuple[Finding, ...]
    error_count: int
    errors_by_code: Mapping[str, int]
    left_blank: int
    """Rows without a figure: left out, for a missing figure is not zero."""
    rows_read: int
    ignored_columns: tuple[str, ...]
    no_equivalent: tuple[tuple[str, int, int], ...] = ()
    """Labels of another list that no need area of ours stands for: (label, people, rows), left out."""

    @property
    def may_import(self) -> bool:
        return self.error_count == 0 and bool(self.lines)

    @property
    def people(self) -> int:
        return sum(line.people for line in self.lines)

    @property
    def people_referred(self) -> int:
        return sum(line.people for line in self.lines if line.referred)


Crosswalk = Mapping[str, tuple[str, ...]]
"""Label of another list of needs, in small letters → our need areas: none, one or several."""


def read_demand(content: bytes, codes: DemandCodes, crosswalk: Crosswalk | None = None) -> DemandReport:
    """Read a demand CSV; raises `FileRefused` when it is no such table at all.

    With a `crosswalk` the column of needs holds labels of another list. A label without equivalent leaves its
    rows out, counted and named. One that stands for several needs, or shares its need with another label of
    the file in the same cell, is an error: nobody can say who the people are, or that they are not the same.

    Errors, which stop the whole import: unknown codes, a place too large to be compared with provision, a
    place that has ended (its successors are named), a complexity that the specification does not have, a
    figure that is no whole number of people, a cell twice, a place inside another place of the same need,
    complexity and cohort. A row without a figure is left out and counted. High complexity of attitudes is
    demand like any other, marked as referred.
    """
    errors = Findings()
    table = read_csv(
        content, required=COLUMNS, optional=(), most_rows=MOST_ROWS, most_bytes=MOST_BYTES, findings=errors
    )
    lines: list[DemandLine] = []
    seen: dict[tuple[str, str, str, str], int] = {}
    label_of: dict[tuple[str, str, str, str], str] = {}
    without: dict[str, list[int]] = {}
    left_blank = 0
    for number, row in table.rows:
        count, values, label = errors.count, row, row["need"]
        if crosswalk is not None:
            ours = crosswalk.get(label.lower())
            if ours == ():
                people = _people(number, row["people"], errors)
                entry = without.setdefault(label, [0, 0])
                entry[0], entry[1] = entry[0] + (people or 0), entry[1] + 1
                continue
            if ours is None or len(ours) > 1:
                code = "unknown_label" if ours is None else "label_stands_for_several"
                errors.add(number, "need", label, code, needs=list(ours or ()))
                continue
            values = {**row, "need": ours[0]}
        _check_codes(number, values, codes, errors)
        people = _people(number, values["people"], errors)
        if errors.count > count:
            continue
        cell = (values["place"], values["need"], values["complexity"], values["cohort"])
        if cell in seen:
            if label_of[cell] != label:
                other = label_of[cell]
                errors.add(number, "need", label, "labels_share_a_need", first=seen[cell], other=other)
            else:
                errors.add(number, "place", values["place"], "repeated_cell", first=seen[cell])
            continue
        seen[cell], label_of[cell] = number, label
        if people is None:
            left_blank += 1
            continue
        referred = codes.levels[cell[1], cell[2]] is Level.REFERRED
        lines.append(DemandLine(number, *cell, people=people, referred=referred))
    for line in lines:
        for outer in sorted(codes.places[line.place].within):
            first = seen.get((outer, *line.cell[1:]))
            if first is not None:
                errors.add(line.row, "place", line.place, "place_inside_another", outer=outer, first=first)
    return DemandReport(
        lines=tuple(lines),
        errors=tuple(errors.kept),
        error_count=errors.count,
        errors_by_code=errors.by_code,
        left_blank=left_blank,
        rows_read=len(table.rows),
        ignored_columns=table.unknown_columns,
        no_equivalent=tuple((label, people, rows) for label, (people, rows) in sorted(without.items())),
    )


def template_csv(
    places: Sequence[str], needs: Sequence[str], complexities: Sequence[str], cohorts: Sequence[str]
) -> str:
    """A demand CSV with a row for every cell and no figure: fill in what is known, leave the rest blank."""
    cells = product(places, needs, complexities, cohorts)
    return write_csv(COLUMNS, ((*cell, "") for cell in cells))


def demand_csv(lines: Iterable[tuple[str, str, str, str, int]]) -> str:
    """Demand rows in the form in which they are uploaded."""
    return write_csv(COLUMNS, lines)


def _check_codes(number: int, values: Mapping[str, str], codes: DemandCodes, errors: Findings) -> None:
    place = codes.places.get(values["place"])
    if place is None:
        errors.add(number, "place", values["place"], "unknown_place")
    elif place.too_large:
        errors.add(number, "place", values["place"], "place_too_large", kind=place.too_large)
    elif place.ended:
        errors.add(number, "place", values["place"], "place_ended", successors=list(place.successors))
    if values["need"] not in codes.needs:
        errors.add(number, "need", values["need"], "unknown_need")
    elif (values["need"], values["complexity"]) not in codes.levels:
        errors.add(number, "complexity", values["complexity"], "unknown_complexity")
    if values["cohort"] not in codes.cohorts:
        errors.add(number, "cohort", values["cohort"], "unknown_cohort")


def _people(number: int, value: str, errors: Findings) -> int | None:
    """Whole people, or None for a blank; anything else is a finding."""
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", value):
        negative = re.fullmatch(r"-[0-9]+(\.[0-9]+)?", value)
        errors.add(number, "people", value, "negative_people" if negative else "not_whole_people")
        return None
    people = int(value)
    if people > MOST_PEOPLE:
        errors.add(number, "people", value, "too_many_people", most=MOST_PEOPLE)
    return people
