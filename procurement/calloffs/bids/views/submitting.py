"""Checking a bid, submitting it, its receipt, withdrawing it; and the published fingerprints."""

from flask import Response, abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.bids import queries, services
from procurement.calloffs.bids.forms import ConfirmForm
from procurement.calloffs.bids.models import BidSubmission
from procurement.calloffs.bids.views.blueprint import BidPage, bids, find_bid
from procurement.calloffs.drafting.types import CallOffPermission


@bids.get("/bids/<bid>/check")
@requires(CallOffPermission.READ_INVITED)
def check(bid: str) -> ResponseReturnValue:
    """Everything of the bid on one page, and the button that submits it."""
    return _check(find_bid(bid))


@bids.post("/bids/<bid>/check")
@requires(CallOffPermission.SUBMIT_BID)
def submit(bid: str) -> ResponseReturnValue:
    """Submit the bid as it stands."""
    found = queries.bid_to_submit(db.session, actor=current_actor(), public_id=bid)
    if found is None:
        abort(404)
    try:
        submission = services.submit_bid(db.session, bid=found, actor=current_actor())
    except Refused as refusal:
        return _check(find_bid(bid), refusal.reasons), 422
    flash(f"Submitted. Your bid for lot {found.lot.number} is in.", "success")
    return redirect(url_for("bids.receipt", bid=bid, number=submission.number))


@bids.post("/bids/<bid>/amendments/<int:number>")
@requires(CallOffPermission.SUBMIT_BID)
def confirm(bid: str, number: int) -> ResponseReturnValue:
    """Confirm that the bid stands as it is after an amendment."""
    found = find_bid(bid)
    try:
        services.confirm_bid(db.session, bid=found.bid, actor=current_actor(), number=number)
    except Refused as refusal:
        found = find_bid(bid)
        page = render_template(
            "bids/bid.html",
            found=found,
            reasons=refusal.reasons,
            error_title=True,
        )
        return page, 422
    flash(f"Confirmed. Your bid for lot {found.bid.lot.number} stands as submitted.", "success")
    return redirect(url_for("bids.bid", bid=bid))


@bids.get("/bids/<bid>/receipts/<int:number>")
@requires(CallOffPermission.READ_INVITED)
def receipt(bid: str, number: int) -> ResponseReturnValue:
    """The receipt of a submission."""
    found, submission = _submission(bid, number)
    return render_template(
        "bids/receipt.html",
        found=found,
        submission=submission,
        receipt=queries.receipt_of(db.session, found.bid, submission),
    )


@bids.get("/bids/<bid>/receipts/<int:number>.json")
@requires(CallOffPermission.READ_INVITED)
def receipt_file(bid: str, number: int) -> Response:
    """The receipt as a file that can be checked offline."""
    found, submission = _submission(bid, number)
    response = jsonify(queries.receipt_of(db.session, found.bid, submission))
    name = f"receipt-{found.bid.public_id}-{number}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bids.get("/bids/<bid>/withdraw")
@requires(CallOffPermission.SUBMIT_BID)
def ask_to_withdraw(bid: str) -> ResponseReturnValue:
    """What withdrawing means, and the button."""
    return render_template("bids/withdraw.html", found=find_bid(bid), form=ConfirmForm())


@bids.post("/bids/<bid>/withdraw")
@requires(CallOffPermission.SUBMIT_BID)
def withdraw(bid: str) -> ResponseReturnValue:
    """Withdraw the submitted bid."""
    found = find_bid(bid)
    try:
        services.withdraw_bid(db.session, bid=found.bid, actor=current_actor())
    except Refused as refusal:
        return (
            render_template(
                "bids/withdraw.html",
                found=find_bid(bid),
                form=ConfirmForm(),
                reasons=refusal.reasons,
                error_title=True,
            ),
            422,
        )
    flash("Bid withdrawn. It will not be opened unless you submit it again.", "success")
    return redirect(url_for("bids.bid", bid=bid))


@bids.get("/invitations/<call_off>/fingerprints.json")
@requires(CallOffPermission.READ_INVITED)
def fingerprints(call_off: str) -> Response:
    """The fingerprints of all submissions that stood at the deadline, once bids have been opened."""
    found = queries.call_off_of(db.session, actor=current_actor(), public_id=call_off)
    listed = queries.fingerprints_of(db.session, found.call_off) if found else None
    if listed is None:
        abort(404)
    response = jsonify(listed)
    response.headers["Content-Disposition"] = f'attachment; filename="fingerprints-{call_off}.json"'
    return response


def _check(found: BidPage, reasons: tuple[Reason, ...] = ()) -> str:
    return render_template(
        "bids/check.html",
        found=found,
        form=ConfirmForm(),
        reasons=reasons,
        error_title=bool(reasons),
    )


def _submission(public_id: str, number: int) -> tuple[BidPage, BidSubmission]:
    found = find_bid(public_id)
    submission = next((s for s in found.bid.submissions if s.number == number), None)
    if submission is None:
        abort(404)
    return found, submission
