"""Reading the market of a call-off before it is published: members, offers, and how often they bid before."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import Offer, OfferVersion
from core.accounts.models import Organisation
from core.audit.models import AuditEvent
from core.calendar import london_date
from core.reasons import Reason
from procurement.calloffs.drafting.models import CallOff, Invitation, Lot
from procurement.calloffs.drafting.queries.facts import (
    LotPreview,
    invitation_preview,
    lot_facts,
    offers_that_fit,
    region_codes,
)
from procurement.calloffs.drafting.rules.market import expected_bidders, widenings
from procurement.calloffs.drafting.types import CallOffState
from procurement.calloffs.drafting.types.market import Expectation, PastInvitation, Widening
from procurement.framework.queries import framework_facts_of, member_facts

YEARS = 3
"""How far back the record of bidding is read."""
SHOWN_OFFERS = 25
# What the bids write into a call-off's chain; read as events, so that this feature needs nothing of theirs.
_BID, _NO_BID = "bid:submitted", "bid:withdrawn"


@dataclass(frozen=True)
class LotMarket:
    """A lot's market: who is eligible and who is not, what bidding to expect, and what would widen it.

    `why` counts the suppliers by each reason that keeps them out, the most frequent first.
    """

    preview: LotPreview
    expectation: Expectation
    widenings: Sequence[Widening]
    why: Sequence[tuple[Reason, int]]


@dataclass(frozen=True)
class FittingOffer:
    """A published offer that answers a service of a lot in its regions; whether its supplier is eligible."""

    public_id: str
    title: str
    supplier: str
    eligible: bool


def market(
    session: Session, call_off: CallOff, now: datetime, *, number: int | None = None
) -> list[LotMarket]:
    """The market of each lot as it would be if the call-off were published at `now`.

    With a number, of that lot alone and with what would widen it.
    """
    today = london_date(now)
    framework = framework_facts_of(call_off.framework)
    suppliers = member_facts(session, call_off.framework_id, today=today)
    regions = region_codes(session)
    record = past_invitations(session, call_off, now)
    days = (london_date(call_off.deadline) - today).days if call_off.deadline else None
    return [
        LotMarket(
            preview,
            expected_bidders(record, [one.supplier.id for one in preview.invited], days),
            widenings(lot_facts(preview.lot, regions), suppliers, framework, today) if number else (),
            _why(preview),
        )
        for preview in invitation_preview(session, call_off, now, count_offers=True)
        if number in (None, preview.lot.number)
    ]


def _why(preview: LotPreview) -> list[tuple[Reason, int]]:
    reasons: dict[str, Reason] = {}
    counted: Counter[str] = Counter()
    for considered in preview.not_invited:
        for reason in considered.decision.reasons:
            key = repr((reason.code, sorted(reason.params.items())))
            reasons[key] = reason
            counted[key] += 1
    return [
        (reasons[key], count) for key, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]


def past_invitations(session: Session, call_off: CallOff, now: datetime) -> list[PastInvitation]:
    """Every invitation to a lot of the same authority whose bids closed in the last three years.

    What was cancelled says nothing about bidding and is left out.
    """
    closed = (
        CallOff.authority_id == call_off.authority_id,
        CallOff.id != call_off.id,
        CallOff.published_at >= now - timedelta(days=365 * YEARS),
        CallOff.deadline <= now,
        CallOff.state != CallOffState.CANCELLED,
    )
    invited = session.execute(
        sa.select(
            Invitation.supplier_id, CallOff.public_id, Lot.number, CallOff.published_at, CallOff.deadline
        )
        .join(Lot, Lot.id == Invitation.lot_id)
        .join(CallOff, CallOff.id == Lot.call_off_id)
        .where(*closed, Invitation.invited)
        .order_by(CallOff.id, Lot.number, Invitation.supplier_id)
    ).all()
    standing: dict[tuple[str, int, int | None], bool] = {}
    events = session.execute(
        sa.select(AuditEvent.chain, AuditEvent.organisation_id, AuditEvent.tag, AuditEvent.details)
        .where(
            AuditEvent.chain.in_(sa.select(CallOff.public_id).where(*closed)),
            AuditEvent.tag.in_((_BID, _NO_BID)),
        )
        .order_by(AuditEvent.chain, AuditEvent.sequence)
    )
    for chain, supplier, tag, details in events:
        standing[chain, details["lot"], supplier] = tag == _BID
    return [
        PastInvitation(
            supplier,
            (london_date(deadline) - london_date(published)).days,
            standing.get((chain, number, supplier), False),
        )
        for supplier, chain, number, published, deadline in invited
        if published is not None and deadline is not None
    ]


def fitting_offers(session: Session, lot: Lot, eligible: Collection[int]) -> list[FittingOffer]:
    """The published offers that fit a lot, those of eligible members first; at most 25 of them."""
    regions = region_codes(session)
    condition = offers_that_fit(lot, lot_facts(lot, regions).regions, regions)
    if condition is None:
        return []
    member = sa.case((Offer.supplier_id.in_(eligible), 0), else_=1)
    rows = session.execute(
        sa.select(Offer.public_id, OfferVersion.title, Organisation.name, member)
        .select_from(OfferVersion)
        .join(OfferVersion.offer)
        .join(Organisation, Organisation.id == Offer.supplier_id)
        .where(condition)
        .order_by(member, Organisation.name, OfferVersion.title, Offer.id)
        .limit(SHOWN_OFFERS)
    )
    return [FittingOffer(public_id, title, name, other == 0) for public_id, title, name, other in rows]
