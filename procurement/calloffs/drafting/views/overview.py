"""One call-off at a glance: where it stands, who acts next, everything in it, and its dates."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.web.access import current_actor, requires
from core.web.filters import public_url
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.exports import calendar_file
from procurement.calloffs.drafting.forms.words import MILESTONE_WORDS
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.calloffs.drafting.views.blueprint import calendar_response, calloffs, find_readable


@calloffs.get("/commissioning/<public_id>")
@requires(CallOffPermission.READ)
def overview(public_id: str) -> ResponseReturnValue:
    """The state, the next step, the lots, the people and who was invited."""
    call_off = find_readable(public_id)
    return render_template(
        "calloffs/overview.html",
        call_off=call_off,
        declared=services.declaration_of(call_off, current_actor()),
        invitations=queries.invitations_of_call_off(db.session, call_off),
        notices=queries.notices_of(db.session, call_off),
        amendments=queries.amendments_of(db.session, call_off),
        changes_of=queries.changes_of,
        names=queries.names(db.session, call_off),
    )


@calloffs.get("/commissioning/<public_id>/timeline")
@requires(CallOffPermission.READ)
def timeline(public_id: str) -> ResponseReturnValue:
    """Every date with who acts and by which rule, and what has happened."""
    call_off = find_readable(public_id)
    return render_template(
        "calloffs/timeline.html",
        call_off=call_off,
        events=queries.timeline(db.session, call_off, clock.now()),
        notices=queries.notices_of(db.session, call_off),
    )


@calloffs.get("/commissioning/<public_id>/timeline.ics")
@requires(CallOffPermission.READ)
def timeline_file(public_id: str) -> Response:
    """The same dates as a file for a calendar."""
    call_off, now = find_readable(public_id), clock.now()
    events = queries.timeline(db.session, call_off, now)
    address = public_url("calloffs.timeline", public_id=public_id)
    return calendar_response(public_id, calendar_file(call_off, events, MILESTONE_WORDS, address, now))
