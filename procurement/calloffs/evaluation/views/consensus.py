"""Moderation: the panel's progress, its scores side by side, the agreed score with its reason, the lock."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.models import CallOff, Criterion
from procurement.calloffs.drafting.types import CallOffPermission, CallOffState, Duty
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.forms import ConsensusForm
from procurement.calloffs.evaluation.queries import opened, scoped, scores
from procurement.calloffs.evaluation.rules import (
    reasons_not_to_complete_scoring,
    reasons_not_to_lock,
    spread,
)
from procurement.calloffs.evaluation.views.blueprint import (
    evaluation,
    find,
    require_declared,
    require_quality_open,
)


@evaluation.get("/commissioning/<public_id>/consensus")
@requires(CallOffPermission.MODERATE)
def consensus(public_id: str) -> ResponseReturnValue:
    """How far the panel is, question by question, and what keeps the next step."""
    return _show(_to_moderate(public_id))


@evaluation.post("/commissioning/<public_id>/scoring-completed")
@requires(CallOffPermission.MODERATE)
def complete(public_id: str) -> ResponseReturnValue:
    """End scoring; the panel's scores lie side by side from here."""
    call_off = _to_moderate(public_id)
    try:
        services.complete_scoring(db.session, call_off=call_off, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        return _show(call_off, refusal.reasons)
    flash("Scoring is over. Now agree a score on each question of each bid.", "success")
    return redirect(url_for("evaluation.consensus", public_id=public_id))


@evaluation.get("/commissioning/<public_id>/consensus/<int:position>/<bid>")
@requires(CallOffPermission.MODERATE)
def agreement(public_id: str, position: int, bid: str) -> ResponseReturnValue:
    """One answer, what each evaluator gave it and why, and the agreed score."""
    call_off, criterion = _agreeable(public_id, position)
    panel = scores.panel_of(db.session, call_off)
    row = next((one for one in panel.bids if one.public_id == bid), None)
    if row is None:
        abort(404)
    agreed = panel.consensus.get((criterion.id, row.id))
    form = ConsensusForm(data={"score": str(int(agreed.score)), "reason": agreed.reason} if agreed else None)
    form.on(criterion.scoring_scale)
    return _show_agreement(call_off, criterion, row, panel, form)


@evaluation.post("/commissioning/<public_id>/consensus/<int:position>/<bid>")
@requires(CallOffPermission.MODERATE)
def agree(public_id: str, position: int, bid: str) -> ResponseReturnValue:
    """Record the agreed score; an earlier one stays on record."""
    call_off, criterion = _agreeable(public_id, position)
    panel = scores.panel_of(db.session, call_off)
    row = next((one for one in panel.bids if one.public_id == bid), None)
    if row is None:
        abort(404)
    form = ConsensusForm().on(criterion.scoring_scale)
    try:
        services.agree(
            db.session,
            call_off=call_off,
            criterion=criterion,
            bid=row,
            score=form.agreed(),
            reason=(form.reason.data or "").strip(),
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        for reason in refusal.reasons:
            if reason.code in ("consensus_missing", "score_off_the_scale"):
                form.score.errors = ["Choose the agreed score"]
            elif reason.code == "consensus_without_reason":
                form.reason.errors = ["Give the reason for the agreed score, in three words or more"]
        others = tuple(reason for reason in refusal.reasons if not form.errors)
        return _show_agreement(call_off, criterion, row, panel, form, others, status=422)
    flash("Agreed score recorded.", "success")
    following = next(
        (one for one in panel.bids if one.id != row.id and (criterion.id, one.id) not in panel.consensus),
        None,
    )
    if following is not None:
        return redirect(
            url_for("evaluation.agreement", public_id=public_id, position=position, bid=following.public_id)
        )
    return redirect(url_for("evaluation.consensus", public_id=public_id))


@evaluation.post("/commissioning/<public_id>/quality-lock")
@requires(CallOffPermission.MODERATE)
def lock(public_id: str) -> ResponseReturnValue:
    """Lock quality, so that prices may be opened."""
    call_off = _to_moderate(public_id)
    try:
        services.lock_quality(db.session, call_off=call_off, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        return _show(call_off, refusal.reasons)
    flash("Quality is locked. Two officers can now open the prices.", "success")
    return redirect(url_for("evaluation.consensus", public_id=public_id))


def _to_moderate(public_id: str) -> CallOff:
    call_off = find(public_id)
    require_declared(call_off)
    require_quality_open(call_off)
    return call_off


def _agreeable(public_id: str, position: int) -> tuple[CallOff, Criterion]:
    call_off = _to_moderate(public_id)
    criterion = next((c for c in call_off.criteria if c.position == position), None)
    # Before scoring is over, nobody sees what another evaluator gave.
    if criterion is None or call_off.state is CallOffState.QUALITY_OPENED:
        abort(404)
    return call_off, criterion


def _show(call_off: CallOff, reasons: tuple[Reason, ...] = ()) -> ResponseReturnValue:
    panel = scores.panel_of(db.session, call_off)
    facts = panel.facts(call_off)
    missing: list[Reason] = []
    if call_off.state is CallOffState.QUALITY_OPENED:
        missing = reasons_not_to_complete_scoring(facts)
    elif call_off.state is CallOffState.QUALITY_SCORED:
        missing = reasons_not_to_lock(facts)
    return (
        render_template(
            "evaluation/consensus.html",
            call_off=call_off,
            panel=panel,
            evaluators=[
                duty
                for duty in scoped.people_with(call_off, Duty.EVALUATOR)
                if duty.person_id in panel.evaluators
            ],
            missing=missing,
            spread=spread,
            reasons=reasons,
            error_title=bool(reasons),
        ),
        422 if reasons else 200,
    )


def _show_agreement(
    call_off: CallOff,
    criterion: Criterion,
    bid,
    panel: scores.Panel,
    form: ConsensusForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    given = panel.standing(criterion.id, bid)
    return (
        render_template(
            "evaluation/agreement.html",
            call_off=call_off,
            criterion=criterion,
            bid=bid,
            opened=opened.opened_quality(db.session, call_off, [bid])[bid.id],
            given=given,
            overtaken=panel.overtaken(criterion.id, bid),
            panel=panel,
            spread=spread({person: int(score.score) for person, score in given.items()}),
            agreed=panel.consensus.get((criterion.id, bid.id)),
            form=form,
            reasons=reasons,
            error_title=status != 200,
            open_for_consensus=call_off.state is CallOffState.QUALITY_SCORED,
            scale=criterion.scoring_scale,
        ),
        status,
    )
