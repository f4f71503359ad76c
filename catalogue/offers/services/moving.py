"""Offers when their supplier changes: moved to a successor, or withdrawn on its behalf."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import CapacityPool, Offer, OfferVersion
from catalogue.offers.rules.states import OFFER_STEPS, STANDING
from catalogue.offers.services.listing import refresh_listings, remove_listing
from catalogue.offers.types import OfferEvent, OfferTag
from core.accounts.models import Organisation
from core.actor import Actor
from core.audit.services import record
from core.states import step


def move_offers(
    session: Session, *, actor: Actor, now: datetime, supplier: Organisation, successor: Organisation
) -> int:
    """Give all offers of a supplier, with their pools of places, to its successor; return how many.

    Where they stand follows from the successor's own memberships.
    """
    pools = sa.update(CapacityPool).where(CapacityPool.supplier_id == supplier.id)
    session.execute(pools.values(supplier_id=successor.id))
    offers = session.scalars(
        sa.select(Offer).where(Offer.supplier_id == supplier.id).order_by(Offer.id).with_for_update()
    ).all()
    for offer in offers:
        offer.supplier = successor
        session.flush()
        record(
            session,
            OfferTag.MOVED,
            actor=actor,
            now=now,
            subject=offer,
            details={"offer": offer.public_id, "from": supplier.public_id, "to": successor.public_id},
        )
    refresh_listings(session, successor.id)
    return len(offers)


def withdraw_for_supplier(
    session: Session, *, actor: Actor, now: datetime, version: OfferVersion, reason: str
) -> None:
    """Withdraw a version on behalf of a supplier that is no more; contracts that cite it go on citing it.

    One that waits for its review is returned with the reason on the way, since only then can it be withdrawn.
    """
    stood = version.state in STANDING
    if (version.state, OfferEvent.WITHDRAW) not in OFFER_STEPS:
        version.state = step(OFFER_STEPS, version.state, OfferEvent.RETURN)
        version.return_reasons = reason.strip()
    version.state = step(OFFER_STEPS, version.state, OfferEvent.WITHDRAW)
    version.ended_at = now
    if stood:
        remove_listing(session, version.offer_id)
    session.flush()
    record(
        session,
        OfferTag.WITHDRAWN,
        actor=actor,
        now=now,
        subject=version,
        details={"offer": version.offer.public_id, "version": version.number},
    )
