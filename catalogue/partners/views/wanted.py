"""Who looks for partners: the list, one's own listing, and writing without seeing addresses."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.partners import queries, services
from catalogue.partners.forms import MessageForm, WantedForm, put_reasons
from catalogue.partners.models import PartnerListing
from catalogue.partners.types import PartnerPermission, WantedFilter
from catalogue.partners.views import partners
from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number


@partners.get("/partners-wanted")
@requires(PartnerPermission.READ_WANTED)
def wanted() -> ResponseReturnValue:
    """Who looks for partners, by need area and region."""
    needs = reference.need_areas(db.session)
    regions = reference.places(db.session, kind=PlaceKind.REGION)
    need, place = request.args.get("need", ""), request.args.get("place", "")
    chosen = WantedFilter(
        need_area=need if need in {one.code for one in needs} else "",
        place=place if place in {one.code for one in regions} else "",
    )
    page = queries.listings(db.session, chosen=chosen, today=clock.today(), page=page_number())
    if page.number > page.last:
        abort(404)
    own = None
    if current_actor().may(PartnerPermission.SEEK):
        own = queries.own_listing(db.session, actor=current_actor())
    return render_template(
        "partners/wanted.html",
        page=page,
        chosen=chosen,
        needs=needs,
        regions=regions,
        own=own,
        today=clock.today(),
    )


@partners.get("/partners-wanted/<public_id>")
@requires(PartnerPermission.READ_WANTED)
def wanted_one(public_id: str) -> ResponseReturnValue:
    """One listing, with a form to write about it."""
    return _listing_page(_listing(public_id), MessageForm())


@partners.post("/partners-wanted/<public_id>/messages")
@requires(PartnerPermission.SEEK)
def write(public_id: str) -> ResponseReturnValue:
    """Write to whoever looks for partners."""
    found, form = _listing(public_id), MessageForm()
    if form.validate():
        try:
            services.write_about(
                db.session, actor=current_actor(), now=clock.now(), listing=found, text=form.text.data or ""
            )
        except Refused as refusal:
            put_reasons(form, refusal.reasons)
        else:
            flash(f"Your message to {found.organisation.name} is on its way", "success")
            return redirect(url_for("partners.wanted"))
    return _listing_page(found, form, error_title=True), 422


@partners.route("/partners-wanted/own", methods=["GET", "POST"])
@requires(PartnerPermission.SEEK)
def own_listing() -> ResponseReturnValue:
    """List the organisation as looking for partners, or change what it says."""
    actor = current_actor()
    found = queries.own_listing(db.session, actor=actor)
    form = WantedForm(data=_values(found))
    form.offer(reference.need_areas(db.session), reference.places(db.session, kind=PlaceKind.REGION))
    if form.validate_on_submit():
        seen = form.row_version.data or ""
        try:
            made = services.save_listing(
                db.session,
                actor=actor,
                now=clock.now(),
                seeks=form.seeks.data or "",
                brings=form.brings.data or "",
                need_areas=form.need_areas.data or [],
                places=form.places.data or [],
                until=form.until.data,
                seen=int(seen) if seen.isascii() and seen.isdigit() else -1,
            )
        except Refused as refusal:
            put_reasons(form, refusal.reasons)
            if any(reason.code == "changed_meanwhile" for reason in refusal.reasons):
                form.row_version.data = str(found.row_version if found is not None else 0)
        else:
            flash("Your listing shows", "success")
            return redirect(url_for("partners.wanted_one", public_id=made.public_id))
    page = render_template(
        "partners/own_listing.html", form=form, listing=found, error_title=bool(form.errors)
    )
    return page, 422 if form.errors else 200


@partners.post("/partners-wanted/own/close")
@requires(PartnerPermission.SEEK)
def close() -> ResponseReturnValue:
    """Take the organisation's listing off."""
    found = queries.own_listing(db.session, actor=current_actor(), lock=True)
    if found is not None:
        services.close_listing(db.session, actor=current_actor(), now=clock.now(), listing=found)
        flash("Your listing is taken off", "success")
    return redirect(url_for("partners.wanted"))


@partners.route("/partners-wanted/messages/<public_id>", methods=["GET", "POST"])
@requires(PartnerPermission.SEEK)
def message(public_id: str) -> ResponseReturnValue:
    """A conversation about a listing, and the next message in it."""
    actor = current_actor()
    found = queries.message(db.session, actor=actor, public_id=public_id) or abort(404)
    other = found.sender if found.recipient_id == actor.organisation_id else found.recipient
    form = MessageForm()
    if form.validate_on_submit():
        try:
            services.answer_message(
                db.session, actor=actor, now=clock.now(), message=found, text=form.text.data or ""
            )
        except Refused as refusal:
            put_reasons(form, refusal.reasons)
        else:
            flash(f"Your message to {other.name} is on its way", "success")
            return redirect(url_for("partners.message", public_id=public_id))
    page = render_template(
        "partners/message.html",
        message=found,
        other=other,
        conversation=queries.messages_between(
            db.session, actor=actor, listing_id=found.listing_id, other_id=other.id
        ),
        form=form,
        error_title=bool(form.errors),
    )
    return page, 422 if form.errors else 200


def _listing(public_id: str) -> PartnerListing:
    found = queries.listing(db.session, actor=current_actor(), public_id=public_id, today=clock.today())
    return found or abort(404)


def _listing_page(found: PartnerListing, form: MessageForm, **values: object) -> str:
    actor = current_actor()
    own = found.organisation_id == actor.organisation_id
    messages = None
    if own and actor.may(PartnerPermission.SEEK):
        messages = queries.messages_about(db.session, listing_id=found.id, page=page_number())
        if messages.number > messages.last:
            abort(404)
    return render_template(
        "partners/wanted_one.html",
        listing=found,
        own=own,
        messages=messages,
        form=form,
        today=clock.today(),
        **values,
    )


def _values(found: PartnerListing | None) -> dict[str, object]:
    if found is None:
        return {"row_version": 0}
    return {
        "row_version": found.row_version,
        "seeks": found.seeks,
        "brings": found.brings,
        "need_areas": [need.code for need in found.need_areas],
        "places": [place.code for place in found.places],
        "until": found.until,
    }
