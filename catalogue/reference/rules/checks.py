"""Checks that reference data holds together, returning everything that is wrong at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from catalogue.reference.types import (
    Availability,
    Complexity,
    CrosswalkScheme,
    Equivalence,
    Phase,
    Place,
    PlaceKind,
    Problem,
    ReferenceData,
    Sex,
    SpecificationLevel,
    Tile,
)

PLACE_PREFIXES = {
    PlaceKind.NATION: "nation",
    PlaceKind.REGION: "region",
    PlaceKind.POLICE_FORCE_AREA: "pfa",
    PlaceKind.DELIVERY_UNIT: "pdu",
}
COMPLEXITY_LETTERS = {Complexity.LOW: "L", Complexity.MEDIUM: "M", Complexity.HIGH: "H"}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHARED_ITEM_CODE = re.compile(r"ALL-[AIR]-\d\d")
ADULT_AGE = 18
LISTED_FILES = frozenset(
    {
        "places.csv",
        "tiles_regions.csv",
        "tiles_police_force_areas.csv",
        "need_areas.csv",
        "outcomes.csv",
        "complexity.csv",
        "specification",
        "cohorts.csv",
        "demand_cohorts.csv",
        "stages.csv",
        "sentence_types.csv",
        "languages.csv",
        "quality_marks.csv",
        "service_types.csv",
        "crosswalk.csv",
    }
)


def problems_of(data: ReferenceData) -> list[Problem]:
    """Everything wrong with rows that could be read; empty when the data holds together."""
    return [
        *_manifest(data),
        *_places(data.places),
        *_tiles("tiles_regions.csv", data.region_tiles, data.places, PlaceKind.REGION),
        *_tiles(
            "tiles_police_force_areas.csv",
            data.police_force_area_tiles,
            data.places,
            PlaceKind.POLICE_FORCE_AREA,
        ),
        *_need_areas(data),
        *_complexity_levels(data),
        *_specification(data),
        *_lists(data),
        *_demand_cohorts(data),
        *_crosswalk(data),
    ]


def _problem(file: str, row: str, code: str, **parameters: object) -> Problem:
    return Problem(file, row, code, tuple((name, str(value)) for name, value in parameters.items()))


def _twice(file: str, values: Iterable[object]) -> Iterator[Problem]:
    for value, times in Counter(values).items():
        if times > 1:
            yield _problem(file, str(value), "code_twice", value=value)


def _manifest(data: ReferenceData) -> Iterator[Problem]:
    known = {source.code for source in data.sources}
    for file in data.files:
        for source in file.sources:
            if source not in known:
                yield _problem("manifest.toml", file.name, "source_unknown", value=source)
    cited = {
        "places.csv": data.places,
        "need_areas.csv": data.need_areas,
        "complexity.csv": data.complexity_levels,
        "cohorts.csv": data.cohorts,
    }
    listed = {file.name for file in data.files}
    for name in sorted(LISTED_FILES ^ listed):
        yield _problem("manifest.toml", name, "file_unlisted" if name in LISTED_FILES else "file_unknown")
    for name, rows in cited.items():
        for row in rows:
            for source in row.sources:
                if source not in known:
                    yield _problem(name, row.code, "source_unknown", value=source)


def _places(places: tuple[Place, ...]) -> Iterator[Problem]:
    file = "places.csv"
    by_code = {place.code: place for place in places}
    yield from _twice(file, [place.code for place in places])
    roots = [place for place in places if place.parent is None]
    if len(roots) != 1 or roots[0].kind is not PlaceKind.NATION:
        yield _problem(file, "", "one_root_expected", value=", ".join(place.code for place in roots))
    kinds = tuple(PlaceKind)
    for place in places:
        if place.code != f"{PLACE_PREFIXES[place.kind]}:{place.code.partition(':')[2]}" or not SLUG.fullmatch(
            place.code.partition(":")[2].lower()
        ):
            yield _problem(file, place.code, "place_code_form", value=place.code)
        if place.valid_from and place.valid_to and place.valid_to <= place.valid_from:
            yield _problem(file, place.code, "dates_reversed")
        yield from _successors(place, by_code)
        if place.parent is None:
            continue
        parent = by_code.get(place.parent)
        if parent is None:
            yield _problem(file, place.code, "parent_unknown", value=place.parent)
            continue
        if _circular(place, by_code):
            yield _problem(file, place.code, "parent_circle", value=place.parent)
        elif kinds.index(parent.kind) != kinds.index(place.kind) - 1:
            yield _problem(file, place.code, "parent_kind", value=place.parent)
        if not _within(place, parent):
            yield _problem(file, place.code, "dates_outside_parent", value=place.parent)


def _circular(place: Place, by_code: dict[str, Place]) -> bool:
    seen = {place.code}
    above = place.parent
    while above in by_code:
        if above in seen:
            return True
        seen.add(above)
        above = by_code[above].parent
    return False


def _within(place: Place, parent: Place) -> bool:
    """Whether a place exists only while its parent does. A place without a date has its parent's."""
    begins = place.valid_from or parent.valid_from
    ends = place.valid_to or parent.valid_to
    early = parent.valid_from is not None and begins is not None and begins < parent.valid_from
    late = parent.valid_to is not None and ends is not None and ends > parent.valid_to
    return not early and not late


def _successors(place: Place, by_code: dict[str, Place]) -> Iterator[Problem]:
    file = "places.csv"
    if place.successor_codes and place.valid_to is None:
        yield _problem(file, place.code, "successors_without_end")
    for code in place.successor_codes:
        successor = by_code.get(code)
        if successor is None:
            yield _problem(file, place.code, "successor_unknown", value=code)
        elif successor.kind is not place.kind or code == place.code:
            yield _problem(file, place.code, "successor_kind", value=code)
        elif place.valid_to and successor.valid_from != place.valid_to:
            yield _problem(file, place.code, "successor_gap", value=code)


def _tiles(
    file: str, tiles: tuple[Tile, ...], places: tuple[Place, ...], kind: PlaceKind
) -> Iterator[Problem]:
    yield from _twice(file, [tile.place for tile in tiles])
    yield from _twice(file, [tile.abbreviation for tile in tiles])
    yield from _twice(file, [f"{tile.row}/{tile.column}" for tile in tiles])
    wanted = {place.code for place in places if place.kind is kind}
    for code in sorted(wanted ^ {tile.place for tile in tiles}):
        yield _problem(file, code, "tile_missing" if code in wanted else "place_unknown", value=code)


def _need_areas(data: ReferenceData) -> Iterator[Problem]:
    file = "need_areas.csv"
    yield from _twice(file, [need_area.code for need_area in data.need_areas])
    yield from _twice(file, [need_area.prefix for need_area in data.need_areas])
    yield from _twice(file, [need_area.position for need_area in data.need_areas])
    for need_area in data.need_areas:
        if not SLUG.fullmatch(need_area.code):
            yield _problem(file, need_area.code, "code_form", value=need_area.code)
        if not any(outcome.need_area == need_area.code for outcome in data.outcomes):
            yield _problem("outcomes.csv", need_area.code, "outcome_missing", value=need_area.code)
    prefixes = {need_area.code: need_area.prefix for need_area in data.need_areas}
    yield from _twice("outcomes.csv", [outcome.code for outcome in data.outcomes])
    for outcome in data.outcomes:
        prefix = prefixes.get(outcome.need_area)
        if prefix is None:
            yield _problem("outcomes.csv", outcome.code, "need_area_unknown", value=outcome.need_area)
        elif outcome.code != f"{prefix}-O{outcome.position}":
            yield _problem("outcomes.csv", outcome.code, "outcome_code_form", value=outcome.code)


def _complexity_levels(data: ReferenceData) -> Iterator[Problem]:
    if tuple(level.code for level in data.complexity_levels) != tuple(Complexity):
        yield _problem("complexity.csv", "", "levels_expected", value=", ".join(Complexity))


def _specification(data: ReferenceData) -> Iterator[Problem]:
    prefixes = {need_area.code: need_area.prefix for need_area in data.need_areas}
    specification = data.specification
    for need_area in prefixes:
        if (need_area, Complexity.LOW) not in specification.levels:
            yield _problem("specification", need_area, "specification_missing", value=need_area)
    for item in specification.items.values():
        if item.shared and not SHARED_ITEM_CODE.fullmatch(item.code):
            yield _problem("shared.toml", item.code, "item_code_form", value=item.code)
    for (need_area, _), level in specification.levels.items():
        file = f"{need_area}.toml"
        if need_area not in prefixes:
            yield _problem(file, "", "need_area_unknown", value=need_area)
            continue
        for problem_code, value in _level_problems(data, level, prefixes[need_area]):
            yield _problem(file, level.complexity, problem_code, value=value)


def _level_problems(data: ReferenceData, level: SpecificationLevel, prefix: str) -> Iterator[tuple[str, str]]:
    specification = data.specification
    own_form = re.compile(rf"{prefix}-{COMPLEXITY_LETTERS[level.complexity]}-[AIR]-\d\d")
    referral_form = re.compile(rf"{prefix}-{COMPLEXITY_LETTERS[level.complexity]}-X-\d\d")
    for code, times in Counter(level.item_codes).items():
        if times > 1:
            yield "code_twice", code
        if not specification.items[code].shared and not own_form.fullmatch(code):
            yield "item_code_form", code
    for rule in level.referrals:
        if not referral_form.fullmatch(rule.code):
            yield "item_code_form", rule.code
        if (rule.exception_when is None) != (not rule.exception_text):
            yield "exception_incomplete", rule.code
    for lower in level.inherits:
        target = specification.levels.get((level.need_area, lower))
        if lower not in level.complexity.below:
            yield "inherits_not_lower", lower
        elif target is None or target.availability is not Availability.AVAILABLE:
            yield "inherits_unavailable", lower
    if level.availability is Availability.AVAILABLE:
        phases = {specification.items[code].phase for code in level.item_codes}
        for phase in Phase:
            if phase not in phases and not (phase is Phase.IMPLEMENT and level.inherits):
                yield "phase_empty", phase
    else:
        if not level.reason:
            yield "reason_missing", level.availability
        if level.item_codes or level.inherits or level.referrals:
            yield "items_though_unavailable", level.availability


def _lists(data: ReferenceData) -> Iterator[Problem]:
    lists = {
        "cohorts.csv": data.cohorts,
        "demand_cohorts.csv": data.demand_cohorts,
        "stages.csv": data.stages,
        "sentence_types.csv": data.sentence_types,
        "languages.csv": data.languages,
        "quality_marks.csv": data.quality_marks,
    }
    for file, rows in lists.items():
        yield from _twice(file, [row.code for row in rows])
        yield from _twice(file, [row.position for row in rows])
        for row in rows:
            if not SLUG.fullmatch(row.code):
                yield _problem(file, row.code, "code_form", value=row.code)
    for cohort in data.cohorts:
        if cohort.age_from and cohort.age_to and cohort.age_to < cohort.age_from:
            yield _problem("cohorts.csv", cohort.code, "ages_reversed")


def _demand_cohorts(data: ReferenceData) -> Iterator[Problem]:
    """Demand cohorts must split the adults of each sex without overlap or gap."""
    for sex in Sex:
        expected: int | None = ADULT_AGE
        ranges = sorted(
            (cohort.age_from, cohort.age_to, cohort.code)
            for cohort in data.demand_cohorts
            if cohort.sex is sex
        )
        for age_from, age_to, code in ranges:
            if age_from != expected:
                yield _problem("demand_cohorts.csv", code, "partition_broken", value=age_from)
            expected = None if age_to is None else age_to + 1
        if expected is not None:
            yield _problem("demand_cohorts.csv", sex, "partition_broken", value=expected)


def _crosswalk(data: ReferenceData) -> Iterator[Problem]:
    types = {service_type.code: service_type for service_type in data.service_types}
    yield from _twice("service_types.csv", [service_type.code for service_type in data.service_types])
    bases = {code for code, service_type in types.items() if service_type.variant_of is None}
    for service_type in data.service_types:
        if service_type.variant_of is not None and service_type.variant_of not in bases:
            yield _problem(
                "service_types.csv", service_type.code, "variant_unknown", value=service_type.variant_of
            )
    file = "crosswalk.csv"
    needs, stages = {need.code for need in data.need_areas}, {stage.code for stage in data.stages}
    yield from _twice(file, [f"{row.scheme} {row.label} {row.need_area or ''}" for row in data.crosswalk])
    labels_without = {(row.scheme, row.label) for row in data.crosswalk if row.need_area is None}
    for row in data.crosswalk:
        if (row.equivalence is Equivalence.NONE) != (row.need_area is None):
            yield _problem(file, row.label, "equivalence_contradicted", value=row.equivalence)
        if row.need_area is not None and row.need_area not in needs:
            yield _problem(file, row.label, "need_area_unknown", value=row.need_area)
        if row.need_area is not None and (row.scheme, row.label) in labels_without:
            yield _problem(file, row.label, "equivalence_contradicted", value=row.need_area)
        if row.stage is not None and row.stage not in stages:
            yield _problem(file, row.label, "stage_unknown", value=row.stage)
        if row.scheme is CrosswalkScheme.SERVICE_TYPE and row.label not in bases:
            yield _problem(file, row.label, "service_type_unknown", value=row.label)
    mapped = {row.label for row in data.crosswalk if row.scheme is CrosswalkScheme.SERVICE_TYPE}
    for code in sorted(bases - mapped):
        yield _problem(file, code, "service_type_unmapped", value=code)
