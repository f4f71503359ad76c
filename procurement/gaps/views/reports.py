"""Coverage reports: asking for one, reading it, its files, publishing it, and what anyone may read."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.documents.services import content_of
from core.reasons import Refused
from core.web.access import current_actor, public, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.exports import ACTION_NAMES
from procurement.gaps.forms.reports import ReportForm
from procurement.gaps.models import AnalysisStudy
from procurement.gaps.queries import studies as queries
from procurement.gaps.services.studies import publish_report, request_study, withdraw_report
from procurement.gaps.types import GapPermission, StudyKind
from procurement.gaps.views import gaps
from procurement.gaps.views.analysis import read_query

KINDS = (PlaceKind.NATION, PlaceKind.REGION, PlaceKind.POLICE_FORCE_AREA)


@gaps.get("/analyses/<public_id>/reports")
@requires(GapPermission.READ)
def reports(public_id: str) -> ResponseReturnValue:
    """The reports of an analysis, and how to ask for another; an address may choose the place."""
    return _page(public_id, _form(prefilled=True))


@gaps.post("/analyses/<public_id>/reports")
@requires(GapPermission.ANALYSE)
def report_request(public_id: str) -> ResponseReturnValue:
    """Ask the worker for a report."""
    asked = read_query(public_id, ignore_place=True)
    form = _form(prefilled=False)
    if not form.validate():
        return _page(public_id, form)
    place = dict(form.place.choices)[form.place.data]
    job = request_study(
        db.session,
        actor=current_actor(),
        now=clock.now(),
        analysis=asked.analysis,
        kind=StudyKind.REPORT,
        title=f"Coverage report: {place}",
        question={"place": form.place.data, "for_publication": form.readers.data == "anyone"},
    )
    return redirect(url_for("gaps.analysis_progress", job_id=job.public_id))


@gaps.get("/reports/<public_id>")
@requires(GapPermission.READ)
def report(public_id: str) -> ResponseReturnValue:
    """A report as a page, with its files."""
    return _shown(_own(public_id), own=True)


@gaps.get("/reports/<public_id>.<any(pdf, xlsx):form>")
@requires(GapPermission.READ)
def report_file(public_id: str, form: str) -> ResponseReturnValue:
    """A report as it was made."""
    return _file(_own(public_id), form)


@gaps.post("/reports/<public_id>/publish")
@requires(GapPermission.ANALYSE)
def report_publish(public_id: str) -> ResponseReturnValue:
    """Let anyone read a report made for publication, or take it back."""
    study = _own(public_id)
    if request.form.get("take_back"):
        withdraw_report(db.session, actor=current_actor(), now=clock.now(), study=study)
        flash("The report is no longer public.", "success")
        return redirect(url_for("gaps.report", public_id=public_id))
    try:
        publish_report(db.session, actor=current_actor(), now=clock.now(), study=study)
    except Refused:
        abort(400)
    flash("The report is published: anyone can read it.", "success")
    return redirect(url_for("gaps.report", public_id=public_id))


@gaps.get("/published")
@public
def published_reports() -> ResponseReturnValue:
    """The reports that anyone may read."""
    number = page_number()
    rows, total = queries.published_reports(db.session, number=number, size=PAGE_SIZE)
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    return render_template("gaps/published.html", page=page)


@gaps.get("/published/<public_id>")
@public
def published_report(public_id: str) -> ResponseReturnValue:
    """A published report as a page."""
    return _shown(_published(public_id), own=False)


@gaps.get("/published/<public_id>.<any(pdf, xlsx):form>")
@public
def published_file(public_id: str, form: str) -> ResponseReturnValue:
    """A published report as it was made."""
    return _file(_published(public_id), form)


def _own(public_id: str) -> AnalysisStudy:
    study = queries.study_for(db.session, actor=current_actor(), public_id=public_id, kind=StudyKind.REPORT)
    return study or abort(404)


def _published(public_id: str) -> AnalysisStudy:
    return queries.published_report(db.session, public_id) or abort(404)


def _shown(study: AnalysisStudy, *, own: bool) -> ResponseReturnValue:
    answer = study.answer or {}
    return render_template(
        "gaps/report.html",
        study=study,
        own=own,
        content=answer["content"],
        places_by_code={row["code"]: row for row in answer["content"]["places"]},
        names={place.code: place.name for place in reference.places(db.session)},
        need_names={need.code: need.short_name for need in reference.need_areas(db.session)},
        action_names=ACTION_NAMES,
    )


def _file(study: AnalysisStudy, form: str) -> Response:
    document = queries.file_of(db.session, study, form)
    headers = {"Content-Disposition": f'attachment; filename="{document.name}"'}
    return Response(content_of(document), mimetype=document.media_type, headers=headers)


def _form(*, prefilled: bool) -> ReportForm:
    data = {"place": request.args.get("place", "nation:ew")} if prefilled else None
    form = ReportForm(formdata=None if prefilled else request.form, data=data)
    form.place.choices = [
        (place.code, place.name) for kind in KINDS for place in reference.places(db.session, kind=kind)
    ]
    return form


def _page(public_id: str, form: ReportForm) -> ResponseReturnValue:
    asked, number = read_query(public_id, ignore_place=True), page_number()
    rows, total = queries.studies(db.session, asked.analysis, StudyKind.REPORT, number=number, size=PAGE_SIZE)
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    wrong = request.method == "POST"
    shown = render_template("gaps/reports.html", asked=asked, page=page, form=form, error_title=wrong)
    return shown, (422 if wrong else 200)
