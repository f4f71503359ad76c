"""Listing an organisation that looks for partners, and writing to one without seeing its address."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalogue.partners import queries, rules
from catalogue.partners.models import PartnerListing, PartnerMessage
from catalogue.partners.types import PartnerTag
from catalogue.reference.models import NeedArea, Place
from core.accounts.models import Organisation
from core.accounts.services import count_deed, mail_people_who_may
from core.accounts.types import AccountPermission, Limit
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.reasons import Reason, Refused, refuse_if

MESSAGES_SENT = Limit("partner-messages-sent", 20, timedelta(days=1))
MESSAGES_TO_ONE = Limit("partner-messages-to-one", 3, timedelta(days=1))


def save_listing(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    seeks: str,
    brings: str,
    need_areas: Collection[str],
    places: Collection[str],
    until: date | None,
    seen: int | None = None,
) -> PartnerListing:
    """List the actor's organisation as looking for partners, or change its listing.

    ``until`` is the last day it shows, a year from today at most. ``seen`` is the row's version that the form
    showed, 0 where there was none.
    """
    today = london_date(now)
    seeks, brings = seeks.replace("\x00", "").strip(), brings.replace("\x00", "").strip()
    refuse_if(
        rules.reasons_against_listing(
            seeks=seeks, brings=brings, need_areas=need_areas, places=places, until=until, today=today
        )
    )
    found = queries.own_listing(session, actor=actor, lock=True)
    if seen is not None and seen != (found.row_version if found is not None else 0):
        raise Refused(Reason("changed_meanwhile"))
    listing = found or PartnerListing(organisation_id=actor.organisation_id, created_at=now)
    listing.seeks, listing.brings = seeks, brings
    if until is not None:
        listing.until = until
    with session.no_autoflush:
        listing.need_areas = list(
            session.scalars(sa.select(NeedArea).where(NeedArea.code.in_(sorted(need_areas))))
        )
        listing.places = list(session.scalars(sa.select(Place).where(Place.code.in_(sorted(places)))))
    try:
        with session.begin_nested():
            session.add(listing)
    except IntegrityError:
        raise Refused(Reason("changed_meanwhile")) from None
    record(
        session,
        PartnerTag.WANTED_LISTED,
        actor=actor,
        now=now,
        subject=listing,
        details={"listing": listing.public_id, "until": listing.until},
    )
    return listing


def close_listing(session: Session, *, actor: Actor, now: datetime, listing: PartnerListing) -> None:
    """Take a listing off; what was written about it is kept."""
    listing.closed_at = now
    record(
        session,
        PartnerTag.WANTED_CLOSED,
        actor=actor,
        now=now,
        subject=listing,
        details={"listing": listing.public_id},
    )


def close_for_supplier(session: Session, *, actor: Actor, now: datetime, organisation_id: int) -> None:
    """Take the listing of a supplier off that has merged or is insolvent, if it has one."""
    open_ones = sa.select(PartnerListing).where(
        PartnerListing.organisation_id == organisation_id, PartnerListing.closed_at.is_(None)
    )
    for listing in session.scalars(open_ones.order_by(PartnerListing.id)):
        close_listing(session, actor=actor, now=now, listing=listing)


def write_about(
    session: Session, *, actor: Actor, now: datetime, listing: PartnerListing, text: str
) -> PartnerMessage:
    """Write to the administrators of an organisation that looks for partners."""
    return _write(session, actor=actor, now=now, listing=listing, recipient=listing.organisation, text=text)


def answer_message(
    session: Session, *, actor: Actor, now: datetime, message: PartnerMessage, text: str
) -> PartnerMessage:
    """Answer the other side of a conversation about a listing."""
    to_sender = message.recipient_id == actor.organisation_id
    return _write(
        session,
        actor=actor,
        now=now,
        listing=message.listing,
        recipient=message.sender if to_sender else message.recipient,
        text=text,
    )


def _write(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    listing: PartnerListing,
    recipient: Organisation,
    text: str,
) -> PartnerMessage:
    text = text.replace("\x00", "").strip()
    sender = session.get_one(Organisation, actor.organisation_id)
    reasons = []
    if not text:
        reasons.append(Reason("message_empty"))
    if recipient.id == sender.id:
        reasons.append(Reason("message_to_oneself"))
    refuse_if(reasons)
    for limit, about in (
        (MESSAGES_TO_ONE, f"{sender.public_id} {recipient.public_id}"),
        (MESSAGES_SENT, sender.public_id),
    ):
        again = count_deed(session, limit=limit, about=about, now=now)
        if again is not None:
            raise Refused(Reason("written_too_often", {"again_at": again, "most": limit.most}))
    written = PartnerMessage(
        listing=listing,
        sender=sender,
        recipient=recipient,
        written_by_id=actor.person_id,
        text=text,
        sent_at=now,
    )
    session.add(written)
    record(
        session,
        PartnerTag.WANTED_ANSWERED,
        actor=actor,
        now=now,
        subject=written,
        details={"listing": listing.public_id, "to": recipient.public_id},
    )
    mail_people_who_may(
        session,
        organisation_id=recipient.id,
        permission=AccountPermission.MANAGE_COLLEAGUES,
        subject=f"{sender.name} wrote to you about partners",
        template="partners/message",
        now=now,
        sender=sender.name,
        text=text,
        message=written.public_id,
    )
    return written
