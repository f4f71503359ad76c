"""Challenges to an award and requests to be told more, as they stand."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.evaluation.models import Challenge, Debrief

DEBRIEF_DAYS = 15
"""Days from a request to the debrief (PCR 2015 reg 55(2)); for the 2023 Act our own rule."""


def challenges_of(session: Session, call_off: CallOff) -> Sequence[Challenge]:
    """The challenges of a call-off, the newest first."""
    return session.scalars(
        sa.select(Challenge)
        .where(Challenge.call_off_id == call_off.id)
        .options(joinedload(Challenge.recorded_by), joinedload(Challenge.lifted_by))
        .order_by(Challenge.recorded_at.desc(), Challenge.id.desc())
    ).all()


def is_challenged(session: Session, call_off: CallOff) -> bool:
    """Whether a challenge stands that nobody has lifted."""
    query = sa.select(Challenge.id).where(Challenge.call_off_id == call_off.id, Challenge.lifted_at.is_(None))
    return session.scalars(query.limit(1)).first() is not None


def debriefs_of(session: Session, call_off: CallOff) -> Sequence[Debrief]:
    """The requests of bidders to be told more, the oldest first."""
    return session.scalars(
        sa.select(Debrief)
        .join(Bid, Bid.id == Debrief.bid_id)
        .join(Lot, Lot.id == Bid.lot_id)
        .where(Lot.call_off_id == call_off.id)
        .options(
            joinedload(Debrief.bid, innerjoin=True).joinedload(Bid.supplier, innerjoin=True),
            joinedload(Debrief.bid, innerjoin=True).joinedload(Bid.lot, innerjoin=True),
        )
        .order_by(Debrief.requested_on, Debrief.id)
    ).all()


def debrief_due(debrief: Debrief) -> date:
    """The last day on which a debrief is in time."""
    return debrief.requested_on + timedelta(days=DEBRIEF_DAYS)
