"""The people of a call-off: duties given by a drafter, and each one's own declaration."""

from urllib.parse import urlsplit

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.accounts.models import Person
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires, signed_in
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.forms import DeclarationForm, PersonForm
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffPermission, CallOffState, Duty
from procurement.calloffs.drafting.views.blueprint import calloffs, find_draft
from procurement.calloffs.drafting.views.steps import still_missing

DEED_OF = {
    Duty.OPENING_OFFICER: CallOffPermission.OPEN,
    Duty.EVALUATOR: CallOffPermission.EVALUATE,
    Duty.APPROVER: CallOffPermission.APPROVE,
}
"""What someone must be permitted to do before they can be given a duty."""


def candidates(duty: Duty) -> list[Person]:
    """The people of the actor's authority whose roles permit a duty, by name."""
    roles = [
        role.code for role in current_app.extensions["roles"].values() if DEED_OF[duty] in role.permissions
    ]
    return list(
        queries.people_with_roles(
            db.session,
            organisation_ids=[current_actor().organisation_id or 0],
            roles=roles,
            day=clock.today(),
        )
    )


def _show(call_off: CallOff, status: int = 200, **more) -> ResponseReturnValue:
    return (
        render_template(
            "calloffs/people.html",
            call_off=call_off,
            candidates={duty: candidates(duty) for duty in DEED_OF},
            missing=still_missing(call_off, "people"),
            names=queries.names(db.session, call_off),
            error_title=status != 200,
            **more,
        ),
        status,
    )


@calloffs.get("/commissioning/<public_id>/people")
@requires(CallOffPermission.DRAFT)
def people(public_id: str) -> ResponseReturnValue:
    """Who has which duty, and what they have declared."""
    return _show(find_draft(public_id))


@calloffs.post("/commissioning/<public_id>/people")
@requires(CallOffPermission.DRAFT)
def assign(public_id: str) -> ResponseReturnValue:
    """Give someone a duty."""
    call_off = find_draft(public_id)
    form = PersonForm()
    duty = next((duty for duty in DEED_OF if duty.value == form.duty.data), None)
    if duty is None:
        return _show(call_off, 422, reasons=[Reason("nobody_chosen")])
    known = {person.public_id: person for person in candidates(duty)}
    person = known.get(request.form.get("person", ""))
    if person is None:
        return _show(call_off, 422, reasons=[Reason("nobody_chosen")])
    try:
        services.assign_duty(
            db.session, call_off=call_off, actor=current_actor(), now=clock.now(), person=person, duty=duty
        )
    except Refused as refusal:
        return _show(call_off, 422, reasons=refusal.reasons)
    return redirect(url_for("calloffs.people", public_id=public_id))


@calloffs.post("/commissioning/<public_id>/people/<int:duty_id>/release")
@requires(CallOffPermission.DRAFT)
def release(public_id: str, duty_id: int) -> ResponseReturnValue:
    """Take a duty from someone."""
    call_off = find_draft(public_id)
    duty = next((row for row in call_off.duties if row.id == duty_id), None)
    if duty is None:
        abort(404)
    try:
        services.release_duty(db.session, duty=duty, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        return _show(call_off, 422, reasons=refusal.reasons)
    return redirect(url_for("calloffs.people", public_id=public_id))


@calloffs.get("/duties")
@signed_in
def duties() -> ResponseReturnValue:
    """The call-offs in which the person has a duty, and what waits for them."""
    return render_template(
        "calloffs/duties.html",
        call_offs=queries.duties_of(db.session, actor=current_actor()),
        person_id=current_actor().person_id,
    )


def _to_declare(public_id: str) -> CallOff:
    """A call-off where the person has a duty, or a draft of their authority that they may join."""
    actor = current_actor()
    call_off = queries.call_off_with_duty(db.session, actor=actor, public_id=public_id)
    if call_off is None and actor.may(CallOffPermission.DRAFT):
        call_off = queries.call_off_of(db.session, actor=actor, public_id=public_id)
        if call_off is not None and call_off.state is not CallOffState.DRAFT:
            call_off = None
    if call_off is None:
        abort(404)
    return call_off


def _show_declaration(call_off: CallOff, form: DeclarationForm, status: int = 200, **more):
    own = [row for row in call_off.duties if row.person_id == current_actor().person_id]
    return (
        render_template(
            "calloffs/declaration.html",
            call_off=call_off,
            form=form,
            own=own,
            declared=services.declaration_of(call_off, current_actor()),
            error_title=status != 200,
            **more,
        ),
        status,
    )


@calloffs.get("/commissioning/<public_id>/declaration")
@signed_in
def declaration(public_id: str) -> ResponseReturnValue:
    """Ask for one's own declaration about conflicts of interest."""
    call_off = _to_declare(public_id)
    own = next((row for row in call_off.duties if row.person_id == current_actor().person_id), None)
    answer = {None: None, False: "no", True: "yes"}[services.declaration_of(call_off, current_actor())]
    form = DeclarationForm(
        formdata=None,
        data={
            "answer": answer,
            "note": own.conflict_note if own else "",
            "following": request.args.get("following", ""),
        },
    )
    return _show_declaration(call_off, form)


@calloffs.post("/commissioning/<public_id>/declaration")
@signed_in
def declare(public_id: str) -> ResponseReturnValue:
    """Record the declaration, and go on to where the person was going."""
    call_off = _to_declare(public_id)
    form = DeclarationForm()
    if not form.validate_on_submit():
        return _show_declaration(call_off, form, 422)
    if form.answer.data is None:
        form.answer.errors = ["Say whether you have a conflict of interest"]
        return _show_declaration(call_off, form, 422)
    conflict = form.answer.data == "yes"
    if conflict and not (form.note.data or "").strip():
        form.note.errors = ["Say what the conflict of interest is"]
        return _show_declaration(call_off, form, 422)
    services.declare_conflict(
        db.session,
        call_off=call_off,
        actor=current_actor(),
        now=clock.now(),
        has_conflict=conflict,
        note=form.note.data or "",
    )
    flash("Your declaration was recorded.", "success")
    following = urlsplit(form.following.data or "")
    own_page = f"/commissioning/{public_id}/"
    if not conflict and not following.netloc and following.path.startswith(own_page):
        return redirect(following.path)
    return redirect(url_for("calloffs.duties"))
