"""The panel: who scores what, how far each has got, who has not declared, and who was replaced."""

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.accounts.models import Person
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.models import CallOff, CallOffDuty, Criterion
from procurement.calloffs.drafting.queries import people_with_roles
from procurement.calloffs.drafting.types import CallOffPermission, Duty
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.forms import PanelForm, ReplaceForm, panel_form
from procurement.calloffs.evaluation.queries import scoped, scores
from procurement.calloffs.evaluation.types import Succession
from procurement.calloffs.evaluation.views.blueprint import evaluation, find, require_declared


@evaluation.get("/commissioning/<public_id>/panel")
@requires(CallOffPermission.MODERATE)
def panel(public_id: str) -> ResponseReturnValue:
    """Progress at a glance: by evaluator, by question, by lot; declarations; replacements."""
    call_off = _moderated(public_id)
    found = scores.panel_of(db.session, call_off)
    return render_template(
        "evaluation/panel.html",
        call_off=call_off,
        panel=found,
        duties=scoped.people_with(call_off, Duty.EVALUATOR),
        names=_names(call_off),
        undeclared=[row for row in call_off.duties if row.has_conflict is None],
    )


@evaluation.get("/commissioning/<public_id>/panel/<int:position>")
@requires(CallOffPermission.MODERATE)
def who_scores(public_id: str, position: int) -> ResponseReturnValue:
    """Who scores one question, lot by lot."""
    call_off, criterion = _question(public_id, position)
    found = scores.panel_of(db.session, call_off)
    values = {}
    for lot in call_off.lots:
        values[f"people-{lot.number}"] = [str(key) for key in found.seats[criterion.id, lot.id]]
        values[f"few-{lot.number}"] = found.few_reasons.get((criterion.id, lot.id), "")
    return _show_question(call_off, criterion, panel_form(call_off.lots, _choices(call_off), values))


@evaluation.post("/commissioning/<public_id>/panel/<int:position>")
@requires(CallOffPermission.MODERATE)
def set_panel(public_id: str, position: int) -> ResponseReturnValue:
    """Choose them."""
    call_off, criterion = _question(public_id, position)
    form = panel_form(call_off.lots, _choices(call_off))
    chosen = {}
    for lot in call_off.lots:
        people, few = form.of(lot)
        keys = frozenset(int(key) for key in people.data or [] if key.isdecimal())
        chosen[lot.id] = services.Chosen(keys, (few.data or "").strip())
    try:
        services.set_panel(
            db.session,
            call_off=call_off,
            criterion=criterion,
            chosen=chosen,
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        call_off, criterion = _question(public_id, position)
        return _show_question(call_off, criterion, form, refusal.reasons)
    flash(f"Who scores {criterion.name} is settled.", "success")
    return redirect(url_for("evaluation.panel", public_id=public_id))


@evaluation.get("/commissioning/<public_id>/panel/replace/<int:duty_id>")
@requires(CallOffPermission.MODERATE)
def replacement(public_id: str, duty_id: int) -> ResponseReturnValue:
    """Ask who takes over from an evaluator, and why."""
    call_off, duty = _evaluator(public_id, duty_id)
    values = {"succession": str(Succession.EVERYTHING)} if duty.has_conflict else None
    return _show_replacement(call_off, duty, ReplaceForm(data=values))


@evaluation.post("/commissioning/<public_id>/panel/replace/<int:duty_id>")
@requires(CallOffPermission.MODERATE)
def replace(public_id: str, duty_id: int) -> ResponseReturnValue:
    """Replace the evaluator."""
    call_off, duty = _evaluator(public_id, duty_id)
    form = ReplaceForm()
    known = {person.public_id: person for person in _candidates(call_off)}
    succession = next((one for one in Succession if one.value == form.succession.data), None)
    leaver = duty.person
    try:
        services.replace_evaluator(
            db.session,
            call_off=call_off,
            leaver=leaver,
            successor=known.get(form.successor.data or ""),
            succession=succession,
            reason=(form.reason.data or "").strip(),
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        call_off, duty = _evaluator(public_id, duty_id)
        return _show_replacement(call_off, duty, form, refusal.reasons)
    flash(f"{leaver.name} is replaced and has no access any more.", "success")
    return redirect(url_for("evaluation.panel", public_id=public_id))


def _moderated(public_id: str) -> CallOff:
    call_off = find(public_id)
    require_declared(call_off)
    return call_off


def _question(public_id: str, position: int) -> tuple[CallOff, Criterion]:
    call_off = _moderated(public_id)
    criterion = next((one for one in call_off.criteria if one.position == position), None)
    if criterion is None:
        abort(404)
    return call_off, criterion


def _evaluator(public_id: str, duty_id: int) -> tuple[CallOff, CallOffDuty]:
    call_off = _moderated(public_id)
    duty = next((one for one in scoped.people_with(call_off, Duty.EVALUATOR) if one.id == duty_id), None)
    if duty is None:
        abort(404)
    return call_off, duty


def _names(call_off: CallOff) -> dict[int, str]:
    return {row.person_id: row.person.name for row in call_off.duties}


def _choices(call_off: CallOff) -> list[tuple[str, str]]:
    return [(str(row.person_id), row.person.name) for row in scoped.people_with(call_off, Duty.EVALUATOR)]


def _candidates(call_off: CallOff) -> list[Person]:
    """Who of the authority may evaluate and is not, and was not, an evaluator here."""
    roles = [
        role.code
        for role in current_app.extensions["roles"].values()
        if CallOffPermission.EVALUATE in role.permissions
    ]
    taken = {row.person_id for row in scoped.people_with(call_off, Duty.EVALUATOR)}
    taken |= {row.leaver_id for row in scores.replacements_of(db.session, call_off)}
    people = people_with_roles(
        db.session, organisation_ids=[call_off.authority_id], roles=roles, day=clock.today()
    )
    return [person for person in people if person.id not in taken]


def _show_question(
    call_off: CallOff, criterion: Criterion, form: PanelForm, reasons: tuple[Reason, ...] = ()
) -> ResponseReturnValue:
    return (
        render_template(
            "evaluation/who_scores.html",
            call_off=call_off,
            criterion=criterion,
            form=form,
            reasons=reasons,
            error_title=bool(reasons),
        ),
        422 if reasons else 200,
    )


def _show_replacement(
    call_off: CallOff, duty: CallOffDuty, form: ReplaceForm, reasons: tuple[Reason, ...] = ()
) -> ResponseReturnValue:
    form.successor.choices = [
        ("", "Choose someone"),
        *((one.public_id, one.name) for one in _candidates(call_off)),
    ]
    return (
        render_template(
            "evaluation/replace.html",
            call_off=call_off,
            duty=duty,
            form=form,
            reasons=reasons,
            error_title=bool(reasons),
        ),
        422 if reasons else 200,
    )
