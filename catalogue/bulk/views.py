"""Pages of bulk work: the workbook down and up, its report, its progress, and earlier uploads."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.bulk import queries, services
from catalogue.bulk.exports import words
from catalogue.bulk.exports.reports import report_csv, report_xlsx
from catalogue.bulk.exports.workbook import write_workbook
from catalogue.bulk.forms import ConfirmForm, UploadForm, file_words
from catalogue.bulk.models import BulkUpload
from catalogue.bulk.rules.columns import COLUMNS
from catalogue.bulk.rules.states import shown_state
from catalogue.bulk.services import XLSX
from catalogue.bulk.services.uploads import MOST_PROBLEMS
from catalogue.bulk.types import Sheet, UploadState
from catalogue.offers.forms.words import COMPLEXITY_WORDS, FIELD_WORDS
from catalogue.offers.types import OfferPermission
from catalogue.reference.types import Complexity
from core import clock
from core.db import db
from core.documents.rules import file_problem
from core.documents.services import content_of
from core.jobs.models import Job
from core.jobs.queries import job_for
from core.jobs.types import JobStatus
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number

bulk = Blueprint("bulk", __name__)
AT_ONCE = 200
"""More offers than this are written by the worker, so that no page takes seconds."""


@bulk.context_processor
def bulk_words() -> dict[str, Any]:
    """The words of bulk work, for each of its pages."""
    return {
        "state_words": words.STATE_WORDS,
        "state_colours": words.STATE_COLOURS,
        "outcome_words": words.OUTCOME_WORDS,
        "outcome_colours": words.OUTCOME_COLOURS,
        "problem_words": words.problem_words,
        "state_of": state_of,
        "changes_words": changes_words,
    }


OWN_WORDS = {
    column.field: column.heading
    for column in COLUMNS
    if column.sheet in (Sheet.OFFERS, Sheet.LEVELS, Sheet.POOLS) and column.field not in FIELD_WORDS
} | {"limits": "Limits inside it"}
"""What fields are called that only the workbook has, and those of pools of places."""


def changes_words(changes: Iterable[Sequence[str]]) -> str:
    """The fields that change, by name; items of the specification as their number at each complexity."""
    named: dict[str, int] = {}
    for name, complexity in changes:
        field = OWN_WORDS.get(name) or FIELD_WORDS.get(name, "Answers to the specification")
        of = f" ({COMPLEXITY_WORDS[Complexity(complexity)].lower()})" if complexity else ""
        named[field + of] = named.get(field + of, 0) + 1
    return "; ".join(name if count == 1 else f"{name}: {count}" for name, count in named.items())


def state_of(upload: BulkUpload) -> UploadState:
    """The state of an upload as people read it."""
    failed = upload.job is not None and upload.job.status is JobStatus.FAILED
    return shown_state(upload.state, job_failed=failed)


@bulk.get("/offers/bulk")
@requires(OfferPermission.READ)
def index() -> ResponseReturnValue:
    """The workbook to download, the place to upload it, and what became of earlier ones."""
    return _index(UploadForm())


def _index(form: UploadForm) -> ResponseReturnValue:
    actor = current_actor()
    page = queries.uploads(db.session, actor=actor, number=page_number())
    if page.number > page.last:
        abort(404)
    shown = render_template(
        "bulk/index.html",
        form=form,
        page=page,
        held=queries.count_offers(db.session, supplier_id=actor.organisation_id or 0),
        at_once=AT_ONCE,
        error_title=bool(form.errors),
    )
    return shown, 422 if form.errors else 200


@bulk.post("/offers/bulk")
@requires(OfferPermission.DRAFT)
def upload() -> ResponseReturnValue:
    """Keep the file and let the worker check it; nothing else changes."""
    form = UploadForm()
    form.validate()
    sent = form.file.data
    if not sent or not sent.filename:
        form.file.errors = ["Choose the workbook to upload"]
        return _index(form)
    with sent.stream as stream:
        content = stream.read()
    limit = current_app.config["UPLOAD_LIMIT"]
    problem = file_problem(sent.filename, content, limit_bytes=limit, allowed=(".xlsx",))
    if problem is not None:
        form.file.errors = [file_words(problem)]
    if form.errors:
        return _index(form)
    made = services.receive_upload(
        db.session, actor=current_actor(), now=clock.now(), name=sent.filename, content=content
    )
    return redirect(url_for("bulk.report", upload=made.public_id))


@bulk.get("/offers/bulk/template.xlsx")
@requires(OfferPermission.READ)
def template() -> ResponseReturnValue:
    """The workbook without any offers."""
    return _xlsx(_workbook(filled=False), "offers-template.xlsx")


@bulk.get("/offers/bulk/offers.xlsx")
@requires(OfferPermission.READ)
def filled() -> ResponseReturnValue:
    """The workbook with the organisation's offers, where they are not too many for a page."""
    if queries.count_offers(db.session, supplier_id=current_actor().organisation_id or 0) > AT_ONCE:
        return redirect(url_for("bulk.index"))
    return _xlsx(_workbook(filled=True), f"offers-{clock.today().isoformat()}.xlsx")


def _workbook(*, filled: bool) -> bytes:
    supplier = current_actor().organisation_id or 0
    _, lists = queries.surroundings(db.session, clock.today(), supplier_id=supplier)
    if not filled:
        return write_workbook(lists)
    with db.sessionmaker() as own:
        return write_workbook(lists, queries.held_offers(own, supplier_id=supplier))


@bulk.post("/offers/bulk/downloads")
@requires(OfferPermission.READ)
def prepare() -> ResponseReturnValue:
    """Let the worker write the workbook of a supplier with many offers."""
    job = services.request_workbook(db.session, actor=current_actor(), now=clock.now())
    return redirect(url_for("bulk.prepared", job=job.public_id))


@bulk.get("/offers/bulk/downloads/<job>")
@requires(OfferPermission.READ)
def prepared(job: str) -> ResponseReturnValue:
    """How far the worker is with a workbook; once it is done, the link to it."""
    return render_template("bulk/prepared.html", job=_job(job))


@bulk.get("/offers/bulk/downloads/<job>/offers.xlsx")
@requires(OfferPermission.READ)
def prepared_file(job: str) -> ResponseReturnValue:
    """A workbook that the worker has written."""
    found = _job(job)
    document = queries.document_of(db.session, actor=current_actor(), job=found)
    if document is None:
        abort(404)
    return _xlsx(content_of(document), f"offers-{found.created_at.date().isoformat()}.xlsx")


def _job(public_id: str) -> Job:
    found = job_for(db.session, actor=current_actor(), public_id=public_id)
    if found is None or found.kind != services.WRITE:
        abort(404)
    return found


@bulk.get("/offers/bulk/<upload>")
@requires(OfferPermission.READ)
def report(upload: str) -> ResponseReturnValue:
    """An upload: how far it is, what it would do or what is wrong, what became of it."""
    return _report(_upload(upload), ConfirmForm())


def _report(found: BulkUpload, form: ConfirmForm) -> ResponseReturnValue:
    asked = request.args.get("show") or ("problems" if found.problem_count else "offers")
    shown = asked if asked in ("problems", "offers") else "offers"
    reader = queries.problems_of if shown == "problems" else queries.rows_of
    page = reader(db.session, found, number=page_number())
    if page.number > page.last:
        abort(404)
    refusal = words.refusal_words(found.refusal, found.refusal_params) if found.refusal else None
    text = render_template(
        "bulk/report.html",
        upload=found,
        state=state_of(found),
        form=form,
        page=page,
        shown=shown,
        refusal=refusal,
        ignored=() if found.refusal else found.refusal_params.get("ignored", ()),
        most_problems=MOST_PROBLEMS,
        error_title=bool(form.errors),
    )
    return text, 422 if form.errors else 200


@bulk.post("/offers/bulk/<upload>/confirm")
@requires(OfferPermission.DRAFT)
def confirm(upload: str) -> ResponseReturnValue:
    """Let the worker do what the report shows."""
    found = _upload(upload, lock=True)
    form = ConfirmForm()
    form.validate()
    may_submit = current_actor().may(OfferPermission.SUBMIT)
    try:
        services.confirm_upload(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            upload=found,
            submits=bool(form.submits.data) and may_submit,
        )
    except Refused as refusal:
        if found.state is not UploadState.CHECKED:
            return redirect(url_for("bulk.report", upload=found.public_id))
        form.form_errors = [words.REASON_WORDS[reason.code] for reason in refusal.reasons]
        return _report(found, form)
    return redirect(url_for("bulk.report", upload=found.public_id))


@bulk.get("/offers/bulk/<upload>/report.<any(csv, xlsx):form>")
@requires(OfferPermission.READ)
def report_file(upload: str, form: str) -> ResponseReturnValue:
    """Problems and outcomes as a file."""
    found = _upload(upload)
    problems = queries.problems_of(db.session, found, size=MOST_PROBLEMS).rows
    rows = queries.rows_of(db.session, found, size=MOST_PROBLEMS).rows
    name = f"report-{found.public_id}.{form}"
    if form == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(report_csv(problems, rows), mimetype="text/csv", headers=headers)
    return _xlsx(report_xlsx(problems, rows), name)


def _upload(public_id: str, *, lock: bool = False) -> BulkUpload:
    found = queries.upload_for(db.session, public_id, actor=current_actor(), lock=lock)
    if found is None:
        abort(404)
    return found


def _xlsx(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=XLSX, headers=headers)
