"""Asking, answering everyone at once, waiving, withdrawing."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from core.accounts.models import Person
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if
from core.states import step
from procurement.calloffs.bids.queries import InvitedCallOff
from procurement.calloffs.clarifications import queries
from procurement.calloffs.clarifications.models import Clarification
from procurement.calloffs.clarifications.rules import (
    CLARIFICATION_STEPS,
    reasons_not_to_ask,
    reasons_not_to_publish,
)
from procurement.calloffs.clarifications.types import AskingFacts, ClarificationEvent, ClarificationTag
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.queries import invited_suppliers, people_with_roles
from procurement.calloffs.drafting.types import SUPPLIER_ADMINISTRATOR, Duty


def asking_facts(invited: InvitedCallOff) -> AskingFacts:
    """A supplier's standing in a call-off, as the rule for asking sees it."""
    call_off = invited.call_off
    if call_off.deadline is None:
        raise ValueError("a published call-off has a deadline")
    return AskingFacts(
        state=call_off.state,
        deadline=call_off.deadline,
        may_bid=any(invited.may_bid(lot) for lot in call_off.lots),
        questions_close_at=call_off.questions_close_at,
    )


def ask(
    session: Session,
    *,
    invited: InvitedCallOff,
    actor: Actor,
    now: datetime,
    question: str,
    lot_number: int | None = None,
) -> Clarification:
    """Ask a question on a call-off or one of its lots; its drafters are told that one has come, not whose."""
    call_off = invited.call_off
    refuse_if(reasons_not_to_ask(asking_facts(invited), now, question))
    lots = {lot.number: lot.id for lot in call_off.lots}
    if lot_number is not None and lot_number not in lots:
        raise Refused(Reason("no_such_lot", {"lot": lot_number}))
    asked = Clarification(
        call_off_id=call_off.id,
        lot_id=lots.get(lot_number) if lot_number is not None else None,
        supplier_id=actor.organisation_id,
        asked_by_id=actor.person_id,
        asked_at=now,
        question=_plain(question),
    )
    session.add(asked)
    _record(session, ClarificationTag.ASKED, asked, actor, now, call_off)
    for duty in call_off.duties:
        if duty.duty is Duty.DRAFTER:
            _mail(
                session,
                duty.person,
                "clarifications/asked",
                "A question waits for your answer",
                call_off,
                now,
            )
    return asked


def withdraw(session: Session, *, question: Clarification, actor: Actor, now: datetime) -> None:
    """Take one's own question back before it is answered."""
    question.state = step(CLARIFICATION_STEPS, question.state, ClarificationEvent.WITHDRAW)
    question.ended_at = now
    _record(session, ClarificationTag.WITHDRAWN, question, actor, now, question.call_off)


def save_answer(
    session: Session,
    *,
    question: Clarification,
    actor: Actor,
    now: datetime,
    wording: str,
    answer: str,
    row_version: int | None = None,
) -> None:
    """Keep the wording for everyone and the answer, complete or not; nobody is told yet.

    Refused with `changed_meanwhile` where a colleague has saved since the page was made, and with
    `names_a_supplier` where the text could tell who asked.
    """
    step(CLARIFICATION_STEPS, question.state, ClarificationEvent.ANSWER)
    if row_version is not None and row_version != question.row_version:
        raise Refused(Reason("changed_meanwhile"))
    wording, answer = _plain(wording), _plain(answer)
    names = queries.considered_suppliers(session, question.call_off).values()
    refuse_if(
        reason
        for reason in reasons_not_to_publish(wording, answer, names)
        if reason.code not in ("wording_missing", "answer_missing")
    )
    question.wording, question.answer = wording, answer
    session.flush()


def publish_answers(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> int:
    """Publish every answer that is written to all who may bid, at once, without names; return how many."""
    ready = queries.ready_questions(session, call_off, lock=True)
    if not ready:
        raise Refused(Reason("nothing_to_publish"))
    names = queries.considered_suppliers(session, call_off)
    refuse_if(_reasons_against(ready, names.values()))
    bundle = queries.last_bundle(session, call_off) + 1
    for question in ready:
        question.state = step(CLARIFICATION_STEPS, question.state, ClarificationEvent.ANSWER)
        question.bundle, question.ended_at = bundle, now
        _record(session, ClarificationTag.ANSWERED, question, actor, now, call_off, bundle=bundle)
    for person in people_with_roles(
        session,
        organisation_ids=invited_suppliers(session, call_off),
        roles=[SUPPLIER_ADMINISTRATOR],
        day=london_date(now),
    ):
        _mail(
            session, person, "clarifications/answered", "Questions were answered", call_off, now, len(ready)
        )
    return len(ready)


def waive(session: Session, *, question: Clarification, actor: Actor, now: datetime, reason: str) -> None:
    """Record why a question gets no answer; whoever asked is told."""
    following = step(CLARIFICATION_STEPS, question.state, ClarificationEvent.WAIVE)
    if not reason.strip():
        raise Refused(Reason("reason_missing"))
    question.state, question.waiver, question.ended_at = following, _plain(reason), now
    _record(session, ClarificationTag.WAIVED, question, actor, now, question.call_off)
    for person in people_with_roles(
        session,
        organisation_ids=[question.supplier_id],
        roles=[SUPPLIER_ADMINISTRATOR],
        day=london_date(now),
    ):
        _mail(
            session, person, "clarifications/waived", "Your question is not answered", question.call_off, now
        )


def _reasons_against(ready: Iterable[Clarification], names: Iterable[str]) -> list[Reason]:
    known = list(names)
    return [
        reason
        for question in ready
        for reason in reasons_not_to_publish(question.wording, question.answer, known)
    ]


def _plain(text: str) -> str:
    return text.replace("\x00", "").strip()


def _record(
    session: Session,
    tag: ClarificationTag,
    question: Clarification,
    actor: Actor,
    now: datetime,
    call_off: CallOff,
    **details: object,
) -> None:
    session.flush()
    record(session, tag, actor=actor, now=now, subject=question, details=details, chain=call_off.public_id)


def _mail(
    session: Session,
    person: Person,
    template: str,
    subject: str,
    call_off: CallOff,
    now: datetime,
    count: int = 1,
) -> None:
    queue_mail(
        session,
        to=person.email,
        subject=f"{subject}: {call_off.title}",
        template=template,
        now=now,
        person=person.name,
        title=call_off.title,
        reference=call_off.public_id,
        count=count,
    )
