"""Reading a contract register row by row: what is imported, what stops it, what is only pointed out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.rows import Finding, Findings, read_csv

REQUIRED = (
    "contract_reference",
    "contract_type_code",
    "service_type",
    "region_code",
    "pfa_id",
    "sex",
    "min_age",
    "max_age",
    "visible_from",
    "hidden_after",
    "prime_provider_code",
    "title",
    "need_areas",
)
OPTIONAL = ("region", "scope", "n_subcontractors", "n_activities", "methods")
MOST_ROWS = 20_000
MOST_BYTES = 10 * 1024 * 1024
LONGEST = {"contract_reference": 60, "title": 300, "prime_provider_code": 80}
SEXES = ("male", "female", "both")

CUSTODY_WORD = "custody"
"""The register has no column for the stage. A title that says *custody* means work before release only; every
other row is a community contract, whether or not its title says so. The register never says whether such a
contract reaches into prison as well, except by a need heading for one stage (see `stages_of`)."""


@dataclass(frozen=True, slots=True)
class KnownPlaces:
    """The places a register may name, by its own codes (`A`, `cleveland`), and names that titles use."""

    regions: Mapping[str, str]
    """Region code → name."""
    areas: Mapping[str, tuple[str, str]]
    """Police force area id → (name, region code)."""
    districts: Mapping[str, tuple[str, ...]]
    """Name of a town, borough or district → ids of the police force areas it lies in."""


@dataclass(frozen=True, slots=True)
class KnownCodes:
    """Service types by code with their names, and need headings by label with the stage each is for."""

    service_types: Mapping[str, str]
    headings: Mapping[str, str | None]
    """Need heading → stage code where the heading is for one stage only, else None."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One contract of a register as it was read; ages in years and dates with both ends included."""

    row: int
    reference: str
    type_code: str
    service_type: str
    region_code: str
    pfa_id: str | None
    """None where the register names the region only: it counts for every area of it, *extent unconfirmed*."""
    sex: str
    min_age: int
    max_age: int | None
    visible_from: dt.date
    hidden_after: dt.date | None
    provider_code: str
    title: str
    headings: tuple[str, ...]
    methods: tuple[str, ...]
    stages: tuple[str, ...]
    subcontractors: int | None = None
    activities: int | None = None


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """What a register holds. With any error nothing may be imported; warnings are imported and listed."""

    rows: tuple[RegisterRow, ...]
    errors: tuple[Finding, ...]
    error_count: int
    errors_by_code: Mapping[str, int]
    warnings: tuple[Finding, ...]
    warning_count: int
    warnings_by_code: Mapping[str, int]
    ignored_columns: tuple[str, ...]
    rows_read: int

    @property
    def may_import(self) -> bool:
        return self.error_count == 0 and bool(self.rows)


def read_register(content: bytes, places: KnownPlaces, codes: KnownCodes) -> RegisterReport:
    """Read every row and report all that is wrong; raises `FileRefused` when it is no register at all.

    Errors, which stop the whole import: an unknown service type, region or police force area, an area outside
    its region, a reference twice, a value of the wrong form, ages the wrong way round. Warnings: a place in
    the title that the row's own place does not say, a service or region name that differs from its code,
    dates that leave no day in force, unusual ages, need headings that are unknown or missing.
    """
    errors, warnings = Findings(), Findings()
    table = read_csv(
        content,
        required=REQUIRED,
        optional=OPTIONAL,
        most_rows=MOST_ROWS,
        most_bytes=MOST_BYTES,
        findings=errors,
    )
    titles = TitlePlaces(places)
    seen: dict[str, tuple[int, dict[str, str]]] = {}
    rows = []
    for number, values in table.rows:
        reference = values["contract_reference"]
        if reference and reference in seen:
            first, before = seen[reference]
            code = "repeated_row" if before == values else "repeated_reference"
            errors.add(number, "contract_reference", reference, code, first=first)
        else:
            seen[reference] = (number, values)
        count = errors.count
        row = _read_row(number, values, places, codes, errors)
        if row is not None and errors.count == count:
            _warn(row, values, places, codes, titles, warnings)
            rows.append(row)
    return RegisterReport(
        rows=tuple(rows),
        errors=tuple(errors.kept),
        error_count=errors.count,
        errors_by_code=errors.by_code,
        warnings=tuple(warnings.kept),
        warning_count=warnings.count,
        warnings_by_code=warnings.by_code,
        ignored_columns=table.unknown_columns,
        rows_read=len(table.rows),
    )


def stages_of(title: str, headings: Iterable[str], codes: KnownCodes) -> tuple[str, ...]:
    """The stages of a register row: by its title (see `CUSTODY_WORD`), and by headings for one stage."""
    stages = {"pre-release"} if CUSTODY_WORD in words(title) else {"community"}
    stages |= {stage for heading in headings if (stage := codes.headings.get(heading))}
    return tuple(sorted(stages))


def need_areas_of(
    headings: Iterable[str],
    service_type: str,
    heading_rows: Mapping[str, Sequence[str | None]],
    type_rows: Mapping[str, Sequence[str | None]],
) -> frozenset[str]:
    """Need areas of a register row: what its headings stand for, else what its service type stands for.

    A heading or type without equivalent contributes nothing; an empty answer means *no equivalent*.
    """
    known = [need for heading in headings for need in heading_rows.get(heading, ())]
    if not any(heading in heading_rows for heading in headings):
        known = list(type_rows.get(service_type, ()))
    return frozenset(need for need in known if need)


def _read_row(
    number: int,
    values: Mapping[str, str],
    places: KnownPlaces,
    codes: KnownCodes,
    errors: Findings,
) -> RegisterRow | None:
    def wrong(column: str, code: str, **params: object) -> None:
        errors.add(number, column, values.get(column, ""), code, **params)

    for column, most in LONGEST.items():
        if not values[column] and column != "prime_provider_code":
            wrong(column, "value_missing")
        elif len(values[column]) > most:
            wrong(column, "value_too_long", most=most)
    if values["contract_type_code"] not in codes.service_types:
        wrong("contract_type_code", "unknown_service_type")
    region = values["region_code"]
    if region not in places.regions:
        wrong("region_code", "unknown_region")
    area = values["pfa_id"]
    if area and area not in places.areas:
        wrong("pfa_id", "unknown_police_force_area")
    elif area and region in places.regions and places.areas[area][1] != region:
        wrong("pfa_id", "area_outside_region", region=places.regions[region])
    if values["sex"] not in SEXES:
        wrong("sex", "unknown_sex", allowed=list(SEXES))
    min_age = _whole(values["min_age"])
    max_age = _whole(values["max_age"]) if values["max_age"] else None
    if min_age is None:
        wrong("min_age", "not_an_age")
    if values["max_age"] and max_age is None:
        wrong("max_age", "not_an_age")
    if min_age is not None and max_age is not None and max_age < min_age:
        wrong("max_age", "ages_reversed", youngest=min_age)
    starts, ends = _day(values["visible_from"]), _day(values["hidden_after"])
    if starts is None:
        wrong("visible_from", "not_a_date" if values["visible_from"] else "value_missing")
    if values["hidden_after"] and ends is None:
        wrong("hidden_after", "not_a_date")
    for column in ("n_subcontractors", "n_activities"):
        if values.get(column) and _whole(values[column]) is None:
            wrong(column, "not_a_count")
    if min_age is None or starts is None:
        return None
    headings = _parts(values["need_areas"])
    return RegisterRow(
        row=number,
        reference=values["contract_reference"],
        type_code=values["contract_type_code"],
        service_type=values["service_type"],
        region_code=region,
        pfa_id=area or None,
        sex=values["sex"],
        min_age=min_age,
        max_age=max_age,
        visible_from=starts,
        hidden_after=ends,
        provider_code=values["prime_provider_code"],
        title=values["title"],
        headings=headings,
        methods=_parts(values.get("methods", "")),
        stages=stages_of(values["title"], headings, codes),
        subcontractors=_whole(values.get("n_subcontractors", "")),
        activities=_whole(values.get("n_activities", "")),
    )


def _warn(
    row: RegisterRow,
    values: Mapping[str, str],
    places: KnownPlaces,
    codes: KnownCodes,
    titles: TitlePlaces,
    warnings: Findings,
) -> None:
    def note(column: str, code: str, value: str | None = None, **params: object) -> None:
        warnings.add(row.row, column, values.get(column, "") if value is None else value, code, **params)

    if row.service_type != codes.service_types[row.type_code]:
        note("service_type", "service_type_differs", expected=codes.service_types[row.type_code])
    if values.get("region") and words(values["region"]) != words(places.regions[row.region_code]):
        note("region", "region_name_differs", expected=places.regions[row.region_code])
    if row.hidden_after and row.hidden_after < row.visible_from:
        note("hidden_after", "hidden_before_visible", visible_from=row.visible_from)
    if row.min_age < 18:
        note("min_age", "young_age")
    if max(row.min_age, row.max_age or 0) > 100:
        note("max_age" if row.max_age else "min_age", "old_age")
    if not row.headings:
        note("need_areas", "no_need_headings")
    for heading in row.headings:
        if heading not in codes.headings:
            note("need_areas", "unknown_need_heading", heading)
    inside = titles.narrower(row.title, row.region_code, row.pfa_id)
    if inside:
        note("title", "title_names_part", names=inside, whole_region=row.pfa_id is None)
    outside = titles.elsewhere(row.title, row.region_code, row.pfa_id)
    if outside:
        note("title", "title_names_other_place", names=outside)


class TitlePlaces:
    """Finds names of places in titles, longest first, so that *South Gloucestershire* is not the county."""

    def __init__(self, places: KnownPlaces):
        self.places = places
        self.named: dict[tuple[str, ...], set[tuple[str, str]]] = {}
        for code, name in places.regions.items():
            self._add(name, ("region", code))
        for area, (name, _region) in places.areas.items():
            self._add(name, ("area", area))
            parts = name.split(" and ")
            if len(parts) > 1 and all(part[:1].isupper() for part in parts):
                for part in parts:
                    self._add(part, ("part", area))
        for name, areas in places.districts.items():
            for area in areas:
                self._add(name, ("part", area))
        self.longest = max(map(len, self.named), default=0)

    def narrower(self, title: str, region: str, area: str | None) -> list[str]:
        """Names of places that lie inside the row's own place: a part of it, which it may or may not be."""
        found = [name for name, kinds in self._found(title) if self._is_part(kinds, region, area)]
        bracket = re.search(r"\(([NSEW/ ]+|north|south|east|west)\)", title, flags=re.IGNORECASE)
        return [*found, *([bracket.group(1)] if bracket and area is None else [])]

    def elsewhere(self, title: str, region: str, area: str | None) -> list[str]:
        """Names of places that lie outside the row's own place."""
        return [
            name
            for name, kinds in self._found(title)
            if not self._is_own(kinds, region, area) and not self._is_part(kinds, region, area)
        ]

    def _is_own(self, kinds: set[tuple[str, str]], region: str, area: str | None) -> bool:
        if ("region", region) in kinds:
            return True
        return area is not None and ("area", area) in kinds

    def _is_part(self, kinds: set[tuple[str, str]], region: str, area: str | None) -> bool:
        if self._is_own(kinds, region, area):
            return False
        if area is not None:
            return ("part", area) in kinds
        return any(
            kind != "region" and self.places.areas.get(code, ("", ""))[1] == region for kind, code in kinds
        )

    def _add(self, name: str, place: tuple[str, str]) -> None:
        self.named.setdefault(words(name), set()).add(place)

    def _found(self, title: str) -> list[tuple[str, set[tuple[str, str]]]]:
        left, found, at = words(title), [], 0
        while at < len(left):
            for size in range(min(self.longest, len(left) - at), 0, -1):
                kinds = self.named.get(left[at : at + size])
                if kinds:
                    found.append((" ".join(left[at : at + size]), kinds))
                    at += size
                    break
            else:
                at += 1
        return found


def words(text: str) -> tuple[str, ...]:
    """A name as lower-case words, so that *Kent, Surrey & Sussex* is *Kent Surrey and Sussex*."""
    return tuple(re.findall(r"[a-z0-9']+", text.lower().replace("&", " and ")))


def _parts(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in value.split("|") if part.strip()))


def _whole(value: str) -> int | None:
    return int(value) if re.fullmatch(r"[0-9]{1,4}", value) else None


def _day(value: str) -> dt.date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
