"""A supplier's application, from its first step to its decision."""

from collections.abc import Collection

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.framework import queries, rules, services
from procurement.framework.forms import ChoicesForm, DeclarationForm, choices_form
from procurement.framework.models import Application, Framework
from procurement.framework.types import ApplicationState, FrameworkPermission
from procurement.framework.views.answers import answers_sent, answers_shown, files_shown
from procurement.framework.views.blueprint import by_need_area, framework, names_of, own
from procurement.framework.views.sections import draft_of, sections_of
from procurement.framework.views.words import reason_text


@framework.get("/applications")
@requires(FrameworkPermission.READ_APPLICATION)
def applications() -> ResponseReturnValue:
    """The applications of this organisation."""
    page = queries.applications_of(db.session, actor=current_actor(), page=page_number())
    return render_template("framework/applications.html", page=page)


@framework.route("/frameworks/<public_id>/apply", methods=["GET", "POST"])
@requires(FrameworkPermission.APPLY)
def apply(public_id: str) -> ResponseReturnValue:
    """Begin an application by choosing categories and regions, or go on with the one that is open."""
    found = queries.open_framework(db.session, public_id)
    if found is None:
        abort(404)
    actor, today = current_actor(), clock.today()
    there = queries.open_application_of(db.session, actor=actor, framework_id=found.id)
    if there is not None:
        return redirect(url_for("framework.application", public_id=there.public_id))
    supplier_id = actor.organisation_id or 0
    held = queries.held_by(db.session, framework_id=found.id, supplier_id=supplier_id)
    form = choices_form(found.categories, held)
    if request.method == "GET":
        closed = rules.reasons_not_open(queries.framework_facts_of(found), today)
        return _not_begun(found, closed[0]) if closed else _grid(found, held, form)
    if not form.validate():
        return _grid(found, held, form, error_title=True), 422
    now, chosen = clock.now(), form.pairs()
    try:
        with db.session.begin_nested():
            begun = services.start_application(db.session, actor=actor, now=now, framework=found)
            services.save_choices(db.session, actor=actor, now=now, application=begun, chosen=chosen)
    except Refused as refused:
        return _not_begun(found, refused.reasons[0])
    if not chosen:
        return redirect(url_for("framework.choose", public_id=begun.public_id))
    return _chosen_onward(begun)


def _not_begun(found: Framework, reason: Reason) -> ResponseReturnValue:
    flash(reason_text(reason), "important")
    return redirect(url_for("framework.show", public_id=found.public_id))


def _chosen_onward(found: Application) -> ResponseReturnValue:
    """After choosing: to the first section of questions, or back to the task list, as the button said."""
    if "next" in request.form and found.choices:
        return redirect(url_for("framework.section", public_id=found.public_id, number=1))
    flash("Your categories and regions are saved.", "success")
    return redirect(url_for("framework.application", public_id=found.public_id))


@framework.get("/applications/<public_id>")
@requires(FrameworkPermission.READ_APPLICATION)
def application(public_id: str) -> ResponseReturnValue:
    """The task list of a draft; otherwise where the application stands."""
    found = own(public_id)
    facts = queries.application_facts(found, _held(found), queries.declared_by(db.session, found))
    values = {
        "found": found,
        "sections": sections_of(found),
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
    found = draft_of(public_id)
    held = _held(found)
    form = choices_form(found.framework.categories, held, _chosen(found), services.choices_mark(found))
    return _grid(found.framework, held, form, application=found)


@framework.post("/applications/<public_id>/categories")
@requires(FrameworkPermission.APPLY)
def save_choices(public_id: str) -> ResponseReturnValue:
    """Save what is ticked, be it nothing yet."""
    found = own(public_id, lock=True)
    held = _held(found)
    form = choices_form(found.framework.categories, held)
    if not form.validate():
        return _grid(found.framework, held, form, application=found, error_title=True), 422
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
        form.seen.data = services.choices_mark(found)
        form.form_errors = [reason_text(reason, names_of(found.framework)) for reason in refused.reasons]
        shown = {"application": found, "error_title": True, "theirs": services.in_order(found)}
        return _grid(found.framework, held, form, **shown), 409
    return _chosen_onward(found)


@framework.get("/applications/<public_id>/check")
@requires(FrameworkPermission.READ_APPLICATION)
def check(public_id: str) -> ResponseReturnValue:
    """Every answer once more, and what is missing."""
    return _check(own(public_id))


@framework.get("/applications/<public_id>/answers.<any(csv, xlsx, pdf):kind>")
@requires(FrameworkPermission.READ_APPLICATION)
def export_answers(public_id: str, kind: str) -> ResponseReturnValue:
    """Every answer as a file."""
    return answers_sent(own(public_id), kind, "framework.answer_file")


@framework.post("/applications/<public_id>/submit")
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def submit(public_id: str) -> ResponseReturnValue:
    """Declare that it is true, and hand the application in."""
    found = own(public_id, lock=True)
    form = DeclarationForm()
    if found.state is not ApplicationState.DRAFT:
        return redirect(url_for("framework.application", public_id=public_id))
    if not form.validate():
        return _check(found, form=form), 422
    now = clock.now()
    try:
        services.sign_declaration(db.session, actor=current_actor(), now=now, application=found)
        services.submit_application(db.session, actor=current_actor(), now=now, application=found)
    except Refused as refused:
        return _check(found, refused), 422
    return redirect(url_for("framework.submitted", public_id=public_id))


def _held(found: Application) -> frozenset[tuple[str, str]]:
    return queries.held_by(db.session, framework_id=found.framework_id, supplier_id=found.supplier_id)


def _chosen(found: Application) -> list[tuple[str, str]]:
    return [(choice.category.code, choice.region.code) for choice in found.choices]


def _grid(market: Framework, held: Collection[tuple[str, str]], form: ChoicesForm, **values: object) -> str:
    return render_template(
        "framework/choose.html",
        market=market,
        form=form,
        needs=by_need_area(market.categories),
        held=held,
        **values,
    )


def _check(found: Application, refused: Refused | None = None, form: DeclarationForm | None = None) -> str:
    today = clock.today()
    reasons = rules.reasons_not_to_submit(
        queries.application_facts(found, _held(found), queries.declared_by(db.session, found)),
        queries.framework_facts_of(found.framework),
        today,
    ) + queries.evidence_reasons(db.session, application=found, today=today)
    draft = found.state is ApplicationState.DRAFT
    files = files_shown(found, "framework.answer_file")
    return render_template(
        "framework/check.html",
        found=found,
        sections=[(number, name, rows) for number, (name, rows) in enumerate(answers_shown(found), start=1)],
        files=files,
        ended=queries.ended_evidence(found, today) if draft else {},
        choices=services.in_order(found),
        missing=[r for r in reasons if r.code != "declaration_not_signed"] if draft else [],
        names=names_of(found.framework),
        refused=refused,
        form=form or DeclarationForm(),
        error_title=refused is not None or (form is not None and bool(form.errors)),
    )
