"""Partners named on an offer: an optional page of its task list."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.offers import queries
from catalogue.offers.forms.partners import PartnersForm
from catalogue.offers.forms.reasons import reason_words
from catalogue.offers.rules.states import EDITABLE
from catalogue.offers.services.partners import partners_mark, save_partners
from catalogue.offers.types import OfferPermission
from catalogue.offers.views import offers
from catalogue.offers.views.saving import held_version
from catalogue.partners import queries as chains
from catalogue.partners.types import LinkState
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires


@offers.route("/offers/<offer>/partners", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def partners(offer: str) -> ResponseReturnValue:
    """Who delivers the service with the supplier."""
    version = held_version(offer)
    if version.state not in EDITABLE:
        return redirect(url_for("offers.offer", offer=offer))
    named = queries.partners_named(db.session, version.id)
    held = {row.link.public_id for row in named}
    links = [
        link
        for link in chains.chain_of(db.session, lead_id=version.offer.supplier_id, ended=True)
        if link.public_id in held or link.state not in (LinkState.DECLINED, LinkState.ENDED)
    ]
    form = PartnersForm(data={"links": sorted(held), "seen": partners_mark(named)})
    form.links.choices = [(link.public_id, link.called) for link in links]
    if request.method == "POST" and form.validate():
        try:
            save_partners(
                db.session,
                actor=current_actor(),
                version=version,
                links=form.links.data or [],
                seen=form.seen.data or "",
            )
        except Refused as refusal:
            form.form_errors = [reason_words(reason) for reason in refusal.reasons]
            form.seen.data = partners_mark(named)
        else:
            return redirect(url_for("offers.offer", offer=offer))
    page = render_template(
        "offers/partners.html",
        version=version,
        form=form,
        rows=chains.rows_of(db.session, links),
        error_title=bool(form.errors),
    )
    return page, 422 if form.errors else 200
