"""Entitlements as they hold on a day, and the police force areas that each is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.reference.types import PlaceKind
from core.actor import Actor
from procurement.gaps.models import Entitlement
from procurement.gaps.queries.presence import Axes, agency_arrangements, arrangements
from procurement.gaps.rules.entitlement import Entitled
from procurement.gaps.rules.presence import Arrangement


def entitlements(
    session: Session, *, actor: Actor, on: date, ended: bool = False, number: int, size: int
) -> tuple[Sequence[Entitlement], int]:
    """One page of an authority's entitlements in force (or all), by stage and need, and how many."""
    query = sa.select(Entitlement).where(Entitlement.organisation_id == actor.organisation_id)
    if not ended:
        query = query.where(_in_force(on))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = query.options(*_WITH).order_by(Entitlement.stage_id, Entitlement.need_area_id, Entitlement.id)
    return session.scalars(rows.limit(size).offset((number - 1) * size)).all(), total


def all_in_force(session: Session, *, actor: Actor, on: date) -> Sequence[Entitlement]:
    """Every entitlement in force on a day."""
    query = (
        sa.select(Entitlement)
        .where(Entitlement.organisation_id == actor.organisation_id, _in_force(on))
        .options(*_WITH)
        .order_by(Entitlement.stage_id, Entitlement.need_area_id, Entitlement.id)
    )
    return session.scalars(query).all()


def entitlement_for(session: Session, *, actor: Actor, public_id: str) -> Entitlement | None:
    """An entitlement of the actor's organisation, or None."""
    query = (
        sa.select(Entitlement)
        .where(Entitlement.public_id == public_id, Entitlement.organisation_id == actor.organisation_id)
        .options(*_WITH)
    )
    return session.scalars(query).one_or_none()


def entitled(row: Entitlement, axes: Axes) -> Entitled:
    """An entitlement as the rules read it, over the police force areas that its place takes in."""
    place = row.place
    areas: Mapping[PlaceKind, frozenset[str]] = {
        PlaceKind.NATION: frozenset(axes.areas),
        PlaceKind.REGION: axes.columns("region").get(place.code, frozenset()),
        PlaceKind.POLICE_FORCE_AREA: frozenset({place.code}),
    }
    return Entitled(
        id=row.public_id,
        need=row.need_area.code,
        stage=row.stage.code,
        areas=areas.get(place.kind, frozenset()),
        sex=row.cohort.sex if row.cohort else None,
        low=row.cohort.age_from if row.cohort else None,
        high=row.cohort.age_to if row.cohort else None,
    )


def everything_there(session: Session, organisation_id: int | None) -> list[Arrangement]:
    """Contracts and what partner agencies provide, by need."""
    return [
        *arrangements(session, by_service_type=False),
        *agency_arrangements(session, organisation_id),
    ]


def _in_force(on: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        Entitlement.starts_on <= on, sa.or_(Entitlement.ends_on.is_(None), Entitlement.ends_on >= on)
    )


_WITH = (
    joinedload(Entitlement.need_area),
    joinedload(Entitlement.stage),
    joinedload(Entitlement.place),
    joinedload(Entitlement.cohort),
)
