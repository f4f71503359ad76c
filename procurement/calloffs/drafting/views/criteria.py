"""The criteria of a draft with their questions and weights."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.web.access import current_actor, requires
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.forms import CriterionForm, StepForm
from procurement.calloffs.drafting.models import CallOff, Criterion
from procurement.calloffs.drafting.rules.scales import DEFAULT_SCALE, SCALES
from procurement.calloffs.drafting.rules.social_value import social_value_warnings
from procurement.calloffs.drafting.types import CallOffPermission, CriterionKind
from procurement.calloffs.drafting.views.blueprint import (
    calloffs,
    filled,
    find_criterion,
    find_draft,
    show_step,
)
from procurement.calloffs.drafting.views.steps import still_missing

EMPTY = {"kind": str(CriterionKind.QUALITY), "word_limit": 500, "scale": DEFAULT_SCALE.code}


def total_weight(call_off: CallOff) -> Decimal:
    """The weights of all criteria and of price, in percent."""
    return sum((one.weight for one in call_off.criteria), Decimal(0)) + (call_off.price_weight or 0)


@calloffs.get("/commissioning/<public_id>/criteria")
@requires(CallOffPermission.DRAFT)
def criteria(public_id: str) -> ResponseReturnValue:
    """The criteria with their weights and sum, and the library to add from."""
    call_off = find_draft(public_id)
    return render_template(
        "calloffs/criteria.html",
        burdens=queries.burdens(db.session, call_off),
        call_off=call_off,
        total=total_weight(call_off),
        warnings=social_value_warnings((one.kind, one.weight) for one in call_off.criteria),
        library=queries.question_library().values(),
        used={criterion.name for criterion in call_off.criteria},
        missing=still_missing(call_off, "criteria"),
        names=queries.names(db.session, call_off),
    )


def _show(call_off: CallOff, form: StepForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    return show_step(
        "calloffs/criterion.html", form, status, call_off=call_off, total=total_weight(call_off), **more
    )


def _given(form: Any) -> dict[str, Any]:
    """What the services are given of a form that is right."""
    return {
        "name": form.name.data.strip(),
        "kind": CriterionKind(form.kind.data or CriterionKind.QUALITY),
        "text": (form.text.data or "").strip(),
        "hint": (form.hint.data or "").strip(),
        "word_limit": form.word_limit.data,
        "weight": form.weight.data,
        "threshold": form.threshold.data,
        "scale": SCALES.get(form.scale.data or "", DEFAULT_SCALE),
    }


@calloffs.get("/commissioning/<public_id>/criteria/new")
@requires(CallOffPermission.DRAFT)
def new_criterion(public_id: str) -> ResponseReturnValue:
    """An empty criterion, or one copied from the library."""
    call_off = find_draft(public_id)
    left = max(Decimal(100) - total_weight(call_off), Decimal(0)) or None
    values: dict[str, Any] = EMPTY | {"weight": left}
    copied = queries.question_library().get(request.args.get("from", ""))
    if copied is not None:
        values = {
            "name": copied.name,
            "kind": str(copied.kind),
            "text": copied.text,
            "hint": copied.hint,
            "word_limit": copied.word_limit,
            "weight": min(copied.weight, left) if left else copied.weight,
            "scale": "social-0-5" if copied.kind is CriterionKind.SOCIAL_VALUE else DEFAULT_SCALE.code,
        }
    return _show(call_off, CriterionForm(formdata=None, data=values), criterion=None)


@calloffs.post("/commissioning/<public_id>/criteria/new")
@requires(CallOffPermission.DRAFT)
def add_criterion(public_id: str) -> ResponseReturnValue:
    """Add a criterion with its question."""
    call_off = find_draft(public_id)
    form = CriterionForm()
    if not form.validate_on_submit():
        return _show(call_off, form, 422, criterion=None)
    services.add_criterion(
        db.session, call_off=call_off, actor=current_actor(), now=clock.now(), **_given(form)
    )
    return redirect(url_for("calloffs.criteria", public_id=public_id))


def _values(criterion: Criterion) -> dict[str, Any]:
    return {
        "name": criterion.name,
        "kind": str(criterion.kind),
        "text": criterion.question.text,
        "hint": criterion.question.hint,
        "word_limit": criterion.question.word_limit,
        "weight": criterion.weight,
        "threshold": criterion.threshold,
        "scale": criterion.scoring_scale.code,
    }


@calloffs.get("/commissioning/<public_id>/criteria/<int:position>")
@requires(CallOffPermission.DRAFT)
def criterion(public_id: str, position: int) -> ResponseReturnValue:
    """Show a criterion with its question."""
    found = find_criterion(public_id, position)
    return _show(found.call_off, filled(CriterionForm, _values(found)), criterion=found)


@calloffs.post("/commissioning/<public_id>/criteria/<int:position>")
@requires(CallOffPermission.DRAFT)
def save_criterion(public_id: str, position: int) -> ResponseReturnValue:
    """Save it."""
    found = find_criterion(public_id, position)
    form = CriterionForm()
    changed = form.differences(_values(found))
    if changed or not form.validate_on_submit():
        return _show(found.call_off, form, 409 if changed else 422, criterion=found, changed=changed)
    services.save_criterion(
        db.session, criterion=found, actor=current_actor(), now=clock.now(), **_given(form)
    )
    return redirect(url_for("calloffs.criteria", public_id=public_id))


@calloffs.post("/commissioning/<public_id>/criteria/<int:position>/remove")
@requires(CallOffPermission.DRAFT)
def remove_criterion(public_id: str, position: int) -> ResponseReturnValue:
    """Remove a criterion with its question."""
    found = find_criterion(public_id, position)
    name = found.name
    services.remove_criterion(db.session, criterion=found, actor=current_actor(), now=clock.now())
    flash(f"“{name}” was removed.", "success")
    return redirect(url_for("calloffs.criteria", public_id=public_id))
