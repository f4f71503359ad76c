"""The step of a draft that says when a price is low enough to ask about."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffPermission, CallOffState
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.forms import LowPriceTestsForm
from procurement.calloffs.evaluation.queries import cases as case_queries
from procurement.calloffs.evaluation.queries import scoped
from procurement.calloffs.evaluation.rules import ABNORMALLY_LOW_TESTS
from procurement.calloffs.evaluation.views.blueprint import evaluation


@evaluation.get("/commissioning/<public_id>/low-prices")
@requires(CallOffPermission.DRAFT)
def low_prices(public_id: str) -> ResponseReturnValue:
    """The tests that hold, and in a draft the way to change them."""
    call_off = _own(public_id)
    values = {}
    stated = case_queries.low_price_tests(db.session, call_off)
    for row, test in zip(LowPriceTestsForm.ROWS, stated, strict=False):
        values |= {
            f"mean-{row}": test.below_mean,
            f"next-{row}": test.below_next,
            f"without-{row}": test.mean_without_highest,
        }
    return _show(call_off, LowPriceTestsForm(formdata=None, data=values))


@evaluation.post("/commissioning/<public_id>/low-prices")
@requires(CallOffPermission.DRAFT)
def set_low_prices(public_id: str) -> ResponseReturnValue:
    """State them; none leaves the usual tests."""
    call_off = _own(public_id)
    form = LowPriceTestsForm()
    if not form.validate():
        return _show(call_off, form, status=422)
    try:
        services.set_low_price_tests(
            db.session, call_off=call_off, tests=form.tests(), actor=current_actor(), now=clock.now()
        )
    except Refused as refusal:
        db.session.rollback()
        return _show(_own(public_id), form, refusal.reasons, 422)
    flash("Saved.", "success")
    return redirect(url_for("evaluation.low_prices", public_id=public_id))


def _own(public_id: str) -> CallOff:
    call_off = scoped.call_off_of(db.session, actor=current_actor(), public_id=public_id)
    if call_off is None:
        abort(404)
    return call_off


def _show(
    call_off: CallOff,
    form: LowPriceTestsForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    return (
        render_template(
            "evaluation/low_prices.html",
            call_off=call_off,
            form=form,
            usual=ABNORMALLY_LOW_TESTS,
            tests=case_queries.low_price_tests(db.session, call_off),
            draft=call_off.state is CallOffState.DRAFT,
            reasons=reasons,
            error_title=status != 200,
        ),
        status,
    )
