"""Assessing an application: points found, time extended, the supplier heard, the decision and its letter."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.accounts.services import mail_people_who_may
from core.actor import Actor
from core.audit.services import record
from core.calendar import BeyondCalendar, add_working_days, london_date
from core.questions.rules import is_asked
from core.reasons import Reason, Refused, refuse_if
from core.states import step
from procurement.framework import queries, rules
from procurement.framework.models import Application, ApplicationAnswer
from procurement.framework.rules import APPLICATION_STEPS, rule_value
from procurement.framework.services.applications import set_decision_day
from procurement.framework.services.citing import reasons_against_party_findings
from procurement.framework.services.members import admit_member, by_category, write_scope_limits
from procurement.framework.services.points import (
    facts_of,
    floors_of,
    in_order,
    points_of,
    reasons_against_findings,
)
from procurement.framework.types import (
    WORKING_DAYS,
    ApplicationEvent,
    ApplicationState,
    AssessmentOutcome,
    ChoiceOutcome,
    FrameworkPermission,
    FrameworkTag,
)

Finding = tuple[AssessmentOutcome | None, str]
"""What was found on one point, and the note that says why."""


def start_assessment(
    session: Session, *, actor: Actor, now: datetime, application: Application, no_conflict: bool
) -> None:
    """Take a submitted application on: the assessor declares no conflict, the rules of questions speak first.

    An answer of an optional question that was left empty gets a row, so that every point has its outcome.
    """
    _refuse_conflict(actor, application, no_conflict)
    application.state = step(APPLICATION_STEPS, application.state, ApplicationEvent.START_ASSESSMENT)
    application.assessor_id = actor.person_id
    rows = {answer.question_id: answer for answer in application.answers}
    answers = queries.answers_of(application)
    for entry in queries.asked_of(application):
        question = entry.question.plain()
        if not is_asked(question, answers):
            continue
        row = rows.get(entry.question_id)
        if row is None:
            row = ApplicationAnswer(question_id=entry.question_id, value="")
            application.answers.append(row)
    for _, row, point in points_of(application, today=london_date(now)):
        row.outcome = point.by_rule
    for party in application.parties:
        party.outcome = rules.party_outcome_by_rule(queries.facts_of_party(party))
    _record(session, FrameworkTag.ASSESSMENT_STARTED, actor, now, application)


def take_over_assessment(
    session: Session, *, actor: Actor, now: datetime, application: Application, no_conflict: bool
) -> None:
    """Go on with an assessment that a colleague began; what was found so far stays."""
    _refuse_conflict(actor, application, no_conflict)
    if application.state not in (ApplicationState.IN_ASSESSMENT, ApplicationState.REPRESENTATIONS):
        raise Refused(Reason("not_in_assessment", {"state": str(application.state)}))
    before, application.assessor_id = application.assessor_id, actor.person_id
    _record(session, FrameworkTag.ASSESSMENT_TAKEN_OVER, actor, now, application, before=before)


def record_findings(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    application: Application,
    findings: Mapping[str, Finding],
) -> list[Reason]:
    """Save what was found on points by question code, complete or not; return what a decision still lacks."""
    refuse_unless_assessor(actor, application)
    changed = []
    for question, answer, point in points_of(application, today=london_date(now)):
        if question.code not in findings:
            continue
        outcome, note = findings[question.code]
        note = note.replace("\x00", "").strip()
        if (outcome, note) == (answer.outcome, answer.outcome_note):
            continue
        if outcome is not point.outcome:
            changed.append(question.code)
        answer.outcome, answer.outcome_note = outcome, note
    session.flush()
    if changed:
        _record(session, FrameworkTag.POINTS_JUDGED, actor, now, application, points=sorted(changed))
    return reasons_against_findings(application)


def extend_decision(
    session: Session, *, actor: Actor, now: datetime, application: Application, reason: str
) -> None:
    """Take the longer time to decide, with the reason for this case (PCR 2015 reg 34(17); own target)."""
    reason = reason.replace("\x00", "").strip()
    if application.state not in rules.PENDING_STATES:
        raise Refused(Reason("not_in_assessment", {"state": str(application.state)}))
    if application.extension_reason:
        raise Refused(Reason("extended_already"))
    refuse_if([] if reason else [Reason("reason_missing", source="PCR 2015 reg 34(17)")])
    before = application.decision_due_on
    application.extension_reason = reason
    set_decision_day(application)
    _record(
        session,
        FrameworkTag.DECISION_EXTENDED,
        actor,
        now,
        application,
        before=before,
        after=application.decision_due_on,
    )
    _mail(
        session,
        application,
        now,
        subject=f"Application {application.public_id}: more time to decide",
        template="framework/application_extended",
        reason=reason,
        decision_due_on=application.decision_due_on,
    )


def invite_representations(
    session: Session, *, actor: Actor, now: datetime, application: Application, asked: str
) -> None:
    """Hear the supplier on grounds of exclusion before a refusal rests on them (PA 2023 s.58; reg 57)."""
    refuse_unless_assessor(actor, application)
    facts = facts_of(application, actor=actor, now=now)
    grounds = (facts.mandatory_grounds | facts.discretionary_grounds) - facts.self_cleaning_accepted
    asked = asked.replace("\x00", "").strip()
    reasons = []
    if not grounds:
        reasons.append(Reason("no_ground_to_hear_on"))
    if not asked:
        reasons.append(Reason("reason_missing"))
    refuse_if(reasons)
    application.state = step(APPLICATION_STEPS, application.state, ApplicationEvent.INVITE_REPRESENTATIONS)
    due_on = answer_due_on(application, now=now)
    if due_on is None:
        raise Refused(Reason("beyond_the_calendar"))
    application.representations_asked = asked
    application.representations_due_on = due_on
    application.representations, application.representations_received_at = "", None
    _record(
        session,
        FrameworkTag.REPRESENTATIONS_INVITED,
        actor,
        now,
        application,
        grounds=sorted(grounds),
        due_on=due_on,
    )
    _mail(
        session,
        application,
        now,
        subject=f"Application {application.public_id}: your representations are asked for",
        template="framework/application_representations",
        asked=asked,
        due_on=due_on,
    )


def answer_due_on(application: Application, *, now: datetime) -> date | None:
    """The last day for representations asked for now; None where the bank holidays are not known so far."""
    days = rule_value(application.framework.rules, "representation_days", rules.OWN_TARGET_DAYS)
    try:
        return add_working_days(london_date(now), days, WORKING_DAYS[application.framework.regime])
    except BeyondCalendar:
        return None


def decide(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    application: Application,
    refusals: Mapping[tuple[str, str], str],
    reasons: str = "",
) -> None:
    """Decide on every category and region at once: those in `refusals`, by (category, region) codes, are
    refused for the reason given there, and the others are admitted; membership and scope follow at once.

    `reasons` are words that go with the decision as a whole.
    """
    refuse_unless_assessor(actor, application)
    facts = facts_of(application, actor=actor, now=now)
    chosen = {(choice.category.code, choice.region.code): choice for choice in application.choices}
    refuse_if(
        [
            *rules.reasons_against_decision(
                facts, application.framework.regime, chosen=list(chosen), refusals=refusals
            ),
            *reasons_against_findings(application),
            *reasons_against_party_findings(application),
            *rules.reasons_to_let_replace_first(
                facts,
                queries.party_facts(application),
                {category for category, _ in refusals},
                london_date(now),
            ),
        ]
    )
    for key, choice in chosen.items():
        refused = key in refusals
        choice.outcome = ChoiceOutcome.REFUSED if refused else ChoiceOutcome.ADMITTED
        choice.outcome_reason = refusals[key].replace("\x00", "").strip() if refused else ""
    none = len(refusals) == len(chosen)
    if none and not reasons.strip():
        reasons = "\n".join(dict.fromkeys(why.strip() for why in refusals.values()))
    event = ApplicationEvent.REFUSE if none else ApplicationEvent.ADMIT
    application.state = step(APPLICATION_STEPS, application.state, event)
    application.decided_at = now
    application.decision_reasons = reasons.replace("\x00", "").strip()
    application.decision_letter = _letter(application, now)
    session.flush()
    if not none:
        for choice in application.choices:
            if choice.outcome is ChoiceOutcome.ADMITTED:
                admit_member(session, choice=choice, application=application, now=now)
        write_scope_limits(session, framework=application.framework, supplier_id=application.supplier_id)
    _record(
        session,
        FrameworkTag.APPLICATION_REFUSED if none else FrameworkTag.APPLICATION_ADMITTED,
        actor,
        now,
        application,
        supplier=application.supplier.public_id,
        choices=sorted(f"{category} {region}" for category, region in set(chosen) - set(refusals)),
        refused=sorted(f"{category} {region}" for category, region in refusals),
        points=sorted(code for code, found in facts.outcomes.items() if found is AssessmentOutcome.NOT_MET),
    )
    _mail_decision(session, application, now)


def admit(
    session: Session, *, actor: Actor, now: datetime, application: Application, reasons: str = ""
) -> None:
    """Admit the supplier to every category and region it chose."""
    decide(session, actor=actor, now=now, application=application, refusals={}, reasons=reasons)


def refuse(session: Session, *, actor: Actor, now: datetime, application: Application, reasons: str) -> None:
    """Refuse the application as a whole, for one reason."""
    refusals = {(c.category.code, c.region.code): reasons for c in application.choices}
    decide(session, actor=actor, now=now, application=application, refusals=refusals, reasons=reasons)


def _letter(application: Application, now: datetime) -> dict[str, Any]:
    """The letter as plain values, frozen with the decision."""
    framework = application.framework
    return {
        "reference": application.public_id,
        "decided_at": now.isoformat(),
        "received_at": application.submitted_at.isoformat() if application.submitted_at else "",
        "admitted": application.state is ApplicationState.ADMITTED,
        "authority": framework.authority.name,
        "supplier": application.supplier.name,
        "framework": framework.title,
        "framework_reference": framework.public_id,
        "regime": str(framework.regime),
        "choices": [
            [
                choice.category.code,
                choice.category.name,
                choice.region.name,
                str(choice.outcome),
                choice.outcome_reason,
            ]
            for choice in in_order(application)
        ],
        "reasons": application.decision_reasons,
        "points": [
            [question.text, str(row.outcome), row.outcome_note]
            for question, row, _ in points_of(application)
            if row.outcome is AssessmentOutcome.NOT_MET
        ],
        "floors": [
            [category.name, str(category.turnover_floor)]
            for category, point in floors_of(application)
            if point.outcome is AssessmentOutcome.NOT_MET
        ],
        "heard": application.representations_received_at is not None,
    }


def _refuse_conflict(actor: Actor, application: Application, no_conflict: bool) -> None:
    if not no_conflict or actor.organisation_id == application.supplier_id:
        raise Refused(Reason("assessor_in_conflict", source="PCR 2015 reg 24; PA 2023 s.81"))


def refuse_unless_assessor(actor: Actor, application: Application) -> None:
    """Let the one assessor of an application act, and nobody else; what was decided stays as it was found."""
    if application.state not in (ApplicationState.IN_ASSESSMENT, ApplicationState.REPRESENTATIONS):
        raise Refused(Reason("not_in_assessment", {"state": str(application.state)}))
    if application.assessor_id != actor.person_id:
        raise Refused(Reason("assessed_by_another"))


def _record(
    session: Session,
    tag: FrameworkTag,
    actor: Actor,
    now: datetime,
    application: Application,
    **details: Any,
) -> None:
    record(
        session,
        tag,
        actor=actor,
        now=now,
        subject=application,
        details={"framework": application.framework.public_id, **details},
    )


def _mail(
    session: Session, application: Application, now: datetime, *, subject: str, template: str, **values: Any
) -> None:
    mail_people_who_may(
        session,
        organisation_id=application.supplier_id,
        permission=FrameworkPermission.SUBMIT_APPLICATION,
        subject=subject,
        template=template,
        now=now,
        reference=application.public_id,
        framework=application.framework.title,
        authority=application.framework.authority.name,
        **values,
    )


def _mail_decision(session: Session, application: Application, now: datetime) -> None:
    _mail(
        session,
        application,
        now,
        subject=f"Application {application.public_id}: the decision",
        template="framework/application_decided",
        admitted=application.state is ApplicationState.ADMITTED,
        reasons=application.decision_reasons,
        choices=_places(application, ChoiceOutcome.ADMITTED),
        refused=_places(application, ChoiceOutcome.REFUSED),
    )


def _places(application: Application, outcome: ChoiceOutcome) -> list[str]:
    return by_category(
        (c.category.name, c.region.name) for c in in_order(application) if c.outcome is outcome
    )
