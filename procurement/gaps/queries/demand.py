"""Demand sets, and the codes that an upload may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from catalogue.reference import queries as reference
from catalogue.reference.models import DemandCohort, NeedArea, Place, SpecificationLevel
from catalogue.reference.rules.places import ancestors, exists_on
from catalogue.reference.types import Availability, Complexity, PlaceKind
from core.actor import Actor
from procurement.gaps.models import DemandRow, DemandSet
from procurement.gaps.rules.demand import DemandCodes, DemandPlace, Level

TOO_LARGE = {PlaceKind.NATION: "nation", PlaceKind.REGION: "region"}


def demand_codes(session: Session, on: date) -> DemandCodes:
    """Places as they exist on a day, needs with their levels, and the parts of the partition."""
    tree = reference.place_tree(session)
    return DemandCodes(
        places={
            code: DemandPlace(
                within=frozenset(outer.code for outer in ancestors(tree, code)),
                ended=not exists_on(place, on),
                successors=place.successor_codes,
                too_large=TOO_LARGE.get(place.kind, ""),
            )
            for code, place in tree.by_code.items()
        },
        needs=frozenset(session.scalars(sa.select(NeedArea.code))),
        levels=levels(session),
        cohorts=frozenset(session.scalars(sa.select(DemandCohort.code))),
    )


def levels(session: Session) -> dict[tuple[str, str], Level]:
    """What the specification in force says, by need area code and complexity."""
    newest = sa.select(sa.func.max(SpecificationLevel.id)).group_by(
        SpecificationLevel.need_area_id, SpecificationLevel.complexity
    )
    query = (
        sa.select(NeedArea.code, SpecificationLevel.complexity, SpecificationLevel.availability)
        .join(NeedArea, NeedArea.id == SpecificationLevel.need_area_id)
        .where(SpecificationLevel.id.in_(newest))
        .order_by(SpecificationLevel.id)
    )
    words = {
        Availability.AVAILABLE: Level.AVAILABLE,
        Availability.NOT_AVAILABLE: Level.REFERRED,
        Availability.NOT_PUBLISHED: Level.NOT_PUBLISHED,
    }
    return {
        (code, complexity.value): words[availability]
        for code, complexity, availability in session.execute(query)
    }


@dataclass(frozen=True)
class TemplateCodes:
    """Codes of a template in the order of the files."""

    places: list[str]
    needs: list[str]
    complexities: list[str]
    cohorts: list[str]


def template_codes(session: Session, on: date, region: str = "") -> TemplateCodes:
    """Every delivery unit (of one region), need, complexity and cohort."""
    query = (
        sa.select(Place.code)
        .where(
            Place.kind == PlaceKind.DELIVERY_UNIT,
            sa.or_(Place.valid_from.is_(None), Place.valid_from <= on),
            sa.or_(Place.valid_to.is_(None), Place.valid_to > on),
        )
        .order_by(Place.position)
    )
    if region:
        within = sa.select(Place.id).where(Place.code == region).scalar_subquery()
        query = query.where(Place.region_id == within)
    return TemplateCodes(
        places=list(session.scalars(query)),
        needs=list(session.scalars(sa.select(NeedArea.code).order_by(NeedArea.position))),
        complexities=[level.value for level in Complexity],
        cohorts=list(session.scalars(sa.select(DemandCohort.code).order_by(DemandCohort.position))),
    )


def demand_sets(session: Session, *, actor: Actor, number: int, size: int) -> tuple[Sequence[DemandSet], int]:
    """One page of the organisation's demand sets, the newest first, and how many there are."""
    query = sa.select(DemandSet).where(DemandSet.organisation_id == actor.organisation_id)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = (
        query.options(defer(DemandSet.assumptions))
        .order_by(DemandSet.created_at.desc(), DemandSet.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    return session.scalars(rows).all(), total


def demand_set_for(session: Session, *, actor: Actor, public_id: str) -> DemandSet | None:
    """A demand set of the actor's organisation, or None."""
    query = sa.select(DemandSet).where(
        DemandSet.public_id == public_id, DemandSet.organisation_id == actor.organisation_id
    )
    return session.scalars(query).one_or_none()


def people_by_need(session: Session, set_id: int) -> Sequence[tuple[str, str, Complexity, int]]:
    """(need area's code and name, complexity, people a year) of a set, in the order of the files."""
    query = (
        sa.select(NeedArea.code, NeedArea.name, DemandRow.complexity, sa.func.sum(DemandRow.people))
        .join(NeedArea, NeedArea.id == DemandRow.need_area_id)
        .where(DemandRow.set_id == set_id)
        .group_by(NeedArea.id, NeedArea.code, NeedArea.name, NeedArea.position, DemandRow.complexity)
        .order_by(NeedArea.position, DemandRow.complexity)
    )
    return [(code, name, level, people) for code, name, level, people in session.execute(query)]


def rows_behind(
    session: Session,
    demand_set: DemandSet,
    *,
    need: NeedArea,
    complexity: Complexity | None,
    place: Place | None,
    number: int,
    size: int,
) -> tuple[Sequence[DemandRow], int, int]:
    """One page of the rows behind a figure, how many there are, and the people in all of them.

    `place` counts with everything that lies in it.
    """
    wanted = [DemandRow.set_id == demand_set.id, DemandRow.need_area_id == need.id]
    if complexity:
        wanted.append(DemandRow.complexity == complexity)
    if place is not None and place.kind is not PlaceKind.NATION:
        inside = sa.or_(
            Place.id == place.id, Place.region_id == place.id, Place.police_force_area_id == place.id
        )
        wanted.append(DemandRow.place_id.in_(sa.select(Place.id).where(inside)))
    count, people = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(DemandRow.people), 0)).where(*wanted)
    ).one()
    query = (
        sa.select(DemandRow)
        .join(DemandRow.place)
        .join(DemandRow.cohort)
        .where(*wanted)
        .options(contains_eager(DemandRow.place), contains_eager(DemandRow.cohort))
        .order_by(Place.position, Place.id, DemandRow.complexity, DemandCohort.position)
        .limit(size)
        .offset((number - 1) * size)
    )
    return session.scalars(query).all(), count, people


def people_by_place(
    session: Session, set_id: int, *, need: str, complexity: Complexity | None, sex: str
) -> Sequence[tuple[Place, int]]:
    """Places of a set with the people a year of a need area, narrowed where asked, in order of the files."""
    sums = (
        sa.select(DemandRow.place_id, sa.func.sum(DemandRow.people).label("people"))
        .join(NeedArea, NeedArea.id == DemandRow.need_area_id)
        .join(DemandCohort, DemandCohort.id == DemandRow.cohort_id)
        .where(DemandRow.set_id == set_id, NeedArea.code == need)
        .group_by(DemandRow.place_id)
    )
    if complexity:
        sums = sums.where(DemandRow.complexity == complexity)
    if sex:
        sums = sums.where(DemandCohort.sex == sex)
    found = sums.subquery()
    query = (
        sa.select(Place, found.c.people)
        .join(found, found.c.place_id == Place.id)
        .options(joinedload(Place.police_force_area))
        .order_by(Place.position)
    )
    return [(place, people) for place, people in session.execute(query)]


def newest_demand_set(session: Session, *, actor: Actor) -> DemandSet | None:
    """The demand set that the organisation kept last."""
    query = (
        sa.select(DemandSet)
        .where(DemandSet.organisation_id == actor.organisation_id)
        .order_by(DemandSet.created_at.desc(), DemandSet.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def demand_lines(session: Session, set_id: int) -> Sequence[tuple[str, str, str, str, int]]:
    """The rows of a set by code, in the order of the files: (place, need, complexity, cohort, people)."""
    query = (
        # The complexity as its code: making members of an enum takes as long as all else of 15,000 rows.
        sa.select(
            Place.code,
            NeedArea.code,
            sa.type_coerce(DemandRow.complexity, sa.String),
            DemandCohort.code,
            DemandRow.people,
        )
        .join(Place, Place.id == DemandRow.place_id)
        .join(NeedArea, NeedArea.id == DemandRow.need_area_id)
        .join(DemandCohort, DemandCohort.id == DemandRow.cohort_id)
        .where(DemandRow.set_id == set_id)
        .order_by(Place.code, NeedArea.position, DemandRow.complexity, DemandCohort.position)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return [(place, need, complexity, cohort, people) for place, need, complexity, cohort, people in rows]
