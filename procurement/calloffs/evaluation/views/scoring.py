"""The evaluator's workbench: a question across all bids, a bid across all questions, every step saved."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.audit.services import record_view
from core.db import db
from core.documents.types import Quarantined
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.edge import keep_despite_errors
from core.web.filters import format_time
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Criterion
from procurement.calloffs.drafting.types import CallOffPermission, CallOffState, Duty
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.forms import Line, ScoresForm, scores_form
from procurement.calloffs.evaluation.models import ScoreDraft
from procurement.calloffs.evaluation.queries import cases as case_queries
from procurement.calloffs.evaluation.queries import opened, scoped, scores
from procurement.calloffs.evaluation.queries.scores import Panel
from procurement.calloffs.evaluation.services.scoring import Given
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
    """The questions and the bids, and how far one has got with each."""
    call_off = _to_score(public_id)
    panel = scores.panel_of(db.session, call_off)
    drafts = scores.own_drafts(db.session, call_off=call_off, person_id=_person())
    return render_template(
        "evaluation/scoring.html",
        call_off=call_off,
        panel=panel,
        person_id=_person(),
        drafts=drafts,
        following=_next_unscored(call_off, panel, drafts),
        evaluator=scoped.has_duty(call_off, _person(), Duty.EVALUATOR),
    )


@evaluation.get("/commissioning/<public_id>/scoring/<int:position>")
@requires(CallOffPermission.EVALUATE)
def workbench(public_id: str, position: int) -> ResponseReturnValue:
    """One question across all bids."""
    call_off, criterion = _question(public_id, position)
    panel = scores.panel_of(db.session, call_off)
    bids = _readable(call_off, panel, [criterion])
    _tell_read(call_off, {"criterion": position, "bids": len(bids)})
    drafts = scores.own_drafts(db.session, call_off=call_off, person_id=_person())
    lines = _lines_across_bids(panel, criterion)
    values = _values({line.key: drafts.get((criterion.id, bid.id)) for line, bid in lines})
    return _show(call_off, criterion, panel, scores_form([line for line, _bid in lines], values))


@evaluation.post("/commissioning/<public_id>/scoring/<int:position>")
@requires(CallOffPermission.EVALUATE)
def save_scores(public_id: str, position: int) -> ResponseReturnValue:
    """Save the drafts, or submit the scores for good."""
    call_off, criterion = _question(public_id, position)
    panel = scores.panel_of(db.session, call_off)
    lines = _lines_across_bids(panel, criterion)
    form = scores_form([line for line, _bid in lines])
    what = {"call_off": call_off, "criterion": criterion, "actor": current_actor(), "now": clock.now()}
    try:
        services.save_drafts(db.session, given=_by_id(form, lines), **what)
        if request.form.get("deed") == "submit":
            services.submit_scores(db.session, **what)
            flash(f"Your scores for {criterion.name} are submitted. They cannot be changed.", "success")
            return redirect(url_for("evaluation.scoring", public_id=public_id))
    except Refused as refusal:
        keep_despite_errors()
        _mark(form, "bid", refusal.reasons)
        unplaced = tuple(reason for reason in refusal.reasons if "bid" not in reason.params)
        return _show(call_off, criterion, panel, form, unplaced, status=422)
    flash("Saved. Your scores are not submitted by saving.", "success")
    return redirect(url_for("evaluation.workbench", public_id=public_id, position=position))


@evaluation.post("/commissioning/<public_id>/scoring/<int:position>/autosave")
@requires(CallOffPermission.EVALUATE)
def autosave_scores(public_id: str, position: int) -> ResponseReturnValue:
    """Save drafts on a question while they are being written; answers in JSON."""
    call_off, criterion = _question(public_id, position)
    lines = _lines_across_bids(scores.panel_of(db.session, call_off), criterion)
    given = _by_id(scores_form([line for line, _bid in lines]), lines)
    return _autosaved(services.save_drafts, call_off=call_off, criterion=criterion, given=given)


@evaluation.get("/commissioning/<public_id>/scoring/bids/<bid>")
@requires(CallOffPermission.EVALUATE)
def bid_workbench(public_id: str, bid: str) -> ResponseReturnValue:
    """One bid across all questions."""
    call_off, panel, row = _bid(public_id, bid)
    _tell_read(call_off, {"bid": bid, "questions": len(call_off.criteria)})
    drafts = scores.own_drafts(db.session, call_off=call_off, person_id=_person())
    lines = _lines_across_questions(call_off, panel, row)
    values = _values({line.key: drafts.get((criterion.id, row.id)) for line, criterion in lines})
    return _show_bid(call_off, panel, row, scores_form([line for line, _criterion in lines], values))


@evaluation.post("/commissioning/<public_id>/scoring/bids/<bid>")
@requires(CallOffPermission.EVALUATE)
def save_bid_scores(public_id: str, bid: str) -> ResponseReturnValue:
    """Save the drafts on a bid, or submit its scores for good."""
    call_off, panel, row = _bid(public_id, bid)
    lines = _lines_across_questions(call_off, panel, row)
    form = scores_form([line for line, _criterion in lines])
    what = {"call_off": call_off, "bid": row, "actor": current_actor(), "now": clock.now()}
    try:
        services.save_bid_drafts(db.session, given=_by_id(form, lines), **what)
        if request.form.get("deed") == "submit":
            services.submit_bid_scores(db.session, **what)
            flash(f"Your scores for {row.supplier.name} are submitted. They cannot be changed.", "success")
            return redirect(url_for("evaluation.scoring", public_id=public_id))
    except Refused as refusal:
        keep_despite_errors()
        _mark(form, "position", refusal.reasons)
        unplaced = tuple(reason for reason in refusal.reasons if "position" not in reason.params)
        return _show_bid(call_off, panel, row, form, unplaced, status=422)
    flash("Saved. Your scores are not submitted by saving.", "success")
    return redirect(url_for("evaluation.bid_workbench", public_id=public_id, bid=bid))


@evaluation.post("/commissioning/<public_id>/scoring/bids/<bid>/autosave")
@requires(CallOffPermission.EVALUATE)
def autosave_bid_scores(public_id: str, bid: str) -> ResponseReturnValue:
    """Save drafts on a bid while they are being written; answers in JSON."""
    call_off, panel, row = _bid(public_id, bid)
    lines = _lines_across_questions(call_off, panel, row)
    given = _by_id(scores_form([line for line, _criterion in lines]), lines)
    return _autosaved(services.save_bid_drafts, call_off=call_off, bid=row, given=given)


@evaluation.get("/commissioning/<public_id>/bids/<bid>/files/<address>")
@requires(CallOffPermission.EVALUATE)
def bid_file(public_id: str, bid: str, address: str) -> ResponseReturnValue:
    """A file of an opened bid."""
    call_off = _to_score(public_id)
    panel = scores.panel_of(db.session, call_off)
    row = next((one for one in _readable(call_off, panel, call_off.criteria) if one.public_id == bid), None)
    if row is None:
        abort(404)
    quality = opened.opened_quality(db.session, call_off, [row])[row.id]
    try:
        found = opened.opened_file(db.session, quality, address)
    except Quarantined:
        flash("The file cannot be opened: the virus scanner has not cleared it.", "important")
        return redirect(url_for("evaluation.bid_workbench", public_id=public_id, bid=bid))
    if found is None:
        abort(404)
    name, content = found
    _tell_read(call_off, {"bid": bid, "file": address})
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


def _bid(public_id: str, bid: str) -> tuple[CallOff, Panel, Bid]:
    call_off = _to_score(public_id)
    panel = scores.panel_of(db.session, call_off)
    row = next((one for one in _readable(call_off, panel, call_off.criteria) if one.public_id == bid), None)
    if row is None:
        abort(404)
    return call_off, panel, row


def _person() -> int:
    return current_actor().person_id or 0


def _readable(call_off: CallOff, panel: Panel, criteria: Sequence[Criterion]) -> list[Bid]:
    """The bids that one is asked to score on these questions; the moderator, who scores none, reads all."""
    if not scoped.has_duty(call_off, _person(), Duty.EVALUATOR):
        return list(panel.bids)
    asked = {bid.id for criterion in criteria for bid in panel.asked_of(_person(), criterion.id)}
    return [bid for bid in panel.bids if bid.id in asked]


def _lines_across_bids(panel: Panel, criterion: Criterion) -> list[tuple[Line, Bid]]:
    """What one owes on a question."""
    return [
        (Line(bid.public_id, bid.supplier.name, criterion.scoring_scale), bid)
        for bid in panel.owed_by(_person(), criterion.id)
    ]


def _lines_across_questions(call_off: CallOff, panel: Panel, bid: Bid) -> list[tuple[Line, Criterion]]:
    """What one owes on a bid."""
    return [
        (Line(str(criterion.position), criterion.name, criterion.scoring_scale), criterion)
        for criterion in call_off.criteria
        if bid.id in {one.id for one in panel.owed_by(_person(), criterion.id)}
    ]


def _values(drafts: Mapping[str, ScoreDraft | None]) -> dict[str, str]:
    values = {}
    for key, draft in drafts.items():
        if draft is not None:
            values[f"score-{key}"] = "" if draft.score is None else str(int(draft.score))
            values[f"reason-{key}"] = draft.reason
    return values


def _by_id(form: ScoresForm, lines: Sequence[tuple[Line, Any]]) -> dict[int, Given]:
    given = form.given()
    return {row.id: given[line.key] for line, row in lines}


def _autosaved(save: Callable[..., None], **what: Any) -> ResponseReturnValue:
    try:
        save(db.session, actor=current_actor(), now=clock.now(), **what)
    except Refused:
        return jsonify(message="Not saved: scoring is not open to you any more."), 422
    return jsonify(saved_at=format_time(clock.now()))


def _tell_read(call_off: CallOff, details: dict[str, Any]) -> None:
    record_view(
        db.session,
        EvaluationTag.BIDS_READ,
        actor=current_actor(),
        now=clock.now(),
        subject=call_off,
        chain=call_off.public_id,
        details=details,
    )


def _next_unscored(
    call_off: CallOff, panel: Panel, drafts: Mapping[scores.Place, ScoreDraft], after: int = 0
) -> Criterion | None:
    """The next question, after a position and then from the start, with a bid one has given no score yet."""
    open_ones = [
        criterion
        for criterion in call_off.criteria
        if any(
            (draft := drafts.get((criterion.id, bid.id))) is None or draft.score is None
            for bid in panel.owed_by(_person(), criterion.id)
        )
    ]
    return next((one for one in open_ones if one.position > after), open_ones[0] if open_ones else None)


def _mark(form: ScoresForm, key: str, reasons: tuple[Reason, ...]) -> None:
    """Put what is missing beside the line that lacks it."""
    lines = {line.key: line for line in form.lines}
    for reason in reasons:
        line = lines.get(str(reason.params.get(key, "")))
        if line is None:
            continue
        words = {
            "score_missing": (0, "Choose a score"),
            "score_without_reason": (1, "Give the reason for the score, in three words or more"),
            "score_off_the_scale": (0, f"Choose a score from 0 to {line.scale.most}"),
        }
        if reason.code in words:
            which, message = words[reason.code]
            field = form.of(line.key)[which]
            field.errors = [*field.errors, f"{line.name}: {message}"]


def _show(
    call_off: CallOff,
    criterion: Criterion,
    panel: Panel,
    form: ScoresForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    bids = _readable(call_off, panel, [criterion])
    drafts = scores.own_drafts(db.session, call_off=call_off, person_id=_person())
    return (
        render_template(
            "evaluation/workbench.html",
            call_off=call_off,
            criterion=criterion,
            bids=bids,
            concerns=scoped.concerns_on(db.session, call_off, bids),
            opened=opened.opened_quality(db.session, call_off, bids),
            scored={bid.id: panel.standing(criterion.id, bid).get(_person()) for bid in bids},
            explained=case_queries.explanations(db.session, bids),
            following=_next_unscored(call_off, panel, drafts, criterion.position),
            form=form,
            reasons=reasons,
            person_id=_person(),
            evaluator=scoped.has_duty(call_off, _person(), Duty.EVALUATOR),
            open_for_scoring=call_off.state is CallOffState.QUALITY_OPENED,
            scale=criterion.scoring_scale,
            error_title=status != 200,
        ),
        status,
    )


def _show_bid(
    call_off: CallOff,
    panel: Panel,
    bid: Bid,
    form: ScoresForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    evaluator = scoped.has_duty(call_off, _person(), Duty.EVALUATOR)
    bids = _readable(call_off, panel, call_off.criteria)
    place = [one.id for one in bids].index(bid.id)
    return (
        render_template(
            "evaluation/bid_workbench.html",
            call_off=call_off,
            bid=bid,
            # Whoever scores some questions of a bid reads those answers and no others.
            criteria=[
                criterion
                for criterion in call_off.criteria
                if not evaluator or _person() in panel.seats_at(criterion.id, bid)
            ],
            concerns=scoped.concerns_on(db.session, call_off, [bid]),
            opened=opened.opened_quality(db.session, call_off, [bid])[bid.id],
            explained=case_queries.explanations(db.session, [bid])[bid.id],
            scored={
                criterion.id: panel.standing(criterion.id, bid).get(_person())
                for criterion in call_off.criteria
            },
            before=bids[place - 1] if place else None,
            after=bids[place + 1] if place + 1 < len(bids) else None,
            form=form,
            reasons=reasons,
            person_id=_person(),
            evaluator=evaluator,
            open_for_scoring=call_off.state is CallOffState.QUALITY_OPENED,
            error_title=status != 200,
        ),
        status,
    )
