"""One call-off at a glance: where it stands, who acts next, everything in it, and its dates."""

from flask import render_template
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.web.access import current_actor, requires
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.calloffs.drafting.views.blueprint import calloffs, find


@calloffs.get("/commissioning/<public_id>")
@requires(CallOffPermission.READ)
def overview(public_id: str) -> ResponseReturnValue:
    """The state, the next step, the lots, the people and who was invited."""
    call_off = find(public_id)
    return render_template(
        "calloffs/overview.html",
        call_off=call_off,
        declared=services.declaration_of(call_off, current_actor()),
        invitations=queries.invitations_of_call_off(db.session, call_off),
        notices=queries.notices_of(db.session, call_off),
        names=queries.names(db.session, call_off),
    )


@calloffs.get("/commissioning/<public_id>/timeline")
@requires(CallOffPermission.READ)
def timeline(public_id: str) -> ResponseReturnValue:
    """Every date with who acts and by which rule, and what has happened."""
    call_off = find(public_id)
    return render_template(
        "calloffs/timeline.html",
        call_off=call_off,
        events=queries.timeline(db.session, call_off, clock.now()),
        notices=queries.notices_of(db.session, call_off),
    )
