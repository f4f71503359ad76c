"""Models of demand: the list, one version with its assumptions, and what was worked out from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from catalogue.reference import queries as reference
from catalogue.reference.models import Place
from catalogue.reference.rules.places import exists_on
from catalogue.reference.types import PlaceKind
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.actor import Actor
from procurement.gaps.models import DemandModel, DemandModelRow, DemandModelVersion, DemandSet
from procurement.gaps.rules.demand_model import Assumption, Kind, PlaceWeight


def models(session: Session, *, actor: Actor, number: int, size: int) -> tuple[Sequence[DemandModel], int]:
    """One page of an authority's models with their versions, the newest first, and how many there are."""
    query = sa.select(DemandModel).where(DemandModel.organisation_id == actor.organisation_id)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = (
        query.options(selectinload(DemandModel.versions))
        .order_by(DemandModel.created_at.desc(), DemandModel.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    return session.scalars(rows).all(), total


def model_for(session: Session, *, actor: Actor, public_id: str) -> DemandModel | None:
    """A model of the actor's organisation with its versions, or None."""
    query = (
        sa.select(DemandModel)
        .where(DemandModel.public_id == public_id, DemandModel.organisation_id == actor.organisation_id)
        .options(selectinload(DemandModel.versions).joinedload(DemandModelVersion.created_by))
    )
    return session.scalars(query).one_or_none()


def rows_of(session: Session, version: DemandModelVersion) -> Sequence[DemandModelRow]:
    """The assumptions of a version in their order."""
    query = (
        sa.select(DemandModelRow)
        .where(DemandModelRow.version_id == version.id)
        .order_by(DemandModelRow.position, DemandModelRow.id)
    )
    return session.scalars(query).all()


def row_of(session: Session, version: DemandModelVersion, kind: str, key: str) -> DemandModelRow | None:
    """One assumption of a version, or None."""
    query = sa.select(DemandModelRow).where(
        DemandModelRow.version_id == version.id,
        sa.type_coerce(DemandModelRow.kind, sa.String) == kind,
        DemandModelRow.key == key,
    )
    return session.scalars(query).one_or_none()


def assumptions_of(rows: Sequence[DemandModelRow]) -> tuple[Assumption, ...]:
    """Assumptions as the rules read them, exact."""
    return tuple(
        Assumption(
            kind=row.kind,
            key=row.key,
            label=row.label,
            low=Fraction(row.low),
            central=Fraction(row.central),
            high=Fraction(row.high),
            unit=row.unit,
            source=row.source,
            as_at=row.as_at,
            base=row.base,
            weakness=row.weakness,
        )
        for row in rows
    )


def weights_of(session: Session, assumptions: Sequence[Assumption]) -> tuple[PlaceWeight, ...]:
    """Delivery units with their weights and regions, out of a model's assumptions."""
    regions = regions_of_places(session)
    return tuple(
        PlaceWeight(a.key, regions[a.key], int(a.central))
        for a in assumptions
        if a.kind is Kind.PLACE and a.key in regions
    )


def regions_of_places(session: Session) -> dict[str, str]:
    """Place → its region, by code."""
    query = sa.select(Place).where(Place.region_id.is_not(None)).options(joinedload(Place.region))
    return {place.code: place.region.code for place in session.scalars(query) if place.region is not None}


def authorities(session: Session) -> Sequence[Organisation]:
    """Every authority, by number."""
    query = sa.select(Organisation).where(Organisation.kind == OrganisationKind.AUTHORITY)
    return session.scalars(query.order_by(Organisation.id)).all()


def units_and_regions(session: Session, on: date) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Delivery units in force by the registers' own names, split ones as several; and regions by code."""
    tree = reference.place_tree(session)
    units = {
        place.local_id: (code,) if exists_on(place, on) else tuple(place.successor_codes)
        for code, place in tree.by_code.items()
        if place.kind is PlaceKind.DELIVERY_UNIT
    }
    regions = {row.code: row.name for row in reference.places(session, kind=PlaceKind.REGION)}
    return units, regions


def sets_of(session: Session, version: DemandModelVersion) -> Sequence[DemandSet]:
    """Demand sets worked out from a version."""
    query = (
        sa.select(DemandSet)
        .where(DemandSet.model_version_id == version.id)
        .options(defer(DemandSet.assumptions))
        .order_by(DemandSet.id)
    )
    return session.scalars(query).all()


def needs_by_label(session: Session, scheme: str) -> dict[str, tuple[str, ...]]:
    """Label of another list → our need areas by code; none where it has no equivalent."""
    found: dict[str, tuple[str, ...]] = {}
    for row in reference.crosswalk(session):
        if row.scheme == scheme:
            ours = (row.need_area.code,) if row.need_area else ()
            found[row.label] = found.get(row.label, ()) + ours
    return found
