"""A supplier's offers: the list, one offer with its task list, checking and submitting, versions."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.offers import queries, services
from catalogue.offers.forms.deciding import StartForm, SubmitForm
from catalogue.offers.forms.reasons import reason_words
from catalogue.offers.forms.sections import offer_choices
from catalogue.offers.models import Offer, OfferVersion
from catalogue.offers.rules.completeness import reasons_by_section, statuses, warnings
from catalogue.offers.rules.content import section_keys, step_keys
from catalogue.offers.rules.states import EDITABLE, OFFER_STEPS, reasons_not_to_start_version
from catalogue.offers.types import (
    OfferEvent,
    OfferFacts,
    OfferPermission,
    SectionKey,
    SectionStatus,
    Step,
    StepKey,
)
from catalogue.offers.views import offers
from catalogue.offers.views.changes import changes_shown
from catalogue.offers.views.confirming import assurance_shown
from catalogue.offers.views.saving import step_address
from catalogue.reference import queries as reference
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires


def _offer(public_id: str) -> Offer:
    found = queries.own_offer(db.session, public_id, actor=current_actor())
    if found is None:
        abort(404)
    return found


def _version(public_id: str, number: int | None = None, *, lock: bool = False) -> OfferVersion:
    found = queries.own_version(db.session, public_id, actor=current_actor(), number=number, lock=lock)
    if found is None:
        abort(404)
    return found


def _refused(refusal: Refused, offer: str) -> ResponseReturnValue:
    """Say why a step was refused on the offer's page; nothing was typed where it was asked."""
    for reason in refusal.reasons:
        flash(reason_words(reason), "refused")
    return redirect(url_for("offers.offer", offer=offer))


@offers.route("/offers/new", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def start() -> ResponseReturnValue:
    """Begin an offer by choosing its need area."""
    form = StartForm()
    needs = {need.code: need for need in reference.need_areas(db.session)}
    levels = reference.current_levels(db.session)
    offer_choices(
        form.need_area,
        [
            (
                need.code,
                need.name,
                "Outcomes only: no items are published for this need area."
                if all(not level.items for (key, _), level in levels.items() if key == need.id)
                else "",
            )
            for need in needs.values()
        ],
    )
    own = queries.offers_to_copy(db.session, actor=current_actor())
    offer_choices(
        form.like, [(offer.public_id, f"{title} ({offer.need_area.name})", "") for offer, title in own]
    )
    if form.validate_on_submit():
        begin = {"actor": current_actor(), "now": clock.now(), "need_area": needs[form.need_area.data]}
        if form.like.data:
            earlier = _version(form.like.data)
            version = services.start_like(db.session, earlier=earlier, places=form.places(), **begin)
        else:
            version = services.start_offer(db.session, **begin)
        return redirect(step_address(version.offer.public_id, StepKey(Step.SERVICE)))
    page = render_template("offers/start.html", form=form, copies=bool(own), error_title=bool(form.errors))
    return page, 422 if form.errors else 200


@offers.get("/offers/<offer>")
@requires(OfferPermission.READ)
def offer(offer: str) -> ResponseReturnValue:
    """One offer: where it stands, what is to be done, and its versions."""
    found = _offer(offer)
    version = _version(offer)
    facts = queries.facts_for(db.session, version, on=clock.today())
    return render_template(
        "offers/offer.html",
        offer=found,
        version=version,
        standing=queries.standing_version_of(found),
        editable=version.state in EDITABLE,
        steps=_steps(facts),
        people=queries.step_people(db.session, version.id),
        warnings=warnings(facts),
        partners_named=queries.partners_named(db.session, version.id),
        missing=sum(bool(reasons) for reasons in reasons_by_section(facts).values()),
        parts=len(section_keys(facts.content)),
        assurance=assurance_shown(queries.assurance_of(db.session, found.id)),
        may_start=not reasons_not_to_start_version(row.state for row in found.versions),
        withdrawable=[row for row in found.versions if (row.state, OfferEvent.WITHDRAW) in OFFER_STEPS],
    )


def _steps(facts: OfferFacts) -> list[tuple[StepKey, str, SectionStatus, list[SectionKey]]]:
    """Each step with the address of its page, how far it is, and its sections that still need something."""
    public_id = request.view_args["offer"] if request.view_args else ""
    found, lines = statuses(facts), []
    for step, keys in step_keys(facts.content).items():
        states = {found[key] for key in keys}
        open_keys = [
            key for key in keys if found[key] in (SectionStatus.NOT_STARTED, SectionStatus.INCOMPLETE)
        ]
        if not open_keys:
            status = SectionStatus.COMPLETE
        elif states <= {SectionStatus.NOT_STARTED, SectionStatus.OPTIONAL}:
            status = SectionStatus.NOT_STARTED
        else:
            status = SectionStatus.INCOMPLETE
        lines.append((step, step_address(public_id, step), status, open_keys))
    return lines


@offers.get("/offers/<offer>/check")
@requires(OfferPermission.READ)
def check(offer: str) -> ResponseReturnValue:
    """Everything that was answered, what is missing, and the button to submit."""
    version = _version(offer)
    if version.state not in EDITABLE:
        return redirect(url_for("offers.offer", offer=offer))
    return _check_page(version, SubmitForm(data={"row_version": version.row_version}))


def _check_page(version: OfferVersion, form: SubmitForm) -> str:
    facts = queries.facts_for(db.session, version, on=clock.today())
    names = queries.names_for(db.session, version.offer.need_area, pools_of=version.offer.supplier_id)
    standing = queries.standing_version(db.session, version.offer_id)
    changed = None
    if standing is not None:
        changed = changes_shown(names, queries.content_of(standing), facts.content, commercial=True)
    return render_template(
        "offers/check.html",
        version=version,
        form=form,
        standing=standing,
        changed=changed,
        content=facts.content,
        names=names,
        by_section=reasons_by_section(facts),
        warnings=warnings(facts),
        partners_named=queries.partners_named(db.session, version.id),
        error_title=bool(form.errors),
    )


@offers.post("/offers/<offer>/submit")
@requires(OfferPermission.SUBMIT)
def submit(offer: str) -> ResponseReturnValue:
    """Hand the version to the framework manager."""
    version = _version(offer, lock=True)
    form = SubmitForm()
    seen = form.row_version.data or ""
    try:
        services.submit_offer(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            version=version,
            row_version=int(seen) if seen.isascii() and seen.isdigit() else -1,
        )
    except Refused as refusal:
        if version.state not in EDITABLE:
            return _refused(refusal, offer)
        form.form_errors = [reason_words(reason) for reason in refusal.reasons]
        form.row_version.data = str(version.row_version)
        return _check_page(version, form), 422
    return redirect(url_for("offers.submitted", offer=offer))


@offers.get("/offers/<offer>/submitted")
@requires(OfferPermission.READ)
def submitted(offer: str) -> ResponseReturnValue:
    """Say without doubt that the offer was submitted, and what happens next."""
    version = _version(offer)
    if version.state in EDITABLE:
        return redirect(url_for("offers.offer", offer=offer))
    return render_template("offers/submitted.html", version=version, form=StartForm(formdata=None))


@offers.get("/offers/<offer>/versions/<int:number>")
@requires(OfferPermission.READ)
def version(offer: str, number: int) -> ResponseReturnValue:
    """One version as it was written, price and places included, and what it changed."""
    found = _version(offer, number)
    names = queries.names_for(db.session, found.offer.need_area, pools_of=found.offer.supplier_id)
    content = queries.content_of(found)
    changed = None
    if number > 1:
        before = queries.content_of(_version(offer, number - 1))
        changed = changes_shown(names, before, content, commercial=True)
    return render_template(
        "offers/version.html",
        version=found,
        content=content,
        names=names,
        keys=section_keys(content),
        changed=changed,
        partners_named=queries.partners_named(db.session, found.id),
    )


@offers.post("/offers/<offer>/versions")
@requires(OfferPermission.DRAFT)
def start_version(offer: str) -> ResponseReturnValue:
    """Begin a new version of a published offer."""
    try:
        services.start_new_version(db.session, actor=current_actor(), now=clock.now(), offer=_offer(offer))
    except Refused as refusal:
        return _refused(refusal, offer)
    flash(
        "New version started. The published one stays in the catalogue until this one is published.",
        "success",
    )
    return redirect(url_for("offers.offer", offer=offer))


@offers.get("/offers/<offer>/versions/<int:number>/withdraw")
@requires(OfferPermission.SUBMIT)
def ask_to_withdraw(offer: str, number: int) -> ResponseReturnValue:
    """Ask whether a version is really to be withdrawn."""
    found = _version(offer, number)
    if (found.state, OfferEvent.WITHDRAW) not in OFFER_STEPS:
        return redirect(url_for("offers.offer", offer=offer))
    return render_template("offers/withdraw.html", version=found)


@offers.post("/offers/<offer>/versions/<int:number>/withdraw")
@requires(OfferPermission.SUBMIT)
def withdraw(offer: str, number: int) -> ResponseReturnValue:
    """Withdraw a version for good."""
    found = _version(offer, number, lock=True)
    try:
        services.withdraw_offer(db.session, actor=current_actor(), now=clock.now(), version=found)
    except Refused as refusal:
        return _refused(refusal, offer)
    flash(f"Version {number} is withdrawn", "success")
    return redirect(url_for("offers.offer", offer=offer))
