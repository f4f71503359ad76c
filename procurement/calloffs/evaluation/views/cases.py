"""After opening, for the authority: what happened to each bid, and the deeds that change it."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.forms import CorrectionForm, DecisionForm, InquiryForm, RemovalForm
from procurement.calloffs.evaluation.models import BidInquiry
from procurement.calloffs.evaluation.queries import cases as case_queries
from procurement.calloffs.evaluation.queries import opened, results, scoped, scores
from procurement.calloffs.evaluation.types import REMOVAL_WORDS, CorrectionRule, InquiryKind, NoBid, Prompt
from procurement.calloffs.evaluation.views.blueprint import (
    PRICE_IS_OPEN,
    evaluation,
    find,
    refuse_in_conflict,
    require_declared,
    require_price_open,
    require_quality_open,
)


@evaluation.get("/commissioning/<public_id>/after-opening")
@requires(CallOffPermission.READ)
def after_opening_of(public_id: str) -> ResponseReturnValue:
    """Every bid with what was asked, answered, corrected and decided since it was opened."""
    call_off = _opened(public_id)
    bids = scoped.all_standing(db.session, call_off)
    removals = case_queries.removals_of(db.session, call_off)
    everyone = [*bids, *(row.bid for row in removals.values())]
    asked: dict[int, list[BidInquiry]] = {bid.id: [] for bid in everyone}
    for row in case_queries.inquiries_of(db.session, call_off):
        asked[row.bid_id].append(row)
    priced = call_off.state in PRICE_IS_OPEN
    return render_template(
        "evaluation/after_opening.html",
        call_off=call_off,
        bids=everyone,
        removals=removals,
        removal_words=REMOVAL_WORDS,
        asked=asked,
        corrections=case_queries.corrections_of(db.session, everyone) if priced else {},
        prompts=_prompts(call_off) if priced else {},
        priced=priced,
    )


@evaluation.get("/commissioning/<public_id>/after-opening/<bid>/ask/<any(clarification, low_price):kind>")
@requires(CallOffPermission.RECOMMEND)
def ask(public_id: str, bid: str, kind: str) -> ResponseReturnValue:
    """What to ask the bidder, with the figures that raise it."""
    call_off, row = _bid(public_id, bid)
    return _show_ask(call_off, row, InquiryKind(kind), InquiryForm(formdata=None))


@evaluation.post("/commissioning/<public_id>/after-opening/<bid>/ask/<any(clarification, low_price):kind>")
@requires(CallOffPermission.RECOMMEND)
def send_question(public_id: str, bid: str, kind: str) -> ResponseReturnValue:
    """Ask."""
    call_off, row = _bid(public_id, bid)
    form = InquiryForm()
    if not form.validate():
        return _show_ask(call_off, row, InquiryKind(kind), form, status=422)
    criterion = next((c for c in call_off.criteria if str(c.position) == form.criterion.data), None)
    prompt = _prompts(call_off).get(row.public_id) if kind == InquiryKind.LOW_PRICE else None

    def deed(call_off: CallOff, row: Bid) -> None:
        services.ask_bidder(
            db.session,
            call_off=call_off,
            bid=row,
            kind=InquiryKind(kind),
            question=(form.question.data or "").strip(),
            answer_by=form.answer_by.data,
            criterion=criterion if kind == InquiryKind.CLARIFICATION else None,
            facts=_facts(prompt),
            actor=current_actor(),
            now=clock.now(),
        )

    def again(call_off: CallOff, row: Bid, reasons: tuple[Reason, ...]) -> ResponseReturnValue:
        return _show_ask(call_off, row, InquiryKind(kind), form, reasons, 422)

    return _do(public_id, bid, deed, again, "Asked. The bidder was written to.")


@evaluation.get("/commissioning/<public_id>/after-opening/<bid>/questions/<inquiry>")
@requires(CallOffPermission.READ)
def inquiry_of(public_id: str, bid: str, inquiry: str) -> ResponseReturnValue:
    """A question with its answer and the decision."""
    call_off, row = _bid(public_id, bid)
    return _show_inquiry(call_off, _inquiry(row, inquiry), DecisionForm(formdata=None))


@evaluation.post("/commissioning/<public_id>/after-opening/<bid>/questions/<inquiry>")
@requires(CallOffPermission.RECOMMEND)
def decide(public_id: str, bid: str, inquiry: str) -> ResponseReturnValue:
    """Accept the answer, or not."""
    form = DecisionForm()
    _bid(public_id, bid)

    def deed(call_off: CallOff, row: Bid) -> None:
        services.decide_answer(
            db.session,
            call_off=call_off,
            inquiry=_inquiry(row, inquiry),
            accepted=form.chosen(),
            reason=(form.reason.data or "").strip(),
            actor=current_actor(),
            now=clock.now(),
        )

    def again(call_off: CallOff, row: Bid, reasons: tuple[Reason, ...]) -> ResponseReturnValue:
        return _show_inquiry(call_off, _inquiry(row, inquiry), form, reasons)

    return _do(public_id, bid, deed, again, "Your decision is recorded.")


@evaluation.get("/commissioning/<public_id>/after-opening/<bid>/correction")
@requires(CallOffPermission.RECOMMEND)
def correction(public_id: str, bid: str) -> ResponseReturnValue:
    """The prices of a bid, to correct one."""
    call_off, row = _bid(public_id, bid)
    require_price_open(call_off)
    return _show_correction(call_off, row, CorrectionForm(formdata=None))


@evaluation.post("/commissioning/<public_id>/after-opening/<bid>/correction")
@requires(CallOffPermission.RECOMMEND)
def correct(public_id: str, bid: str) -> ResponseReturnValue:
    """Correct it."""
    call_off, row = _bid(public_id, bid)
    require_price_open(call_off)
    form = CorrectionForm()
    if not form.validate():
        return _show_correction(call_off, row, form, status=422)

    def deed(call_off: CallOff, row: Bid) -> None:
        lot = next(one for one in call_off.lots if one.id == row.lot_id)
        volume = next((one for one in lot.volumes if str(one.id) == form.service.data), None)
        if volume is None:
            raise Refused(Reason("price_not_chosen"))
        services.correct_price(
            db.session,
            call_off=call_off,
            bid=row,
            volume=volume,
            rule=next((one for one in CorrectionRule if one.value == form.rule.data), None),
            after=form.after.data,
            reason=(form.reason.data or "").strip(),
            actor=current_actor(),
            now=clock.now(),
        )

    def again(call_off: CallOff, row: Bid, reasons: tuple[Reason, ...]) -> ResponseReturnValue:
        return _show_correction(call_off, row, form, reasons, 422)

    return _do(public_id, bid, deed, again, "Corrected. The bidder was told, and the ranking was made anew.")


@evaluation.get("/commissioning/<public_id>/after-opening/<bid>/removal")
@requires(CallOffPermission.RECOMMEND)
def removal(public_id: str, bid: str) -> ResponseReturnValue:
    """Why the bid would be evaluated no more."""
    call_off, row = _bid(public_id, bid)
    return _show_removal(call_off, row, RemovalForm(formdata=None))


@evaluation.post("/commissioning/<public_id>/after-opening/<bid>/removal")
@requires(CallOffPermission.RECOMMEND)
def remove(public_id: str, bid: str) -> ResponseReturnValue:
    """Set it aside, or record its withdrawal."""
    form = RemovalForm()
    _bid(public_id, bid)

    def deed(call_off: CallOff, row: Bid) -> None:
        services.remove_bid(
            db.session,
            call_off=call_off,
            bid=row,
            cause=next((one for one in NoBid if one.value == form.cause.data), None),
            reason=(form.reason.data or "").strip(),
            exception_reason=(form.exception_reason.data or "").strip(),
            actor=current_actor(),
            now=clock.now(),
        )

    def again(call_off: CallOff, row: Bid, reasons: tuple[Reason, ...]) -> ResponseReturnValue:
        return _show_removal(call_off, row, form, reasons)

    return _do(public_id, bid, deed, again, "Recorded. The bid is evaluated no more.")


def _opened(public_id: str) -> CallOff:
    call_off = find(public_id)
    if current_actor().may(CallOffPermission.RECOMMEND):
        require_declared(call_off)
    refuse_in_conflict(call_off)
    require_quality_open(call_off)
    return call_off


def _bid(public_id: str, bid: str) -> tuple[CallOff, Bid]:
    """A bid of the call-off, one that was removed too."""
    call_off = _opened(public_id)
    removed = [row.bid for row in case_queries.removals_of(db.session, call_off).values()]
    everyone = [*scoped.all_standing(db.session, call_off), *removed]
    row = next((one for one in everyone if one.public_id == bid), None)
    if row is None:
        abort(404)
    return call_off, row


def _inquiry(bid: Bid, public_id: str) -> BidInquiry:
    found = next(
        (row for row in case_queries.inquiries_about(db.session, bid) if row.public_id == public_id), None
    )
    if found is None:
        abort(404)
    return found


def _do(
    public_id: str,
    bid: str,
    deed: Callable[[CallOff, Bid], None],
    again: Callable[[CallOff, Bid, tuple[Reason, ...]], ResponseReturnValue],
    words: str,
) -> ResponseReturnValue:
    try:
        deed(*_bid(public_id, bid))
    except Refused as refusal:
        db.session.rollback()
        return again(*_bid(public_id, bid), refusal.reasons)
    flash(words, "success")
    return redirect(url_for("evaluation.after_opening_of", public_id=public_id))


def _prompts(call_off: CallOff) -> dict[str, Prompt]:
    if call_off.state not in PRICE_IS_OPEN:
        return {}
    tests = case_queries.low_price_tests(db.session, call_off)
    ranked = results.rankings(db.session, call_off, scores.panel_of(db.session, call_off))
    return {
        key: prompt
        for ranking in ranked.values()
        for key, prompt in results.prompts_of(ranking, tests).items()
    }


def _facts(prompt: Prompt | None) -> dict[str, str]:
    if prompt is None:
        return {}
    figures = {"below_mean": prompt.below_mean, "below_next": prompt.below_next}
    return {name: str(value) for name, value in figures.items() if value is not None}


def _page(name: str, reasons: tuple[Reason, ...], status: int, **values: Any) -> ResponseReturnValue:
    page = render_template(name, reasons=reasons, error_title=status != 200, moment=clock.now(), **values)
    return page, status


def _show_ask(
    call_off: CallOff,
    bid: Bid,
    kind: InquiryKind,
    form: InquiryForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    form.criterion.choices = [
        ("", "The bid as a whole"),
        *((str(c.position), c.name) for c in call_off.criteria),
    ]
    prompt = _prompts(call_off).get(bid.public_id) if kind is InquiryKind.LOW_PRICE else None
    values = {"call_off": call_off, "bid": bid, "kind": kind, "form": form, "prompt": prompt}
    return _page("evaluation/ask.html", reasons, status, **values)


def _show_inquiry(
    call_off: CallOff, inquiry: BidInquiry, form: DecisionForm, reasons: tuple[Reason, ...] = ()
) -> ResponseReturnValue:
    low = inquiry.kind is InquiryKind.LOW_PRICE
    form.accepted.choices = [
        (
            "yes",
            "The price is explained: the bid stays" if low else "It explains the bid: evaluators read it",
        ),
        (
            "no",
            "The price is not explained: the bid is set aside"
            if low
            else "It would improve the bid, or says nothing: it is disregarded",
        ),
    ]
    return _page(
        "evaluation/inquiry.html",
        reasons,
        422 if reasons else 200,
        call_off=call_off,
        inquiry=inquiry,
        form=form,
    )


def _show_correction(
    call_off: CallOff,
    bid: Bid,
    form: CorrectionForm,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    prices = opened.opened_prices(db.session, call_off, [bid])[bid.id]
    lot = next(one for one in call_off.lots if one.id == bid.lot_id)
    form.service.choices = [
        (
            str(volume.id),
            f"{volume.need_area.name}, {volume.complexity} complexity: "
            f"£{prices[volume.need_area.code, str(volume.complexity)]:,.2f} for one person, "
            f"{volume.people_a_year} people a year",
        )
        for volume in lot.volumes
        if (volume.need_area.code, str(volume.complexity)) in prices
    ]
    values = {"call_off": call_off, "bid": bid, "form": form}
    return _page("evaluation/correction.html", reasons, status, **values)


def _show_removal(
    call_off: CallOff, bid: Bid, form: RemovalForm, reasons: tuple[Reason, ...] = ()
) -> ResponseReturnValue:
    application = results.application_of(db.session, call_off, bid)
    values = {"call_off": call_off, "bid": bid, "form": form, "application": application}
    return _page("evaluation/removal.html", reasons, 422 if reasons else 200, **values)
