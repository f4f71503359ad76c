"""The end of a procedure in the order of its regime: letters to all at once, award notice, standstill."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.actor import Actor
from core.calendar import london_date
from core.documents.services import store
from core.jobs.services import request_job
from core.notify import queue_mail
from core.pdf import render_pdf
from core.reasons import Reason, refuse_if
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.queries import standstill_days_of
from procurement.calloffs.drafting.rules import standstill_last_day
from procurement.calloffs.drafting.types import CallOffEvent
from procurement.calloffs.evaluation.models import Letter, LetterRun
from procurement.calloffs.evaluation.queries.cases import addresses_of
from procurement.calloffs.evaluation.queries.letters import is_under_way, letter_contents, letter_run_of
from procurement.calloffs.evaluation.rules import (
    reasons_not_to_publish_notice,
    reasons_not_to_send_summaries,
)
from procurement.calloffs.evaluation.services.awarding import reasons_not_from
from procurement.calloffs.evaluation.services.steps import lock, take_step, tell
from procurement.calloffs.evaluation.types import EvaluationTag
from procurement.framework.types import Regime

LETTER_KIND = "assessment-summary"
LETTERS_JOB = "letters.make"
PDF = "application/pdf"

Made = Mapping[int, tuple[dict[str, Any], bytes]]
"""Letters made before they are sent: bid key → what the letter says, and its PDF."""


def ask_for_letters(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> LetterRun:
    """Ask the worker to make all letters and to send them together. Raises Refused."""
    lock(session, call_off)
    refuse_if(reasons_not_from(call_off, CallOffEvent.SEND_SUMMARIES))
    contents = letter_contents(session, call_off, now)
    running = letter_run_of(session, call_off)
    refuse_if(
        [
            *_reasons_not_to_send(call_off, contents),
            *([Reason("letters_being_made")] if running is not None and is_under_way(running) else []),
        ]
    )
    payload = {"call_off": call_off.id, "person": actor.person_id, "organisation": actor.organisation_id}
    job = request_job(session, kind=LETTERS_JOB, payload=payload, actor=actor, now=now)
    run = LetterRun(call_off_id=call_off.id, job_id=job.id, person_id=actor.person_id, asked_at=now)
    session.add(run)
    tell(session, EvaluationTag.LETTERS_ASKED_FOR, call_off, actor=actor, now=now)
    return run


def _reasons_not_to_send(call_off: CallOff, contents: Mapping[Bid, dict[str, Any]]) -> list[Reason]:
    return reasons_not_to_send_summaries(
        call_off.state,
        call_off.framework.regime,
        bidders=frozenset(bid.public_id for bid in contents),
        with_letter=frozenset(bid.public_id for bid, content in contents.items() if content),
    )


def send_letters(
    session: Session, *, call_off: CallOff, actor: Actor, now: datetime, made: Made | None = None
) -> list[Letter]:
    """Send every bidder its letter, all in one transaction: own scores, reasons, and the winner's.

    `made` are letters that stand ready; one that would say something else by now is made again. Under a DPS a
    chosen standstill begins with the letters. Raises Refused.
    """
    lock(session, call_off)
    # What the letters say exists from the award on.
    refuse_if(reasons_not_from(call_off, CallOffEvent.SEND_SUMMARIES))
    contents = letter_contents(session, call_off, now)
    refuse_if(_reasons_not_to_send(call_off, contents))
    letters = []
    for bid, content in contents.items():
        ready, pdf = (made or {}).get(bid.id, ({}, b""))
        if ready != content:
            pdf = letter_pdf(content)
        letters.append(_letter(session, call_off, bid, content, pdf, actor, now))
    take_step(call_off, CallOffEvent.SEND_SUMMARIES, now)
    call_off.summaries_sent_at = now
    tell(
        session,
        EvaluationTag.LETTERS_SENT,
        call_off,
        actor=actor,
        now=now,
        details={"bids": [bid.public_id for bid in contents], "kind": LETTER_KIND},
    )
    if call_off.framework.regime is Regime.DPS:
        _begin_standstill(session, call_off, actor, now)
    session.flush()
    return letters


def publish_award_notice(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> None:
    """Publish the award notice; in a dynamic market a chosen standstill begins with its day."""
    lock(session, call_off)
    regime = call_off.framework.regime
    refuse_if(reasons_not_to_publish_notice(call_off.state, regime, call_off.summaries_sent_at))
    take_step(call_off, CallOffEvent.PUBLISH_AWARD_NOTICE, now)
    call_off.award_notice_at = now
    tell(session, EvaluationTag.NOTICE_PUBLISHED, call_off, actor=actor, now=now)
    if regime is Regime.DYNAMIC_MARKET:
        _begin_standstill(session, call_off, actor, now)
    session.flush()


def _begin_standstill(session: Session, call_off: CallOff, actor: Actor, now: datetime) -> None:
    if not call_off.standstill:
        return
    last = standstill_last_day(
        call_off.framework.regime, london_date(now), standstill_days_of(call_off.framework)
    )
    take_step(call_off, CallOffEvent.START_STANDSTILL, now)
    call_off.standstill_ends_on = last
    details = {"last_day": last}
    tell(session, EvaluationTag.STANDSTILL_STARTED, call_off, actor=actor, now=now, details=details)


def letter_pdf(content: dict[str, Any]) -> bytes:
    """A letter as a tagged PDF."""
    title = f"{content['heading']}: {content['call_off_title']}, lot {content['lot']}"
    return render_pdf("assessment_summary", title=title, letter=content)


def _letter(
    session: Session,
    call_off: CallOff,
    bid: Bid,
    content: dict[str, Any],
    pdf: bytes,
    actor: Actor,
    now: datetime,
) -> Letter:
    document = store(
        session,
        actor=actor,
        now=now,
        name=f"letter-{bid.public_id}.pdf",
        media_type=PDF,
        content=pdf,
    )
    letter = Letter(
        call_off_id=call_off.id,
        bid_id=bid.id,
        supplier_id=bid.supplier_id,
        kind=LETTER_KIND,
        document_id=document.id,
        content=content,
        sent_at=now,
    )
    session.add(letter)
    for address in addresses_of(session, bid.supplier_id, now):
        queue_mail(
            session,
            to=address,
            subject=f"The outcome of {call_off.title}",
            template="bid_outcome",
            now=now,
            call_off=call_off.title,
            lot=bid.lot.number,
            bid=bid.public_id,
        )
    return letter
