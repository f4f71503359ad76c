"""Ranking, recommendation, approval, letters, the award notice: the end of a procedure."""

import io

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.documents.services import content_of
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.types import CallOffPermission, CallOffState, LotState, PriceModel
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.exports import evaluation_workbook
from procurement.calloffs.evaluation.forms import RecommendForm, ReturnForm, recommend_form
from procurement.calloffs.evaluation.queries import cases as case_queries
from procurement.calloffs.evaluation.queries import letters as letter_queries
from procurement.calloffs.evaluation.queries import opened, results, scoped, scores, sheets
from procurement.calloffs.evaluation.rules import orders_of
from procurement.calloffs.evaluation.types import Ranked
from procurement.calloffs.evaluation.views.blueprint import (
    evaluation,
    find,
    refuse_in_conflict,
    require_declared,
    require_price_open,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@evaluation.get("/commissioning/<public_id>/ranking")
@requires(CallOffPermission.READ)
def ranking(public_id: str) -> ResponseReturnValue:
    """The computed totals with the formula, and the recommendation or its approval."""
    return _show(_priced(public_id))


@evaluation.get("/commissioning/<public_id>/ranking.xlsx")
@requires(CallOffPermission.READ)
def workbook(public_id: str) -> ResponseReturnValue:
    """The evaluation's arithmetic with live formulas, and every score with its reason."""
    call_off = _priced(public_id)
    refuse_in_conflict(call_off)
    panel = scores.panel_of(db.session, call_off)
    criteria, rule = sheets.sheet_criteria(call_off)
    assert call_off.tie_break is not None
    content = evaluation_workbook(
        call_off.title,
        sheets.lot_sheets(db.session, call_off, panel),
        criteria,
        rule,
        call_off.tie_break,
        sheets.score_rows(call_off, panel),
    )
    return send_file(
        io.BytesIO(content),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"evaluation-{public_id}.xlsx",
        max_age=0,
    )


@evaluation.post("/commissioning/<public_id>/recommendation")
@requires(CallOffPermission.RECOMMEND)
def recommend(public_id: str) -> ResponseReturnValue:
    """Recommend an award for every open lot."""
    call_off = _priced(public_id)
    require_declared(call_off)
    panel = scores.panel_of(db.session, call_off)
    form = _form(call_off, results.rankings(db.session, call_off, panel), panel)
    by_id = {bid.public_id: bid for bid in panel.bids}
    decisions = {}
    for lot in _open_lots(call_off):
        fields = form.of(lot)
        chosen = form.chosen(lot)
        if any(key not in by_id for key in chosen):
            fields["winner"].errors = [f"Choose who is recommended for lot {lot.number}"]
            continue
        decisions[lot.id] = services.LotDecision(
            bid=by_id[chosen[0]] if chosen else None,
            others=tuple(by_id[key] for key in chosen[1:]),
            reason=(fields["reason"].data or "").strip(),
            exclusion_checked=bool(fields["checked"].data),
            drawn=bool(fields["drawn"].data),
        )
    try:
        services.recommend(
            db.session, call_off=call_off, decisions=decisions, actor=current_actor(), now=clock.now()
        )
    except Refused as refusal:
        db.session.rollback()
        return _show(_priced(public_id), form, refusal.reasons)
    flash("Recommended. Another person must approve it.", "success")
    return redirect(url_for("evaluation.ranking", public_id=public_id))


@evaluation.post("/commissioning/<public_id>/approval")
@requires(CallOffPermission.APPROVE)
def approve(public_id: str) -> ResponseReturnValue:
    """Approve the recommended awards."""
    call_off = _priced(public_id)
    require_declared(call_off)
    try:
        services.approve_award(db.session, call_off=call_off, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _show(_priced(public_id), reasons=refusal.reasons)
    flash("Approved. Letters to every bidder come next.", "success")
    return redirect(url_for("evaluation.ranking", public_id=public_id))


@evaluation.post("/commissioning/<public_id>/return")
@requires(CallOffPermission.APPROVE)
def send_back(public_id: str) -> ResponseReturnValue:
    """Send the recommendation back with a reason."""
    call_off = _priced(public_id)
    require_declared(call_off)
    form = ReturnForm()
    try:
        services.return_recommendation(
            db.session,
            call_off=call_off,
            reason=(form.reason.data or "").strip(),
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show(_priced(public_id), reasons=refusal.reasons, return_form=form)
    flash("Sent back with your reason.", "success")
    return redirect(url_for("evaluation.ranking", public_id=public_id))


@evaluation.get("/commissioning/<public_id>/letters")
@requires(CallOffPermission.SEND_LETTERS)
def letters(public_id: str) -> ResponseReturnValue:
    """What each bidder will read, or was sent; then the notice and the standstill."""
    return _show_letters(_priced(public_id))


@evaluation.post("/commissioning/<public_id>/letters")
@requires(CallOffPermission.SEND_LETTERS)
def send_letters(public_id: str) -> ResponseReturnValue:
    """Have every letter made, to be sent all at once."""
    return _end(public_id, services.ask_for_letters, "The letters are being made. All are sent together.")


@evaluation.post("/commissioning/<public_id>/award-notice")
@requires(CallOffPermission.SEND_LETTERS)
def award_notice(public_id: str) -> ResponseReturnValue:
    """Publish the award notice."""
    return _end(public_id, services.publish_award_notice, "Award notice published.")


@evaluation.get("/bids/<bid>/letter.pdf")
@requires(CallOffPermission.READ_INVITED)
def own_letter(bid: str) -> ResponseReturnValue:
    """A bidder's own letter."""
    return _pdf(bid)


@evaluation.get("/commissioning/<public_id>/letters/<bid>.pdf")
@requires(CallOffPermission.READ)
def letter(public_id: str, bid: str) -> ResponseReturnValue:
    """A letter as it was sent."""
    find(public_id)
    return _pdf(bid)


def _pdf(bid: str) -> ResponseReturnValue:
    found = results.letter_of(db.session, actor=current_actor(), bid_public_id=bid)
    if found is None:
        abort(404)
    return send_file(
        io.BytesIO(content_of(found.document)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"letter-{bid}.pdf",
        max_age=0,
    )


def _priced(public_id: str) -> CallOff:
    call_off = find(public_id)
    require_price_open(call_off)
    return call_off


def _end(public_id: str, deed, words: str) -> ResponseReturnValue:
    call_off = _priced(public_id)
    require_declared(call_off)
    try:
        deed(db.session, call_off=call_off, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _show_letters(_priced(public_id), refusal.reasons)
    flash(words, "success")
    return redirect(url_for("evaluation.letters", public_id=public_id))


def _open_lots(call_off: CallOff) -> list[Lot]:
    return [lot for lot in call_off.lots if lot.state is LotState.OPEN]


def _form(call_off: CallOff, rankings: dict[int, tuple[Ranked, ...]], panel: scores.Panel) -> RecommendForm:
    """The best by rank may be recommended, as many as were published; a shared rank needs a recorded draw."""
    names = {bid.public_id: bid.supplier.name for bid in panel.bids}
    return recommend_form(
        {
            lot: [
                (",".join(order), _in_words(lot, [names[key] for key in order]))
                for order in orders_of(rankings[lot.id], lot.suppliers_wanted)
            ]
            for lot in _open_lots(call_off)
        }
    )


def _in_words(lot: Lot, names: list[str]) -> str:
    shares = services.shares_of_award(lot, len(names))
    if len(names) == 1:
        return names[0]
    return "; ".join(
        f"{place}. {name}" + (f" ({letter_queries.percent(share)})" if share is not None else "")
        for place, (name, share) in enumerate(zip(names, shares, strict=True), start=1)
    )


def _show(
    call_off: CallOff,
    form: RecommendForm | None = None,
    reasons: tuple[Reason, ...] = (),
    return_form: ReturnForm | None = None,
) -> ResponseReturnValue:
    panel = scores.panel_of(db.session, call_off)
    rankings = results.rankings(db.session, call_off, panel)
    if form is None and call_off.state is CallOffState.PRICE_OPENED:
        form = _form(call_off, rankings, panel)
    priced = call_off.price_model is PriceModel.UNIT_PRICE
    return (
        render_template(
            "evaluation/ranking.html",
            call_off=call_off,
            rankings=rankings,
            bids={bid.public_id: bid for bid in panel.bids},
            concerns=scoped.concerns_on(db.session, call_off, panel.bids),
            prompts={
                key: results.prompts_of(ranking, case_queries.low_price_tests(db.session, call_off))
                for key, ranking in rankings.items()
            },
            closeness=results.sensitivities(db.session, call_off, panel),
            names={str(criterion.id): criterion.name for criterion in call_off.criteria},
            awards=results.all_awards_of(db.session, call_off),
            shows_price=results.shows_price(call_off.price_formula),
            breakdowns=opened.opened_breakdown(db.session, call_off, panel.bids) if priced else {},
            unit_prices=opened.opened_prices(db.session, call_off, panel.bids) if priced else {},
            form=form,
            return_form=return_form or ReturnForm(formdata=None),
            reasons=reasons,
            error_title=bool(reasons),
        ),
        422 if reasons else 200,
    )


def _show_letters(call_off: CallOff, reasons: tuple[Reason, ...] = ()) -> ResponseReturnValue:
    sent = results.letters_of(db.session, call_off)
    run = letter_queries.letter_run_of(db.session, call_off)
    preview = {}
    if not sent and call_off.state is CallOffState.AWARD_APPROVED:
        preview = letter_queries.letter_contents(db.session, call_off, clock.now())
    shown = request.args.get("bid", "")
    return (
        render_template(
            "evaluation/letters.html",
            call_off=call_off,
            sent=sent,
            preview=preview,
            shown=shown,
            reasons=reasons,
            error_title=bool(reasons),
            moment=clock.now(),
            run=run,
            making=run is not None and letter_queries.is_under_way(run) and not sent,
        ),
        422 if reasons else 200,
    )
