"""Checks at award, challenges that hold a contract, and requests of bidders to be told more."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form as AnyForm

from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffPermission, LotState
from procurement.calloffs.evaluation.forms import ChallengeForm, CheckForm, DayForm, LiftForm
from procurement.calloffs.evaluation.queries import challenges, checks, results, scores
from procurement.calloffs.evaluation.services import checking
from procurement.calloffs.evaluation.views.blueprint import (
    evaluation,
    find,
    require_declared,
    require_price_open,
)


@evaluation.get("/commissioning/<public_id>/checks", endpoint="checks")
@requires(CallOffPermission.READ)
def show_checks(public_id: str) -> ResponseReturnValue:
    """What is checked again before the award, for each bid that may win, and what was found."""
    return _show_checks(_priced(public_id))


@evaluation.post("/commissioning/<public_id>/checks/<bid>/<party>")
@requires(CallOffPermission.RECOMMEND)
def check_party(public_id: str, bid: str, party: str) -> ResponseReturnValue:
    """Record what was found of one party."""
    call_off = _priced(public_id)
    require_declared(call_off)
    found = next((one for one in scores.panel_of(db.session, call_off).bids if one.public_id == bid), None)
    if found is None:
        abort(404)
    form = CheckForm()
    outcome = form.found()
    try:
        if outcome is None:
            raise Refused(Reason("outcome_not_chosen"))
        checking.check_party(
            db.session,
            call_off=call_off,
            bid=found,
            party=party,
            outcome=outcome,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show_checks(_priced(public_id), refusal.reasons, (bid, party, form))
    flash("Recorded.", "success")
    return redirect(url_for("evaluation.checks", public_id=public_id))


@evaluation.get("/commissioning/<public_id>/after-letters")
@requires(CallOffPermission.READ)
def after_letters(public_id: str) -> ResponseReturnValue:
    """Challenges and requests to be told more, and what each of them asks for by when."""
    return _show_after(_priced(public_id))


@evaluation.post("/commissioning/<public_id>/challenges")
@requires(CallOffPermission.SEND_LETTERS)
def record_challenge(public_id: str) -> ResponseReturnValue:
    """Record a challenge: from now on nothing is signed."""
    call_off = _priced(public_id)
    form = ChallengeForm()
    try:
        if not form.validate_on_submit() or form.received_on.data is None:
            raise Refused(*(() if form.errors else (Reason("day_not_given"),)))
        checking.record_challenge(
            db.session,
            call_off=call_off,
            received_on=form.received_on.data,
            summary=form.summary.data or "",
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show_after(_priced(public_id), refusal.reasons, {"challenge": form})
    flash("Recorded. No contract is signed until the challenge is lifted.", "success")
    return redirect(url_for("evaluation.after_letters", public_id=public_id))


@evaluation.post("/commissioning/<public_id>/challenges/<challenge>/lift")
@requires(CallOffPermission.SEND_LETTERS)
def lift_challenge(public_id: str, challenge: str) -> ResponseReturnValue:
    """Lift a challenge with the reason."""
    call_off = _priced(public_id)
    found = [row for row in challenges.challenges_of(db.session, call_off) if row.public_id == challenge]
    if not found:
        abort(404)
    form = LiftForm()
    try:
        checking.lift_challenge(
            db.session,
            call_off=call_off,
            challenge=found[0],
            reason=form.reason.data or "",
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show_after(_priced(public_id), refusal.reasons, {challenge: form})
    flash("Lifted.", "success")
    return redirect(url_for("evaluation.after_letters", public_id=public_id))


@evaluation.post("/commissioning/<public_id>/debriefs/<bid>")
@requires(CallOffPermission.SEND_LETTERS)
def ask_for_debrief(public_id: str, bid: str) -> ResponseReturnValue:
    """Record that a bidder asked to be told more."""
    call_off = _priced(public_id)
    found = next((one for one in scores.panel_of(db.session, call_off).bids if one.public_id == bid), None)
    if found is None:
        abort(404)
    form = DayForm(prefix=bid)
    try:
        if not form.validate_on_submit() or form.day.data is None:
            raise Refused(*(() if form.errors else (Reason("day_not_given"),)))
        checking.ask_for_debrief(
            db.session,
            call_off=call_off,
            bid=found,
            requested_on=form.day.data,
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show_after(_priced(public_id), refusal.reasons, {bid: form})
    flash("Recorded. The debrief is due within 15 days of the request.", "success")
    return redirect(url_for("evaluation.after_letters", public_id=public_id))


@evaluation.post("/commissioning/<public_id>/debriefs/<debrief>/given")
@requires(CallOffPermission.SEND_LETTERS)
def give_debrief(public_id: str, debrief: str) -> ResponseReturnValue:
    """Record on which day the bidder was told."""
    call_off = _priced(public_id)
    found = [row for row in challenges.debriefs_of(db.session, call_off) if row.public_id == debrief]
    if not found:
        abort(404)
    form = DayForm(prefix=debrief)
    try:
        if not form.validate_on_submit() or form.day.data is None:
            raise Refused(*(() if form.errors else (Reason("day_not_given"),)))
        checking.give_debrief(
            db.session,
            call_off=call_off,
            debrief=found[0],
            given_on=form.day.data,
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _show_after(_priced(public_id), refusal.reasons, {debrief: form})
    flash("Recorded.", "success")
    return redirect(url_for("evaluation.after_letters", public_id=public_id))


def _priced(public_id: str) -> CallOff:
    call_off = find(public_id)
    require_price_open(call_off)
    return call_off


def _candidates(call_off: CallOff) -> list[Bid]:
    """The bids that may win: the best of each open or recommended lot, one more than it has suppliers."""
    panel = scores.panel_of(db.session, call_off)
    by_key = {bid.public_id: bid for bid in panel.bids}
    ranked = results.rankings(db.session, call_off, panel)
    return [
        by_key[entry.key]
        for lot in call_off.lots
        if lot.state is not LotState.FAILED
        for entry in ranked[lot.id]
        if entry.rank is not None and entry.rank <= lot.suppliers_wanted + 1
    ]


def _show_checks(
    call_off: CallOff,
    reasons: tuple[Reason, ...] = (),
    typed: tuple[str, str, CheckForm] | None = None,
) -> ResponseReturnValue:
    bids = _candidates(call_off)
    parties = {bid.id: checks.parties_of(db.session, call_off, bid) for bid in bids}
    forms = {
        (bid.public_id, party.key): CheckForm(formdata=None) for bid in bids for party in parties[bid.id]
    }
    if typed is not None:
        forms[typed[0], typed[1]] = typed[2]
    return (
        render_template(
            "evaluation/checks.html",
            call_off=call_off,
            bids=bids,
            parties=parties,
            found=checks.checks_of(db.session, [bid.id for bid in bids]),
            forms=forms,
            may_check=call_off.state in checking.CHECKED_IN
            and current_actor().may(CallOffPermission.RECOMMEND),
            reasons=reasons,
            error_title=bool(reasons),
        ),
        422 if reasons else 200,
    )


def _show_after(
    call_off: CallOff, reasons: tuple[Reason, ...] = (), forms: dict[str, AnyForm] | None = None
) -> ResponseReturnValue:
    wrong = bool(reasons) or forms is not None
    bids = scores.panel_of(db.session, call_off).bids
    debriefs = challenges.debriefs_of(db.session, call_off)
    standing = challenges.challenges_of(db.session, call_off)
    shown: dict[str, AnyForm] = {"challenge": ChallengeForm(formdata=None)}
    shown |= {row.public_id: LiftForm(formdata=None) for row in standing}
    shown |= {bid.public_id: DayForm(formdata=None, prefix=bid.public_id) for bid in bids}
    shown |= {row.public_id: DayForm(formdata=None, prefix=row.public_id) for row in debriefs}
    return (
        render_template(
            "evaluation/after_letters.html",
            call_off=call_off,
            challenges=standing,
            debriefs=debriefs,
            due=challenges.debrief_due,
            bids=bids,
            forms=shown | (forms or {}),
            today=clock.today(),
            may_challenge=call_off.state in checking.CHALLENGED_IN,
            reasons=reasons,
            error_title=wrong,
            wrong=next(iter(forms.values())) if forms and not reasons else None,
        ),
        422 if wrong else 200,
    )
