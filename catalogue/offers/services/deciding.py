"""The steps of a version: submitted, returned, published, suspended, reinstated, withdrawn; a new one."""

from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from catalogue.offers import queries
from catalogue.offers.models import Offer, OfferVersion
from catalogue.offers.rules.completeness import reasons_not_to_submit
from catalogue.offers.rules.states import (
    OFFER_STEPS,
    STANDING,
    reasons_not_to_return,
    reasons_not_to_start_version,
    reasons_not_to_suspend,
)
from catalogue.offers.services.assurance import assure
from catalogue.offers.services.capacity import write_own_pool
from catalogue.offers.services.copying import copy_of
from catalogue.offers.services.listing import remove_listing, write_listing
from catalogue.offers.services.partners import copy_partners, renew_partners
from catalogue.offers.types import OfferEvent, OfferTag
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if
from core.states import step


def submit_offer(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    version: OfferVersion,
    row_version: int | None = None,
) -> None:
    """Hand a complete version to the framework manager.

    ``row_version`` is that of the version whose answers the submitter checked; refused with
    `changed_meanwhile` where a colleague has saved since, and with every reason it is not complete. Whoever
    may decide on it is told by mail: those limited to regions, of offers for one of theirs.
    """
    _own(actor, version)
    following = step(OFFER_STEPS, version.state, OfferEvent.SUBMIT)
    session.flush()
    if row_version is not None and row_version != version.row_version:
        raise Refused(Reason("changed_meanwhile"))
    refuse_if(reasons_not_to_submit(queries.facts_for(session, version, on=london_date(now))))
    version.state, version.submitted_at = following, now
    renew_partners(session, version=version)
    _record(session, OfferTag.SUBMITTED, actor, now, version)
    roles = current_app.extensions["roles"]
    for person in queries.reviewers_of(session, version, roles=roles, day=london_date(now)):
        queue_mail(
            session,
            to=person.email,
            subject=f"An offer waits for review: {version.title}",
            template="offer_submitted",
            now=now,
            person=person.name,
            title=version.title,
            supplier=version.offer.supplier.name,
            need_area=version.offer.need_area.name,
            public_id=version.offer.public_id,
            number=version.number,
        )


def return_offer(
    session: Session, *, actor: Actor, now: datetime, version: OfferVersion, reasons: str
) -> None:
    """Give a submitted version back to its supplier with the reasons, which they are told by mail."""
    following = step(OFFER_STEPS, version.state, OfferEvent.RETURN)
    refuse_if(reasons_not_to_return(reasons))
    version.state, version.return_reasons = following, reasons.strip()
    _record(session, OfferTag.RETURNED, actor, now, version)
    _tell(session, now, version, "Your offer was returned", "offer_returned")


def publish_offer(session: Session, *, actor: Actor, now: datetime, version: OfferVersion) -> None:
    """Publish a submitted version in place of the one that stands, and list it in the catalogue."""
    following = step(OFFER_STEPS, version.state, OfferEvent.PUBLISH)
    _lock(session, version.offer_id)
    earlier = session.scalars(
        sa.select(OfferVersion).where(
            OfferVersion.offer_id == version.offer_id, OfferVersion.state.in_(STANDING)
        )
    ).one_or_none()
    if earlier is not None:
        earlier.state = step(OFFER_STEPS, earlier.state, OfferEvent.SUPERSEDE)
        earlier.ended_at = now
        session.flush()  # One version stands at a time: the index looks after each statement.
    version.state, version.published_at = following, now
    write_own_pool(session, now=now, version=version)
    assure(session, version.offer_id, london_date(now))
    write_listing(session, version, on=london_date(now))
    _record(
        session,
        OfferTag.PUBLISHED,
        actor,
        now,
        version,
        supersedes=earlier.number if earlier is not None else None,
    )
    _tell(session, now, version, "Your offer is published", "offer_published")


def suspend_offer(
    session: Session, *, actor: Actor, now: datetime, version: OfferVersion, reason: str
) -> None:
    """Take a published offer out of the catalogue until it is reinstated; its supplier is told why."""
    following = step(OFFER_STEPS, version.state, OfferEvent.SUSPEND)
    refuse_if(reasons_not_to_suspend(reason))
    version.state, version.suspension_reason = following, reason.strip()
    remove_listing(session, version.offer_id)
    _record(session, OfferTag.SUSPENDED, actor, now, version)
    _tell(session, now, version, "Your offer is suspended", "offer_suspended")


def reinstate_offer(session: Session, *, actor: Actor, now: datetime, version: OfferVersion) -> None:
    """Put a suspended offer back into the catalogue as it was."""
    version.state = step(OFFER_STEPS, version.state, OfferEvent.REINSTATE)
    version.suspension_reason = ""
    write_listing(session, version, on=london_date(now))
    _record(session, OfferTag.REINSTATED, actor, now, version)
    _tell(session, now, version, "Your offer is back in the catalogue", "offer_reinstated")


def withdraw_offer(session: Session, *, actor: Actor, now: datetime, version: OfferVersion) -> None:
    """Withdraw a draft, or the version that stands, for good; contracts that cite it go on citing it."""
    _own(actor, version)
    stood = version.state in STANDING
    version.state = step(OFFER_STEPS, version.state, OfferEvent.WITHDRAW)
    version.ended_at = now
    if stood:
        remove_listing(session, version.offer_id)
    _record(session, OfferTag.WITHDRAWN, actor, now, version)


def start_new_version(session: Session, *, actor: Actor, now: datetime, offer: Offer) -> OfferVersion:
    """Begin a draft that says what the standing version says, which goes on standing meanwhile."""
    if offer.supplier_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))
    _lock(session, offer.id)
    numbers = dict(
        session.execute(
            sa.select(OfferVersion.number, OfferVersion.state).where(OfferVersion.offer_id == offer.id)
        ).all()
    )
    refuse_if(reasons_not_to_start_version(numbers.values()))
    standing = queries.standing_version(session, offer.id)
    if standing is None:
        raise Refused(Reason("nothing_standing"))
    version = copy_of(standing, number=max(numbers) + 1, now=now)
    session.add(version)
    copy_partners(session, earlier=standing, later=version)
    _record(session, OfferTag.VERSION_STARTED, actor, now, version)
    return version


def _own(actor: Actor, version: OfferVersion) -> None:
    if version.offer.supplier_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))


def _lock(session: Session, offer_id: int) -> None:
    """Hold the offer's row: versions of one offer begin and are published one after the other."""
    session.execute(sa.select(Offer.id).where(Offer.id == offer_id).with_for_update())


def _record(
    session: Session, tag: OfferTag, actor: Actor, now: datetime, version: OfferVersion, **details: object
) -> None:
    session.flush()
    record(
        session,
        tag,
        actor=actor,
        now=now,
        subject=version,
        details={"offer": version.offer.public_id, "version": version.number, **details},
    )


def _tell(session: Session, now: datetime, version: OfferVersion, subject: str, template: str) -> None:
    offer = version.offer
    for address in queries.people_to_tell(session, offer.supplier_id, london_date(now)):
        queue_mail(
            session,
            to=address,
            subject=f"{subject}: {version.title}",
            template=template,
            now=now,
            title=version.title,
            public_id=offer.public_id,
            number=version.number,
            supplier=offer.supplier.name,
            reasons=version.return_reasons,
            suspension_reason=version.suspension_reason,
        )
