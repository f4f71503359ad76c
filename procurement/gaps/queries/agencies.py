"""Partner agencies: as scopes of an analysis, as arrangements for presence, as a list and one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from catalogue.offers.models import Offer, OfferLevel, OfferVersion
from catalogue.offers.types import OfferState
from catalogue.reference.models import NeedArea, Place
from catalogue.reference.types import Complexity, PlaceKind
from core.actor import Actor
from procurement.gaps.models import (
    AgencyProvision,
    AgencyProvisionChange,
    AgencyProvisionLevel,
    provision_cohort,
    provision_place,
)
from procurement.gaps.rules.agencies import AgencyFacts
from procurement.gaps.rules.inputs import LeftOut, Pool, Port, Scope
from procurement.gaps.types import Standing

Span = tuple[str | None, int | None, int | None, bool]
"""(sex, youngest, oldest, tagged) of a cohort; None is any."""


@dataclass(frozen=True)
class PartnerScopes:
    """What partner agencies may serve, and the pools that hold each one's places together."""

    scopes: list[Scope]
    pools: list[Pool]


def in_force(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions under which a provision stands on a day, both ends included."""
    return (
        AgencyProvision.starts_on <= on,
        sa.or_(AgencyProvision.ends_on.is_(None), AgencyProvision.ends_on >= on),
    )


def partner_scopes(
    session: Session,
    on: date,
    organisation_id: int,
    *,
    leaves: Callable[[Iterable[str]], tuple[str, ...]],
    cover: Callable[[Iterable[int]], dict[str, Any]],
    pools: Mapping[int, Pool],
    elsewhere: frozenset[int] = frozenset(),
    without_remote: bool = False,
    without_declared: bool = False,
) -> tuple[PartnerScopes, list[LeftOut]]:
    """What an authority recorded of partner agencies as scopes, and what could not or should not count.

    The places of one provision are one pool, whatever it serves. Where it is the same as a published offer it
    draws on the offer's pools, so that nobody is counted twice: neither beside the offer, nor beside the
    contract that the offer has become. `elsewhere` are those that work at other stages than the one asked
    for.
    """
    standing = sa.select(AgencyProvision.id).where(
        AgencyProvision.organisation_id == organisation_id, *in_force(on)
    )
    needs: dict[int, list[tuple[str, str]]] = {}
    for key, need, complexity in session.execute(
        sa.select(AgencyProvisionLevel.provision_id, NeedArea.code, AgencyProvisionLevel.complexity)
        .join(NeedArea, NeedArea.id == AgencyProvisionLevel.need_area_id)
        .where(AgencyProvisionLevel.provision_id.in_(standing))
        .order_by(AgencyProvisionLevel.provision_id, NeedArea.position, AgencyProvisionLevel.complexity)
    ):
        needs.setdefault(key, []).append((need, complexity.value))
    places: dict[int, list[str]] = {}
    for key, code in session.execute(
        sa.select(provision_place.c.provision_id, Place.code)
        .join(Place, Place.id == provision_place.c.place_id)
        .where(provision_place.c.provision_id.in_(standing))
        .order_by(provision_place.c.provision_id, Place.code)
    ):
        places.setdefault(key, []).append(code)
    cohorts: dict[int, list[int]] = {}
    for key, cohort in session.execute(
        sa.select(provision_cohort.c.provision_id, provision_cohort.c.cohort_id)
        .where(provision_cohort.c.provision_id.in_(standing))
        .order_by(provision_cohort.c.provision_id, provision_cohort.c.cohort_id)
    ):
        cohorts.setdefault(key, []).append(cohort)
    offered = _pools_of_offers(session, standing, pools)
    found, left_out = PartnerScopes([], []), []
    query = (
        sa.select(AgencyProvision).where(AgencyProvision.id.in_(standing)).order_by(AgencyProvision.public_id)
    )
    for row in session.scalars(query):
        reason = "other_stage" if row.id in elsewhere else None
        reason = reason or _why_not(row, without_remote=without_remote, without_declared=without_declared)
        ports: list[Port] = []
        if reason is None and row.offer_id in offered:
            # The offer's places are the agency's: they are taken out of the same pools.
            by_complexity = offered[row.offer_id]
            ports = [
                Port(need, complexity, pool.capacity, pool.id)
                for need, complexity in needs.get(row.id, ())
                for pool in by_complexity.get(complexity, ())
                if pool.capacity > 0
            ]
            reason = None if ports else "fully_contracted"
        elif reason is None and row.places_a_year is None:
            reason = "no_capacity"
        elif reason is None:
            pool = Pool(row.public_id, row.title, row.agency, row.places_a_year or 0)
            ports = [Port(*level, pool.capacity, pool.id) for level in needs.get(row.id, ())]
            found.pools.append(pool)
        if reason is not None:
            left_out.append(LeftOut(row.public_id, "partner", f"{row.agency}: {row.title}", reason))
            continue
        served = cover(cohorts.get(row.id, ()))
        found.scopes.append(
            Scope(
                id=row.public_id,
                kind="partner",
                name=row.title,
                supplier=row.agency,
                ports=tuple(ports),
                places=leaves(places.get(row.id, ())),
                cohorts=served["cohorts"],
                partly=served["partly"],
                remote=row.remote_only,
            )
        )
    return found, left_out


def _why_not(row: AgencyProvision, *, without_remote: bool, without_declared: bool) -> str | None:
    """Why the people view does not count a provision; an unknown figure is neither zero nor without limit."""
    if without_remote and row.remote_only:
        return "remote_only"
    if without_declared and row.standing is Standing.DECLARED:
        return "only_declared"
    if row.places_a_year is None and row.offer_id is None:
        return "no_capacity"
    return None


def _pools_of_offers(
    session: Session, standing: sa.Select[Any], pools: Mapping[int, Pool]
) -> dict[int | None, dict[str, list[Pool]]]:
    """Offer → complexity → its pools, of the published offers that provisions name."""
    named = sa.select(AgencyProvision.offer_id).where(
        AgencyProvision.id.in_(standing), AgencyProvision.offer_id.is_not(None)
    )
    query = (
        sa.select(OfferVersion.offer_id, OfferLevel.complexity, OfferLevel.pool_id)
        .join(OfferVersion, OfferVersion.id == OfferLevel.version_id)
        .where(OfferVersion.offer_id.in_(named), OfferVersion.state == OfferState.PUBLISHED)
        .order_by(OfferVersion.offer_id, OfferLevel.complexity)
    )
    found: dict[int | None, dict[str, list[Pool]]] = {}
    for offer, complexity, pool_id in session.execute(query):
        pool = pools.get(pool_id or 0)
        if pool is not None:
            found.setdefault(offer, {}).setdefault(complexity.value, []).append(pool)
    return found


@dataclass(frozen=True)
class Wanted:
    """How a list of provisions is narrowed and ordered; empty is all, by agency."""

    text: str = ""
    region: str = ""
    need: str = ""
    standing: str = ""
    quality: str = ""
    remote: bool = False
    when: str = "now"
    """`now`, `ended`, `coming` or `all`, as on a day."""
    order: str = "agency"


ORDERS = {
    "agency": (AgencyProvision.agency, AgencyProvision.title),
    "places": (sa.func.coalesce(AgencyProvision.places_a_year, -1).desc(),),
    "ends": (sa.func.coalesce(AgencyProvision.ends_on, date(9999, 12, 31)),),
    "newest": (AgencyProvision.created_at.desc(),),
}


def provisions(
    session: Session, *, actor: Actor, wanted: Wanted, on: date, number: int = 1, size: int | None = None
) -> tuple[Sequence[AgencyProvision], int]:
    """One page (or all) of what partner agencies provide to an authority, and how many there are."""
    query = sa.select(AgencyProvision).where(
        AgencyProvision.organisation_id == actor.organisation_id, *_conditions(wanted, on)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = query.options(*_WHOLE).order_by(*ORDERS[wanted.order], AgencyProvision.id)
    if size is not None:
        rows = rows.limit(size).offset((number - 1) * size)
    return session.scalars(rows).all(), total


def _conditions(wanted: Wanted, on: date) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = {
        "now": list(in_force(on)),
        "ended": [AgencyProvision.ends_on < on],
        "coming": [AgencyProvision.starts_on > on],
    }.get(wanted.when, [])
    if wanted.text:
        like = f"%{wanted.text.replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
        found.append(
            sa.or_(
                AgencyProvision.agency.ilike(like, escape="/"), AgencyProvision.title.ilike(like, escape="/")
            )
        )
    if wanted.region:
        found.append(AgencyProvision.region.has(Place.code == wanted.region))
    if wanted.need:
        found.append(
            AgencyProvision.levels.any(AgencyProvisionLevel.need_area.has(NeedArea.code == wanted.need))
        )
    if wanted.standing:
        found.append(AgencyProvision.standing == wanted.standing)
    if wanted.quality:
        found.append(AgencyProvision.quality == wanted.quality)
    if wanted.remote:
        found.append(AgencyProvision.remote_only.is_(True))
    return found


def provision_for(
    session: Session, *, actor: Actor, public_id: str, lock: bool = False
) -> AgencyProvision | None:
    """A provision that the actor's organisation recorded, whole, or None."""
    query = (
        sa.select(AgencyProvision)
        .where(
            AgencyProvision.public_id == public_id, AgencyProvision.organisation_id == actor.organisation_id
        )
        .options(*_WHOLE)
    )
    if lock:
        query = query.with_for_update(of=AgencyProvision)
    return session.scalars(query).one_or_none()


def offer_exists(session: Session, public_id: str) -> bool:
    """Whether an offer of this number is published."""
    query = (
        sa.select(Offer.id)
        .join(OfferVersion, OfferVersion.offer_id == Offer.id)
        .where(Offer.public_id == public_id, OfferVersion.state == OfferState.PUBLISHED)
    )
    return session.scalars(query.limit(1)).first() is not None


def agreements_of(session: Session, *, organisation_id: int, person_id: int) -> Sequence[AgencyProvision]:
    """What a person looks after in an organisation, by number."""
    query = (
        sa.select(AgencyProvision)
        .where(AgencyProvision.organisation_id == organisation_id, AgencyProvision.owner_id == person_id)
        .options(*_WHOLE)
        .order_by(AgencyProvision.public_id)
    )
    return session.scalars(query).all()


def count_agreements(session: Session, organisation_id: int, person_id: int) -> int:
    """How many agreements a person looks after in an organisation."""
    return len(agreements_of(session, organisation_id=organisation_id, person_id=person_id))


def history_of(session: Session, provision: AgencyProvision) -> Sequence[AgencyProvisionChange]:
    """Every change of a provision, the newest first."""
    query = (
        sa.select(AgencyProvisionChange)
        .where(AgencyProvisionChange.provision_id == provision.id)
        .options(joinedload(AgencyProvisionChange.changed_by))
        .order_by(AgencyProvisionChange.number.desc())
    )
    return session.scalars(query).all()


def facts_of(provision: AgencyProvision) -> AgencyFacts:
    """What is recorded of a provision, as plain values."""
    levels = sorted(provision.levels, key=lambda level: level.need_area.position)
    return AgencyFacts(
        agency=provision.agency,
        title=provision.title,
        region=provision.region.code,
        needs=tuple(dict.fromkeys(level.need_area.code for level in levels)),
        complexities=tuple(
            level.value for level in Complexity if any(one.complexity is level for one in levels)
        ),
        description=provision.description,
        cohorts=tuple(cohort.code for cohort in provision.cohorts),
        stages=tuple(stage.code for stage in provision.stages),
        places=tuple(place.code for place in provision.places),
        places_a_year=provision.places_a_year,
        remote_only=provision.remote_only,
        offer=provision.offer.public_id if provision.offer else "",
        standing=provision.standing,
        evidence=provision.evidence,
        demonstrated_on=provision.demonstrated_on,
        quality=provision.quality,
        quality_source=provision.quality_source,
        quality_on=provision.quality_on,
        funding=provision.funding,
        funding_note=provision.funding_note,
        owner=provision.owner.public_id,
        starts_on=provision.starts_on,
        ends_on=provision.ends_on,
        document=provision.document.public_id if provision.document else "",
    )


def places_inside(session: Session, region: str) -> Sequence[str]:
    """A region and everything that lies in it, by code."""
    within = sa.select(Place.id).where(Place.code == region).scalar_subquery()
    query = sa.select(Place.code).where(sa.or_(Place.code == region, Place.region_id == within))
    return session.scalars(query.order_by(Place.position, Place.id)).all()


def places_of_region(session: Session, region: str, on: date) -> Sequence[Place]:
    """The areas of a region and the delivery units in each, as they stand on a day, in order."""
    area = aliased(Place)
    query = (
        sa.select(Place)
        .outerjoin(area, area.id == Place.police_force_area_id)
        .where(
            Place.region_id.in_(sa.select(Place.id).where(Place.code == region)),
            Place.kind.in_((PlaceKind.POLICE_FORCE_AREA, PlaceKind.DELIVERY_UNIT)),
            sa.or_(Place.valid_from.is_(None), Place.valid_from <= on),
            sa.or_(Place.valid_to.is_(None), Place.valid_to > on),
        )
        .options(joinedload(Place.police_force_area))
        .order_by(sa.func.coalesce(area.position, Place.position), Place.kind.desc(), Place.position)
    )
    return session.scalars(query).all()


def standing_for_presence(session: Session, organisation_id: int | None) -> Sequence[AgencyProvision]:
    """Every provision of an authority with needs, places, cohorts and stages, for the presence view."""
    query = (
        sa.select(AgencyProvision)
        .where(AgencyProvision.organisation_id == organisation_id)
        .options(
            selectinload(AgencyProvision.levels).joinedload(AgencyProvisionLevel.need_area),
            selectinload(AgencyProvision.places),
            selectinload(AgencyProvision.cohorts),
            selectinload(AgencyProvision.stages),
        )
        .order_by(AgencyProvision.public_id)
    )
    return session.scalars(query).all()


_WHOLE = (
    joinedload(AgencyProvision.region),
    joinedload(AgencyProvision.owner),
    joinedload(AgencyProvision.document),
    joinedload(AgencyProvision.offer),
    selectinload(AgencyProvision.levels).joinedload(AgencyProvisionLevel.need_area),
    selectinload(AgencyProvision.places),
    selectinload(AgencyProvision.cohorts),
    selectinload(AgencyProvision.stages),
)
