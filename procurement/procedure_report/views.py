"""The report on a procedure as a page and as a tagged PDF, for the auditor of the authority."""

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from core import clock
from core.audit.types import AuditPermission
from core.db import db
from core.pdf import render_pdf
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.procedure_report import queries
from procurement.procedure_report.types import Report

procedure_report = Blueprint("procedure_report", __name__)


@procedure_report.get("/commissioning/<public_id>/report")
@requires(AuditPermission.READ)
def show(public_id: str) -> ResponseReturnValue:
    """Who did what, when and why in one call-off, as the record has it now."""
    return render_template("procedure_report/show.html", report=_found(public_id), made_at=clock.now())


@procedure_report.get("/commissioning/<public_id>/report.pdf")
@requires(AuditPermission.READ)
def as_pdf(public_id: str) -> ResponseReturnValue:
    """The same as a tagged PDF."""
    report = _found(public_id)
    body = render_pdf(
        "procedure_report",
        title=f"Report on the procedure: {report.title}",
        report=report,
        made_at=clock.now(),
    )
    name = f"procedure-report-{public_id}.pdf"
    return Response(
        body, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _found(public_id: str) -> Report:
    """The report on a call-off of the actor's authority; reading it takes the reading of call-offs too."""
    actor = current_actor()
    if not actor.may(CallOffPermission.READ):
        abort(403)
    call_off = queries.call_off_to_report(db.session, actor=actor, public_id=public_id)
    if call_off is None:
        abort(404)
    return queries.report_on(db.session, call_off)
