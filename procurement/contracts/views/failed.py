"""A lot that failed: why, and what follows: let again amended, or awarded directly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.models import Lot
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.calloffs.evaluation.queries.failed import lot_of, rerun_of
from procurement.calloffs.evaluation.services.rerunning import has_failed, let_again
from procurement.contracts.forms.direct import RerunForm, direct_form
from procurement.contracts.models import DirectAward
from procurement.contracts.queries.direct import contract_of, direct_award_of, members_of
from procurement.contracts.rules.direct import next_step
from procurement.contracts.services import direct
from procurement.contracts.types import ContractPermission
from procurement.contracts.views.register import contracts


@contracts.get("/failed/<public_id>/<int:number>")
@requires(CallOffPermission.READ)
def failed_lot(public_id: str, number: int) -> ResponseReturnValue:
    """Why nothing came of a lot, and what follows."""
    return _show(_lot(public_id, number))


@contracts.post("/failed/<public_id>/<int:number>/again")
@requires(CallOffPermission.DRAFT)
def let_lot_again(public_id: str, number: int) -> ResponseReturnValue:
    """Start a draft filled in from the lot."""
    lot, form = _lot(public_id, number), RerunForm()
    try:
        again = let_again(
            db.session,
            lot=lot,
            must_change=form.must_change.data or "",
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show(_lot(public_id, number), refusal.reasons, rerun=form)
    flash("A draft is filled in from the lot. Change what has to change, then publish it.", "success")
    return redirect(url_for("calloffs.draft", public_id=again.public_id))


@contracts.post("/failed/<public_id>/<int:number>/direct")
@requires(ContractPermission.MAKE)
def recommend_directly(public_id: str, number: int) -> ResponseReturnValue:
    """Propose a direct award."""
    lot = _lot(public_id, number)
    members = members_of(db.session, lot.call_off.framework_id)
    form = direct_form(lot, members)
    if not form.validate_on_submit():
        return _show(lot, award=form)
    try:
        direct.recommend_directly(
            db.session,
            lot=lot,
            supplier=next((one for one in members if one.public_id == form.supplier.data), None),
            prices=form.prices(),
            justification=form.justification.data or "",
            exclusion_note=form.exclusion_note.data or "",
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show(_lot(public_id, number), refusal.reasons, award=form)
    flash("Proposed. Another person must approve it.", "success")
    return redirect(url_for("contracts.failed_lot", public_id=public_id, number=number))


@contracts.post("/failed/<public_id>/<int:number>/approval")
@requires(CallOffPermission.APPROVE)
def approve_directly(public_id: str, number: int) -> ResponseReturnValue:
    """Approve a direct award, as another person."""
    return _take(public_id, number, direct.approve_directly, "Approved.")


@contracts.post("/failed/<public_id>/<int:number>/transparency-notice")
@requires(ContractPermission.MAKE)
def transparency_notice(public_id: str, number: int) -> ResponseReturnValue:
    """Record that the transparency notice was published."""
    return _take(public_id, number, direct.publish_transparency_notice, "Transparency notice published.")


@contracts.post("/failed/<public_id>/<int:number>/award-notice")
@requires(ContractPermission.MAKE)
def direct_award_notice(public_id: str, number: int) -> ResponseReturnValue:
    """Record that the award notice was published."""
    return _take(public_id, number, direct.publish_direct_award_notice, "Award notice published.")


@contracts.post("/failed/<public_id>/<int:number>/contract")
@requires(ContractPermission.MAKE)
def direct_contract(public_id: str, number: int) -> ResponseReturnValue:
    """Make the contract of a direct award."""
    words = "The contract is made. It is in force once both parties have signed."
    return _take(public_id, number, direct.make_direct_contract, words)


def _take(public_id: str, number: int, deed: Callable[..., Any], words: str) -> ResponseReturnValue:
    lot = _lot(public_id, number)
    award = _award(lot)
    try:
        deed(db.session, award=award, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _show(_lot(public_id, number), refusal.reasons)
    flash(words, "success")
    return redirect(url_for("contracts.failed_lot", public_id=public_id, number=number))


def _lot(public_id: str, number: int) -> Lot:
    found = lot_of(db.session, actor=current_actor(), public_id=public_id, number=number)
    if found is None:
        abort(404)
    return found


def _award(lot: Lot) -> DirectAward:
    found = direct_award_of(db.session, lot)
    if found is None:
        abort(404)
    return found


def _show(
    lot: Lot,
    reasons: tuple[Reason, ...] = (),
    *,
    rerun: RerunForm | None = None,
    award: Any = None,
) -> ResponseReturnValue:
    standing = direct_award_of(db.session, lot)
    again = rerun_of(db.session, lot)
    if standing is None and again is None and not has_failed(lot):
        abort(404)
    wrong = bool(reasons) or award is not None
    return (
        render_template(
            "contracts/failed.html",
            lot=lot,
            call_off=lot.call_off,
            again=again,
            standing=standing,
            step=next_step(direct.facts_of(db.session, standing)) if standing else None,
            made=contract_of(db.session, lot) if standing else None,
            rerun=rerun or RerunForm(formdata=None),
            award=award or direct_form(lot, members_of(db.session, lot.call_off.framework_id)),
            open_award=award is not None,
            market=lot.call_off.framework.regime == "pa2023-dynamic-market",
            reasons=reasons,
            wrong=award if award is not None and not reasons else None,
            error_title=wrong,
        ),
        422 if wrong else 200,
    )
