"""Where an evaluation stands, and the officers' act of opening an envelope."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.queries import timeline
from procurement.calloffs.drafting.types import CallOffPermission, Duty, Envelope
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.queries import opened, results, scoped, scores
from procurement.calloffs.evaluation.rules import reasons_not_to_open
from procurement.calloffs.evaluation.services.opening import opening_facts
from procurement.calloffs.evaluation.views.blueprint import evaluation, find


@evaluation.get("/commissioning/<public_id>/evaluation")
@requires(CallOffPermission.READ)
def overview(public_id: str) -> ResponseReturnValue:
    """Every step from opening to contract: done, now, or later, and who acts."""
    call_off = find(public_id)
    return render_template(
        "evaluation/overview.html",
        call_off=call_off,
        releases=opened.releases_of(db.session, call_off),
        panel=scores.panel_of(db.session, call_off),
        evaluators=scoped.people_with(call_off, Duty.EVALUATOR),
        officers=scoped.people_with(call_off, Duty.OPENING_OFFICER),
        awards=results.all_awards_of(db.session, call_off),
        due={event.milestone.value: event for event in timeline(db.session, call_off, clock.now())},
        undeclared=sum(row.has_conflict is None for row in call_off.duties),
        moment=clock.now(),
    )


@evaluation.get("/commissioning/<public_id>/opening")
@requires(CallOffPermission.OPEN)
def opening(public_id: str) -> ResponseReturnValue:
    """The two envelopes, their officers, and what still keeps each shut."""
    return _show(_found(public_id))


@evaluation.post("/commissioning/<public_id>/opening/<any(quality, price):envelope>")
@requires(CallOffPermission.OPEN)
def release(public_id: str, envelope: str) -> ResponseReturnValue:
    """Release an envelope as one of its officers."""
    call_off = _found(public_id)
    try:
        is_open = services.release_envelope(
            db.session, call_off=call_off, envelope=Envelope(envelope), actor=current_actor()
        )
    except Refused as refusal:
        db.session.rollback()
        return _show(_found(public_id), refusal.reasons)
    if is_open:
        flash(f"The {envelope} envelope is open.", "success")
    else:
        flash("Your release is recorded. Another named officer must release it too.", "success")
    return redirect(url_for("evaluation.opening", public_id=public_id))


def _found(public_id: str) -> CallOff:
    if current_actor().may(CallOffPermission.READ):
        return find(public_id)
    return find(public_id, (Duty.OPENING_OFFICER,))


def _show(call_off: CallOff, reasons: tuple = ()) -> ResponseReturnValue:
    if call_off.deadline is None:
        abort(404)
    person_id = current_actor().person_id
    now = clock.now()
    officer = scoped.has_duty(call_off, person_id, Duty.OPENING_OFFICER)
    held = {
        envelope: [
            reason
            for reason in reasons_not_to_open(
                opening_facts(db.session, call_off, envelope, person_id if officer else None), now
            )
            if reason.code != "second_officer_needed"
        ]
        for envelope in Envelope
    }
    return (
        render_template(
            "evaluation/opening.html",
            call_off=call_off,
            releases=opened.releases_of(db.session, call_off),
            officers=scoped.people_with(call_off, Duty.OPENING_OFFICER),
            officer=officer,
            held=held,
            person_id=person_id,
            reasons=reasons,
            error_title=bool(reasons),
            moment=now,
        ),
        422 if reasons else 200,
    )
