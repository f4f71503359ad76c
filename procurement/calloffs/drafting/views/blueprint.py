"""The blueprint of call-offs until their deadline, and how its pages find what they show."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.web.access import current_actor
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.forms import WORDS, StepForm, digest_of, trimmed
from procurement.calloffs.drafting.models import CallOff, Criterion, Lot
from procurement.calloffs.drafting.rules import (
    outcome_is_public,
    pounds_of_share,
    public_state,
)
from procurement.calloffs.drafting.rules.scales import SCALES
from procurement.calloffs.drafting.types import CallOffState

calloffs = Blueprint("calloffs", __name__)


@calloffs.context_processor
def words() -> dict[str, Any]:
    """Give this feature's templates the words of its closed lists."""
    return {
        **WORDS,
        "SCALES": SCALES,
        "state_on": queries.state_on,
        "moment": clock.now(),
        "trimmed": trimmed,
        "public_state": public_state,
        "outcome_is_public": outcome_is_public,
        "pounds_of_share": pounds_of_share,
    }


def find(public_id: str) -> CallOff:
    """A call-off of the actor's authority, whole; another authority's is a page not found."""
    call_off = queries.call_off_of(
        db.session, actor=current_actor(), public_id=public_id, lock=request.method == "POST"
    )
    if call_off is None:
        abort(404)
    return call_off


def find_readable(public_id: str) -> CallOff:
    """A call-off that the actor's authority leads or takes part in; any other is a page not found."""
    call_off = queries.readable_call_off_of(
        db.session, actor=current_actor(), public_id=public_id, lock=request.method == "POST"
    )
    if call_off is None:
        abort(404)
    return call_off


def find_draft(public_id: str) -> CallOff:
    """A draft that the actor may change; otherwise the page that says what comes first."""
    call_off = find(public_id)
    declared = services.declaration_of(call_off, current_actor())
    if call_off.state is not CallOffState.DRAFT:
        flash("This call-off is not a draft any more. Nothing of it can be changed.", "notice")
        abort(redirect(url_for("calloffs.overview", public_id=public_id)))
    if declared is not False:
        abort(redirect(url_for("calloffs.declaration", public_id=public_id, following=request.path)))
    return call_off


def find_lot(public_id: str, number: int) -> Lot:
    """A lot of a draft that the actor may change."""
    lot = queries.lot_of(find_draft(public_id), number)
    if lot is None:
        abort(404)
    return lot


def find_criterion(public_id: str, position: int) -> Criterion:
    """A criterion of a draft that the actor may change."""
    criteria = {criterion.position: criterion for criterion in find_draft(public_id).criteria}
    if position not in criteria:
        abort(404)
    return criteria[position]


def filled(form_class: type[StepForm], values: dict[str, Any]) -> StepForm:
    """A step's form filled from what is saved."""
    form = form_class(formdata=None, data=values)
    form.basis.data = digest_of(values)
    return form


def calendar_response(public_id: str, content: bytes) -> Response:
    """A calendar file to download."""
    headers = {"Content-Disposition": f'attachment; filename="{public_id}.ics"'}
    return Response(content, mimetype="text/calendar", headers=headers)


def show_step(template: str, form: StepForm, status: int = 200, **values: Any) -> ResponseReturnValue:
    """Show a step; with errors, or with what a colleague changed, everything typed stays in it."""
    bad = status != 200
    return render_template(template, form=form, error_title=bad, **values), status
