"""Who would be invited, approving, publishing, and what may happen afterwards until the deadline."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.forms import DeadlineForm, DeclarationForm, FewMembersForm, ReasonForm
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.rules import CALL_OFF_STEPS
from procurement.calloffs.drafting.types import CallOffEvent, CallOffPermission, CallOffState, Duty
from procurement.calloffs.drafting.views.blueprint import calloffs, find, find_lot, find_readable
from procurement.calloffs.drafting.views.tasks import href_of, missing

BEFORE = (CallOffState.DRAFT, CallOffState.APPROVED)


@calloffs.get("/commissioning/<public_id>/invitations")
@requires(CallOffPermission.READ)
def preview(public_id: str) -> ResponseReturnValue:
    """For each lot, who would be invited and who not, and why; once published, who was."""
    return _show_preview(find_readable(public_id))


def _show_preview(call_off: CallOff, status: int = 200, **more: Any) -> ResponseReturnValue:
    published = call_off.published_at is not None
    return (
        render_template(
            "calloffs/preview.html",
            call_off=call_off,
            previews=[]
            if published
            else queries.invitation_preview(db.session, call_off, clock.now(), count_offers=True),
            invitations=queries.invitations_of_call_off(db.session, call_off) if published else {},
            names=queries.names(db.session, call_off),
            may_change=_may_change(call_off),
            error_title=status != 200,
            **more,
        ),
        status,
    )


def _may_change(call_off: CallOff) -> bool:
    actor = current_actor()
    return (
        actor.may(CallOffPermission.DRAFT)
        and call_off.state is CallOffState.DRAFT
        and services.declaration_of(call_off, actor) is False
    )


@calloffs.post("/commissioning/<public_id>/lots/<int:number>/few-members")
@requires(CallOffPermission.DRAFT)
def save_few_members(public_id: str, number: int) -> ResponseReturnValue:
    """Save why a lot is published although hardly anyone can be invited to it."""
    lot = find_lot(public_id, number)
    form = FewMembersForm()
    if not form.validate_on_submit():
        return _show_preview(lot.call_off, 422, form=form, lot_number=number)
    services.save_few_members_reason(
        db.session, lot=lot, actor=current_actor(), now=clock.now(), reason=(form.reason.data or "").strip()
    )
    flash(f"The reason for lot {number} was saved.", "success")
    return redirect(url_for("calloffs.preview", public_id=public_id, _anchor=f"lot-{number}"))


@calloffs.get("/commissioning/<public_id>/check")
@requires(CallOffPermission.READ)
def check(public_id: str) -> ResponseReturnValue:
    """The whole call-off as it would be published, for whoever approves or publishes it."""
    call_off = find_readable(public_id)
    if call_off.state not in BEFORE:
        return redirect(url_for("calloffs.overview", public_id=public_id))
    return show_check(call_off)


def show_check(call_off: CallOff, status: int = 200, refused: Any = ()) -> ResponseReturnValue:
    """Show the whole call-off, with why it was not approved or published."""
    now, actor = clock.now(), current_actor()
    previews = queries.invitation_preview(db.session, call_off, now)
    names_approver = any(
        row.duty is Duty.APPROVER and row.person_id == actor.person_id for row in call_off.duties
    )
    return (
        render_template(
            "calloffs/check.html",
            call_off=call_off,
            previews=previews,
            missing=missing(call_off, now, previews),
            refused=refused,
            href_of=href_of,
            names=queries.names(db.session, call_off),
            own=call_off.authority_id == actor.organisation_id,
            partner=next((p for p in call_off.partners if p.authority_id == actor.organisation_id), None),
            declaration=DeclarationForm(formdata=None),
            events=queries.timeline(db.session, call_off, now),
            declared=services.declaration_of(call_off, actor),
            is_approver=names_approver,
            error_title=status != 200,
        ),
        status,
    )


@calloffs.post("/commissioning/<public_id>/approve")
@requires(CallOffPermission.APPROVE)
def approve(public_id: str) -> ResponseReturnValue:
    """Approve the draft for publication."""
    call_off = find(public_id)
    try:
        services.approve(db.session, call_off=call_off, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        return show_check(call_off, 422, refusal.reasons)
    flash("You approved the call-off. A commissioner can publish it now.", "success")
    return redirect(url_for("calloffs.overview", public_id=public_id))


@calloffs.post("/commissioning/<public_id>/publish")
@requires(CallOffPermission.PUBLISH)
def publish(public_id: str) -> ResponseReturnValue:
    """Publish the call-off and invite every eligible member."""
    call_off = find(public_id)
    try:
        services.publish(db.session, call_off=call_off, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        return show_check(call_off, 422, refusal.reasons)
    flash("The call-off is published. Every invited supplier has been written to.", "success")
    return redirect(url_for("calloffs.overview", public_id=public_id))


def _extend(session: Any, *, form: DeadlineForm, **options: Any) -> None:
    services.move_deadline(session, deadline=form.deadline.data, reason=form.reason.data, **options)


def _with_reason(service: Callable[..., None]) -> Callable[..., None]:
    def act(session: Any, *, form: ReasonForm, **options: Any) -> None:
        service(session, reason=form.reason.data, **options)

    return act


CHANGES: dict[str, tuple[CallOffEvent | None, Callable[..., None]]] = {
    "return": (CallOffEvent.RETURN_TO_DRAFT, _with_reason(services.return_to_draft)),
    "pause": (CallOffEvent.PAUSE, _with_reason(services.pause)),
    "resume": (CallOffEvent.RESUME, _with_reason(services.resume)),
    "extend": (None, _extend),
    "cancel": (CallOffEvent.CANCEL, _with_reason(services.cancel)),
}


CHANGE = "/commissioning/<public_id>/change/<any(return, pause, resume, extend, cancel):kind>"


def _changeable(public_id: str, kind: str) -> CallOff:
    """The call-off, where this change can be made now; otherwise a page not found."""
    call_off = find(public_id)
    state = queries.state_on(call_off, clock.now())
    event = CHANGES[kind][0]
    if event is None:
        possible = state in (CallOffState.PUBLISHED, CallOffState.PAUSED)
    else:
        possible = (state, event) in CALL_OFF_STEPS[call_off.framework.regime]
    if not possible:
        flash("This cannot be done any more: the call-off has moved on.", "notice")
        abort(redirect(url_for("calloffs.overview", public_id=public_id)))
    return call_off


@calloffs.get(CHANGE)
@requires(CallOffPermission.PUBLISH)
def change(public_id: str, kind: str) -> ResponseReturnValue:
    """Ask for the reason of a change of course, and say what follows from it."""
    call_off = _changeable(public_id, kind)
    form = (
        DeadlineForm(formdata=None, data={"deadline": call_off.deadline})
        if kind == "extend"
        else ReasonForm()
    )
    return render_template("calloffs/change.html", call_off=call_off, kind=kind, form=form)


@calloffs.post(CHANGE)
@requires(CallOffPermission.PUBLISH)
def make_change(public_id: str, kind: str) -> ResponseReturnValue:
    """Make the change; everyone invited is told the same."""
    call_off = _changeable(public_id, kind)
    form = DeadlineForm() if kind == "extend" else ReasonForm()
    valid = form.validate_on_submit()
    if valid and kind == "extend" and form["deadline"].data is None:
        form["deadline"].errors = ["Enter the new deadline"]
        valid = False
    if not valid:
        return (
            render_template(
                "calloffs/change.html", call_off=call_off, kind=kind, form=form, error_title=True
            ),
            422,
        )
    try:
        CHANGES[kind][1](db.session, form=form, call_off=call_off, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        return (
            render_template(
                "calloffs/change.html",
                call_off=call_off,
                kind=kind,
                form=form,
                reasons=refusal.reasons,
                names=queries.names(db.session, call_off),
                error_title=True,
            ),
            422,
        )
    flash("Done. Everyone concerned is told.", "success")
    return redirect(url_for("calloffs.overview", public_id=public_id))
