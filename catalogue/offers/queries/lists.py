"""The lists that people work through: a supplier's own offers, and the versions that wait for a decision."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.offers.models import Offer, OfferVersion
from catalogue.offers.types import (
    OfferPermission,
    OfferState,
    OwnFilter,
    OwnSort,
    ReviewFilter,
    ReviewKind,
    ReviewSort,
)
from catalogue.reference.models import NeedArea, Place
from catalogue.reference.types import PlaceKind
from core.accounts.models import Membership, Organisation, Person
from core.accounts.types import OrganisationKind, Roles
from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page


def own_offers(
    session: Session,
    *,
    actor: Actor,
    number: int = 1,
    asked: OwnFilter | None = None,
    size: int | None = PAGE_SIZE,
) -> Page[tuple[Offer, OfferVersion]]:
    """A page of the actor's organisation's offers that match, each with its newest version; all without size.

    Unless asked otherwise, what needs them comes first.
    """
    asked = asked or OwnFilter()
    newest = (
        sa.select(OfferVersion.offer_id, sa.func.max(OfferVersion.number).label("number"))
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .where(Offer.supplier_id == actor.organisation_id)
        .group_by(OfferVersion.offer_id)
        .subquery()
    )
    where: list[sa.ColumnElement[bool]] = [_titled(asked.words)]
    if asked.need:
        where.append(Offer.need_area_id == _need_id(asked.need))
    if asked.state:
        where.append(OfferVersion.state == asked.state)
    matching = (
        sa.select(Offer, OfferVersion)
        .join(newest, newest.c.offer_id == Offer.id)
        .join(
            OfferVersion,
            sa.and_(OfferVersion.offer_id == Offer.id, OfferVersion.number == newest.c.number),
        )
        .where(*where)
    )
    urgency = sa.case(
        {OfferState.RETURNED: 0, OfferState.DRAFT: 1, OfferState.SUBMITTED: 2, OfferState.SUSPENDED: 3},
        value=OfferVersion.state,
        else_=4,
    )
    orders: dict[OwnSort, tuple[Any, ...]] = {
        OwnSort.URGENT: (urgency, OfferVersion.title, Offer.id),
        OwnSort.TITLE: (OfferVersion.title, Offer.id),
        OwnSort.NEWEST: (OfferVersion.created_at.desc(), Offer.id.desc()),
    }
    query = matching.options(joinedload(Offer.need_area), selectinload(Offer.versions))
    rows = session.execute(_paged(query.order_by(*orders[asked.sort]), number, size)).all()
    total = session.scalar(
        sa.select(sa.func.count()).select_from(matching.with_only_columns(Offer.id).subquery())
    )
    return Page(rows, number, total or 0)


def submitted_versions(
    session: Session,
    *,
    number: int = 1,
    asked: ReviewFilter | None = None,
    size: int | None = PAGE_SIZE,
) -> Page[OfferVersion]:
    """A page of the versions that wait for the framework manager and match; all without size.

    Unless asked otherwise, the longest wait comes first.
    """
    asked = asked or ReviewFilter()
    where: list[sa.ColumnElement[bool]] = [OfferVersion.state == OfferState.SUBMITTED]
    if asked.words.strip():
        pattern = asked.words.strip().lower()
        where.append(
            sa.or_(
                sa.func.lower(OfferVersion.title).contains(pattern, autoescape=True),
                sa.func.lower(Organisation.name).contains(pattern, autoescape=True),
            )
        )
    if asked.need:
        where.append(Offer.need_area_id == _need_id(asked.need))
    if asked.kind is not None:
        where.append(
            {
                ReviewKind.FIRST: OfferVersion.number == 1,
                ReviewKind.NEW_VERSION: OfferVersion.number > 1,
                ReviewKind.AGAIN: OfferVersion.return_reasons != "",
            }[asked.kind]
        )
    matching = (
        sa.select(OfferVersion)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .join(Organisation, Organisation.id == Offer.supplier_id)
        .where(*where)
    )
    orders: dict[ReviewSort, tuple[Any, ...]] = {
        ReviewSort.WAIT: (OfferVersion.submitted_at, OfferVersion.id),
        ReviewSort.TITLE: (OfferVersion.title, OfferVersion.id),
        ReviewSort.SUPPLIER: (Organisation.name, OfferVersion.title, OfferVersion.id),
    }
    query = matching.options(
        joinedload(OfferVersion.offer).joinedload(Offer.need_area),
        joinedload(OfferVersion.offer).joinedload(Offer.supplier),
    ).order_by(*orders[asked.sort])
    rows = session.scalars(_paged(query, number, size)).all()
    total = session.scalar(
        sa.select(sa.func.count()).select_from(matching.with_only_columns(OfferVersion.id).subquery())
    )
    return Page(rows, number, total or 0)


def next_to_review(session: Session, *, after: OfferVersion | None = None) -> OfferVersion | None:
    """The version that waits longest; after another, the one that has waited longest but for it."""
    query = (
        sa.select(OfferVersion)
        .where(OfferVersion.state == OfferState.SUBMITTED)
        .options(joinedload(OfferVersion.offer).joinedload(Offer.supplier))
        .order_by(OfferVersion.submitted_at, OfferVersion.id)
        .limit(1)
    )
    if after is not None:
        query = query.where(OfferVersion.id != after.id)
    return session.scalars(query).one_or_none()


def reviewers_of(session: Session, version: OfferVersion, *, roles: Roles, day: date) -> Sequence[Person]:
    """The people of authorities who may decide on a version, by name; within their regions, if any."""
    query = (
        sa.select(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Organisation.kind == OrganisationKind.AUTHORITY,
            Person.active,
            Membership.valid_from <= day,
            sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
        )
        .options(joinedload(Membership.person), selectinload(Membership.scopes))
        .order_by(Person.name, Person.id, Membership.id)
    )
    # As an actor is made: what one role of a person is limited to limits all their roles in an organisation.
    held: dict[tuple[Person, int], list[Membership]] = defaultdict(list)
    for membership in session.scalars(query):
        held[membership.person, membership.organisation_id].append(membership)
    permitting = {code for code, role in roles.items() if OfferPermission.REVIEW in role.permissions}
    regions = _regions_of(session, version)
    found: dict[int, Person] = {}
    for (person, _), memberships in held.items():
        scopes = {scope.scope for membership in memberships for scope in membership.scopes}
        may = any(membership.role in permitting for membership in memberships)
        if may and (not scopes or regions is None or scopes & regions):
            found[person.id] = person
    return list(found.values())


def _regions_of(session: Session, version: OfferVersion) -> set[str] | None:
    """The regions that a version serves wholly or in part, by code; None for the whole nation."""
    if any(place.kind is PlaceKind.NATION for place in version.places):
        return None
    keys = {place.id if place.kind is PlaceKind.REGION else place.region_id for place in version.places}
    return set(session.scalars(sa.select(Place.code).where(Place.id.in_(keys)).order_by(Place.id)))


def _titled(words: str) -> sa.ColumnElement[bool]:
    if not words.strip():
        return sa.true()
    return sa.func.lower(OfferVersion.title).contains(words.strip().lower(), autoescape=True)


def _need_id(code: str) -> Any:
    return sa.select(NeedArea.id).where(NeedArea.code == code).scalar_subquery()


def _paged(query: Any, number: int, size: int | None) -> Any:
    return query if size is None else query.limit(size).offset((number - 1) * size)
