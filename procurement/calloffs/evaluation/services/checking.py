"""The check of exclusion grounds at award; challenges that hold a contract; requests to be told more."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from core.actor import Actor
from core.calendar import london_date
from core.reasons import Reason, refuse_if
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffState
from procurement.calloffs.evaluation.models import AwardCheck, Challenge, Debrief
from procurement.calloffs.evaluation.queries.checks import parties_of
from procurement.calloffs.evaluation.rules import has_reason
from procurement.calloffs.evaluation.services.steps import lock, tell
from procurement.calloffs.evaluation.types import CheckOutcome, EvaluationTag

CHECKED_IN = (CallOffState.PRICE_OPENED, CallOffState.RECOMMENDED)
CHALLENGED_IN = (
    CallOffState.AWARD_APPROVED,
    CallOffState.SUMMARIES_SENT,
    CallOffState.AWARD_NOTICE,
    CallOffState.STANDSTILL,
    CallOffState.CONTRACTED,
)


def check_party(
    session: Session,
    *,
    call_off: CallOff,
    bid: Bid,
    party: str,
    outcome: CheckOutcome,
    reason: str,
    actor: Actor,
    now: datetime,
) -> AwardCheck:
    """Record what was found of one party to a bid; a later check takes the place of an earlier one.

    Raises Refused before the prices are open and once the award is approved, without a reason, and for a
    party that the bid does not have.
    """
    lock(session, call_off)
    known = {one.key: one for one in parties_of(session, call_off, bid)}
    reasons = []
    if call_off.state not in CHECKED_IN:
        reasons.append(Reason("not_the_time_to_check", {"state": str(call_off.state)}))
    if party not in known:
        reasons.append(Reason("party_unknown"))
    if not has_reason(reason):
        reasons.append(Reason("check_without_reason"))
    refuse_if(reasons)
    row = AwardCheck(
        bid_id=bid.id,
        party=party,
        name=known[party].name,
        outcome=outcome,
        reason=reason.strip(),
        person_id=actor.person_id,
        at=now,
    )
    session.add(row)
    details = {"bid": bid.public_id, "party": party, "kind": known[party].kind, "outcome": outcome}
    tell(session, EvaluationTag.PARTY_CHECKED, call_off, actor=actor, now=now, subject=row, details=details)
    return row


def record_challenge(
    session: Session, *, call_off: CallOff, received_on: date, summary: str, actor: Actor, now: datetime
) -> Challenge:
    """Record that a challenge was notified: until it is lifted nothing is signed (PA 2023 s.101)."""
    lock(session, call_off)
    reasons = []
    if call_off.state not in CHALLENGED_IN:
        reasons.append(Reason("nothing_to_challenge", {"state": str(call_off.state)}))
    if not has_reason(summary):
        reasons.append(Reason("challenge_without_words"))
    if received_on > london_date(now):
        reasons.append(Reason("day_in_the_future"))
    refuse_if(reasons)
    row = Challenge(
        call_off_id=call_off.id,
        received_on=received_on,
        summary=summary.strip(),
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )
    session.add(row)
    details = {"received_on": received_on}
    tell(
        session,
        EvaluationTag.CHALLENGE_RECORDED,
        call_off,
        actor=actor,
        now=now,
        subject=row,
        details=details,
    )
    return row


def lift_challenge(
    session: Session, *, call_off: CallOff, challenge: Challenge, reason: str, actor: Actor, now: datetime
) -> None:
    """Lift a challenge once, with the reason: it was withdrawn, or decided."""
    lock(session, call_off)
    reasons = []
    if challenge.lifted_at is not None:
        reasons.append(Reason("lifted_already"))
    if not has_reason(reason):
        reasons.append(Reason("lifted_without_reason"))
    refuse_if(reasons)
    challenge.lifted_by_id, challenge.lifted_at = actor.person_id, now
    challenge.lift_reason = reason.strip()
    tell(session, EvaluationTag.CHALLENGE_LIFTED, call_off, actor=actor, now=now, subject=challenge)


def ask_for_debrief(
    session: Session, *, call_off: CallOff, bid: Bid, requested_on: date, actor: Actor, now: datetime
) -> Debrief:
    """Record that a bidder asked to be told more, on a day after its letter went out."""
    refuse_if(_day_reasons(call_off, requested_on, now))
    row = Debrief(bid_id=bid.id, requested_on=requested_on, recorded_by_id=actor.person_id)
    session.add(row)
    details = {"bid": bid.public_id, "requested_on": requested_on}
    tell(
        session, EvaluationTag.DEBRIEF_ASKED_FOR, call_off, actor=actor, now=now, subject=row, details=details
    )
    return row


def give_debrief(
    session: Session, *, call_off: CallOff, debrief: Debrief, given_on: date, actor: Actor, now: datetime
) -> None:
    """Record on which day the bidder was told."""
    reasons = _day_reasons(call_off, given_on, now)
    if debrief.given_on is not None:
        reasons.append(Reason("given_already"))
    if given_on < debrief.requested_on:
        reasons.append(Reason("given_before_it_was_asked"))
    refuse_if(reasons)
    debrief.given_on, debrief.given_by_id = given_on, actor.person_id
    details = {"given_on": given_on}
    tell(
        session, EvaluationTag.DEBRIEF_GIVEN, call_off, actor=actor, now=now, subject=debrief, details=details
    )


def _day_reasons(call_off: CallOff, day: date, now: datetime) -> list[Reason]:
    reasons = []
    if call_off.summaries_sent_at is None or day < london_date(call_off.summaries_sent_at):
        reasons.append(Reason("before_the_letters"))
    if day > london_date(now):
        reasons.append(Reason("day_in_the_future"))
    return reasons
