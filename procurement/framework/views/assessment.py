"""The queue of applications, and one application from its start to its decision."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.questions.rules import is_asked, shown
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.framework import queries, rules, services
from procurement.framework.forms import (
    AdmitForm,
    ExtendForm,
    HearForm,
    RefuseForm,
    StartForm,
    findings_form,
    findings_of,
)
from procurement.framework.models import Application
from procurement.framework.types import FrameworkPermission, QueueFilter
from procurement.framework.views.blueprint import framework, names_of, to_assess
from procurement.framework.views.standing import letter_of
from procurement.framework.views.words import reason_text


@framework.get("/assessment")
@requires(FrameworkPermission.ASSESS)
def queue() -> ResponseReturnValue:
    """The applications that wait for a decision, the soonest first."""
    chosen = QueueFilter(
        framework=request.args.get("framework", ""),
        state="decided" if request.args.get("state") == "decided" else "waiting",
        mine=request.args.get("mine") == "yes",
    )
    actor, today = current_actor(), clock.today()
    waiting, overdue = queries.queue_counts(db.session, actor=actor, today=today)
    return render_template(
        "framework/queue.html",
        page=queries.queue(db.session, actor=actor, chosen=chosen, page=page_number()),
        chosen=chosen,
        frameworks=queries.frameworks_in_queue(db.session, actor=actor),
        waiting=waiting,
        overdue=overdue,
        today=today,
    )


@framework.get("/assessment/<public_id>")
@requires(FrameworkPermission.ASSESS)
def assess(public_id: str) -> ResponseReturnValue:
    """One application: each answer with what its rule says and what was found."""
    return _page(to_assess(public_id))


@framework.post("/assessment/<public_id>/start")
@requires(FrameworkPermission.ASSESS)
def start(public_id: str) -> ResponseReturnValue:
    """Start the assessment, or take it over."""
    found = to_assess(public_id, lock=True)
    form = StartForm()
    if not form.validate():
        return _page(found, start_form=form, error_title=True), 422
    deed = services.start_assessment if found.assessor_id is None else services.take_over_assessment
    try:
        deed(db.session, actor=current_actor(), now=clock.now(), application=found, no_conflict=True)
    except Refused as refused:
        flash(reason_text(refused.reasons[0]), "important")
    else:
        flash("The assessment is yours.", "success")
    return redirect(url_for("framework.assess", public_id=public_id))


@framework.post("/assessment/<public_id>/findings")
@requires(FrameworkPermission.ASSESS)
def save_findings(public_id: str) -> ResponseReturnValue:
    """Save what was found so far."""
    found = to_assess(public_id, lock=True)
    codes = [question.code for question, _, _ in services.points_of(found)]
    form = findings_form(codes, {})
    if not form.validate():
        return _page(found, form=form, error_title=True), 422
    try:
        lacking = services.record_findings(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            application=found,
            findings=findings_of(form, codes),
        )
    except Refused as refused:
        form.form_errors = [reason_text(reason) for reason in refused.reasons]
        return _page(found, form=form, error_title=True), 409
    if lacking:
        flash("Your findings are saved. Some need a note before a decision can rest on them.", "important")
    else:
        flash("Your findings are saved.", "success")
    return redirect(url_for("framework.assess", public_id=public_id))


@framework.get("/assessment/<public_id>/extend")
@requires(FrameworkPermission.ASSESS)
def ask_to_extend(public_id: str) -> ResponseReturnValue:
    """Ask for the reason for this case."""
    return _step("extend", to_assess(public_id), ExtendForm())


@framework.post("/assessment/<public_id>/extend")
@requires(FrameworkPermission.ASSESS)
def extend(public_id: str) -> ResponseReturnValue:
    """Take more time to decide."""
    form = ExtendForm()
    return _do(
        "extend", public_id, form, services.extend_decision, "reason", "The time to decide is extended."
    )


@framework.get("/assessment/<public_id>/hear")
@requires(FrameworkPermission.ASSESS)
def ask_to_hear(public_id: str) -> ResponseReturnValue:
    """Ask what the supplier should answer."""
    found = to_assess(public_id)
    return _step("hear", found, HearForm(), answer_due_on=services.answer_due_on(found, now=clock.now()))


@framework.post("/assessment/<public_id>/hear")
@requires(FrameworkPermission.ASSESS)
def hear(public_id: str) -> ResponseReturnValue:
    """Invite the supplier's representations."""
    form = HearForm()
    return _do(
        "hear", public_id, form, services.invite_representations, "asked", "The supplier is asked to answer."
    )


@framework.get("/assessment/<public_id>/admit")
@requires(FrameworkPermission.ASSESS)
def ask_to_admit(public_id: str) -> ResponseReturnValue:
    """What an admission means, before it is made."""
    return _step("admit", to_assess(public_id), AdmitForm())


@framework.post("/assessment/<public_id>/admit")
@requires(FrameworkPermission.ASSESS)
def admit(public_id: str) -> ResponseReturnValue:
    """Admit the supplier."""
    return _do(
        "admit", public_id, AdmitForm(), services.admit, "reasons", "The supplier is admitted and told so."
    )


@framework.get("/assessment/<public_id>/refuse")
@requires(FrameworkPermission.ASSESS)
def ask_to_refuse(public_id: str) -> ResponseReturnValue:
    """Ask for the reasons of a refusal."""
    return _step("refuse", to_assess(public_id), RefuseForm())


@framework.post("/assessment/<public_id>/refuse")
@requires(FrameworkPermission.ASSESS)
def refuse(public_id: str) -> ResponseReturnValue:
    """Refuse the application."""
    return _do("refuse", public_id, RefuseForm(), services.refuse, "reasons", "The application is refused.")


@framework.get("/assessment/<public_id>/decision.pdf")
@requires(FrameworkPermission.ASSESS)
def assessed_letter(public_id: str) -> ResponseReturnValue:
    """The decision letter as the supplier has it."""
    found = to_assess(public_id)
    if found.decision_letter is None:
        abort(404)
    return letter_of(found)


def _page(found: Application, form: Any = None, **values: Any) -> str:
    points = services.points_of(found)
    actor = current_actor()
    if form is None:
        form = findings_form(
            [question.code for question, _, _ in points],
            {question.code: (row.outcome, row.outcome_note) for question, row, _ in points},
        )
    sections: dict[str, list[Any]] = {}
    where = {entry.question.code: entry.section for entry in found.framework.questions}
    answers = queries.answers_of(found)
    for entry in found.framework.questions:
        question = entry.question.plain()
        if not is_asked(question, answers):
            continue
        point = next((p for q, _, p in points if q.code == question.code), None)
        value = shown(question, answers.get(question.code, ""))
        sections.setdefault(where[question.code], []).append((question, value, point))
    started = found.assessor_id is not None
    facts = services.facts_of(found, actor=actor, now=clock.now())
    lacking = services.reasons_against_findings(found)
    return render_template(
        "framework/assess.html",
        found=found,
        form=form,
        sections=list(sections.items()),
        choices=services.in_order(found),
        names=names_of(found.framework),
        held=queries.held_by(db.session, framework_id=found.framework_id, supplier_id=found.supplier_id),
        start_form=values.pop("start_form", None) or StartForm(),
        mine=found.assessor_id == actor.person_id,
        waiting=found.state in rules.PENDING_STATES,
        started=started,
        facts=facts,
        grounds=(facts.mandatory_grounds | facts.discretionary_grounds) - facts.self_cleaning_accepted,
        against_admission=[*rules.reasons_not_to_admit(facts, found.framework.regime), *lacking],
        against_refusal=[*rules.reasons_not_to_refuse(facts, found.framework.regime), *lacking],
        today=clock.today(),
        **values,
    )


def _step(deed: str, found: Application, form: Any, **values: Any) -> str:
    return render_template(
        f"framework/{deed}.html", found=found, form=form, choices=services.in_order(found), **values
    )


def _do(
    deed: str,
    public_id: str,
    form: Any,
    service: Callable[..., None],
    text_name: str,
    done: str,
) -> ResponseReturnValue:
    """Do one deed of an assessment with the words typed for it; refused, everything typed stays."""
    found = to_assess(public_id, lock=True)
    if form.validate():
        try:
            service(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                application=found,
                **{text_name: form[text_name].data or ""},
            )
        except Refused as refused:
            names = names_of(found.framework)
            form.form_errors = [reason_text(reason, names) for reason in refused.reasons]
        else:
            flash(done, "success")
            return redirect(url_for("framework.assess", public_id=public_id))
    return _step(deed, found, form, error_title=True), 422
