"""Confirming that a published offer is still true: the page to read it on, and the button."""

from datetime import date
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.offers import queries, services
from catalogue.offers.forms.reasons import reason_words
from catalogue.offers.forms.words import ASSURANCE_WORDS
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.assurance import assurance_events, assurance_state, stale_on, whole_months
from catalogue.offers.rules.completeness import section_keys
from catalogue.offers.rules.states import reasons_not_to_confirm
from catalogue.offers.types import Assurance, AssuranceState, AssuranceTerms, OfferPermission
from catalogue.offers.views import offers
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires


def terms() -> AssuranceTerms:
    """How long a confirmation holds here."""
    return current_app.config["OFFER_ASSURANCE"]


@offers.app_template_global()
def stale_months(assured_on: date | None) -> int | None:
    """How many months ago an offer was confirmed, where that no longer counts."""
    if assured_on is None or stale_on(assured_on, terms()) > clock.today():
        return None
    return whole_months(assured_on, clock.today())


def assurance_shown(assurance: Assurance | None) -> dict[str, Any] | None:
    """What a page of the supplier's says of an offer's confirmation: state, words, colour, days to come."""
    if assurance is None:
        return None
    state = assurance_state(assurance, terms(), clock.today())
    words, colour = ASSURANCE_WORDS[state]
    return {
        "state": state,
        "words": words,
        "colour": colour,
        "assured_on": assurance.assured_on,
        "asks": state is not AssuranceState.CONFIRMED,
        "events": {event.what: event.when for event in assurance_events(assurance, terms())},
    }


def _version(offer: str, number: int, *, lock: bool = False) -> OfferVersion:
    found = queries.own_version(db.session, offer, actor=current_actor(), number=number, lock=lock)
    if found is None:
        abort(404)
    return found


@offers.get("/offers/<offer>/versions/<int:number>/confirm")
@requires(OfferPermission.SUBMIT)
def ask_to_confirm(offer: str, number: int) -> ResponseReturnValue:
    """Show what a published version says, to be read before it is confirmed."""
    version = _version(offer, number)
    if reasons_not_to_confirm(version.state):
        return redirect(url_for("offers.offer", offer=offer))
    content = queries.content_of(version)
    return render_template(
        "offers/confirm.html",
        version=version,
        content=content,
        names=queries.names_for(db.session, version.offer.need_area, pools_of=version.offer.supplier_id),
        keys=section_keys(content),
        assurance=assurance_shown(queries.assurance_of(db.session, version.offer_id)),
    )


@offers.post("/offers/<offer>/versions/<int:number>/confirm")
@requires(OfferPermission.SUBMIT)
def confirm(offer: str, number: int) -> ResponseReturnValue:
    """Confirm that a published version is still true."""
    version = _version(offer, number, lock=True)
    try:
        services.confirm_offer(db.session, actor=current_actor(), now=clock.now(), version=version)
    except Refused as refusal:
        for reason in refusal.reasons:
            flash(reason_words(reason), "refused")
        return redirect(url_for("offers.offer", offer=offer))
    flash(f"Confirmed: {version.title}", "success")
    return redirect(url_for("offers.own"))
