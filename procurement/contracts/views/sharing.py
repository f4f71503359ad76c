"""The page of a lot's suppliers after the award: shares, their reviews, referrals dealt at random."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.calloffs.drafting.models import Lot
from procurement.contracts.forms.signing import ReviewForm, review_form
from procurement.contracts.queries import sharing as queries
from procurement.contracts.services import sharing as services
from procurement.contracts.types import ContractPermission
from procurement.contracts.views.register import contracts


@contracts.get("/<public_id>/sharing")
@requires(ContractPermission.MAKE)
def sharing(public_id: str) -> ResponseReturnValue:
    """How the suppliers of a lot share it, and what moved that."""
    return _show(public_id, _lot(public_id))


@contracts.post("/<public_id>/reviews")
@requires(ContractPermission.MAKE)
def review(public_id: str) -> ResponseReturnValue:
    """Record a review, which moves the shares."""
    lot = _lot(public_id)
    form = review_form(queries.contracts_of_lot(db.session, lot.id))
    if not form.validate_on_submit():
        return _show(public_id, lot, (), form)
    try:
        if form.reviewed_on.data is None:
            raise Refused(Reason("day_not_given"))
        services.review_shares(
            db.session,
            lot=lot,
            shares=form.shares(),
            findings=form.findings.data or "",
            reviewed_on=form.reviewed_on.data,
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show(public_id, _lot(public_id), refusal.reasons, form)
    flash("Recorded. The shares, the volumes and the places taken follow from today.", "success")
    return redirect(url_for("contracts.sharing", public_id=public_id))


@contracts.post("/<public_id>/deals")
@requires(ContractPermission.DEAL)
def deal(public_id: str) -> ResponseReturnValue:
    """Deal one referral at random."""
    lot = _lot(public_id)
    try:
        dealt = services.deal_referral(db.session, lot=lot, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _show(public_id, _lot(public_id), refusal.reasons)
    supplier = dealt.contract.supplier
    flash(f"Referral {dealt.number} goes to {supplier.name if supplier else 'the supplier'}.", "success")
    return redirect(url_for("contracts.sharing", public_id=public_id))


def _lot(public_id: str) -> Lot:
    found = queries.shared_lot(db.session, actor=current_actor(), public_id=public_id)
    if found is None:
        abort(404)
    return found


def _show(
    public_id: str, lot: Lot, reasons: tuple[Reason, ...] = (), form: ReviewForm | None = None
) -> ResponseReturnValue:
    rows = queries.contracts_of_lot(db.session, lot.id)
    page = queries.deals_of(db.session, lot.id, page_number())
    wrong = bool(reasons) or form is not None
    return (
        render_template(
            "contracts/sharing.html",
            public_id=public_id,
            lot=lot,
            contracts=rows,
            reviews=queries.reviews_of(db.session, lot.id),
            page=page,
            dealt=queries.dealt_so_far(db.session, lot.id),
            form=form or review_form(rows, None),
            reasons=reasons,
            wrong=form if form is not None and not reasons else None,
            error_title=wrong,
        ),
        422 if wrong else 200,
    )
