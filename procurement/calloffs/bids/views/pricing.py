"""The prices of a bid, what each is made of, and its volume bands."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.edge import keep_despite_errors
from procurement.calloffs.bids import services
from procurement.calloffs.bids.forms import prices_form, terms_form
from procurement.calloffs.bids.rules import terms_problems
from procurement.calloffs.bids.views.blueprint import BidPage, bids, find_bid
from procurement.calloffs.bids.views.parts import closed_page
from procurement.calloffs.drafting.models import LotVolume
from procurement.calloffs.drafting.types import CallOffPermission


@bids.get("/bids/<bid>/prices")
@requires(CallOffPermission.READ_INVITED)
def prices(bid: str) -> ResponseReturnValue:
    """The prices so far."""
    found = _priced(bid)
    form = prices_form(
        found.bid.lot.volumes,
        data={f"price-{need}-{level}": price for (need, level), price in found.content.prices.items()},
    )
    return render_template("bids/prices.html", found=found, form=form)


@bids.post("/bids/<bid>/prices")
@requires(CallOffPermission.BID)
def save_prices(bid: str) -> ResponseReturnValue:
    """Save the prices that can be read; the others are shown again as typed."""
    found = _priced(bid)
    form = prices_form(found.bid.lot.volumes)
    fits = form.validate()
    try:
        services.save_prices(
            db.session, bid=found.bid, prices=form.readable(), actor=current_actor(), now=clock.now()
        )
    except Refused as refusal:
        return closed_page(found, refusal)
    if fits:
        flash("Prices saved. The bid is not submitted by saving.", "success")
        return redirect(url_for("bids.bid", bid=bid))
    keep_despite_errors()
    return render_template("bids/prices.html", found=found, form=form, error_title=True), 422


@bids.get("/bids/<bid>/prices/<need_area>/<complexity>")
@requires(CallOffPermission.READ_INVITED)
def price_terms(bid: str, need_area: str, complexity: str) -> ResponseReturnValue:
    """What one price is made of, and what people beyond the lot's volume cost."""
    found, volume = _service(bid, need_area, complexity)
    form = terms_form(found.content.terms.get((need_area, complexity)))
    return render_template("bids/price_terms.html", found=found, form=form, volume=volume)


@bids.post("/bids/<bid>/prices/<need_area>/<complexity>")
@requires(CallOffPermission.BID)
def save_price_terms(bid: str, need_area: str, complexity: str) -> ResponseReturnValue:
    """Save what can be read, also where it does not add up; the page then says so."""
    found, volume = _service(bid, need_area, complexity)
    service, form = (need_area, complexity), terms_form()
    fits = form.validate()
    terms = form.terms()
    try:
        services.save_terms(
            db.session, bid=found.bid, service=service, terms=terms, actor=current_actor(), now=clock.now()
        )
    except Refused as refusal:
        return closed_page(found, refusal)
    problems = terms_problems(service, found.content.prices.get(service), terms, volume.people_a_year)
    if fits and not problems:
        flash("Saved. The bid is not submitted by saving.", "success")
        return redirect(url_for("bids.prices", bid=bid))
    keep_despite_errors()
    page = render_template(
        "bids/price_terms.html", found=found, form=form, volume=volume, reasons=problems, error_title=True
    )
    return page, 422


def _priced(public_id: str) -> BidPage:
    found = find_bid(public_id)
    if not found.facts.services:
        abort(404)
    return found


def _service(public_id: str, need_area: str, complexity: str) -> tuple[BidPage, LotVolume]:
    found = _priced(public_id)
    asked = (need_area, complexity)
    volumes = (v for v in found.bid.lot.volumes if (v.need_area.code, str(v.complexity)) == asked)
    volume = next(volumes, None)
    if volume is None:
        abort(404)
    return found, volume
