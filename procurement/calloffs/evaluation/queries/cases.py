"""What happened to bids after opening: removals, questions to one bidder, corrections, low prices."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.accounts.models import Membership, Person
from core.actor import Actor
from core.calendar import london_date
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.types import SUPPLIER_ADMINISTRATOR
from procurement.calloffs.evaluation.models import (
    BidCorrection,
    BidInquiry,
    BidInquiryDecision,
    BidRemoval,
    LowPriceTest,
)
from procurement.calloffs.evaluation.rules import ABNORMALLY_LOW_TESTS
from procurement.calloffs.evaluation.types import AbnormallyLowTest, InquiryKind

WRITTEN_TO = (SUPPLIER_ADMINISTRATOR, "supplier-editor")
"""Roles of a bidder's people who are told by mail what is asked of their bid."""


def removals_of(session: Session, call_off: CallOff) -> dict[int, BidRemoval]:
    """Bid key → why it is evaluated no more."""
    rows = session.scalars(
        sa.select(BidRemoval)
        .join(Bid, Bid.id == BidRemoval.bid_id)
        .where(Bid.lot_id.in_([lot.id for lot in call_off.lots]))
        .options(
            joinedload(BidRemoval.person),
            joinedload(BidRemoval.bid).options(joinedload(Bid.supplier), joinedload(Bid.lot)),
        )
        .order_by(Bid.lot_id, BidRemoval.bid_id)
    )
    return {row.bid_id: row for row in rows}


def inquiries_of(
    session: Session, call_off: CallOff, kind: InquiryKind | None = None
) -> Sequence[BidInquiry]:
    """What single bidders were asked, in the order in which they were."""
    query = (
        _inquiries()
        .join(Bid, Bid.id == BidInquiry.bid_id)
        .where(Bid.lot_id.in_([x.id for x in call_off.lots]))
    )
    if kind is not None:
        query = query.where(BidInquiry.kind == kind)
    return session.scalars(query).all()


def inquiries_about(session: Session, bid: Bid) -> Sequence[BidInquiry]:
    """What the bidder was asked about one bid."""
    return session.scalars(_inquiries().where(BidInquiry.bid_id == bid.id)).all()


def explanations(session: Session, bids: Collection[Bid]) -> dict[int, list[BidInquiry]]:
    """Bid key → the clarifications whose answers were accepted as explaining the bid."""
    found: dict[int, list[BidInquiry]] = {bid.id: [] for bid in bids}
    rows = session.scalars(
        _inquiries()
        .join(BidInquiryDecision, BidInquiryDecision.inquiry_id == BidInquiry.id)
        .where(
            BidInquiry.bid_id.in_(found),
            BidInquiry.kind == InquiryKind.CLARIFICATION,
            BidInquiryDecision.accepted,
        )
    )
    for row in rows:
        found[row.bid_id].append(row)
    return found


def corrections_of(session: Session, bids: Collection[Bid]) -> dict[int, list[BidCorrection]]:
    """Bid key → its corrections, the first first."""
    found: dict[int, list[BidCorrection]] = {bid.id: [] for bid in bids}
    rows = session.scalars(
        sa.select(BidCorrection)
        .where(BidCorrection.bid_id.in_(found))
        .options(joinedload(BidCorrection.need_area), joinedload(BidCorrection.person))
        .order_by(BidCorrection.at, BidCorrection.id)
    )
    for row in rows:
        found[row.bid_id].append(row)
    return found


def own_bid(session: Session, *, actor: Actor, public_id: str) -> Bid | None:
    """A submitted bid of the actor's organisation, with its lot and call-off."""
    return session.scalars(
        sa.select(Bid)
        .where(Bid.public_id == public_id, Bid.supplier_id == actor.organisation_id)
        .options(
            joinedload(Bid.supplier),
            joinedload(Bid.lot).joinedload(Lot.call_off).joinedload(CallOff.framework),
            joinedload(Bid.lot).joinedload(Lot.call_off).joinedload(CallOff.authority),
        )
    ).one_or_none()


def stated_tests(session: Session, call_off: CallOff) -> Sequence[LowPriceTest]:
    """The tests of low prices that the call-off states; none where it leaves the usual ones."""
    return session.scalars(
        sa.select(LowPriceTest).where(LowPriceTest.call_off_id == call_off.id).order_by(LowPriceTest.position)
    ).all()


def low_price_tests(session: Session, call_off: CallOff) -> tuple[AbnormallyLowTest, ...]:
    """The tests that hold for the call-off."""
    rows = stated_tests(session, call_off)
    stated = tuple(
        AbnormallyLowTest(row.below_mean, row.below_next, mean_without_highest=row.mean_without_highest)
        for row in rows
    )
    return stated or ABNORMALLY_LOW_TESTS


def addresses_of(session: Session, supplier_id: int, now: datetime) -> list[str]:
    """Where a bidder's people are written to."""
    today = london_date(now)
    query = (
        sa.select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == supplier_id,
            Membership.role.in_(WRITTEN_TO),
            Membership.valid_from <= today,
            sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
            Person.active,
        )
        .distinct()
        .order_by(Person.email)
    )
    return list(session.scalars(query))


def _inquiries() -> sa.Select[BidInquiry]:
    return (
        sa.select(BidInquiry)
        .options(
            joinedload(BidInquiry.answer),
            joinedload(BidInquiry.decision),
            joinedload(BidInquiry.criterion),
            joinedload(BidInquiry.person),
            joinedload(BidInquiry.bid).options(joinedload(Bid.supplier), joinedload(Bid.lot)),
        )
        .order_by(BidInquiry.at, BidInquiry.id)
    )
