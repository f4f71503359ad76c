"""The queue of applications, and one application from its start to its decision."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.questions.rules import is_asked, shown
from core.questions.rules.asking import EXPIRES
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.framework import queries, rules, services
from procurement.framework.forms import (
    ClarifyForm,
    ExtendForm,
    HearForm,
    StartForm,
    decision_fields,
    decision_form,
    findings_form,
    findings_of,
)
from procurement.framework.models import Application
from procurement.framework.types import FrameworkPermission, QueueFilter
from procurement.framework.views.answers import answers_sent, ends_shown, file_sent, files_shown
from procurement.framework.views.blueprint import framework, names_of, put_reasons, to_assess
from procurement.framework.views.standing import letter_of, outcomes_of
from procurement.framework.views.words import reason_text


@framework.get("/assessment")
@requires(FrameworkPermission.ASSESS)
def queue() -> ResponseReturnValue:
    """The applications that wait for a decision, the soonest first."""
    chosen = QueueFilter(
        framework=request.args.get("framework", ""),
        state=state if (state := request.args.get("state", "")) in ("decided", "overdue") else "waiting",
        mine=request.args.get("mine") == "yes",
    )
    actor, today = current_actor(), clock.today()
    waiting, overdue = queries.queue_counts(db.session, actor=actor, today=today)
    return render_template(
        "framework/queue.html",
        page=queries.queue(db.session, actor=actor, chosen=chosen, today=today, page=page_number()),
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


@framework.get("/assessment/<public_id>/clarify")
@requires(FrameworkPermission.ASSESS)
def ask_to_clarify(public_id: str) -> ResponseReturnValue:
    """Ask what the applicant should make clear."""
    return _step("clarify", to_assess(public_id), ClarifyForm(), today=clock.today())


@framework.post("/assessment/<public_id>/clarify")
@requires(FrameworkPermission.ASSESS)
def clarify(public_id: str) -> ResponseReturnValue:
    """Send a request for clarification."""
    found = to_assess(public_id, lock=True)
    form = ClarifyForm()
    if form.validate():
        try:
            services.ask_clarification(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                application=found,
                asked=form.asked.data,
                due_on=form.due_on.data,
            )
        except Refused as refused:
            form.form_errors = [reason_text(reason) for reason in refused.reasons]
        else:
            flash("The supplier is asked to make this clear. The time to decide runs on.", "success")
            return redirect(url_for("framework.assess", public_id=public_id))
    return _step("clarify", found, form, today=clock.today(), error_title=True), 422


@framework.get("/assessment/<public_id>/decide")
@requires(FrameworkPermission.ASSESS)
def ask_to_decide(public_id: str) -> ResponseReturnValue:
    """The decision by category and region, filled in as the findings suggest."""
    found = to_assess(public_id)
    against = _against(found)
    return _deciding(found, decision_form(_chosen(found), [code for code in against if not against[code]]))


@framework.post("/assessment/<public_id>/decide")
@requires(FrameworkPermission.ASSESS)
def decide(public_id: str) -> ResponseReturnValue:
    """Admit where it is ticked, refuse elsewhere with the reasons given."""
    found = to_assess(public_id, lock=True)
    form = decision_form(_chosen(found))
    if form.validate():
        refusals = form.refusals([(c.category.code, c.region.code) for c in found.choices])
        try:
            services.decide(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                application=found,
                refusals=refusals,
                reasons=form.reasons.data or "",
            )
        except Refused as refused:
            names = names_of(found.framework, found)
            put_reasons(
                form,
                refused.reasons,
                {
                    reason.code: decision_fields(reason.params["category"])[1]
                    for reason in refused.reasons
                    if reason.code == "refusal_without_reason"
                },
                lambda reason: reason_text(reason, names),
            )
        else:
            flash("The decision is made, and the supplier is told.", "success")
            return redirect(url_for("framework.assess", public_id=public_id))
    return _deciding(found, form, error_title=True), 422


@framework.get("/assessment/<public_id>/files/<document>")
@requires(FrameworkPermission.ASSESS)
def assessed_file(public_id: str, document: str) -> ResponseReturnValue:
    """A file that an answer names, as a download."""
    return file_sent(to_assess(public_id), document)


@framework.get("/assessment/<public_id>/answers.<any(csv, xlsx, pdf):kind>")
@requires(FrameworkPermission.ASSESS)
def export_assessed_answers(public_id: str, kind: str) -> ResponseReturnValue:
    """Every answer as a file."""
    return answers_sent(to_assess(public_id), kind, "framework.assessed_file")


@framework.get("/assessment/<public_id>/decision.pdf")
@requires(FrameworkPermission.ASSESS)
def assessed_letter(public_id: str) -> ResponseReturnValue:
    """The decision letter as the supplier has it."""
    found = to_assess(public_id)
    if found.decision_letter is None:
        abort(404)
    return letter_of(found)


def _chosen(found: Application) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """For each category of an application its name and the regions chosen."""
    chosen: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for choice in services.in_order(found):
        _, places = chosen.setdefault(choice.category.code, (choice.category.name, []))
        places.append((choice.region.code, choice.region.name))
    return chosen


def _against(found: Application) -> dict[str, list[Reason]]:
    """What stands against an admission in each category chosen, beyond what stands against any decision."""
    facts = services.facts_of(found, actor=current_actor(), now=clock.now())
    common = rules.reasons_not_to_decide(facts)
    return {
        code: [
            reason
            for reason in rules.reasons_not_to_admit(facts, found.framework.regime, code)
            if reason not in common
        ]
        for code in _chosen(found)
    }


def _ground_names(found: Application) -> dict[str, str]:
    """What the grounds are called in the tables where applicants name events."""
    return {
        choice.value: choice.text
        for entry in found.framework.questions
        for column in entry.question.plain().columns
        if column.code == "ground"
        for choice in column.choices
    }


def _deciding(found: Application, form: Any, **values: Any) -> str:
    return _step(
        "decide",
        found,
        form,
        chosen=_chosen(found),
        against=_against(found),
        fields=decision_fields,
        names=names_of(found.framework, found),
        **values,
    )


def _page(found: Application, form: Any = None, **values: Any) -> str:
    points = services.points_of(found, today=clock.today())
    actor = current_actor()
    if form is None:
        form = findings_form(
            [question.code for question, _, _ in points],
            {question.code: (row.outcome, row.outcome_note) for question, row, _ in points},
        )
    sections: dict[str, list[Any]] = {}
    where = {entry.question.code: entry.section for entry in found.framework.questions}
    answers = queries.answers_of(found)
    for entry in queries.asked_of(found):
        question = entry.question.plain()
        if not is_asked(question, answers):
            continue
        point = next((p for q, _, p in points if q.code == question.code), None)
        value = shown(question, answers.get(question.code, ""))
        sections.setdefault(where[question.code], []).append((question, value, point))
    started = found.assessor_id is not None
    facts = services.facts_of(found, actor=actor, now=clock.now())
    lacking = [
        *services.reasons_against_findings(found),
        *services.reasons_against_party_findings(found),
    ]
    return render_template(
        "framework/assess.html",
        files=files_shown(found, "framework.assessed_file"),
        ends={
            code.removesuffix(EXPIRES): ends_shown(text)
            for code, text in answers.items()
            if code.endswith(EXPIRES)
        },
        found=found,
        form=form,
        sections=list(sections.items()),
        choices=services.in_order(found),
        names=names_of(found.framework, found),
        held=queries.held_by(db.session, framework_id=found.framework_id, supplier_id=found.supplier_id),
        start_form=values.pop("start_form", None) or StartForm(),
        mine=found.assessor_id == actor.person_id,
        waiting=found.state in rules.PENDING_STATES,
        started=started,
        facts=facts,
        grounds=(facts.mandatory_grounds | facts.discretionary_grounds) - facts.self_cleaning_accepted,
        floors=services.floors_of(found) if started else [],
        incomes=services.members_incomes(found) if started else {},
        standings=services.standings_of(found, today=clock.today()),
        ground_names=_ground_names(found),
        lacking=[*rules.reasons_not_to_decide(facts), *lacking],
        against=_against(found),
        chosen=_chosen(found),
        outcomes=outcomes_of(found.decision_letter or {}),
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
            names = names_of(found.framework, found)
            form.form_errors = [reason_text(reason, names) for reason in refused.reasons]
        else:
            flash(done, "success")
            return redirect(url_for("framework.assess", public_id=public_id))
    return _step(deed, found, form, error_title=True), 422
