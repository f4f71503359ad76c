"""Who looks for partners, and what was written about it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.partners.models import PartnerListing, PartnerMessage
from catalogue.partners.types import WantedFilter
from catalogue.reference.models import NeedArea, Place
from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page


def _whole() -> tuple[Any, ...]:
    return (
        joinedload(PartnerListing.organisation, innerjoin=True),
        selectinload(PartnerListing.need_areas),
        selectinload(PartnerListing.places),
    )


def _open(today: date) -> tuple[Any, ...]:
    """A listing shows until its last day is over; nobody has to take it off."""
    return (PartnerListing.closed_at.is_(None), PartnerListing.until >= today)


def listings(session: Session, *, chosen: WantedFilter, today: date, page: int) -> Page[PartnerListing]:
    """A page of the open listings that fit, the newest first."""
    query = sa.select(PartnerListing).where(*_open(today))
    if chosen.need_area:
        query = query.where(PartnerListing.need_areas.any(NeedArea.code == chosen.need_area))
    if chosen.place:
        query = query.where(PartnerListing.places.any(Place.code == chosen.place))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.options(*_whole())
        .order_by(PartnerListing.created_at.desc(), PartnerListing.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, page, total)


def listing(session: Session, *, actor: Actor, public_id: str, today: date) -> PartnerListing | None:
    """An open listing, or the actor's organisation's own whatever its state."""
    query = (
        sa.select(PartnerListing)
        .where(
            PartnerListing.public_id == public_id,
            sa.or_(sa.and_(*_open(today)), PartnerListing.organisation_id == actor.organisation_id),
        )
        .options(*_whole())
    )
    return session.scalars(query).one_or_none()


def own_listing(session: Session, *, actor: Actor, lock: bool = False) -> PartnerListing | None:
    """The listing of the actor's organisation that is not closed, past its day or not."""
    query = (
        sa.select(PartnerListing)
        .where(PartnerListing.organisation_id == actor.organisation_id, PartnerListing.closed_at.is_(None))
        .options(*_whole())
    )
    if lock:
        query = query.with_for_update(of=PartnerListing).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def messages_about(session: Session, *, listing_id: int, page: int) -> Page[PartnerMessage]:
    """A page of what others wrote to the owner of a listing, the newest first."""
    received = (
        PartnerMessage.listing_id == listing_id,
        PartnerMessage.recipient_id == PartnerListing.organisation_id,
    )
    count = (
        sa.select(sa.func.count())
        .select_from(PartnerMessage)
        .join(PartnerListing, PartnerListing.id == PartnerMessage.listing_id)
        .where(*received)
    )
    query = (
        sa.select(PartnerMessage)
        .join(PartnerListing, PartnerListing.id == PartnerMessage.listing_id)
        .where(*received)
        .options(joinedload(PartnerMessage.sender, innerjoin=True))
        .order_by(PartnerMessage.sent_at.desc(), PartnerMessage.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(session.scalars(query).all(), page, session.scalar(count) or 0)


def message(session: Session, *, actor: Actor, public_id: str) -> PartnerMessage | None:
    """A message that the actor's organisation wrote or received."""
    query = (
        sa.select(PartnerMessage)
        .where(PartnerMessage.public_id == public_id, _of(actor))
        .options(
            joinedload(PartnerMessage.listing, innerjoin=True).joinedload(
                PartnerListing.organisation, innerjoin=True
            ),
            joinedload(PartnerMessage.sender, innerjoin=True),
            joinedload(PartnerMessage.recipient, innerjoin=True),
        )
    )
    return session.scalars(query).one_or_none()


def messages_between(
    session: Session, *, actor: Actor, listing_id: int, other_id: int, most: int = 50
) -> Sequence[PartnerMessage]:
    """The latest messages about a listing between the actor's organisation and another, the oldest first."""
    query = (
        sa.select(PartnerMessage)
        .where(
            PartnerMessage.listing_id == listing_id,
            _of(actor),
            sa.or_(PartnerMessage.sender_id == other_id, PartnerMessage.recipient_id == other_id),
        )
        .options(joinedload(PartnerMessage.sender, innerjoin=True))
        .order_by(PartnerMessage.sent_at.desc(), PartnerMessage.id.desc())
        .limit(most)
    )
    return list(reversed(session.scalars(query).all()))


def _of(actor: Actor) -> Any:
    return sa.or_(
        PartnerMessage.sender_id == actor.organisation_id,
        PartnerMessage.recipient_id == actor.organisation_id,
    )
