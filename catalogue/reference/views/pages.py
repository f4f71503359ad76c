"""What anyone may read of what is needed and where: the specification, places and the lists."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from catalogue.reference import queries
from catalogue.reference.models import ReferenceRelease, SpecificationLevel, SpecificationLevelItem
from catalogue.reference.rules.places import exists_on, surroundings
from catalogue.reference.rules.writing import differences
from catalogue.reference.types import (
    OF_THE_REGISTER,
    Availability,
    Complexity,
    CrosswalkScheme,
    Phase,
    PlaceKind,
    ReferencePermission,
)
from catalogue.reference.views import reference
from core import clock
from core.db import db
from core.web.access import current_actor, public

ItemGroups = list[tuple[str, Complexity | None, list[SpecificationLevelItem]]]


@reference.get("/reference")
@public
def index() -> ResponseReturnValue:
    """The lists, their versions and their sources."""
    release = queries.latest_release(db.session)
    return render_template(
        "reference/index.html",
        release=release,
        titles=_source_titles(release),
        complexity_levels=queries.complexity_levels(db.session),
        cohorts=queries.cohorts(db.session),
        demand_cohorts=queries.demand_cohorts(db.session),
        stages=queries.stages(db.session),
        sentence_types=queries.sentence_types(db.session),
        languages=queries.languages(db.session),
        quality_marks=queries.quality_marks(db.session),
    )


def _source_titles(release: ReferenceRelease | None) -> dict[str, str]:
    return {source["code"]: source["title"] for source in release.manifest["sources"]} if release else {}


@reference.get("/reference/crosswalk")
@public
def crosswalk() -> ResponseReturnValue:
    """What the headings of other lists of needs mean in our need areas."""
    rows = queries.crosswalk(db.session)
    types = queries.service_types(db.session)
    return render_template(
        "reference/crosswalk.html",
        version=queries.crosswalk_version(db.session),
        by_scheme={scheme: [row for row in rows if row.scheme == scheme] for scheme in CrosswalkScheme},
        names={kind.code: kind.name for kind in types},
        variants={
            kind.code: [variant.code for variant in types if variant.variant_of == kind.code]
            for kind in types
            if kind.variant_of is None
        },
        without=[
            need
            for need in queries.need_areas(db.session)
            if need.id not in {row.need_area_id for row in rows if row.scheme in OF_THE_REGISTER}
        ],
    )


@reference.get("/specification")
@public
def specification() -> ResponseReturnValue:
    """Need areas with their outcomes, and what is specified at which complexity."""
    return render_template(
        "reference/specification.html",
        release=queries.latest_release(db.session),
        need_areas=queries.need_areas(db.session),
        levels=queries.current_levels(db.session),
        complexity_levels=queries.complexity_levels(db.session),
    )


@reference.get("/specification/<code>")
@public
def specification_need(code: str) -> ResponseReturnValue:
    """One need area: its outcomes and every item at each complexity."""
    need_area = queries.need_area(db.session, code)
    if need_area is None:
        abort(404)
    levels = queries.current_levels(db.session, need_area_id=need_area.id)
    return render_template(
        "reference/specification_need.html",
        need_area=need_area,
        need_areas=queries.need_areas(db.session),
        levels={complexity: levels[need_area.id, complexity] for complexity in Complexity},
        groups={complexity: _phases(levels[need_area.id, complexity]) for complexity in Complexity},
        complexity_levels={level.code: level for level in queries.complexity_levels(db.session)},
        written=_written(need_area.id),
        writable=_writable(need_area.id),
    )


def _written(need_area_id: int) -> dict[Complexity, list[SpecificationLevel]]:
    """The versions that people wrote here, by complexity, the newest first."""
    found: dict[Complexity, list[SpecificationLevel]] = {}
    for level in queries.written_levels(db.session, need_area_id=need_area_id):
        found.setdefault(level.complexity, []).insert(0, level)
    return found


def _writable(need_area_id: int) -> set[Complexity]:
    """The levels that the reader may write."""
    if not current_actor().may(ReferencePermission.WRITE_SPECIFICATION):
        return set()
    return {
        complexity
        for complexity in Complexity
        if queries.availability_in_files(db.session, need_area_id=need_area_id, complexity=complexity)
        is Availability.NOT_PUBLISHED
    }


@reference.get("/specification/<code>/<any(low, medium, high):complexity>/written/<int:number>")
@public
def written_level(code: str, complexity: str, number: int) -> ResponseReturnValue:
    """One version of a level that was written here, and what it changed."""
    need_area = queries.need_area(db.session, code)
    if need_area is None:
        abort(404)
    level = Complexity(complexity)
    versions = queries.written_levels(db.session, need_area_id=need_area.id, complexity=level)
    if not 1 <= number <= len(versions):
        abort(404)
    before = queries.items_of(versions[number - 2]) if number > 1 else ()
    return render_template(
        "reference/written_level.html",
        need_area=need_area,
        level=versions[number - 1],
        number=number,
        versions=versions,
        found=differences(before, queries.items_of(versions[number - 1])),
        level_name={one.code: one.name for one in queries.complexity_levels(db.session)}[level],
    )


def _phases(level: SpecificationLevel) -> list[tuple[Phase, ItemGroups]]:
    """A level's items by phase, and in it by the level they come from and the group they stand in."""
    found = []
    for phase in Phase:
        items = [link for link in level.items if link.item.phase is phase]
        groups = [
            (group, origin, list(links))
            for (group, origin), links in groupby(
                items, lambda link: (link.item.heading, link.inherited_from)
            )
        ]
        if groups:
            found.append((phase, groups))
    return found


def _origin(link: SpecificationLevelItem) -> tuple[str, Complexity | None]:
    return link.item.heading, link.inherited_from


@reference.get("/places")
@public
def places() -> ResponseReturnValue:
    """The whole tree on today's date: regions, police force areas, delivery units."""
    tree = queries.place_tree(db.session)
    today = clock.today()
    return render_template(
        "reference/places.html",
        tree=tree,
        today=today,
        counts=Counter(place.kind.value for place in tree.by_code.values() if exists_on(place, today)),
        regions=[place for place in tree.by_code.values() if place.kind is PlaceKind.REGION],
        noted=[place for place in tree.by_code.values() if place.note],
    )


@reference.get("/places/<code>")
@public
def place(code: str) -> ResponseReturnValue:
    """One place: what it lies in, what lies in it, its dates, codes and notes."""
    tree = queries.place_tree(db.session)
    if code not in tree.by_code:
        abort(404)
    return render_template(
        "reference/place.html",
        place=tree.by_code[code],
        around=surroundings(tree, code),
        tree=tree,
        today=clock.today(),
        titles=_source_titles(queries.latest_release(db.session)),
    )
