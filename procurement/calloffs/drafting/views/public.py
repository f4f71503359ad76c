"""What anyone may read of call-offs: those that were published, and what became of them."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.web.access import public
from core.web.paging import page_number
from procurement.calloffs.drafting import queries
from procurement.calloffs.drafting.types import Milestone
from procurement.calloffs.drafting.views.blueprint import calloffs

OPEN_MILESTONES = {
    Milestone.INVITATION,
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
    call_off = queries.published_call_off(db.session, public_id=public_id)
    if call_off is None:
        abort(404)
    return render_template(
        "calloffs/published_one.html",
        call_off=call_off,
        events=[
            event
            for event in queries.timeline(db.session, call_off, clock.now())
            if event.milestone in OPEN_MILESTONES
        ],
        notices=queries.notices_of(db.session, call_off),
    )
