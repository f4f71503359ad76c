"""The blueprint of evaluation, and how its pages find a call-off and guard what lies open in it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for

from core import clock
from core.db import db
from core.web.access import current_actor
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.rules import state_at
from procurement.calloffs.drafting.types import CallOffPermission, CallOffState, Duty
from procurement.calloffs.evaluation.queries import scoped

evaluation = Blueprint("evaluation", __name__)

STAGES = (
    CallOffState.QUALITY_OPENED,
    CallOffState.QUALITY_SCORED,
    CallOffState.CONSENSUS,
    CallOffState.PRICE_OPENED,
    CallOffState.RECOMMENDED,
    CallOffState.AWARD_APPROVED,
    CallOffState.SUMMARIES_SENT,
    CallOffState.AWARD_NOTICE,
    CallOffState.STANDSTILL,
    CallOffState.CONTRACTED,
)
PRICE_IS_OPEN = frozenset(STAGES[3:])
QUALITY_IS_OPEN = frozenset(STAGES)


@evaluation.context_processor
def words() -> dict[str, Any]:
    """Give this feature's templates where a call-off stands now."""
    return {"state_on": lambda call_off: state_at(call_off.state, call_off.deadline, clock.now())}


def find(public_id: str, duties: Sequence[Duty] = ()) -> CallOff:
    """A published call-off of the actor's authority; whoever may not read all needs one of the duties."""
    actor = current_actor()
    needed = () if actor.may(CallOffPermission.READ) and not duties else duties
    call_off = scoped.call_off_of(db.session, actor=actor, public_id=public_id, duties=needed)
    if call_off is None or call_off.published_at is None:
        abort(404)
    return call_off


def require_declared(call_off: CallOff) -> None:
    """Go on only without a conflict: whoever has not declared is asked to, whoever has one sees nothing."""
    declared = scoped.declarations(call_off).get(current_actor().person_id or 0)
    if declared is None:
        address = url_for("calloffs.declaration", public_id=call_off.public_id, following=request.path)
        abort(redirect(address))
    refuse_in_conflict(call_off)


def refuse_in_conflict(call_off: CallOff) -> None:
    """Whoever has declared a conflict sees nothing; whoever only reads, like an auditor, declares nothing."""
    if scoped.declarations(call_off).get(current_actor().person_id or 0):
        abort(make_response(render_template("evaluation/conflict.html", call_off=call_off), 403))


def require_quality_open(call_off: CallOff) -> None:
    """A page of opened answers does not exist before they are open."""
    if call_off.state not in QUALITY_IS_OPEN:
        abort(404)


def require_price_open(call_off: CallOff) -> None:
    """A page of prices does not exist before they are open."""
    if call_off.state not in PRICE_IS_OPEN:
        abort(404)
