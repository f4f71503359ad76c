"""Authorities that buy together: named by the lead with their shares, and each approving for itself."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.forms import DeclarationForm, PartnerForm, ShareForm
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.calloffs.drafting.views.blueprint import calloffs, find_draft, find_readable
from procurement.calloffs.drafting.views.publishing import show_check
from procurement.calloffs.drafting.views.steps import still_missing


def _show(call_off: CallOff, status: int = 200, **more: Any) -> ResponseReturnValue:
    others = queries.other_authorities(db.session, call_off.authority_id)
    forms: dict[str, Any] = {
        "form": PartnerForm(formdata=None),
        "share_form": ShareForm(formdata=None, data={"lead_share": call_off.lead_share}),
    }
    forms |= more
    forms["form"].offer(others)
    page = render_template(
        "calloffs/partners.html",
        call_off=call_off,
        missing=still_missing(call_off, "partners"),
        names=queries.names(db.session, call_off),
        others=others,
        error_title=status != 200,
        **forms,
    )
    return page, status


@calloffs.get("/commissioning/<public_id>/partners")
@requires(CallOffPermission.DRAFT)
def partners(public_id: str) -> ResponseReturnValue:
    """The authorities that take part, their shares, and what each pays."""
    return _show(find_draft(public_id))


@calloffs.post("/commissioning/<public_id>/partners")
@requires(CallOffPermission.DRAFT)
def name_partner(public_id: str) -> ResponseReturnValue:
    """Let another authority take part, or change its share."""
    call_off = find_draft(public_id)
    form = PartnerForm()
    others = queries.other_authorities(db.session, call_off.authority_id)
    form.offer(others)
    authority = next((one for one in others if one.public_id == form.authority.data), None)
    if not form.validate_on_submit() or authority is None:
        if authority is None:
            form.authority.errors = ["Choose an authority"]
        return _show(call_off, 422, form=form)
    services.name_partner(
        db.session,
        call_off=call_off,
        actor=current_actor(),
        now=clock.now(),
        authority=authority,
        share=form.share.data,
    )
    return redirect(url_for("calloffs.partners", public_id=public_id))


@calloffs.post("/commissioning/<public_id>/partners/lead")
@requires(CallOffPermission.DRAFT)
def save_lead_share(public_id: str) -> ResponseReturnValue:
    """Save the share of the lead itself."""
    call_off = find_draft(public_id)
    form = ShareForm()
    if not form.validate_on_submit():
        return _show(call_off, 422, share_form=form)
    services.save_lead_share(
        db.session, call_off=call_off, actor=current_actor(), now=clock.now(), share=form.lead_share.data
    )
    return redirect(url_for("calloffs.partners", public_id=public_id))


@calloffs.post("/commissioning/<public_id>/partners/<authority>/release")
@requires(CallOffPermission.DRAFT)
def release_partner(public_id: str, authority: str) -> ResponseReturnValue:
    """Let an authority take part no longer."""
    call_off = find_draft(public_id)
    partner = next((one for one in call_off.partners if one.authority.public_id == authority), None)
    if partner is None:
        abort(404)
    services.release_partner(
        db.session, call_off=call_off, actor=current_actor(), now=clock.now(), partner=partner
    )
    return redirect(url_for("calloffs.partners", public_id=public_id))


@calloffs.post("/commissioning/<public_id>/partner-approval")
@requires(CallOffPermission.APPROVE)
def approve_as_partner(public_id: str) -> ResponseReturnValue:
    """Approve for one's own authority what another one leads."""
    call_off = find_readable(public_id)
    if call_off.authority_id == current_actor().organisation_id:
        abort(404)
    form = DeclarationForm()
    form.validate_on_submit()
    conflict = {"no": False, "yes": True}.get(form.answer.data or "")
    try:
        services.approve_as_partner(
            db.session, call_off=call_off, actor=current_actor(), now=clock.now(), has_conflict=conflict
        )
    except Refused as refusal:
        return show_check(call_off, 422, refusal.reasons)
    flash("You approved the call-off for your authority.", "success")
    return redirect(url_for("calloffs.overview", public_id=public_id))
