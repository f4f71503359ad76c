"""A supplier's application: begun, filled in bit by bit, handed in, withdrawn, heard."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.accounts.services import mail_people_who_may
from core.actor import Actor
from core.audit.services import record
from core.calendar import BeyondCalendar, london_date
from core.documents.queries import documents_of
from core.questions.rules import canonical, fingerprint, reasons_against, with_expiries
from core.questions.rules.asking import EXPIRES
from core.questions.types import Question, QuestionKind
from core.reasons import Reason, Refused, refuse_if
from core.states import step
from procurement.framework import queries, rules
from procurement.framework.models import Application, ApplicationAnswer, ApplicationChoice, Framework
from procurement.framework.rules import APPLICATION_STEPS, rule_value
from procurement.framework.services.citing import copy_parties
from procurement.framework.services.evidence import cite_library, prefill
from procurement.framework.types import (
    ApplicationEvent,
    ApplicationState,
    FrameworkPermission,
    FrameworkTag,
)

MOST_REPRESENTATIONS = 20_000
MOST_EXPIRY = 60
"""Characters of a date that is none, kept as it was typed."""


def start_application(session: Session, *, actor: Actor, now: datetime, framework: Framework) -> Application:
    """Begin the one open application that a supplier may have to a framework."""
    refuse_if(rules.reasons_not_open(queries.framework_facts_of(framework), london_date(now)))
    there = queries.open_application_of(session, actor=actor, framework_id=framework.id)
    if there is not None:
        raise Refused(Reason("application_is_open", {"application": there.public_id}))
    application = Application(framework=framework, supplier_id=actor.organisation_id, created_at=now)
    try:
        with session.begin_nested():
            session.add(application)
    except IntegrityError:
        # A colleague began one in the same moment; the database lets one of the two in.
        raise Refused(Reason("application_is_open")) from None
    prefill(session, application=application, now=now)
    record(
        session,
        FrameworkTag.APPLICATION_STARTED,
        actor=actor,
        now=now,
        subject=application,
        details={"framework": framework.public_id},
    )
    return application


def choices_mark(application: Application) -> str:
    """A mark of the choices, by which a form knows whether somebody else changed them meanwhile."""
    chosen = sorted(f"{choice.category.code} {choice.region.code}" for choice in application.choices)
    return fingerprint("\n".join(chosen))


def save_choices(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    application: Application,
    chosen: Collection[tuple[str, str]],
    seen: str | None = None,
) -> None:
    """Choose (category, region) codes, instead of those chosen before; pairs that are not let are refused.

    `seen` is the mark of the choices that the form showed: with another one, somebody else has changed them,
    and nothing is saved (Refused with `changed_meanwhile`).
    """
    _refuse_unless_draft(application)
    if seen is not None and seen != choices_mark(application):
        raise Refused(Reason("changed_meanwhile"))
    let = {
        (category.code, region.code): (category, region)
        for category in application.framework.categories
        for region in category.regions
    }
    refuse_if(
        Reason("category_not_let_in_region", {"category": category, "region": region})
        for category, region in sorted(set(chosen) - set(let))
    )
    there = {(choice.category.code, choice.region.code): choice for choice in application.choices}
    wanted = set(chosen)
    if wanted == set(there):
        return
    for key in sorted(set(there) - wanted):
        application.choices.remove(there[key])
    for key in sorted(wanted - set(there)):
        category, region = let[key]
        application.choices.append(ApplicationChoice(category=category, region=region))
    application.declaration_by_id = None
    session.flush()


def save_answers(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    application: Application,
    answers: Mapping[str, str],
    seen: Mapping[str, str] | None = None,
) -> dict[str, list[Reason]]:
    """Save answers by question code as typed, complete or not; return what is wrong with them, by code.

    An empty answer is nothing wrong yet. `seen` holds the fingerprint of each answer that the form showed:
    where somebody else has saved another one meanwhile, nothing is saved (Refused with one
    `changed_meanwhile` for each, with the answer that is saved now). A change takes the declaration back.
    """
    _refuse_unless_draft(application)
    questions = {
        question.code: (entry.question_id, question)
        for entry in queries.asked_of(application)
        for question in with_expiries([entry.question.plain()])
    }
    refuse_if(Reason("no_such_question", {"question": code}) for code in answers if code not in questions)
    saved = queries.answers_of(application)
    typed = {code: canonical(questions[code][1], text) for code, text in answers.items()}
    if seen is not None:
        # What this form left as it was is a colleague's to change.
        typed = {
            code: text
            for code, text in typed.items()
            if code not in seen or seen[code] != fingerprint(text) or text == saved.get(code, "")
        }
    refuse_if(
        Reason("changed_meanwhile", {"question": code, "saved": saved.get(code, "")})
        for code, text in typed.items()
        if seen is not None
        and code in seen
        and seen[code] != fingerprint(saved.get(code, ""))
        and text != saved.get(code, "")
    )
    _refuse_foreign_files(session, application, questions, typed)
    problems, changed = {}, set()
    for code, text in typed.items():
        key, question = questions[code]
        found = reasons_against(question, text) if text else []
        if found:
            problems[code] = found
        if any(reason.code == "answer_too_long" for reason in found) or text == saved.get(code, ""):
            continue
        if len(text) > MOST_EXPIRY and code.endswith(EXPIRES):
            continue
        _write_answer(application, key, code, text)
        changed.add(code.removesuffix(EXPIRES))
    if changed:
        application.declaration_by_id = None
        session.flush()
        cite_library(session, application=application, codes=changed, now=now)
    return problems


def _write_answer(application: Application, key: int, code: str, text: str) -> None:
    """Write an answer or the end of its evidence; a row goes when neither is left."""
    row = next((answer for answer in application.answers if answer.question_id == key), None)
    if row is None:
        row = ApplicationAnswer(question_id=key, value="", expires="")
        application.answers.append(row)
    if code.endswith(EXPIRES):
        row.expires = text
    else:
        row.value = text
    if not row.value and not row.expires:
        application.answers.remove(row)


def _refuse_foreign_files(
    session: Session,
    application: Application,
    questions: Mapping[str, tuple[int, Question]],
    typed: Mapping[str, str],
) -> None:
    """Refuse a file that is not one of the supplier's own."""
    named = {
        code: text for code, text in typed.items() if text and questions[code][1].kind is QuestionKind.FILE
    }
    if named:
        own = documents_of(session, organisation_id=application.supplier_id, public_ids=named.values())
        refuse_if(
            Reason("no_such_file", {"question": code}) for code, text in named.items() if text not in own
        )


def sign_declaration(session: Session, *, actor: Actor, now: datetime, application: Application) -> None:
    """Declare in the supplier's name that the answers are true; a later change takes it back."""
    _refuse_unless_draft(application)
    application.declaration_by_id = actor.person_id
    session.flush()


def submit_application(session: Session, *, actor: Actor, now: datetime, application: Application) -> None:
    """Hand an application in: its clock starts, and a receipt goes to everyone who may submit."""
    framework = application.framework
    held = queries.held_by(session, framework_id=framework.id, supplier_id=application.supplier_id)
    refuse_if(
        rules.reasons_not_to_submit(
            queries.application_facts(application, held, queries.declared_by(session, application)),
            queries.framework_facts_of(framework),
            london_date(now),
        )
        + queries.evidence_reasons(session, application=application, today=london_date(now))
    )
    application.state = step(APPLICATION_STEPS, application.state, ApplicationEvent.SUBMIT)
    application.submitted_at = now
    _leave_out_what_is_not_asked(application)
    copy_parties(session, now=now, application=application)
    set_decision_day(application)
    record(
        session,
        FrameworkTag.APPLICATION_SUBMITTED,
        actor=actor,
        now=now,
        subject=application,
        details={
            "framework": framework.public_id,
            "choices": sorted(f"{c.category.code} {c.region.code}" for c in application.choices),
            "decision_due_on": application.decision_due_on,
        },
    )
    mail_people_who_may(
        session,
        organisation_id=application.supplier_id,
        permission=FrameworkPermission.SUBMIT_APPLICATION,
        subject=f"Application {application.public_id} received",
        template="framework/application_received",
        now=now,
        reference=application.public_id,
        framework=framework.title,
        authority=framework.authority.name,
        received_at=now,
        decision_due_on=application.decision_due_on,
        choices=len(application.choices),
    )


def _leave_out_what_is_not_asked(application: Application) -> None:
    """Take out answers to questions that the other answers leave out: they were not checked, nor declared."""
    asked = {question.code for question in queries.questions_asked(application)}
    kept = {entry.question_id for entry in application.framework.questions if entry.question.code in asked}
    for row in [row for row in application.answers if row.question_id not in kept]:
        application.answers.remove(row)


def withdraw_application(session: Session, *, actor: Actor, now: datetime, application: Application) -> None:
    """Take an application back before it is decided; what was handed in is kept."""
    before = application.state
    application.state = step(APPLICATION_STEPS, application.state, ApplicationEvent.WITHDRAW)
    record(
        session,
        FrameworkTag.APPLICATION_WITHDRAWN,
        actor=actor,
        now=now,
        subject=application,
        details={"framework": application.framework.public_id, "from": before},
    )


def give_representations(
    session: Session, *, actor: Actor, now: datetime, application: Application, text: str
) -> None:
    """Say what the supplier has to say on the grounds of exclusion it was asked about."""
    text = text.replace("\x00", "").strip()
    refuse_if([] if text else [Reason("representations_missing")])
    following = step(APPLICATION_STEPS, application.state, ApplicationEvent.RECEIVE_REPRESENTATIONS)
    application.state = following
    application.representations = text[:MOST_REPRESENTATIONS]
    application.representations_received_at = now
    record(
        session,
        FrameworkTag.REPRESENTATIONS_RECEIVED,
        actor=actor,
        now=now,
        subject=application,
        details={"framework": application.framework.public_id},
    )


def set_decision_day(application: Application) -> None:
    """Compute by when an application is to be decided; None where the bank holidays are not known so far."""
    framework = application.framework
    extended = bool(application.extension_reason)
    target = rule_value(
        framework.rules,
        "decision_days_with_reason" if extended else "decision_days",
        rules.OWN_TARGET_DAYS,
    )
    try:
        clock = rules.decision_clock(
            framework.regime,
            _moment_of_receipt(application),
            extended=extended,
            target_days=target,
        )
    except BeyondCalendar:
        application.decision_due_on = None
    else:
        application.decision_due_on = clock.due_on


def _moment_of_receipt(application: Application) -> datetime:
    if application.submitted_at is None:
        raise ValueError("an application that was not handed in has no clock")
    return application.submitted_at


def _refuse_unless_draft(application: Application) -> None:
    if application.state is not ApplicationState.DRAFT:
        raise Refused(Reason("application_is_handed_in", {"state": str(application.state)}))
