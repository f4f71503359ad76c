"""The step of a lot that says how many suppliers it is for and how they share it."""

from typing import Any

from flask import redirect
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.forms.fields import StepForm
from procurement.calloffs.drafting.forms.sharing import LotSharingForm
from procurement.calloffs.drafting.models import Lot
from procurement.calloffs.drafting.services.sharing import save_lot_sharing as save
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.calloffs.drafting.views.blueprint import calloffs, filled, find_lot, show_step
from procurement.calloffs.drafting.views.lots import lot_page


def _values(lot: Lot) -> dict[str, Any]:
    return {
        "suppliers_wanted": lot.suppliers_wanted,
        "sharing": lot.sharing,
        "shares": ", ".join(lot.shares),
        "share_least": lot.share_least,
        "share_most": lot.share_most,
        "review_months": lot.review_months,
        "review_measures": lot.review_measures,
        "dealing": lot.dealing or "",
    }


def _show(lot: Lot, form: StepForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    return show_step("calloffs/lot_sharing.html", form, status, lot=lot, call_off=lot.call_off, **more)


@calloffs.get("/commissioning/<public_id>/lots/<int:number>/sharing")
@requires(CallOffPermission.DRAFT)
def lot_sharing(public_id: str, number: int) -> ResponseReturnValue:
    """Show how many suppliers a lot is for and how they share it."""
    found = find_lot(public_id, number)
    return _show(found, filled(LotSharingForm, _values(found)))


@calloffs.post("/commissioning/<public_id>/lots/<int:number>/sharing")
@requires(CallOffPermission.DRAFT)
def save_lot_sharing(public_id: str, number: int) -> ResponseReturnValue:
    """Save it."""
    found = find_lot(public_id, number)
    form = LotSharingForm()
    changed = form.differences(_values(found))
    if changed or not form.validate_on_submit():
        return _show(found, form, 409 if changed else 422, changed=changed)
    try:
        save(db.session, lot=found, actor=current_actor(), now=clock.now(), terms=form.terms())
    except Refused as refusal:
        form.show(refusal.reasons)
        return _show(found, form, 422)
    return redirect(lot_page(found))
