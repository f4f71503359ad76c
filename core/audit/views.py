"""The audit in the browser: the list, its export, and the verification of every chain."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from core import clock
from core.audit import exports, queries
from core.audit.forms import EventFilterForm
from core.audit.types import AuditPermission, EventFilter
from core.db import db
from core.spreadsheet import write_csv, write_xlsx
from core.web.access import requires
from core.web.paging import PAGE_SIZE, Page, page_number

audit = Blueprint("audit", __name__)

MOST_EXPORTED = 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@audit.get("/audit")
@requires(AuditPermission.READ)
def events() -> ResponseReturnValue:
    """What was done, newest first."""
    form = _form()
    valid = form.validate()
    number = page_number()
    rows, total = queries.event_page(
        db.session, wanted=_filter(form) if valid else EventFilter(), number=number, size=PAGE_SIZE
    )
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    shown = render_template("audit/events.html", form=form, page=page, error_title=not valid)
    return shown, 200 if valid else 422


@audit.get("/audit/export.<any(csv, xlsx):kind>")
@requires(AuditPermission.READ)
def export(kind: str) -> ResponseReturnValue:
    """The list as it is narrowed, up to 50,000 events."""
    form = _form()
    wanted = _filter(form) if form.validate() else EventFilter()
    table = exports.event_table(queries.all_events(db.session, wanted=wanted, most=MOST_EXPORTED))
    headers = {"Content-Disposition": f'attachment; filename="audit.{kind}"'}
    if kind == "csv":
        return Response(write_csv(exports.HEADER, table), mimetype="text/csv", headers=headers)
    return Response(write_xlsx([("Audit", exports.HEADER, table)]), mimetype=XLSX, headers=headers)


@audit.get("/audit/verification")
@requires(AuditPermission.READ)
def verification() -> ResponseReturnValue:
    """Walk every chain now and say whether it is unbroken."""
    anchors = Path(current_app.config["AUDIT_ANCHOR_FILE"])
    chains, count, found = queries.verify(db.session, anchors)
    return render_template(
        "audit/verification.html", chains=chains, count=count, found=found, anchored=anchors.exists()
    )


def _form() -> EventFilterForm:
    return EventFilterForm(request.args, tags=queries.tags_in_use(db.session))


def _filter(form: EventFilterForm) -> EventFilter:
    return EventFilter(
        chain=form.chain.data or "",
        tag=form.tag.data or "",
        since=_start(form.first.data),
        before=_start(form.last.data, days=1),
    )


def _start(day: date | None, days: int = 0) -> datetime | None:
    """Return when a London day begins, or one so many days later."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=clock.LONDON)
