"""Asking an applicant to make something clear, and its answer; the time to decide runs on meanwhile."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from core.accounts.services import mail_people_who_may
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.reasons import Reason, Refused, refuse_if
from procurement.framework import rules
from procurement.framework.models import Application, ApplicationClarification
from procurement.framework.services.assessment import refuse_unless_assessor
from procurement.framework.types import FrameworkPermission, FrameworkTag

MOST_ANSWER = 20_000


def ask_clarification(
    session: Session, *, actor: Actor, now: datetime, application: Application, asked: str, due_on: date
) -> ApplicationClarification:
    """Ask the applicant to make something clear by a day; nothing stops the clock meanwhile."""
    refuse_unless_assessor(actor, application)
    asked = asked.replace("\x00", "").strip()
    reasons = []
    if application.state not in rules.PENDING_STATES:
        reasons.append(Reason("not_in_assessment", {"state": str(application.state)}))
    if not asked:
        reasons.append(Reason("reason_missing"))
    if due_on < london_date(now):
        reasons.append(Reason("day_has_passed"))
    reasons += rules.lint_words(application.framework.regime, asked)
    refuse_if(reasons)
    clarification = ApplicationClarification(
        asked=asked, asked_at=now, asked_by_id=actor.person_id, due_on=due_on
    )
    application.clarifications.append(clarification)
    record(
        session,
        FrameworkTag.CLARIFICATION_ASKED,
        actor=actor,
        now=now,
        subject=application,
        details={
            "framework": application.framework.public_id,
            "clarification": clarification.id,
            "due_on": due_on,
        },
    )
    mail_people_who_may(
        session,
        organisation_id=application.supplier_id,
        permission=FrameworkPermission.SUBMIT_APPLICATION,
        subject=f"Application {application.public_id}: please make something clear",
        template="framework/application_clarification",
        now=now,
        reference=application.public_id,
        framework=application.framework.title,
        authority=application.framework.authority.name,
        asked=asked,
        due_on=due_on,
        number=len(application.clarifications),
    )
    return clarification


def answer_clarification(
    session: Session, *, actor: Actor, now: datetime, clarification: ApplicationClarification, answer: str
) -> None:
    """Say what was asked, once, until the application is decided."""
    application = clarification.application
    answer = answer.replace("\x00", "").strip()
    if application.state not in rules.PENDING_STATES:
        raise Refused(Reason("clarification_over"))
    if clarification.answered_at is not None:
        raise Refused(Reason("clarification_answered"))
    refuse_if([] if answer else [Reason("answer_missing")])
    clarification.answer, clarification.answered_at = answer[:MOST_ANSWER], now
    record(
        session,
        FrameworkTag.CLARIFICATION_ANSWERED,
        actor=actor,
        now=now,
        subject=application,
        details={"framework": application.framework.public_id, "clarification": clarification.id},
    )
