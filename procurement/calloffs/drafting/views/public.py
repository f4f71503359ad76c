"""What anyone may read of call-offs: those that were published, and what became of them."""

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.web.access import public
from core.web.filters import public_url
from core.web.paging import page_number
from procurement.calloffs.drafting import queries
from procurement.calloffs.drafting.exports import calendar_file
from procurement.calloffs.drafting.forms.words import MILESTONE_WORDS
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import Milestone, TimedEvent
from procurement.calloffs.drafting.views.blueprint import calendar_response, calloffs

OPEN_MILESTONES = {
    Milestone.INVITATION,
    Milestone.QUESTIONS_CLOSE,
    Milestone.BIDS_CLOSE,
    Milestone.AWARD_NOTICE_DUE,
    Milestone.STANDSTILL_ENDS,
    Milestone.CONTRACT_FROM,
    Milestone.SERVICE_STARTS,
}
"""The dates that concern anyone; who scores when does not."""


@calloffs.get("/call-offs")
@public
def published() -> ResponseReturnValue:
    """Every call-off that was published, the latest first."""
    words = request.args.get("words", "").replace("\x00", "").strip()[:200]
    return render_template(
        "calloffs/published.html",
        page=queries.public_call_offs(db.session, page=page_number(), words=words),
        words=words,
    )


@calloffs.get("/call-offs/<public_id>")
@public
def published_one(public_id: str) -> ResponseReturnValue:
    """One published call-off: what is bought, how it is judged, and its dates."""
    call_off = _published(public_id)
    return render_template(
        "calloffs/published_one.html",
        call_off=call_off,
        events=_open_events(call_off),
        notices=queries.notices_of(db.session, call_off),
        amendments=queries.amendments_of(db.session, call_off),
        changes_of=queries.changes_of,
        names=queries.names(db.session, call_off),
    )


@calloffs.get("/call-offs/<public_id>.ics")
@public
def published_dates(public_id: str) -> Response:
    """The dates that concern anyone as a file for a calendar."""
    call_off = _published(public_id)
    address = public_url("calloffs.published_one", public_id=public_id)
    content = calendar_file(call_off, _open_events(call_off), MILESTONE_WORDS, address, clock.now())
    return calendar_response(public_id, content)


def _published(public_id: str) -> CallOff:
    call_off = queries.published_call_off(db.session, public_id=public_id)
    if call_off is None:
        abort(404)
    return call_off


def _open_events(call_off: CallOff) -> list[TimedEvent]:
    events = queries.timeline(db.session, call_off, clock.now())
    return [event for event in events if event.milestone in OPEN_MILESTONES]
