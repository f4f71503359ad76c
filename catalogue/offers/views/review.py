"""The framework manager's side: what waits for a decision, the whole offer, publishing or returning it."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.offers import queries, services
from catalogue.offers.forms.deciding import ReturnForm, SuspendForm
from catalogue.offers.forms.reasons import reason_words
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.content import section_keys
from catalogue.offers.rules.states import OFFER_STEPS
from catalogue.offers.types import OfferEvent, OfferPermission
from catalogue.offers.views import offers
from catalogue.offers.views.changes import changes_shown
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires


def _version(offer: str, number: int, *, lock: bool = False) -> OfferVersion:
    """A version that has left its supplier's hands; drafts are nobody else's."""
    found = queries.reviewed_version(db.session, offer, number=number, lock=lock)
    if found is None:
        abort(404)
    return found


def _page(
    version: OfferVersion, returning: ReturnForm | None = None, suspending: SuspendForm | None = None
) -> ResponseReturnValue:
    names = queries.names_for(db.session, version.offer.need_area, pools_of=version.offer.supplier_id)
    content = queries.content_of(version)
    standing = queries.standing_version(db.session, version.offer_id)
    changed = None
    if standing is not None and standing.number < version.number:
        changed = changes_shown(
            names,
            queries.content_of(standing),
            content,
            commercial=current_actor().may(OfferPermission.READ_COMMERCIAL),
        )
    form = returning or suspending
    failed = form is not None and bool(form.errors)
    page = render_template(
        "offers/review.html",
        version=version,
        content=content,
        names=names,
        keys=section_keys(content),
        standing=standing,
        changed=changed,
        returning=returning or ReturnForm(formdata=None),
        suspending=suspending or SuspendForm(formdata=None),
        may={event for event in OfferEvent if (version.state, event) in OFFER_STEPS},
        partners_named=queries.partners_named(db.session, version.id)
        if current_actor().may(OfferPermission.READ_COMMERCIAL)
        else (),
        pools=queries.pools_of_version(db.session, clock.today(), version),
        following=queries.next_to_review(db.session, after=version),
        error_title=failed,
    )
    return page, 422 if failed else 200


def _refused(refusal: Refused, offer: str, number: int) -> ResponseReturnValue:
    for reason in refusal.reasons:
        flash(reason_words(reason), "refused")
    return redirect(url_for("offers.review", offer=offer, number=number))


@offers.get("/offer-reviews/<offer>/<int:number>")
@requires(OfferPermission.REVIEW)
def review(offer: str, number: int) -> ResponseReturnValue:
    """Everything that a version says, and what can be decided about it."""
    return _page(_version(offer, number))


@offers.post("/offer-reviews/<offer>/<int:number>/publish")
@requires(OfferPermission.REVIEW)
def publish(offer: str, number: int) -> ResponseReturnValue:
    """Publish a submitted version."""
    version = _version(offer, number, lock=True)
    try:
        services.publish_offer(db.session, actor=current_actor(), now=clock.now(), version=version)
    except Refused as refusal:
        return _refused(refusal, offer, number)
    flash(f"Published: {version.title}", "success")
    return redirect(url_for("offers.review_queue", decided=offer))


@offers.post("/offer-reviews/<offer>/<int:number>/return")
@requires(OfferPermission.REVIEW)
def return_to_supplier(offer: str, number: int) -> ResponseReturnValue:
    """Return a submitted version with reasons."""
    version = _version(offer, number, lock=True)
    form = ReturnForm()
    if not form.validate():
        return _page(version, returning=form)
    try:
        services.return_offer(
            db.session, actor=current_actor(), now=clock.now(), version=version, reasons=form.reasons.data
        )
    except Refused as refusal:
        form.form_errors = [reason_words(reason) for reason in refusal.reasons]
        return _page(version, returning=form)
    flash(f"Returned to {version.offer.supplier.name}: {version.title}", "success")
    return redirect(url_for("offers.review_queue", decided=offer))


@offers.post("/offer-reviews/<offer>/<int:number>/suspend")
@requires(OfferPermission.REVIEW)
def suspend(offer: str, number: int) -> ResponseReturnValue:
    """Take a published offer out of the catalogue for a while."""
    version = _version(offer, number, lock=True)
    form = SuspendForm()
    if not form.validate():
        return _page(version, suspending=form)
    try:
        services.suspend_offer(
            db.session, actor=current_actor(), now=clock.now(), version=version, reason=form.reason.data
        )
    except Refused as refusal:
        form.form_errors = [reason_words(reason) for reason in refusal.reasons]
        return _page(version, suspending=form)
    flash(f"Suspended: {version.title}", "success")
    return redirect(url_for("offers.review", offer=offer, number=number))


@offers.post("/offer-reviews/<offer>/<int:number>/reinstate")
@requires(OfferPermission.REVIEW)
def reinstate(offer: str, number: int) -> ResponseReturnValue:
    """Put a suspended offer back into the catalogue."""
    version = _version(offer, number, lock=True)
    try:
        services.reinstate_offer(db.session, actor=current_actor(), now=clock.now(), version=version)
    except Refused as refusal:
        return _refused(refusal, offer, number)
    flash(f"Back in the catalogue: {version.title}", "success")
    return redirect(url_for("offers.review", offer=offer, number=number))
