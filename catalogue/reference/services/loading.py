"""Loading the reference files into the database: added or changed by code, never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference import models
from catalogue.reference.rules.places import PlaceTree, place_tree, police_force_area_of, region_of
from catalogue.reference.rules.reading import digest_of
from catalogue.reference.rules.specification import effective_items, effective_referrals
from catalogue.reference.types import (
    Availability,
    BadReferenceData,
    Complexity,
    Problem,
    ReferenceData,
    ReferenceTag,
)
from core.actor import Actor
from core.audit.services import record

Values = dict[str, Any]


@dataclass
class LoadReport:
    """What one loading did, by table: the rows added and changed, and how many stayed as they were."""

    added: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    vanished: list[Problem] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether the database is other than before."""
        return any(self.added.values()) or any(self.changed.values())


def load_reference(session: Session, *, data: ReferenceData, actor: Actor, now: datetime) -> LoadReport:
    """Bring the reference tables to what the files say, by code; a second run changes nothing.

    Changed rows keep their keys, so that offers and contracts which cite them go on holding. Levels of the
    specification are kept by version: a new version adds levels beside the old ones. Raises
    BadReferenceData, having changed nothing that the caller may commit, when a row of the database is no
    longer in the files: places end with a date, items with a new version, and nothing is deleted.
    """
    report = LoadReport()
    need_areas = _load_needs(session, data, report)
    _load_places(session, data, report)
    _load_lists(session, data, report)
    _load_crosswalk(session, data, need_areas, report)
    _load_specification(session, data, need_areas, report)
    if report.vanished:
        raise BadReferenceData(tuple(report.vanished))
    _load_release(session, data, report, actor=actor, now=now)
    return report


def _load_needs(session: Session, data: ReferenceData, report: LoadReport) -> dict[str, models.NeedArea]:
    need_areas = _keep(
        session,
        models.NeedArea,
        {
            need.code: {
                "prefix": need.prefix,
                "name": need.name,
                "short_name": need.short_name,
                "aliases": list(need.aliases),
                "cpv_codes": list(need.cpv_codes),
                "position": need.position,
                "note": need.note,
            }
            for need in data.need_areas
        },
        report,
    )
    _keep(
        session,
        models.Outcome,
        {
            outcome.code: {
                "need_area_id": need_areas[outcome.need_area].id,
                "text": outcome.text,
                "position": outcome.position,
                "source": outcome.source,
            }
            for outcome in data.outcomes
        },
        report,
    )
    return need_areas


def _load_places(session: Session, data: ReferenceData, report: LoadReport) -> None:
    tree = place_tree(data.places)
    tiles = {tile.place: tile for tile in (*data.region_tiles, *data.police_force_area_tiles)}
    counted: dict[str, int] = {}
    wanted: dict[str, Values] = {}
    for place in data.places:
        tile = tiles.get(place.code)
        wanted[place.code] = {
            "kind": place.kind,
            "name": place.name,
            "valid_from": place.valid_from,
            "valid_to": place.valid_to,
            "local_id": place.local_id,
            "ons_code": place.ons_code,
            "delius_code": place.delius_code,
            "covers": "|".join(place.covers),
            "source": "|".join(place.sources),
            "note": place.note,
            "abbreviation": tile.abbreviation if tile else "",
            "tile_row": tile.row if tile else None,
            "tile_column": tile.column if tile else None,
            "position": counted.get(place.kind, 0),
        }
        counted[place.kind] = counted.get(place.kind, 0) + 1
    known = _existing(session, models.Place)
    # The tree is level by level, so that a new place finds its parent's key.
    for kind in dict.fromkeys(place.kind for place in data.places):
        for place in data.places:
            if place.kind is kind:
                wanted[place.code] |= _place_links(tree, place.code, known)
        of_kind = {code: values for code, values in wanted.items() if values["kind"] is kind}
        known |= _keep(session, models.Place, of_kind, report, among=models.Place.kind == kind)
    _load_successors(session, data, known, report)


def _place_links(tree: PlaceTree, code: str, known: Mapping[str, models.Place]) -> Values:
    """The keys of the places above it; none where the place is itself the region or the area."""
    parent = tree.by_code[code].parent
    region, area = region_of(tree, code), police_force_area_of(tree, code)
    return {
        "parent_id": known[parent].id if parent else None,
        "region_id": known[region.code].id if region and region.code != code else None,
        "police_force_area_id": known[area.code].id if area and area.code != code else None,
    }


def _load_successors(
    session: Session, data: ReferenceData, known: Mapping[str, models.Place], report: LoadReport
) -> None:
    wanted = {
        (known[place.code].id, known[code].id): f"{place.code} → {code}"
        for place in data.places
        for code in place.successor_codes
    }
    table = models.PlaceSuccessor.__tablename__
    existing = {(row.place_id, row.successor_id) for row in session.scalars(sa.select(models.PlaceSuccessor))}
    codes = {place.id: code for code, place in known.items()}
    for place_id, successor_id in sorted(existing - set(wanted)):
        report.vanished.append(_vanished(table, f"{codes.get(place_id)} → {codes.get(successor_id)}"))
    for (place_id, successor_id), shown in wanted.items():
        if (place_id, successor_id) not in existing:
            session.add(models.PlaceSuccessor(place_id=place_id, successor_id=successor_id))
            report.added.setdefault(table, []).append(shown)
    report.unchanged[table] = len(existing & set(wanted))
    session.flush()


def _load_lists(session: Session, data: ReferenceData, report: LoadReport) -> None:
    numbered: list[tuple[type[models.Base], Iterable[Any], tuple[str, ...]]] = [
        (models.ComplexityLevel, data.complexity_levels, ("name", "definition", "support")),
        (
            models.Cohort,
            data.cohorts,
            ("name", "sex", "age_from", "age_to", "tags", "description"),
        ),
        (models.DemandCohort, data.demand_cohorts, ("name", "sex", "age_from", "age_to")),
        (models.Stage, data.stages, ("name", "setting", "description")),
        (models.SentenceType, data.sentence_types, ("name", "description")),
        (models.Language, data.languages, ("name",)),
        (models.QualityMark, data.quality_marks, ("name", "description")),
        (models.ServiceType, data.service_types, ("name", "variant_of", "note")),
    ]
    for model, rows, fields in numbered:
        wanted = {}
        for number, row in enumerate(rows, start=1):
            values: Values = {name: getattr(row, name) for name in fields}
            if "tags" in values:
                values["tags"] = [str(tag) for tag in row.tags]
            for name in ("sex", "setting"):
                if values.get(name) is not None:
                    values[name] = str(values[name])
            wanted[row.code] = values | {"position": number}
        _keep(session, model, wanted, report)


def _load_crosswalk(
    session: Session, data: ReferenceData, need_areas: Mapping[str, models.NeedArea], report: LoadReport
) -> None:
    wanted = {
        (row.scheme, row.label, need_areas[row.need_area].id if row.need_area else None): {
            "equivalence": str(row.equivalence),
            "complexity": row.complexity,
            "stage": row.stage,
            "note": row.note,
        }
        for row in data.crosswalk
    }
    _keep(session, models.Crosswalk, wanted, report, key=("scheme", "label", "need_area_id"))


def _load_specification(
    session: Session, data: ReferenceData, need_areas: Mapping[str, models.NeedArea], report: LoadReport
) -> None:
    specification = data.specification
    open_levels = _left_open(session, data, need_areas)
    items = _keep(
        session,
        models.SpecificationItem,
        {
            item.code: {
                "phase": item.phase,
                "text": item.text,
                "source": item.source,
                "heading": item.heading,
            }
            for item in specification.items.values()
        },
        report,
        # An item that only earlier versions have stays for their sake; a level of this version that still
        # cites it is caught below.
        may_stay=True,
    )
    levels = _keep(
        session,
        models.SpecificationLevel,
        {
            (need_areas[code].id, complexity, specification.version): {
                "availability": level.availability,
                "reason": level.reason,
                "refer_to": level.refer_to,
                "guide": level.guide,
                "guide_source": level.guide_source,
                "source": level.source,
                "inherits": [str(lower) for lower in level.inherits],
                "inherits_source": level.inherits_source,
                "referrals": [
                    {name: value if value is None else str(value) for name, value in asdict(rule).items()}
                    for rule in effective_referrals(specification, code, complexity)
                ],
            }
            for (code, complexity), level in specification.levels.items()
            if (code, complexity) not in open_levels
        },
        report,
        key=("need_area_id", "complexity", "version"),
        among=models.SpecificationLevel.version == specification.version,
    )
    wanted = {}
    for code, complexity in specification.levels:
        if (code, complexity) in open_levels:
            continue
        level = levels[need_areas[code].id, complexity, specification.version]
        for number, found in enumerate(effective_items(specification, code, complexity), start=1):
            wanted[level.id, items[found.item.code].id] = {
                "position": number,
                "inherited_from": found.stands_at if found.inherited else None,
            }
    _keep(
        session,
        models.SpecificationLevelItem,
        wanted,
        report,
        key=("level_id", "item_id"),
        among=models.SpecificationLevelItem.level_id.in_([level.id for level in levels.values()]),
    )


def _left_open(
    session: Session, data: ReferenceData, need_areas: Mapping[str, models.NeedArea]
) -> set[tuple[str, Complexity]]:
    """Levels that a new version of the files still leaves open and that somebody has written here since.

    They get no newer row that says *not published*: what was written stays in force until the files say more.
    """
    specification, level = data.specification, models.SpecificationLevel
    written = sa.select(level.need_area_id, level.complexity).where(level.written_by_id.is_not(None))
    there = sa.select(level.need_area_id, level.complexity).where(level.version == specification.version)
    skipped = set(session.execute(written).all()) - set(session.execute(there).all())
    return {
        (code, complexity)
        for (code, complexity), found in specification.levels.items()
        if found.availability is Availability.NOT_PUBLISHED and (need_areas[code].id, complexity) in skipped
    }


def _load_release(
    session: Session, data: ReferenceData, report: LoadReport, *, actor: Actor, now: datetime
) -> None:
    digest = digest_of(data)
    latest = session.scalars(
        sa.select(models.ReferenceRelease).order_by(models.ReferenceRelease.id.desc()).limit(1)
    ).one_or_none()
    if latest is not None and latest.digest == digest and not report.anything:
        return
    release = models.ReferenceRelease(
        version=data.version,
        digest=digest,
        loaded_at=now,
        manifest={
            "note": data.note,
            "dated": data.dated.isoformat() if data.dated else None,
            "sources": [asdict(source) for source in data.sources],
            "files": [asdict(file) | {"sources": list(file.sources)} for file in data.files],
        },
    )
    session.add(release)
    record(
        session,
        ReferenceTag.LOADED,
        actor=actor,
        now=now,
        subject=release,
        details={
            "version": data.version,
            "digest": digest,
            "added": {table: len(keys) for table, keys in report.added.items() if keys},
            "changed": {table: keys for table, keys in report.changed.items() if keys},
        },
    )


def _existing(session: Session, model: type[models.Base], among: Any = None) -> dict[Any, Any]:
    query = sa.select(model) if among is None else sa.select(model).where(among)
    return {row.code: row for row in session.scalars(query)}  # ty: ignore[missing-attribute]


def _keep(
    session: Session,
    model: type[models.Base],
    wanted: Mapping[Any, Values],
    report: LoadReport,
    *,
    key: tuple[str, ...] = ("code",),
    among: Any = None,
    may_stay: bool = False,
) -> dict[Any, Any]:
    """Add or change rows so that those with a wanted key have the wanted values; return all by key."""
    table = model.__tablename__
    query = sa.select(model) if among is None else sa.select(model).where(among)
    rows: dict[Any, Any] = {}
    for row in session.scalars(query):
        values = tuple(getattr(row, name) for name in key)
        rows[values if len(key) > 1 else values[0]] = row
    gone = [] if may_stay else [found for found in rows if found not in wanted]
    report.vanished += [_vanished(table, _shown(found)) for found in gone]
    changes = {
        found: changed
        for found, values in wanted.items()
        if found in rows
        and (changed := {n: value for n, value in values.items() if getattr(rows[found], n) != value})
    }
    moved = [found for found, changed in changes.items() if "position" in changed]
    if moved:
        # Positions are unique: step aside first, or two rows that swap places would meet on the way. Rows
        # that are gone step aside too; the loading is refused in the end, with all its reasons.
        for number, found in enumerate([*moved, *gone], start=1):
            rows[found].position = -number
        session.flush()
    for found, changed in changes.items():
        for name, value in changed.items():
            setattr(rows[found], name, value)
    added = [found for found in wanted if found not in rows]
    for found in added:
        named = dict(zip(key, found if len(key) > 1 else (found,), strict=True))
        rows[found] = model(**named, **wanted[found])
        session.add(rows[found])
    session.flush()
    report.added.setdefault(table, []).extend(_shown(found) for found in added)
    report.changed.setdefault(table, []).extend(_shown(found) for found in changes)
    kept = len(wanted) - len(added) - len(changes)
    report.unchanged[table] = report.unchanged.get(table, 0) + kept
    return rows


def _shown(found: Any) -> str:
    return " / ".join(str(part) for part in found) if isinstance(found, tuple) else str(found)


def _vanished(table: str, shown: str) -> Problem:
    return Problem(table, shown, "row_vanished")
