"""The timetable of a call-off, with what its chain of events says has happened."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.rules import timetable
from procurement.calloffs.drafting.types import Envelope, Milestone, TimedEvent, TimetableFacts

# What the features above write into the call-off's chain when a milestone is reached. Read as events, so that
# this feature needs nothing of theirs.
_REACHED_BY = {
    "score:completed": Milestone.SCORES_DUE,
    "consensus:locked": Milestone.CONSENSUS_DUE,
    "award:recommended": Milestone.RECOMMENDATION_DUE,
    "award:approved": Milestone.AWARD_DECISION_DUE,
    "letter:sent": Milestone.SUMMARIES_DUE,
    "award:notice-published": Milestone.AWARD_NOTICE_DUE,
    "contract:made": Milestone.CONTRACT_FROM,
}
_OPENED = {Envelope.QUALITY: Milestone.QUALITY_OPENS, Envelope.PRICE: Milestone.PRICE_OPENS}
_RETURNED = "award:returned"


def timeline(session: Session, call_off: CallOff, now: datetime) -> list[TimedEvent]:
    """The timed events of a call-off; for a draft as if it were published now. Empty without a deadline."""
    if call_off.deadline is None:
        return []
    happened: dict[Milestone, datetime] = {}
    if call_off.published_at is not None:
        happened = _happened(session, call_off)
        happened[Milestone.INVITATION] = call_off.published_at
        if call_off.deadline <= now:
            happened[Milestone.BIDS_CLOSE] = call_off.deadline
    starts = [lot.starts_on for lot in call_off.lots if lot.starts_on is not None]
    events = timetable(
        TimetableFacts(
            regime=call_off.framework.regime,
            deadline=call_off.deadline,
            invited_at=call_off.published_at or now,
            standstill=call_off.standstill,
            starts_on=min(starts, default=None),
            happened=happened,
        )
    )
    # By date, so that a service that starts before the last notice stands before it; steps of one day keep
    # the order of the rules, and what is not known yet comes last.
    return sorted(events, key=lambda event: event.on or date.max)


def _happened(session: Session, call_off: CallOff) -> dict[Milestone, datetime]:
    """When each milestone was reached; a recommendation that was returned has not been."""
    events = session.execute(
        sa.select(AuditEvent.tag, AuditEvent.at, AuditEvent.details)
        .where(
            AuditEvent.chain == call_off.public_id,
            AuditEvent.tag.in_([*_REACHED_BY, "envelope:opened", _RETURNED]),
        )
        .order_by(AuditEvent.sequence)
    )
    found: dict[Milestone, datetime] = {}
    for tag, at, details in events:
        if tag == "envelope:opened":
            found[_OPENED[Envelope(details["envelope"])]] = at
        elif tag == _RETURNED:
            found.pop(Milestone.RECOMMENDATION_DUE, None)
        else:
            found[_REACHED_BY[tag]] = at
    return found
