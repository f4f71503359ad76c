"""One page for all prices and places of an offer, with what its places cost the supplier worked out."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.offers import queries, services
from catalogue.offers.forms import facts as facts_words
from catalogue.offers.forms import pricing as forms
from catalogue.offers.forms.reasons import reason_words
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.completeness import reasons_by_section
from catalogue.offers.rules.content import section_facts, started
from catalogue.offers.rules.pricing import has_costs, price_years, recovery
from catalogue.offers.rules.states import EDITABLE
from catalogue.offers.types import (
    Indexation,
    LevelPrices,
    OfferContent,
    OfferPermission,
    Rise,
    Section,
    SectionKey,
    Step,
    StepKey,
)
from catalogue.offers.views import offers
from catalogue.offers.views.saving import AUTOSAVE, after, held_version
from catalogue.reference.types import Complexity
from core import clock
from core.db import db
from core.reasons import Refused
from core.web import edge
from core.web.access import current_actor, requires
from core.web.filters import format_time


@offers.route("/offers/<offer>/prices", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def prices(offer: str) -> ResponseReturnValue:
    """Prices, places and costs of all complexities; what they come to is shown once they are saved."""
    version = held_version(offer)
    if request.method == "GET" and version.state not in EDITABLE:
        return redirect(url_for("offers.offer", offer=offer))
    saved = _saved(version)
    pools = [
        (pool.public_id, pool.name) for pool in queries.shared_pools(db.session, version.offer.supplier_id)
    ]
    # What was typed for a complexity that a colleague has taken out meanwhile is shown, and refused.
    shown = [c for c in Complexity if c in saved or f"{c}-unit_price" in request.form]
    form = forms.prices_form(shown, pools)(data=_data(version, saved))
    autosave = request.headers.get("X-Requested-With") == AUTOSAVE
    refused: tuple[str, ...] = ()
    before = queries.prices_seen(version)
    if request.method == "POST":
        form.validate()
        for complexity in shown:
            forms.check_level(form, complexity)
        try:
            if not (autosave and form.errors):
                _save(version, form, saved)
                db.session.flush()
        except Refused as refusal:
            refused = tuple(reason.code for reason in refusal.reasons)
            form.form_errors = [*form.form_errors, *(reason_words(reason) for reason in refusal.reasons)]
        if autosave:
            return _autosaved(version, form)
        if not form.errors:
            flash("Saved: prices and places", "success")
            if request.form.get("next") == "onward":
                return redirect(after(version, StepKey(Step.PRICES)))
            return redirect(url_for("offers.prices", offer=offer))
        if not refused:
            edge.keep_despite_errors()
    return _page(
        version, form, shown, refused, partly_saved=not refused and queries.prices_seen(version) != before
    )


def _saved(version: OfferVersion) -> dict:
    """What is saved for each complexity, in their order."""
    content = queries.content_of(version)
    costings = queries.costings_of(version)
    return {
        complexity: LevelPrices(
            unit_price=level.unit_price,
            places_a_year=level.places_a_year,
            pool=level.pool,
            bands=level.bands,
            band_reason=level.band_reason,
            costing=costings[complexity],
        )
        for complexity, level in content.levels.items()
    }


def _data(version: OfferVersion, saved: dict) -> dict:
    data = {
        "places_together": version.places_together,
        "indexation": (version.indexation or Indexation.NONE).value,
        "indexation_percent": version.indexation_percent,
        "indexation_from": version.indexation_from,
    }
    for complexity, level in saved.items():
        data |= forms.typed(complexity, level)
    return data


def _save(version: OfferVersion, form: forms.PricesForm, saved: dict) -> None:
    together = form.places_together
    services.save_prices(
        db.session,
        actor=current_actor(),
        version=version,
        levels={
            complexity: forms.level_prices(form, complexity, saved.get(complexity, LevelPrices()))
            for complexity in Complexity
            if f"{complexity}-unit_price" in request.form
        },
        places_together=version.places_together if together.errors else together.data,
        rise=form.rise(),
        seen=form.seen.data,
    )


def _page(
    version: OfferVersion,
    form: forms.PricesForm,
    shown: list[Complexity],
    refused: tuple[str, ...],
    *,
    partly_saved: bool,
) -> ResponseReturnValue:
    form.seen.data = queries.prices_seen(version)
    content = queries.content_of(version)
    keys = [
        *(SectionKey(Section.PRICE, complexity) for complexity in content.levels),
        SectionKey(Section.CAPACITY),
    ]
    reasons = []
    if request.method == "GET" and any(started(content, key) for key in keys):
        found = reasons_by_section(queries.facts_for(db.session, version, on=clock.today()))
        reasons = [reason for key in keys for reason in found.get(key, [])]
    meanwhile = None
    if "changed_meanwhile" in refused:
        names = queries.names_for(db.session, version.offer.need_area, pools_of=version.offer.supplier_id)
        meanwhile = [
            (facts_words.label(names, fact), facts_words.said(names, fact, value))
            for key in keys
            for fact, value in section_facts(content, key).items()
        ]
    page = render_template(
        "offers/prices.html",
        version=version,
        key=SectionKey(Section.CAPACITY),
        step=StepKey(Step.PRICES),
        handed_to=queries.step_people(db.session, version.id).get(Step.PRICES),
        form=form,
        levels=shown,
        content=content,
        recovered=_recovered(version),
        years=price_years(_prices_of(content), _rise(content), clock.today()),
        bands=range(1, forms.BANDS + 1),
        reasons=reasons,
        saved=meanwhile,
        partly_saved=partly_saved,
        stuck="not_editable" in refused,
        error_title=bool(form.errors),
    )
    return page, 422 if form.errors else 200


def _prices_of(content: OfferContent) -> dict:
    return {key: level.unit_price for key, level in content.levels.items() if level.unit_price is not None}


def _rise(content: OfferContent) -> Rise:
    return Rise(content.indexation or Indexation.NONE, content.indexation_percent, content.indexation_from)


def _recovered(version: OfferVersion) -> dict:
    """What a place costs in full beside its price, for each complexity with costs."""
    return {
        level.complexity: recovery(costing, level.unit_price)
        for level in version.levels
        if has_costs(costing := queries.costing_of(level))
    }


def _autosaved(version: OfferVersion, form: forms.PricesForm) -> ResponseReturnValue:
    if form.errors:
        message = form.error_list()[0][1]
        return jsonify(message=f"Not saved: {message}. Use the button to save what is right."), 422
    seen = queries.prices_seen(version)
    return jsonify(saved_at=format_time(clock.now()), fields={"seen": seen})
