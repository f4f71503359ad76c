"""A supplier's application, from its first step to its decision."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.framework import queries, rules, services
from procurement.framework.forms import DeclarationForm, choices_form
from procurement.framework.models import Application
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
        return redirect(url_for("framework.choose", public_id=there.public_id))
    return redirect(url_for("framework.application", public_id=there.public_id))


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
    if "next" in request.form and form.pairs():
        return redirect(url_for("framework.section", public_id=public_id, number=1))
    flash("Your categories and regions are saved.", "success")
    return redirect(url_for("framework.application", public_id=public_id))


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
