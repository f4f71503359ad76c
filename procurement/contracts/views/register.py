"""The list of contracts, the page of one, and the upload of a register."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.reasons import Refused
from core.rows import FileRefused
from core.spreadsheet import write_csv, write_xlsx
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.contracts import exports
from procurement.contracts.forms.register import RegisterForm
from procurement.contracts.queries import contracts as queries
from procurement.contracts.queries.register import known_codes, known_places
from procurement.contracts.rules.register import RegisterReport, read_register
from procurement.contracts.services.register import ImportOutcome, import_register
from procurement.contracts.types import ContractPermission

contracts = Blueprint("contracts", __name__, url_prefix="/contracts")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@contracts.get("")
@requires(ContractPermission.READ)
def index() -> ResponseReturnValue:
    """Contracts, 25 a page, narrowed by what the query says."""
    wanted = _filter()
    number = page_number()
    rows, total = queries.contract_page(
        db.session, actor=current_actor(), wanted=wanted, number=number, size=PAGE_SIZE
    )
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    return render_template(
        "contracts/index.html",
        page=page,
        wanted=wanted,
        regions=reference.places(db.session, kind=PlaceKind.REGION),
        need_areas=reference.need_areas(db.session),
        service_types=[kind for kind in reference.service_types(db.session) if kind.variant_of is None],
        today=clock.today(),
    )


@contracts.get("/export.<any(csv, xlsx):form>")
@requires(ContractPermission.READ)
def export(form: str) -> ResponseReturnValue:
    """The whole list as it is narrowed, without prices."""
    rows = queries.all_contracts(db.session, actor=current_actor(), wanted=_filter())
    table = exports.contract_table(rows)
    headers = {"Content-Disposition": f'attachment; filename="contracts.{form}"'}
    if form == "csv":
        return Response(write_csv(exports.HEADER, table), mimetype="text/csv", headers=headers)
    return Response(write_xlsx([("Contracts", exports.HEADER, table)]), mimetype=XLSX, headers=headers)


@contracts.route("/import", methods=["GET", "POST"])
@requires(ContractPermission.IMPORT)
def import_file() -> ResponseReturnValue:
    """Choose a register; the answer is the report, row by row, whether it was taken in or not."""
    form = RegisterForm()
    report = outcome = None
    if request.method == "POST":
        report, outcome, problem = _take_in(form)
        if problem:
            form.file.errors = [problem]
    refused = request.method == "POST" and outcome is None
    page = render_template(
        "contracts/import.html",
        form=form,
        report=report,
        outcome=outcome,
        words=exports.finding_in_words,
        error_title=refused,
    )
    return page, (422 if refused else 200)


def _take_in(form: RegisterForm) -> tuple[RegisterReport | None, ImportOutcome | None, str]:
    """Read the uploaded file and import it where nothing is wrong: report, outcome, and the error's words."""
    upload = form.file.data
    if not form.validate() or not upload or not upload.filename:
        return None, None, "Choose a CSV file to upload"
    name, session = upload.filename, db.session
    with upload.stream as file:
        content = file.read()
    try:
        report = read_register(content, known_places(session), known_codes(session))
    except FileRefused as refused:
        return None, None, f"{name}: {exports.file_in_words(refused)}"
    if not report.may_import:
        found = f"{report.error_count:,} error{'s' if report.error_count > 1 else ''}"
        return report, None, f"{name}: {found} in {report.rows_read:,} rows. Nothing was imported"
    try:
        outcome = import_register(session, actor=current_actor(), now=clock.now(), rows=report.rows)
    except Refused as refusal:
        names = ", ".join(str(reason.params["reference"]) for reason in refusal.reasons)
        return report, None, f"{name}: contracts made here have the references {names}"
    return report, outcome, ""


def _filter() -> queries.ContractFilter:
    """What the query asks for; a date that is none is as good as absent, and the page shows it empty."""
    args = request.args
    try:
        on = date.fromisoformat(args.get("on", ""))
    except ValueError:
        on = None
    return queries.ContractFilter(
        words=args.get("words", "").strip()[:100],
        region=args.get("region", ""),
        need_area=args.get("need", ""),
        service_type=args.get("type", ""),
        on=on,
    )
