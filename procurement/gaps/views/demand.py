"""Demand sets: the list, one set, the template, and the upload with its row-by-row report."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.types import CrosswalkScheme, PlaceKind
from core import clock
from core.db import db
from core.documents.services import take_in
from core.rows import FileRefused
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from core.workbooks import open_workbook
from procurement.gaps.exports.demand import XLSX, demand_file_in_words, template_xlsx
from procurement.gaps.exports.tables import demand_finding_in_words
from procurement.gaps.forms.demand import DemandForm
from procurement.gaps.models import DemandSet
from procurement.gaps.queries import demand as queries
from procurement.gaps.queries.demand_models import needs_by_label
from procurement.gaps.rules.demand import DemandReport, demand_csv, read_demand, template_csv
from procurement.gaps.rules.demand_workbook import WORKBOOK, csv_of, sheet_of
from procurement.gaps.services.demand import keep_demand
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps
from procurement.gaps.views.analysis import stage_choices


@gaps.get("/demand")
@requires(GapPermission.READ)
def demand_sets() -> ResponseReturnValue:
    """The organisation's demand sets, the newest first."""
    number = page_number()
    rows, total = queries.demand_sets(db.session, actor=current_actor(), number=number, size=PAGE_SIZE)
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    return render_template("gaps/demand_sets.html", page=page)


@gaps.get("/demand/template.<any(csv, xlsx):form>")
@requires(GapPermission.READ)
def demand_template(form: str) -> ResponseReturnValue:
    """Every cell (of one region) and no figures, as a CSV or as a workbook with lists to choose from."""
    region = request.args.get("region", "")
    known = {place.code for place in reference.places(db.session, kind=PlaceKind.REGION)}
    if region and region not in known:
        abort(404)
    codes = queries.template_codes(db.session, clock.today(), region)
    name = f"demand-template{'-' + region.replace(':', '-') if region else ''}.{form}"
    if form == "xlsx":
        book = template_xlsx(codes.places, codes.needs, codes.complexities, codes.cohorts)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(book, mimetype=XLSX, headers=headers)
    text = template_csv(codes.places, codes.needs, codes.complexities, codes.cohorts)
    return _csv(text, name)


@gaps.get("/demand/<public_id>")
@requires(GapPermission.READ)
def demand_set(public_id: str) -> ResponseReturnValue:
    """One set: where it comes from, its assumptions, and people by need and complexity."""
    found = _found(public_id)
    return render_template(
        "gaps/demand_set.html",
        demand_set=found,
        by_need=queries.people_by_need(db.session, found.id),
        today=clock.today(),
        stages=stage_choices(),
    )


@gaps.get("/demand/<public_id>.csv")
@requires(GapPermission.READ)
def demand_set_csv(public_id: str) -> ResponseReturnValue:
    """The rows of a set in the form in which they are uploaded."""
    found = _found(public_id)
    return _csv(demand_csv(queries.demand_lines(db.session, found.id)), f"demand-{found.public_id}.csv")


@gaps.route("/demand/upload", methods=["GET", "POST"])
@requires(GapPermission.ANALYSE)
def demand_upload() -> ResponseReturnValue:
    """Upload a demand set; errors are listed row by row and nothing is kept until there are none."""
    form = DemandForm()
    report: DemandReport | None = None
    if request.method == "POST":
        report, kept = _take_in(form)
        if kept is not None and report is not None:
            left = f" {report.left_blank:,} rows without a figure were left out." if report.left_blank else ""
            flash(f"{kept.people:,} people a year in {kept.row_count:,} rows are kept.{left}", "success")
            return redirect(url_for("gaps.demand_set", public_id=kept.public_id))
    page = render_template(
        "gaps/demand_upload.html",
        form=form,
        report=report,
        words=demand_finding_in_words,
        regions=reference.places(db.session, kind=PlaceKind.REGION),
        error_title=bool(form.errors),
    )
    return page, (422 if form.errors else 200)


def _take_in(form: DemandForm) -> tuple[DemandReport | None, DemandSet | None]:
    """Check form and file together, so that one answer names everything that is wrong."""
    valid = form.validate()
    upload = form.file.data
    if not upload or not upload.filename:
        form.file.errors = ["Choose a CSV or XLSX file to upload"]
        return None, None
    name = upload.filename
    with upload.stream as file:
        content = file.read()
    try:
        if content.startswith(WORKBOOK):
            with open_workbook(content) as book:
                table = csv_of(book.rows(sheet_of(book.names)))
        else:
            table = content
        report = read_demand(table, queries.demand_codes(db.session, clock.today()), _crosswalk(form))
    except FileRefused as refused:
        form.file.errors = [f"{name}: {demand_file_in_words(refused)}"]
        return None, None
    if report.error_count:
        found = f"{report.error_count:,} error{'s' if report.error_count > 1 else ''}"
        form.file.errors = [f"{name}: {found} in {report.rows_read:,} rows. Nothing was kept"]
        return report, None
    if not report.lines:
        form.file.errors = [f"{name}: no row has a figure"]
        return report, None
    if not valid:
        return report, None
    scheme = form.scheme.data or ""
    kept = keep_demand(
        db.session,
        actor=current_actor(),
        now=clock.now(),
        title=form.title.data.strip(),
        period=form.period.data.strip(),
        source=form.source.data.strip(),
        lines=report.lines,
        crosswalk=f"{scheme} {reference.crosswalk_version(db.session)}" if scheme else "",
        left_out=report.no_equivalent,
        document=take_in(db.session, actor=current_actor(), now=clock.now(), name=name, content=content),
    )
    return report, kept


def _crosswalk(form: DemandForm) -> dict[str, tuple[str, ...]] | None:
    """The list of needs that the file uses, by label in small letters; None for our own codes."""
    scheme = form.scheme.data or ""
    if scheme not in set(CrosswalkScheme):
        return None
    return {label.lower(): ours for label, ours in needs_by_label(db.session, scheme).items()}


def _found(public_id: str) -> DemandSet:
    found = queries.demand_set_for(db.session, actor=current_actor(), public_id=public_id)
    if found is None:
        abort(404)
    return found


def _csv(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="text/csv", headers=headers)
