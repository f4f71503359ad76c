"""What anyone may read of call-offs: those that were published, and what became of them."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.web.access import public
from core.web.paging import page_number
from procurement.calloffs.drafting import queries
from procurement.calloffs.drafting.views.blueprint import calloffs


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
        events=queries.timeline(call_off, clock.now()),
        notices=queries.notices_of(db.session, call_off),
    )
