"""The market check of a draft: lot by lot who is eligible, what fits, what to expect, what would widen it."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.rules.market import FEWEST_INVITATIONS
from procurement.calloffs.drafting.types import CallOffPermission, CallOffState
from procurement.calloffs.drafting.views.blueprint import calloffs, find_readable


def _before_publication(public_id: str) -> CallOff:
    """A call-off that is not published yet; afterwards the invitations stand as they were decided."""
    call_off = find_readable(public_id)
    if call_off.published_at is not None:
        abort(redirect(url_for("calloffs.preview", public_id=public_id)))
    return call_off


def _may_change(call_off: CallOff) -> bool:
    actor = current_actor()
    return (
        actor.may(CallOffPermission.DRAFT)
        and call_off.state is CallOffState.DRAFT
        and services.declaration_of(call_off, actor) is False
    )


@calloffs.get("/commissioning/<public_id>/market")
@requires(CallOffPermission.READ)
def market(public_id: str) -> ResponseReturnValue:
    """Every lot in a line: eligible members, offers that fit, bidders to expect."""
    call_off = _before_publication(public_id)
    return render_template(
        "calloffs/market.html",
        call_off=call_off,
        markets=queries.market(db.session, call_off, clock.now()),
        may_change=_may_change(call_off),
        fewest=FEWEST_INVITATIONS,
    )


@calloffs.get("/commissioning/<public_id>/market/<int:number>")
@requires(CallOffPermission.READ)
def lot_market(public_id: str, number: int) -> ResponseReturnValue:
    """One lot: who is eligible, why each other supplier is not, what fits, and what would widen it."""
    call_off = _before_publication(public_id)
    found = next(iter(queries.market(db.session, call_off, clock.now(), number=number)), None)
    if found is None:
        abort(404)
    others, page = found.preview.not_invited, page_number()
    shown = Page(others[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], page, len(others))
    if page > shown.last:
        abort(404)
    eligible = [one.supplier.id for one in found.preview.invited]
    return render_template(
        "calloffs/market_lot.html",
        call_off=call_off,
        lot=found.preview.lot,
        market=found,
        others=shown,
        offers=queries.fitting_offers(db.session, found.preview.lot, eligible),
        names=queries.names(db.session, call_off),
        may_change=_may_change(call_off),
        fewest=FEWEST_INVITATIONS,
    )
