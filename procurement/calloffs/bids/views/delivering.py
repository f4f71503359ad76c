"""Who delivers a bid and with what: the offers it cites, the places it commits, its supply chain."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.offers.models import OfferVersion
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.types import LinkKind, LinkState
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.edge import keep_despite_errors
from procurement.calloffs.bids import queries, services
from procurement.calloffs.bids.forms import ChainForm, DeliveryForm, chain_form, delivery_form
from procurement.calloffs.bids.views.blueprint import BidPage, bids, find_bid
from procurement.calloffs.bids.views.parts import closed_page
from procurement.calloffs.drafting.types import CallOffPermission

KINDS = {LinkKind.CONSORTIUM_MEMBER: "Consortium member", LinkKind.SUBCONTRACTOR: "Subcontractor"}


@bids.get("/bids/<bid>/delivery")
@requires(CallOffPermission.READ_INVITED)
def delivery(bid: str) -> ResponseReturnValue:
    """The offers cited and the places committed; where nothing was chosen yet, the offers that fit."""
    found = find_bid(bid)
    offers = _offers(found)
    content = found.content
    chosen = list(offers) if content.offers is None else list(content.offers)
    data = {"offers": chosen} | {
        f"places-{need_area}-{complexity}": places
        for (need_area, complexity), places in content.capacity.items()
    }
    return render_template("bids/delivery.html", found=found, form=_delivery(found, offers, data=data))


@bids.post("/bids/<bid>/delivery")
@requires(CallOffPermission.BID)
def save_delivery(bid: str) -> ResponseReturnValue:
    """Save the offers and the places that can be read; the others are shown again as typed."""
    found = find_bid(bid)
    form = _delivery(found, _offers(found))
    fits = form.validate()
    now, actor = clock.now(), current_actor()
    try:
        services.save_capacity(db.session, bid=found.bid, places=form.readable(), actor=actor, now=now)
        if not form.offers.errors:
            services.save_offers(
                db.session, bid=found.bid, offers=form.offers.data or [], actor=actor, now=now
            )
    except Refused as refusal:
        return closed_page(found, refusal)
    if fits:
        flash("Saved. The bid is not submitted by saving.", "success")
        return redirect(url_for("bids.bid", bid=bid))
    keep_despite_errors()
    return render_template("bids/delivery.html", found=found, form=form, error_title=True), 422


@bids.get("/bids/<bid>/supply-chain")
@requires(CallOffPermission.READ_INVITED)
def supply_chain(bid: str) -> ResponseReturnValue:
    """The parts of the supply chain that deliver; where nothing was chosen yet, the confirmed that fit."""
    found = find_bid(bid)
    links = queries.links_to_name(db.session, found.bid)
    needs = {volume.need_area.code for volume in found.bid.lot.volumes}
    fitting = [
        link.public_id
        for link in links
        if link.state is LinkState.CONFIRMED and needs.intersection(need.code for need in link.need_areas)
    ]
    chosen = fitting if found.content.chain is None else list(found.content.chain)
    return render_template(
        "bids/supply_chain.html", found=found, form=_chain(links, data={"parts": chosen}), links=links
    )


@bids.post("/bids/<bid>/supply-chain")
@requires(CallOffPermission.BID)
def save_supply_chain(bid: str) -> ResponseReturnValue:
    """Save who delivers with the bidder."""
    found = find_bid(bid)
    links = queries.links_to_name(db.session, found.bid)
    form = _chain(links)
    reasons = ()
    if form.validate():
        try:
            services.save_chain(
                db.session, bid=found.bid, links=form.parts.data or [], actor=current_actor(), now=clock.now()
            )
            flash("Saved. The bid is not submitted by saving.", "success")
            return redirect(url_for("bids.bid", bid=bid))
        except Refused as refusal:
            if any("partner" not in reason.params for reason in refusal.reasons):
                return closed_page(found, refusal)
            reasons = refusal.reasons
    page = render_template(
        "bids/supply_chain.html", found=found, form=form, links=links, reasons=reasons, error_title=True
    )
    return page, 422


def _offers(found: BidPage) -> dict[str, tuple[str, str]]:
    """The offers to choose from by their citation: those that fit, and those that are cited already."""
    fitting = queries.offers_that_fit(db.session, found.bid)
    versions = {queries.citation_of(version): version for version in fitting}
    before = [one for one in found.content.offers or () if one not in versions]
    for version in queries.offers_cited(db.session, found.bid, before):
        versions[queries.citation_of(version)] = version
    return {key: _called(version) for key, version in versions.items()}


def _called(version: OfferVersion) -> tuple[str, str]:
    levels = ", ".join(
        f"{level.complexity}: {level.places_a_year:,} places a year"
        if level.places_a_year
        else str(level.complexity)
        for level in version.levels
    )
    name = f"{version.title} ({version.offer.public_id}, version {version.number})"
    return name, f"{version.offer.need_area.name}; {levels}"


def _delivery(found: BidPage, offers: dict[str, tuple[str, str]], **given: object) -> DeliveryForm:
    return delivery_form(found.bid.lot.volumes, offers, **given)


def _chain(links: list[SupplyChainLink], **given: object) -> ChainForm:
    return chain_form({link.public_id: (link.called, _role(link)) for link in links}, **given)


def _role(link: SupplyChainLink) -> str:
    under = f" under {link.parent.called}" if link.parent else ""
    does = ", ".join(need.name for need in link.need_areas) or link.part[:80] or "no need area named"
    confirmed = "confirmed" if link.state is LinkState.CONFIRMED else "not confirmed yet"
    return f"{KINDS[link.kind]}{under}: {does}; {confirmed}"
