"""The timetable of a call-off, with what its chain of events says has happened."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.queries.facts import standstill_days_of
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
    # Signed by both: from here the days of the notices count.
    "contract:in-force": Milestone.CONTRACT_FROM,
}
_OPENED = {Envelope.QUALITY: Milestone.QUALITY_OPENS, Envelope.PRICE: Milestone.PRICE_OPENS}
_OPENED_BY = "envelope:opened"
_RETURNED_BY = "award:returned"
_DONE_BY = "contract:duty-done"
_DUTIES = {
    "details_notice": Milestone.CONTRACT_NOTICE_DUE,
    "award_notice": Milestone.AWARD_NOTICE_DUE,
}


def timeline(session: Session, call_off: CallOff, now: datetime) -> list[TimedEvent]:
    """The timed events of a call-off; for a draft as if it were published now. Empty without a deadline."""
    return timelines(session, [call_off], now)[call_off.id]


def timelines(session: Session, call_offs: Sequence[CallOff], now: datetime) -> dict[int, list[TimedEvent]]:
    """The timed events of several call-offs by key, in one query beside what the call-offs have loaded."""
    happened = _happened(session, call_offs)
    return {call_off.id: _events(call_off, now, happened[call_off.id]) for call_off in call_offs}


def _events(call_off: CallOff, now: datetime, happened: dict[Milestone, datetime]) -> list[TimedEvent]:
    if call_off.deadline is None:
        return []
    if call_off.published_at is not None:
        happened[Milestone.INVITATION] = call_off.published_at
        if call_off.deadline <= now:
            happened[Milestone.BIDS_CLOSE] = call_off.deadline
        if call_off.questions_close_at is not None and call_off.questions_close_at <= now:
            happened[Milestone.QUESTIONS_CLOSE] = call_off.questions_close_at
    starts = [lot.starts_on for lot in call_off.lots if lot.starts_on is not None]
    events = timetable(
        TimetableFacts(
            regime=call_off.framework.regime,
            deadline=call_off.deadline,
            invited_at=call_off.published_at or now,
            questions_close_at=call_off.questions_close_at,
            standstill=call_off.standstill,
            standstill_days=standstill_days_of(call_off.framework),
            starts_on=min(starts, default=None),
            happened=happened,
        )
    )
    # By date, so that a service that starts before the last notice stands before it; steps of one day keep
    # the order of the rules, and what is not known yet comes last.
    return sorted(events, key=lambda event: event.on or date.max)


def _happened(session: Session, call_offs: Sequence[CallOff]) -> dict[int, dict[Milestone, datetime]]:
    """When each milestone was reached, by call-off; a recommendation that was returned has not been."""
    found: dict[str, dict[Milestone, datetime]] = {call_off.public_id: {} for call_off in call_offs}
    events = session.execute(
        sa.select(AuditEvent.chain, AuditEvent.tag, AuditEvent.at, AuditEvent.details)
        .where(
            AuditEvent.chain.in_(found),
            AuditEvent.tag.in_([*_REACHED_BY, _OPENED_BY, _RETURNED_BY, _DONE_BY]),
        )
        .order_by(AuditEvent.chain, AuditEvent.sequence)
    )
    for chain, tag, at, details in events:
        if tag == _OPENED_BY:
            found[chain][_OPENED[Envelope(details["envelope"])]] = at
        elif tag == _RETURNED_BY:
            found[chain].pop(Milestone.RECOMMENDATION_DUE, None)
        elif tag == _DONE_BY:
            if details["kind"] in _DUTIES:
                found[chain][_DUTIES[details["kind"]]] = at
        else:
            found[chain][_REACHED_BY[tag]] = at
    return {call_off.id: found[call_off.public_id] for call_off in call_offs}
