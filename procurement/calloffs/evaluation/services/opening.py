"""Opening an envelope: two named officers, each by an act of their own, and what follows at once."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from core import clock
from core.actor import Actor
from core.reasons import Reason, refuse_if
from procurement.calloffs.bids.queries import fingerprints_of
from procurement.calloffs.clarifications.queries import open_questions
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffEvent, CallOffState, Duty, Envelope, FailureCause
from procurement.calloffs.evaluation.models import EnvelopeRelease
from procurement.calloffs.evaluation.queries.opened import releases_of, tampered
from procurement.calloffs.evaluation.queries.scoped import declarations, people_with, standing_bids
from procurement.calloffs.evaluation.queries.scores import panel_of
from procurement.calloffs.evaluation.rules import reasons_not_to_open
from procurement.calloffs.evaluation.services.results import write_results
from procurement.calloffs.evaluation.services.steps import fail_lot, lock, take_step, tell
from procurement.calloffs.evaluation.types import EvaluationTag, OpeningFacts

ReadClock = Callable[[Session], datetime]


def opening_facts(
    session: Session, call_off: CallOff, envelope: Envelope, person_id: int | None
) -> OpeningFacts:
    """What the opening's rule needs, as if `person_id` released the envelope now."""
    assert call_off.deadline is not None
    before = [row.person_id for row in releases_of(session, call_off)[envelope]]
    return OpeningFacts(
        envelope=envelope,
        state=call_off.state,
        deadline=call_off.deadline,
        officers=frozenset(row.person_id for row in people_with(call_off, Duty.OPENING_OFFICER)),
        releasing=(*before, *([person_id] if person_id is not None else [])),
        declarations=declarations(call_off),
        quality_locked=call_off.state is CallOffState.CONSENSUS,
        clarifications_unanswered=open_questions(session, call_off),
    )


def release_envelope(
    session: Session,
    *,
    call_off: CallOff,
    envelope: Envelope,
    actor: Actor,
    read_clock: ReadClock = clock.database_now,
) -> bool:
    """Release an envelope as one of its named officers; return whether that opened it.

    The first officer's act opens nothing and stays on record; the second officer's, another person's, opens
    it. Opening quality publishes the fingerprints and marks lots without a bid as failed; opening price
    checks every bid against its fingerprint and writes the results. Raises Refused.
    """
    lock(session, call_off)
    now = read_clock(session)
    facts = opening_facts(session, call_off, envelope, actor.person_id)
    reasons = reasons_not_to_open(facts, now)
    lacking = [reason for reason in reasons if reason.code == "second_officer_needed"]
    refuse_if(reason for reason in reasons if reason not in lacking)
    if actor.person_id in facts.releasing[:-1]:
        refuse_if([Reason("released_already", {"person": actor.person_id})])
    session.add(
        EnvelopeRelease(call_off_id=call_off.id, envelope=envelope, person_id=actor.person_id, at=now)
    )
    details = {"envelope": envelope, "person": actor.person_id}
    tell(session, EvaluationTag.ENVELOPE_RELEASED, call_off, actor=actor, now=now, details=details)
    if lacking:
        session.flush()
        return False
    if envelope is Envelope.QUALITY:
        _open_quality(session, call_off, actor, now)
    else:
        _open_price(session, call_off, actor, now)
    session.flush()
    return True


def _open_quality(session: Session, call_off: CallOff, actor: Actor, now: datetime) -> None:
    take_step(call_off, CallOffEvent.OPEN_QUALITY, now)
    session.flush()
    listed = fingerprints_of(session, call_off)
    details = {"envelope": Envelope.QUALITY, "fingerprints": listed["fingerprints"] if listed else []}
    tell(session, EvaluationTag.ENVELOPE_OPENED, call_off, actor=actor, now=now, details=details)
    bids = standing_bids(session, call_off)
    for lot in call_off.lots:
        if not bids[lot.id]:
            fail_lot(session, call_off, lot, FailureCause.NO_BID, actor=actor, now=now)


def _open_price(session: Session, call_off: CallOff, actor: Actor, now: datetime) -> None:
    take_step(call_off, CallOffEvent.OPEN_PRICE, now)
    session.flush()
    panel = panel_of(session, call_off)
    refuse_if(
        Reason("fingerprint_differs", {"bid": bid}, "PCR 2015 reg 22(16)")
        for bid in tampered(session, call_off, panel.bids)
    )
    tell(
        session,
        EvaluationTag.ENVELOPE_OPENED,
        call_off,
        actor=actor,
        now=now,
        details={"envelope": Envelope.PRICE, "fingerprints_checked": len(panel.bids)},
    )
    write_results(session, call_off, panel)
