"""Amending a published call-off: what would change is shown before everyone is told."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.forms import amendment_form, digest_of
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.rules import changes_between, reasons_not_to_amend
from procurement.calloffs.drafting.types import Amendable, CallOffPermission, CallOffState
from procurement.calloffs.drafting.views.blueprint import calloffs, find


@calloffs.get("/commissioning/<public_id>/amendment")
@requires(CallOffPermission.PUBLISH)
def amendment(public_id: str) -> ResponseReturnValue:
    """What can still be changed, as it stands."""
    call_off = _amendable(public_id)
    standing = queries.amendable_of(call_off)
    form = amendment_form(call_off, standing, formdata=None)
    form.basis.data = _digest(standing)
    return _show(call_off, form)


@calloffs.post("/commissioning/<public_id>/amendment")
@requires(CallOffPermission.PUBLISH)
def amend(public_id: str) -> ResponseReturnValue:
    """Show what would change; with the second button, publish it to everyone."""
    call_off = _amendable(public_id)
    standing = queries.amendable_of(call_off)
    form = amendment_form(call_off, standing)
    if form.basis.data != _digest(standing):
        form.basis.data = _digest(standing)
        return _show(call_off, form, 409, reasons=[Reason("changed_meanwhile")])
    if not form.validate_on_submit():
        return _show(call_off, form, 422)
    after, reason = form.after(standing), form.reason.data or ""
    found = reasons_not_to_amend(
        call_off.state, call_off.framework.regime, standing, after, clock.now(), reason
    )
    if found:
        return _show(call_off, form, 422, reasons=found)
    if "publish" not in request.form:
        return _show(call_off, form, changes=changes_between(standing, after))
    try:
        services.amend(
            db.session, call_off=call_off, actor=current_actor(), now=clock.now(), after=after, reason=reason
        )
    except Refused as refusal:
        return _show(call_off, form, 422, reasons=refusal.reasons)
    flash("The amendment is published. Everyone invited is told; submitted bids stay submitted.", "success")
    return redirect(url_for("calloffs.overview", public_id=public_id))


def _amendable(public_id: str) -> CallOff:
    call_off = find(public_id)
    if services.declaration_of(call_off, current_actor()) is True:
        abort(403)
    if queries.state_on(call_off, clock.now()) not in (CallOffState.PUBLISHED, CallOffState.PAUSED):
        flash("This cannot be done now: the call-off is not open for bids.", "notice")
        abort(redirect(url_for("calloffs.overview", public_id=public_id)))
    return call_off


def _digest(standing: Amendable) -> str:
    return digest_of({"standing": repr(standing)})


def _show(
    call_off: CallOff, form: Any, status: int = 200, reasons: Sequence[Reason] = (), changes: Any = ()
) -> ResponseReturnValue:
    page = render_template(
        "calloffs/amendment.html",
        call_off=call_off,
        form=form,
        reasons=reasons,
        changes=changes,
        names=queries.names(db.session, call_off),
        error_title=status != 200,
    )
    return page, status
