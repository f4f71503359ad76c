"""The evaluator's workbench: one question across all bids, every step saved, scores submitted once."""

import io

from flask import abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.audit.services import record_view
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.edge import keep_despite_errors
from core.web.filters import format_time
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Criterion
from procurement.calloffs.drafting.types import CallOffPermission, CallOffState, Duty
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.forms import ScoresForm, scores_form
from procurement.calloffs.evaluation.queries import opened, scoped, scores
from procurement.calloffs.evaluation.rules import DEFAULT_SCALE
from procurement.calloffs.evaluation.types import EvaluationTag
from procurement.calloffs.evaluation.views.blueprint import (
    evaluation,
    find,
    require_declared,
    require_quality_open,
)


@evaluation.get("/commissioning/<public_id>/scoring")
@requires(CallOffPermission.EVALUATE)
def scoring(public_id: str) -> ResponseReturnValue:
    """The questions, and how far one has got with each."""
    call_off = _to_score(public_id)
    panel = scores.panel_of(db.session, call_off)
    person_id = current_actor().person_id or 0
    return render_template(
        "evaluation/scoring.html",
        call_off=call_off,
        panel=panel,
        person_id=person_id,
        drafts={
            criterion.id: scores.own_drafts(db.session, criterion_id=criterion.id, person_id=person_id)
            for criterion in call_off.criteria
        },
    )


@evaluation.get("/commissioning/<public_id>/scoring/<int:position>")
@requires(CallOffPermission.EVALUATE)
def workbench(public_id: str, position: int) -> ResponseReturnValue:
    """One question across all bids."""
    call_off, criterion = _question(public_id, position)
    bids = scoped.all_standing(db.session, call_off)
    record_view(
        db.session,
        EvaluationTag.BIDS_READ,
        actor=current_actor(),
        now=clock.now(),
        subject=call_off,
        chain=call_off.public_id,
        details={"criterion": position, "bids": len(bids)},
    )
    drafts = scores.own_drafts(db.session, criterion_id=criterion.id, person_id=_person())
    values = {}
    for bid in bids:
        draft = drafts.get(bid.id)
        if draft is not None:
            values[f"score-{bid.public_id}"] = "" if draft.score is None else str(int(draft.score))
            values[f"reason-{bid.public_id}"] = draft.reason
    return _show(call_off, criterion, bids, scores_form(_open(criterion, bids), values))


@evaluation.post("/commissioning/<public_id>/scoring/<int:position>")
@requires(CallOffPermission.EVALUATE)
def save_scores(public_id: str, position: int) -> ResponseReturnValue:
    """Save the drafts, or submit the scores for good."""
    call_off, criterion = _question(public_id, position)
    bids = scoped.all_standing(db.session, call_off)
    form = scores_form(_open(criterion, bids))
    what = {"call_off": call_off, "criterion": criterion, "actor": current_actor(), "now": clock.now()}
    try:
        services.save_drafts(db.session, given=form.given(_open(criterion, bids)), **what)
        if request.form.get("deed") == "submit":
            services.submit_scores(db.session, **what)
            flash(f"Your scores for {criterion.name} are submitted. They cannot be changed.", "success")
            return redirect(url_for("evaluation.scoring", public_id=public_id))
    except Refused as refusal:
        keep_despite_errors()
        _mark(form, bids, refusal.reasons)
        unplaced = tuple(reason for reason in refusal.reasons if "bid" not in reason.params)
        return _show(call_off, criterion, bids, form, unplaced, status=422)
    flash("Saved. Your scores are not submitted by saving.", "success")
    return redirect(url_for("evaluation.workbench", public_id=public_id, position=position))


@evaluation.post("/commissioning/<public_id>/scoring/<int:position>/autosave")
@requires(CallOffPermission.EVALUATE)
def autosave_scores(public_id: str, position: int) -> ResponseReturnValue:
    """Save drafts while they are being written; answers in JSON."""
    call_off, criterion = _question(public_id, position)
    bids = _open(criterion, scoped.all_standing(db.session, call_off))
    try:
        services.save_drafts(
            db.session,
            call_off=call_off,
            criterion=criterion,
            given=scores_form(bids).given(bids),
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused:
        return jsonify(message="Not saved: scoring is not open to you any more."), 422
    return jsonify(saved_at=format_time(clock.now()))


@evaluation.get("/commissioning/<public_id>/bids/<bid>/files/<address>")
@requires(CallOffPermission.EVALUATE)
def bid_file(public_id: str, bid: str, address: str) -> ResponseReturnValue:
    """A file of an opened bid."""
    call_off = _to_score(public_id)
    row = next((one for one in scoped.all_standing(db.session, call_off) if one.public_id == bid), None)
    if row is None:
        abort(404)
    found = opened.opened_file(
        db.session, opened.opened_quality(db.session, call_off, [row])[row.id], address
    )
    if found is None:
        abort(404)
    name, content = found
    record_view(
        db.session,
        EvaluationTag.BIDS_READ,
        actor=current_actor(),
        now=clock.now(),
        subject=call_off,
        chain=call_off.public_id,
        details={"bid": bid, "file": address},
    )
    return send_file(
        io.BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name,
        max_age=0,
    )


def _to_score(public_id: str) -> CallOff:
    """A call-off whose answers are open to this evaluator (or to the moderator, who reads them too)."""
    actor = current_actor()
    duties = (Duty.EVALUATOR, Duty.DRAFTER) if actor.may(CallOffPermission.MODERATE) else (Duty.EVALUATOR,)
    call_off = find(public_id, duties)
    require_declared(call_off)
    require_quality_open(call_off)
    return call_off


def _question(public_id: str, position: int) -> tuple[CallOff, Criterion]:
    call_off = _to_score(public_id)
    criterion = next((c for c in call_off.criteria if c.position == position), None)
    if criterion is None:
        abort(404)
    return call_off, criterion


def _person() -> int:
    return current_actor().person_id or 0


def _open(criterion: Criterion, bids: list[Bid]) -> list[Bid]:
    """The bids that one has not scored on the criterion."""
    scored = scores.own_scores(db.session, criterion_id=criterion.id, person_id=_person())
    return [bid for bid in bids if bid.id not in scored]


def _mark(form: ScoresForm, bids: list[Bid], reasons: tuple[Reason, ...]) -> None:
    """Put what is missing beside the bid that lacks it."""
    words = {
        "score_missing": (0, "Choose a score"),
        "score_without_reason": (1, "Give the reason for the score, in three words or more"),
        "score_off_the_scale": (0, f"Choose a score from 0 to {DEFAULT_SCALE.most}"),
    }
    by_id = {bid.public_id: bid for bid in bids}
    for reason in reasons:
        bid = by_id.get(reason.params.get("bid", ""))
        if bid is not None and reason.code in words:
            which, message = words[reason.code]
            field = form.of(bid)[which]
            field.errors = [*field.errors, f"{bid.supplier.name}: {message}"]


def _show(
    call_off: CallOff,
    criterion: Criterion,
    bids: list[Bid],
    form: ScoresForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    return (
        render_template(
            "evaluation/workbench.html",
            call_off=call_off,
            criterion=criterion,
            bids=bids,
            concerns=scoped.concerns_on(db.session, call_off, bids),
            opened=opened.opened_quality(db.session, call_off, bids),
            scored=scores.own_scores(db.session, criterion_id=criterion.id, person_id=_person()),
            form=form,
            reasons=reasons,
            evaluator=scoped.has_duty(call_off, _person(), Duty.EVALUATOR),
            open_for_scoring=call_off.state is CallOffState.QUALITY_OPENED,
            scale=DEFAULT_SCALE,
            error_title=status != 200,
        ),
        status,
    )
