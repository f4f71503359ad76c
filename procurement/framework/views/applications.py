"""A supplier's application, from its first step to its decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.questions.forms import ADD_ROW, REMOVE_ROW, SEEN, draw, seen_mark, seen_marks, typed_answers
from core.questions.rules import asked, is_asked, reasons_against, shown
from core.questions.types import Question
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.edge import keep_despite_errors
from core.web.filters import format_time
from core.web.paging import page_number
from procurement.framework import queries, rules, services
from procurement.framework.forms import (
    DeclarationForm,
    choices_form,
)
from procurement.framework.models import Application
from procurement.framework.types import ApplicationState, FrameworkPermission
from procurement.framework.views.blueprint import by_need_area, framework, names_of, own
from procurement.framework.views.words import reason_text


@dataclass(frozen=True)
class Section:
    """One page of questions: its number from 1, its questions, and how far its answers are."""

    number: int
    name: str
    questions: Sequence[Question]
    now_asked: int
    answered: int
    problems: int
    missing: int


@framework.get("/applications")
@requires(FrameworkPermission.READ_APPLICATION)
def applications() -> ResponseReturnValue:
    """The applications of this organisation."""
    page = queries.applications_of(db.session, actor=current_actor(), page=page_number())
    return render_template("framework/applications.html", page=page)


@framework.post("/frameworks/<public_id>/apply")
@requires(FrameworkPermission.APPLY)
def apply(public_id: str) -> ResponseReturnValue:
    """Begin an application, or go on with the one that is open."""
    found = queries.open_framework(db.session, public_id)
    if found is None:
        abort(404)
    actor = current_actor()
    there = queries.open_application_of(db.session, actor=actor, framework_id=found.id)
    if there is None:
        try:
            there = services.start_application(db.session, actor=actor, now=clock.now(), framework=found)
        except Refused as refused:
            flash(reason_text(refused.reasons[0]), "important")
            return redirect(url_for("framework.show", public_id=public_id))
    return redirect(url_for("framework.application", public_id=there.public_id))


@framework.get("/applications/<public_id>")
@requires(FrameworkPermission.READ_APPLICATION)
def application(public_id: str) -> ResponseReturnValue:
    """The task list of a draft; otherwise where the application stands."""
    found = own(public_id)
    facts = queries.application_facts(found, _held(found), queries.declared_by(db.session, found))
    values = {
        "found": found,
        "sections": _sections(found),
        "choices": services.in_order(found),
        "closed": rules.reasons_not_open(queries.framework_facts_of(found.framework), clock.today()),
    }
    if found.state is ApplicationState.DRAFT:
        return render_template("framework/application.html", facts=facts, **values)
    return render_template("framework/standing.html", today=clock.today(), **values)


@framework.get("/applications/<public_id>/categories")
@requires(FrameworkPermission.APPLY)
def choose(public_id: str) -> ResponseReturnValue:
    """The grid of categories and regions."""
    found = _draft(public_id)
    form = choices_form(found.framework.categories, _held(found), _chosen(found), _mark(found))
    return _grid(found, form)


@framework.post("/applications/<public_id>/categories")
@requires(FrameworkPermission.APPLY)
def save_choices(public_id: str) -> ResponseReturnValue:
    """Save what is ticked, be it nothing yet."""
    found = own(public_id, lock=True)
    form = choices_form(found.framework.categories, _held(found))
    if not form.validate():
        return _grid(found, form, error_title=True), 422
    try:
        services.save_choices(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            application=found,
            chosen=form.pairs(),
            seen=form.seen.data or "",
        )
    except Refused as refused:
        form.seen.data = _mark(found)
        form.form_errors = [reason_text(reason, names_of(found.framework)) for reason in refused.reasons]
        return _grid(found, form, error_title=True, theirs=services.in_order(found)), 409
    flash("Your categories and regions are saved.", "success")
    return redirect(url_for("framework.application", public_id=public_id))


@framework.get("/applications/<public_id>/questions/<int:number>")
@requires(FrameworkPermission.APPLY)
def section(public_id: str, number: int) -> ResponseReturnValue:
    """One section's questions with the answers so far, and what is wrong with them."""
    found = _draft(public_id)
    page = _section(found, number)
    answers = queries.answers_of(found)
    problems = {
        question.code: reasons_against(question, answers[question.code])
        for question in asked(page.questions, answers)
        if answers.get(question.code)
    }
    return _questions(found, page, answers, problems)


@framework.post("/applications/<public_id>/questions/<int:number>")
@requires(FrameworkPermission.APPLY)
def save_section(public_id: str, number: int) -> ResponseReturnValue:
    """Save a section as typed. What is no answer yet is kept, and said."""
    found = own(public_id, lock=True)
    page = _section(found, number)
    typed = typed_answers(request.form, page.questions)
    try:
        problems = _save(found, typed)
    except Refused as refused:
        return _not_saved(found, page, typed, refused)
    changed_table = request.form.get(ADD_ROW) or request.form.get(REMOVE_ROW, "").partition(":")[0]
    if changed_table:
        anchor = f"answer-{changed_table}" if changed_table in {q.code for q in page.questions} else None
        address = url_for("framework.section", public_id=public_id, number=number, _anchor=anchor)
        return redirect(address)
    if problems:
        keep_despite_errors()
        saved = {**queries.answers_of(found), **typed}
        return _questions(found, page, saved, problems, error_title=True, saved=True), 422
    if "next" in request.form and number < len(_sections(found)):
        return redirect(url_for("framework.section", public_id=public_id, number=number + 1))
    flash(f"{page.name}: your answers are saved.", "success")
    return redirect(url_for("framework.application", public_id=public_id))


@framework.post("/applications/<public_id>/questions/<int:number>/autosave")
@requires(FrameworkPermission.APPLY)
def autosave(public_id: str, number: int) -> ResponseReturnValue:
    """Save while typing, where scripts run."""
    found = own(public_id, lock=True)
    page = _section(found, number)
    try:
        _save(found, typed_answers(request.form, page.questions))
    except Refused as refused:
        return jsonify(message=f"Not saved. {reason_text(refused.reasons[0])}."), 409
    return jsonify(
        saved_at=format_time(clock.now()),
        fields={SEEN: seen_mark(queries.answers_of(found), page.questions)},
    )


@framework.get("/applications/<public_id>/declaration")
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def declaration(public_id: str) -> ResponseReturnValue:
    """What is declared."""
    found = _draft(public_id)
    form = DeclarationForm(data={"declared": found.declaration_by_id is not None})
    return render_template("framework/declaration.html", found=found, form=form)


@framework.post("/applications/<public_id>/declaration")
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def sign(public_id: str) -> ResponseReturnValue:
    """Declare it."""
    found = own(public_id, lock=True)
    form = DeclarationForm()
    if not form.validate():
        return render_template("framework/declaration.html", found=found, form=form, error_title=True), 422
    try:
        services.sign_declaration(db.session, actor=current_actor(), now=clock.now(), application=found)
    except Refused as refused:
        flash(reason_text(refused.reasons[0]), "important")
        return redirect(url_for("framework.application", public_id=public_id))
    flash("The declaration is signed.", "success")
    return redirect(url_for("framework.check", public_id=public_id))


@framework.get("/applications/<public_id>/check")
@requires(FrameworkPermission.READ_APPLICATION)
def check(public_id: str) -> ResponseReturnValue:
    """Every answer once more, and what is missing."""
    return _check(own(public_id))


@framework.post("/applications/<public_id>/submit")
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def submit(public_id: str) -> ResponseReturnValue:
    """Hand the application in."""
    found = own(public_id, lock=True)
    try:
        services.submit_application(db.session, actor=current_actor(), now=clock.now(), application=found)
    except Refused as refused:
        if found.state is not ApplicationState.DRAFT:
            return redirect(url_for("framework.application", public_id=public_id))
        return _check(found, refused), 422
    return redirect(url_for("framework.submitted", public_id=public_id))


def answers_shown(found: Application) -> list[tuple[str, list[tuple[Question, object]]]]:
    """Every question by section with its answer as pages write it."""
    answers = queries.answers_of(found)
    sections: dict[str, list[tuple[Question, object]]] = {}
    for entry in queries.asked_of(found):
        question = entry.question.plain()
        if is_asked(question, answers):
            value = shown(question, answers.get(question.code, ""))
            sections.setdefault(entry.section, []).append((question, value))
    return list(sections.items())


def _draft(public_id: str) -> Application:
    """An application that can still be changed; one that was handed in has no such page."""
    found = own(public_id)
    if found.state is not ApplicationState.DRAFT:
        abort(404)
    return found


def _held(found: Application) -> frozenset[tuple[str, str]]:
    return queries.held_by(db.session, framework_id=found.framework_id, supplier_id=found.supplier_id)


def _chosen(found: Application) -> list[tuple[str, str]]:
    return [(choice.category.code, choice.region.code) for choice in found.choices]


def _mark(found: Application) -> str:
    return services.choices_mark(found)


def _grid(found: Application, form: object, **values: object) -> str:
    return render_template(
        "framework/choose.html",
        found=found,
        form=form,
        needs=by_need_area(found.framework.categories),
        held=_held(found),
        **values,
    )


def _sections(found: Application) -> list[Section]:
    names: dict[str, list[Question]] = {}
    for entry in queries.asked_of(found):
        names.setdefault(entry.section, []).append(entry.question.plain())
    answers = queries.answers_of(found)
    sections = []
    for number, (name, questions) in enumerate(names.items(), start=1):
        now_asked = asked(questions, answers)
        given = [q for q in now_asked if answers.get(q.code)]
        sections.append(
            Section(
                number,
                name,
                questions,
                now_asked=len(now_asked),
                answered=len(given),
                problems=sum(bool(reasons_against(q, answers[q.code])) for q in given),
                missing=sum(q.required and not answers.get(q.code) for q in now_asked),
            )
        )
    return sections


def _section(found: Application, number: int) -> Section:
    sections = _sections(found)
    if not 1 <= number <= len(sections):
        abort(404)
    return sections[number - 1]


def _save(found: Application, typed: Mapping[str, str]) -> dict:
    return services.save_answers(
        db.session,
        actor=current_actor(),
        now=clock.now(),
        application=found,
        answers=typed,
        seen=seen_marks(request.form.get(SEEN, "")),
    )


def _not_saved(
    found: Application, page: Section, typed: Mapping[str, str], refused: Refused
) -> ResponseReturnValue:
    """Somebody else saved meanwhile: theirs and yours side by side; saving from this page is a decision."""
    if found.state is not ApplicationState.DRAFT:
        values = [(question, shown(question, typed.get(question.code, ""))) for question in page.questions]
        return render_template("framework/too_late.html", found=found, values=values, error_title=False), 409
    theirs = {
        reason.params["question"]: reason.params["saved"]
        for reason in refused.reasons
        if reason.code == "changed_meanwhile"
    }
    return _questions(
        found,
        page,
        {**queries.answers_of(found), **typed},
        {},
        error_title=True,
        theirs=theirs,
        theirs_shown={q.code: shown(q, theirs[q.code]) for q in page.questions if q.code in theirs},
    ), 409


def _questions(
    found: Application,
    page: Section,
    answers: Mapping[str, str],
    problems: Mapping[str, Sequence[Reason]],
    **values: object,
) -> str:
    return render_template(
        "framework/section.html",
        found=found,
        page=page,
        last=page.number == len(_sections(found)),
        drawn=draw(page.questions, answers, problems),
        seen=seen_mark(queries.answers_of(found), page.questions),
        **values,
    )


def _check(found: Application, refused: Refused | None = None) -> str:
    held = _held(found)
    reasons = rules.reasons_not_to_submit(
        queries.application_facts(found, held, queries.declared_by(db.session, found)),
        queries.framework_facts_of(found.framework),
        clock.today(),
    )
    return render_template(
        "framework/check.html",
        found=found,
        sections=[(number, name, rows) for number, (name, rows) in enumerate(answers_shown(found), start=1)],
        choices=services.in_order(found),
        missing=reasons if found.state is ApplicationState.DRAFT else [],
        names=names_of(found.framework),
        refused=refused,
        error_title=refused is not None,
    )
