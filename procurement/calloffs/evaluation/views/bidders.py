"""After opening, for the bidder: what is asked of its bid, both figures of a correction, withdrawal."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.types import BidState
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.forms import AnswerForm, WithdrawForm
from procurement.calloffs.evaluation.models import BidInquiry
from procurement.calloffs.evaluation.queries import cases as case_queries
from procurement.calloffs.evaluation.rules import OPEN_CASES
from procurement.calloffs.evaluation.types import REMOVAL_WORDS
from procurement.calloffs.evaluation.views.blueprint import PRICE_IS_OPEN, QUALITY_IS_OPEN, evaluation


@evaluation.get("/bids/<bid>/after-opening")
@requires(CallOffPermission.READ_INVITED)
def after_opening(bid: str) -> ResponseReturnValue:
    """What has happened to one's bid since it was opened."""
    return _show(_own(bid), AnswerForm(formdata=None), WithdrawForm(formdata=None))


@evaluation.post("/bids/<bid>/after-opening/<inquiry>")
@requires(CallOffPermission.SUBMIT_BID)
def answer(bid: str, inquiry: str) -> ResponseReturnValue:
    """Answer a question of the authority."""
    own = _own(bid)
    asked = next(
        (row for row in case_queries.inquiries_about(db.session, own) if row.public_id == inquiry), None
    )
    if asked is None:
        abort(404)
    form = AnswerForm()
    if not form.validate():
        return _show(own, form, WithdrawForm(formdata=None), status=422)
    try:
        services.answer_inquiry(
            db.session,
            inquiry=asked,
            answer=(form.answer.data or "").strip(),
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show(_own(bid), form, WithdrawForm(formdata=None), refusal.reasons, 422)
    flash("Your answer was sent.", "success")
    return redirect(url_for("evaluation.after_opening", bid=bid))


@evaluation.post("/bids/<bid>/after-opening/withdrawal")
@requires(CallOffPermission.SUBMIT_BID)
def withdraw(bid: str) -> ResponseReturnValue:
    """Withdraw one's opened bid."""
    own = _own(bid)
    form = WithdrawForm()
    try:
        services.withdraw_opened_bid(
            db.session,
            bid=own,
            reason=(form.reason.data or "").strip(),
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show(_own(bid), AnswerForm(formdata=None), form, refusal.reasons, 422)
    flash("Your bid is withdrawn.", "success")
    return redirect(url_for("evaluation.after_opening", bid=bid))


def _own(public_id: str) -> Bid:
    """One's own submitted bid of a call-off whose answers are open."""
    bid = case_queries.own_bid(db.session, actor=current_actor(), public_id=public_id)
    if bid is None or bid.state is not BidState.SUBMITTED or bid.lot.call_off.state not in QUALITY_IS_OPEN:
        abort(404)
    return bid


def _to_answer(asked: Sequence[BidInquiry]) -> str | None:
    view = request.view_args or {}
    wanted = view.get("inquiry") or request.args.get("answer")
    now = clock.now()
    waiting = [
        row.public_id for row in asked if row.answer is None and row.decision is None and now < row.answer_by
    ]
    return wanted if wanted in waiting else next(iter(waiting), None)


def _show(
    bid: Bid,
    form: AnswerForm,
    withdraw_form: WithdrawForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    call_off = bid.lot.call_off
    removed = case_queries.removals_of(db.session, call_off).get(bid.id)
    priced = call_off.state in PRICE_IS_OPEN
    asked = case_queries.inquiries_about(db.session, bid)
    return (
        render_template(
            "evaluation/own_bid.html",
            call_off=call_off,
            bid=bid,
            asked=asked,
            corrections=case_queries.corrections_of(db.session, [bid])[bid.id] if priced else [],
            removal=removed,
            removal_words=REMOVAL_WORDS,
            may_withdraw=removed is None and call_off.state in OPEN_CASES,
            # One answer is written at a time: the one asked for, else the first that waits.
            to_answer=_to_answer(asked),
            form=form,
            withdraw_form=withdraw_form,
            reasons=reasons,
            error_title=status != 200,
            moment=clock.now(),
        ),
        status,
    )
