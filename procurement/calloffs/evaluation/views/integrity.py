"""The auditor's page: patterns in bids and scores to look at, each put away only with a reason."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.audit.types import AuditPermission
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.forms import DismissForm
from procurement.calloffs.evaluation.queries import integrity as integrity_queries
from procurement.calloffs.evaluation.queries import scores
from procurement.calloffs.evaluation.rules import review_prompts
from procurement.calloffs.evaluation.views.blueprint import (
    evaluation,
    find,
    refuse_in_conflict,
    require_price_open,
)


@evaluation.get("/commissioning/<public_id>/integrity")
@requires(AuditPermission.READ)
def integrity(public_id: str) -> ResponseReturnValue:
    """The prompts that stand, and those that were put away."""
    return _show(_priced(public_id))


@evaluation.post("/commissioning/<public_id>/integrity")
@requires(AuditPermission.READ)
def dismiss(public_id: str) -> ResponseReturnValue:
    """Put one away."""
    call_off = _priced(public_id)
    form = DismissForm()
    try:
        services.dismiss_prompt(
            db.session,
            call_off=call_off,
            code=request.form.get("code", ""),
            subject=request.form.get("subject", ""),
            reason=(form.reason.data or "").strip(),
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show(_priced(public_id), refusal.reasons, form)
    flash("Put away with your reason, which stays on record.", "success")
    return redirect(url_for("evaluation.integrity", public_id=public_id))


def _priced(public_id: str) -> CallOff:
    call_off = find(public_id)
    refuse_in_conflict(call_off)
    require_price_open(call_off)
    return call_off


def _show(
    call_off: CallOff, reasons: tuple[Reason, ...] = (), form: DismissForm | None = None
) -> ResponseReturnValue:
    panel = scores.panel_of(db.session, call_off)
    prompts = review_prompts(integrity_queries.integrity_facts(db.session, call_off, panel))
    away = {(row.code, row.subject): row for row in integrity_queries.dismissals_of(db.session, call_off)}
    return (
        render_template(
            "evaluation/integrity.html",
            call_off=call_off,
            standing=[one for one in prompts if (one.code, one.subject) not in away],
            away=[(one, away[one.code, one.subject]) for one in prompts if (one.code, one.subject) in away],
            form=form or DismissForm(formdata=None),
            typed=(request.form.get("code"), request.form.get("subject")),
            reasons=reasons,
            error_title=bool(reasons),
        ),
        422 if reasons else 200,
    )
