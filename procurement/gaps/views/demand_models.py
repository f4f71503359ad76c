"""Models of demand: the list, one version with its assumptions, changing them, and working demand out."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from core import clock
from core.db import db
from core.jobs.queries import job_for
from core.reasons import Refused
from core.spreadsheet import write_csv
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.forms.demand_models import (
    KIND_HINTS,
    KIND_WORDS,
    SCENARIO_WORDS,
    AssumptionForm,
    ModelForm,
    VersionForm,
    WorkOutForm,
    reason_words,
)
from procurement.gaps.models import DemandModel, DemandModelVersion
from procurement.gaps.queries import demand_models as queries
from procurement.gaps.rules.demand_model import Kind, Scenario, read_assumptions
from procurement.gaps.rules.profiles import prevalences, profiles
from procurement.gaps.services import demand_models as services
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps

COLUMNS = ("kind", "key", "label", "low", "central", "high", "unit", "source", "as_at", "base", "weakness")
MOST_BYTES = 2 * 1024 * 1024


@gaps.get("/models")
@requires(GapPermission.READ)
def demand_models() -> ResponseReturnValue:
    """The authority's models of demand."""
    number = page_number()
    rows, total = queries.models(db.session, actor=current_actor(), number=number, size=PAGE_SIZE)
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    return render_template("gaps/demand_models.html", page=page)


@gaps.route("/models/new", methods=["GET", "POST"])
@requires(GapPermission.RECORD)
def demand_model_new() -> ResponseReturnValue:
    """Begin a model from another's latest version or from a file."""
    session, actor = db.session, current_actor()
    held, _ = queries.models(session, actor=actor, number=1, size=100)
    form = ModelForm()
    form.source.choices = [("", "A file"), *((model.public_id, model.title) for model in held)]
    if form.validate_on_submit():
        try:
            chosen = next((model for model in held if model.public_id == form.source.data), None)
            assumptions = (
                queries.assumptions_of(queries.rows_of(session, chosen.versions[-1]))
                if chosen
                else read_assumptions(_file(form))
            )
            if not form.errors:
                made = services.start_model(
                    session,
                    actor=actor,
                    now=clock.now(),
                    title=form.title.data.strip(),
                    assumptions=assumptions,
                    note=form.note.data.strip(),
                )
                return redirect(url_for("gaps.demand_model", public_id=made.public_id))
        except Refused as refused:
            if not form.errors:
                form.file.errors = [reason_words(reason) for reason in refused.reasons[:20]]
    page = render_template("gaps/demand_model_new.html", form=form, error_title=bool(form.errors))
    return page, (422 if form.errors else 200)


def _file(form: ModelForm) -> str:
    """The text of the file of assumptions; what is wrong with it goes beside the field."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        form.file.errors = ["Choose a file, or a model to begin with"]
        return ""
    content = upload.read(MOST_BYTES + 1)
    upload.close()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if len(content) > MOST_BYTES or set(COLUMNS) - set(text.partition("\n")[0].strip().split(",")):
        form.file.errors = [f"{upload.filename}: this is no CSV file with the columns {', '.join(COLUMNS)}"]
        return ""
    return text


@gaps.get("/models/<public_id>")
@requires(GapPermission.READ)
def demand_model(public_id: str) -> ResponseReturnValue:
    """A version with its assumptions (of one kind, or all but the delivery units), and what came of it."""
    return _show(public_id)


@gaps.get("/models/<public_id>.csv")
@requires(GapPermission.READ)
def demand_model_csv(public_id: str) -> ResponseReturnValue:
    """Every assumption of a version, in the form in which a model can be begun."""
    _, version = _found(public_id)
    rows = [
        [getattr(row, name) if name != "kind" else row.kind.value for name in COLUMNS]
        for row in queries.rows_of(db.session, version)
    ]
    name = f'attachment; filename="demand-model-{public_id}-{version.number}.csv"'
    return Response(write_csv(COLUMNS, rows), mimetype="text/csv", headers={"Content-Disposition": name})


@gaps.route("/models/<public_id>/assumption", methods=["GET", "POST"])
@requires(GapPermission.RECORD)
def demand_assumption(public_id: str) -> ResponseReturnValue:
    """Change one assumption of the open version."""
    session = db.session
    model, version = _found(public_id)
    kind, key = request.args.get("kind", ""), request.args.get("key", "")
    row = queries.row_of(session, version, kind, key) if kind in set(Kind) else None
    if row is None:
        abort(404)
    shown = {name: getattr(row, name) for name in ("source", "as_at", "base", "weakness")}
    figures = {name: plain(getattr(row, name)) for name in ("low", "central", "high")}
    form = AssumptionForm(data={**shown, **figures})
    if form.validate_on_submit():
        values: dict[str, Any] = {name: form[name].figure for name in figures}
        values |= {name: (form[name].data or "").strip() for name in shown}
        try:
            services.change_assumption(session, version=version, kind=row.kind, key=key, values=values)
            flash("The assumption is changed.", "success")
            return redirect(url_for("gaps.demand_model", public_id=public_id, kind=_kind_page(row.kind)))
        except Refused as refused:
            session.rollback()
            form.form_errors = [reason_words(reason) for reason in refused.reasons]
    page = render_template(
        "gaps/demand_assumption.html",
        form=form,
        model=model,
        version=version,
        row=row,
        kind_words=KIND_WORDS,
        kind_hints=KIND_HINTS,
        error_title=bool(form.errors or form.form_errors),
    )
    return page, (422 if form.errors or form.form_errors else 200)


@gaps.route("/models/<public_id>/profile", methods=["GET", "POST"])
@requires(GapPermission.RECORD)
def demand_profile(public_id: str) -> ResponseReturnValue:
    """Take the needs that a source counted into the open version, after looking at what they would be."""
    session = db.session
    model, version = _found(public_id)
    code = request.values.get("profile", "") or next(iter(profiles()))
    if code not in profiles():
        abort(404)
    profile = profiles()[code]
    needs = {row.code: row.name for row in reference.need_areas(session)}
    ours, without = prevalences(profile, queries.needs_by_label(session, profile.scheme), needs)
    if request.method == "POST":
        try:
            count = services.take_in(session, version=version, assumptions=ours)
            flash(f"{count} assumptions are taken from {profile.title}.", "success")
        except Refused as refused:
            flash(". ".join(reason_words(reason) for reason in refused.reasons) + ".", "error")
        return redirect(url_for("gaps.demand_model", public_id=public_id))
    return render_template(
        "gaps/demand_profile.html",
        model=model,
        version=version,
        profile=profile,
        all_profiles=profiles(),
        ours=ours,
        without=without,
        needs=needs,
    )


@gaps.post("/models/<public_id>/version")
@requires(GapPermission.RECORD)
def demand_version(public_id: str) -> ResponseReturnValue:
    """Begin the next version of a model whose last one is frozen."""
    model, _ = _found(public_id)
    form = VersionForm()
    if not form.validate_on_submit():
        return _show(public_id, version_form=form), 422
    try:
        services.start_version(
            db.session, actor=current_actor(), now=clock.now(), model=model, note=form.note.data.strip()
        )
    except Refused as refused:
        flash(". ".join(reason_words(reason) for reason in refused.reasons) + ".", "error")
    return redirect(url_for("gaps.demand_model", public_id=public_id))


@gaps.post("/models/<public_id>/work-out")
@requires(GapPermission.RECORD)
def demand_work_out(public_id: str) -> ResponseReturnValue:
    """Freeze the version and ask the worker for its demand sets."""
    _, version = _found(public_id)
    form = WorkOutForm()
    if form.validate_on_submit():
        try:
            job = services.request_demand(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                version=version,
                period=form.period.data.strip(),
                scenarios=[Scenario(code) for code in form.scenarios.data or ()],
            )
            return redirect(url_for("gaps.demand_model_progress", job_id=job.public_id))
        except Refused as refused:
            form.form_errors = [reason_words(reason) for reason in refused.reasons[:20]]
    return _show(public_id, work_out_form=form), 422


@gaps.get("/models/progress/<job_id>")
@requires(GapPermission.READ)
def demand_model_progress(job_id: str) -> ResponseReturnValue:
    """How far the worker is; once it is done, the model with its demand sets."""
    job = job_for(db.session, actor=current_actor(), public_id=job_id)
    if job is None:
        abort(404)
    if job.status == "done" and job.result and job.result.get("model"):
        return redirect(url_for("gaps.demand_model", public_id=job.result["model"]))
    return render_template("gaps/demand_model_progress.html", job=job)


def plain(value: Any) -> str:
    """A figure without the zeros that say nothing."""
    return f"{value.normalize():,f}"


def _show(
    public_id: str, *, version_form: VersionForm | None = None, work_out_form: WorkOutForm | None = None
) -> str:
    session = db.session
    model, version = _found(public_id)
    only = request.args.get("kind", "")
    if only and only not in set(Kind):
        abort(404)
    rows = queries.rows_of(session, version)
    shown = (
        [row for row in rows if row.kind == only] if only else [r for r in rows if r.kind is not Kind.PLACE]
    )
    number = page_number()
    page = Page(shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE] if only else shown, number, len(shown))
    if only and number > page.last:
        abort(404)
    errors = [form for form in (version_form, work_out_form) if form is not None]
    return render_template(
        "gaps/demand_model.html",
        model=model,
        version=version,
        page=page,
        only=only,
        of_kind={kind: [row for row in page.rows if row.kind is kind] for kind in Kind},
        places=sum(row.kind is Kind.PLACE for row in rows),
        sets=queries.sets_of(session, version),
        plain=plain,
        kind_words=KIND_WORDS,
        kind_hints=KIND_HINTS,
        scenario_words=SCENARIO_WORDS,
        version_form=version_form or VersionForm(),
        work_out_form=work_out_form or WorkOutForm(data={"scenarios": [one.value for one in Scenario]}),
        form=errors[0] if errors else None,
        error_title=bool(errors),
    )


def _kind_page(kind: Kind) -> str | None:
    return kind.value if kind is Kind.PLACE else None


def _found(public_id: str) -> tuple[DemandModel, DemandModelVersion]:
    """The model and the version asked for, the latest where none is."""
    model = queries.model_for(db.session, actor=current_actor(), public_id=public_id)
    if model is None:
        abort(404)
    asked = request.args.get("version", "")
    found = next((one for one in model.versions if str(one.number) == asked), None)
    if asked and found is None:
        abort(404)
    return model, found or model.versions[-1]
