"""An authority's call-offs: the list with its filters and exports, and starting a new one."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference.queries import places
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.reasons import Refused
from core.spreadsheet import write_csv, write_xlsx
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.exports import HEADER, list_rows
from procurement.calloffs.drafting.forms import STATE_WORDS, StartForm
from procurement.calloffs.drafting.queries import Filters
from procurement.calloffs.drafting.types import CallOffPermission, CallOffState
from procurement.calloffs.drafting.views.blueprint import calloffs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked() -> Filters:
    """The filters in the address; what is not of the lists is left out."""
    known = {state.value for state in CallOffState}
    return Filters(
        states=[CallOffState(value) for value in request.args.getlist("state") if value in known],
        region=request.args.get("region", "").replace("\x00", "")[:60],
        words=request.args.get("words", "").replace("\x00", "").strip()[:200],
        sort=request.args["sort"] if request.args.get("sort") in queries.ORDERS else "newest",
    )


@calloffs.get("/commissioning")
@requires(CallOffPermission.READ)
def index() -> ResponseReturnValue:
    """The authority's call-offs in the order asked for."""
    filters = asked()
    found = queries.call_offs_of(
        db.session, actor=current_actor(), now=clock.now(), filters=filters, page=page_number()
    )
    return render_template(
        "calloffs/index.html",
        page=found,
        filters=filters,
        regions=places(db.session, kind=PlaceKind.REGION),
    )


@calloffs.get("/commissioning/call-offs.<any(csv, xlsx):kind>")
@requires(CallOffPermission.READ)
def export(kind: str) -> ResponseReturnValue:
    """The same list whole, as CSV or XLSX."""
    now = clock.now()
    found = queries.all_call_offs_of(db.session, actor=current_actor(), now=now, filters=asked())
    rows = list_rows(found, now, STATE_WORDS)
    content: str | bytes = (
        write_csv(HEADER, rows) if kind == "csv" else write_xlsx([("Call-offs", HEADER, rows)])
    )
    return Response(
        content,
        mimetype="text/csv" if kind == "csv" else XLSX,
        headers={"Content-Disposition": f"attachment; filename=call-offs.{kind}"},
    )


def start_form() -> StartForm:
    """The form of a new call-off with the frameworks there are."""
    form = StartForm()
    form.offer(queries.open_frameworks(db.session))
    return form


def _started_from() -> tuple[Mapping[str, Any] | None, str]:
    """The content that the address says to start from, and what that is in words; none for a blank start."""
    public_id = request.values.get("from", "").replace("\x00", "")[:20]
    if not public_id:
        return None, ""
    template = queries.template_of(db.session, actor=current_actor(), public_id=public_id)
    if template is not None:
        return template.content, f"the template “{template.name}”"
    call_off = queries.call_off_of(db.session, actor=current_actor(), public_id=public_id)
    if call_off is None:
        abort(404)
    return queries.content_of(call_off), f"the call-off “{call_off.title}”, {call_off.public_id}"


def _show_start(form: StartForm, source: str, status: int = 200, **more: Any) -> ResponseReturnValue:
    page = render_template(
        "calloffs/new.html",
        form=form,
        source=source,
        names=queries.names(db.session),
        error_title=status != 200,
        **more,
    )
    return page, status


@calloffs.get("/commissioning/new")
@requires(CallOffPermission.DRAFT)
def new() -> ResponseReturnValue:
    """Ask for the title and framework of a new call-off, blank or from a template or an earlier one."""
    _content, source = _started_from()
    return _show_start(start_form(), source)


@calloffs.post("/commissioning/new")
@requires(CallOffPermission.DRAFT)
def start() -> ResponseReturnValue:
    """Start the draft; declaring conflicts of interest comes first."""
    content, source = _started_from()
    form = start_form()
    if not form.validate_on_submit():
        return _show_start(form, source, 422)
    asked: dict[str, Any] = {
        "actor": current_actor(),
        "now": clock.now(),
        "framework_id": form.framework.data,
        "title": form.title.data.strip(),
    }
    try:
        if content is None:
            call_off = services.start_call_off(db.session, **asked)
        else:
            call_off = services.start_from(db.session, content=content, source_note=source, **asked)
    except Refused as refusal:
        return _show_start(form, source, 422, reasons=refusal.reasons)
    return redirect(url_for("calloffs.draft", public_id=call_off.public_id))
