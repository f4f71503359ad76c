"""What a supplier was invited to, and what is asked for there."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.calloffs.bids import queries, services
from procurement.calloffs.bids.views.blueprint import bids
from procurement.calloffs.drafting.queries import amendments_of, names
from procurement.calloffs.drafting.types import CallOffPermission


@bids.get("/invitations")
@requires(CallOffPermission.READ_INVITED)
def invitations() -> ResponseReturnValue:
    """The call-offs that the organisation was considered for, with where its bids stand."""
    found = queries.invitations_of(db.session, actor=current_actor(), page=page_number())
    return render_template(
        "bids/invitations.html", page=found, standing=queries.standing_of, moment=clock.now()
    )


@bids.get("/invitations/<call_off>")
@requires(CallOffPermission.READ_INVITED)
def call_off(call_off: str) -> ResponseReturnValue:
    """One call-off: what is needed, how bids are judged, and each lot with the bid for it."""
    found = queries.call_off_of(db.session, actor=current_actor(), public_id=call_off)
    if found is None:
        abort(404)
    return _show(found)


@bids.post("/invitations/<call_off>/lots/<int:number>")
@requires(CallOffPermission.BID)
def start(call_off: str, number: int) -> ResponseReturnValue:
    """Begin a bid for a lot, or go on with the one that was begun."""
    found = queries.call_off_of(db.session, actor=current_actor(), public_id=call_off)
    lot = next((lot for lot in found.call_off.lots if lot.number == number), None) if found else None
    if found is None or lot is None:
        abort(404)
    try:
        bid = services.start_bid(db.session, lot=lot, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        return _show(found, 422, refusal.reasons)
    db.session.flush()
    return redirect(url_for("bids.bid", bid=bid.public_id))


def _show(
    found: queries.InvitedCallOff, status: int = 200, reasons: Sequence[Reason] = ()
) -> ResponseReturnValue:
    page = render_template(
        "bids/call_off.html",
        invited=found,
        standing=queries.standing_of,
        moment=clock.now(),
        amendments=amendments_of(db.session, found.call_off),
        names=names(db.session),
        reasons=reasons,
        error_title=status != 200,
    )
    return page, status
