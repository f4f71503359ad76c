"""A lead's supply chain: its tree, naming a partner, inviting it, changing and ending its part."""

from collections.abc import Sequence

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.partners import exports, queries, services
from catalogue.partners.forms import (
    KIND_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    AddressForm,
    NewAddressForm,
    NewPartnerForm,
    PartForm,
    put_reasons,
    reason_words,
)
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.queries import ChainRow
from catalogue.partners.rules import LINK_STEPS, LOWEST_TIER
from catalogue.partners.types import LinkEvent, LinkKind, LinkState, PartnerPermission
from catalogue.partners.views import partners
from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core import clock
from core.accounts.queries import organisation_of
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_PARTS = 5


@partners.get("/partners")
@requires(PartnerPermission.READ)
def index() -> ResponseReturnValue:
    """The organisation's supply chain, its parts in others', its declarations, and its listing."""
    actor = current_actor()
    page = page_of(queries.chain_of(db.session, lead_id=actor.organisation_id or 0), page_number())
    own = actor.organisation_id or 0
    parts = queries.parts_of(db.session, actor=actor, page=1)
    return render_template(
        "partners/index.html",
        organisation=organisation_of(db.session, own),
        page=page,
        parts=parts.rows[:SHOWN_PARTS],
        parts_total=parts.total,
        declaration=queries.latest_declarations(db.session, {own}).get(own),
        listing=queries.own_listing(db.session, actor=actor),
        today=clock.today(),
    )


@partners.get("/partners/supply-chain.<any(csv, xlsx):kind>")
@requires(PartnerPermission.READ)
def export_own(kind: str) -> ResponseReturnValue:
    """The same chain as a file, parts that have ended too."""
    return chain_file(current_actor().organisation_id or 0, kind)


@partners.get("/partners/new")
@requires(PartnerPermission.NAME)
def find() -> ResponseReturnValue:
    """Look for the partner among the organisations here, or name it by an address."""
    words = request.args.get("words", "").strip()[:200]
    found = None
    if words:
        found = queries.suppliers_called(db.session, actor=current_actor(), words=words, page=page_number())
        if found.number > found.last:
            abort(404)
    return render_template("partners/find.html", words=words, page=found)


@partners.route("/partners/new/part", methods=["GET", "POST"])
@requires(PartnerPermission.NAME)
def name() -> ResponseReturnValue:
    """Name a partner and its part: ``?organisation=`` says which, otherwise it has a name and an address."""
    wanted = request.args.get("organisation", "")
    organisation = queries.supplier(db.session, wanted) if wanted else None
    if wanted and organisation is None:
        abort(404)
    actor = current_actor()
    chain = queries.chain_of(db.session, lead_id=actor.organisation_id or 0)
    form = NewPartnerForm() if organisation is not None else NewAddressForm()
    offer_choices(form)
    above = [link for link in chain if link.tier < LOWEST_TIER and link.state not in (LinkState.DECLINED,)]
    form.offer_places(organisation_of(db.session, actor.organisation_id or 0).name, above)
    if form.validate_on_submit():
        under = form.under.data or ""
        try:
            link = services.name_partner(
                db.session,
                actor=actor,
                now=clock.now(),
                kind=LinkKind(form.kind.data),
                part=form.part(),
                parent=next((one for one in above if one.public_id == under), None),
                organisation=organisation,
                name="" if organisation is not None else form["name"].data or "",
                email="" if organisation is not None else form["email"].data or "",
            )
        except Refused as refusal:
            put_reasons(form, refusal.reasons)
        else:
            flash(f"{link.called} is named. Nobody has been told yet.", "success")
            return redirect(url_for("partners.link", public_id=link.public_id))
    page = render_template(
        "partners/name.html", form=form, organisation=organisation, error_title=bool(form.errors)
    )
    return page, 422 if form.errors else 200


@partners.get("/partners/links/<public_id>")
@requires(PartnerPermission.READ)
def link(public_id: str) -> ResponseReturnValue:
    """One partner, its part and terms, how it stands, and what can be done."""
    found = _own(public_id)
    [row] = queries.rows_of(db.session, [found])
    return render_template("partners/link.html", row=row, may=_events(found))


@partners.route("/partners/links/<public_id>/change", methods=["GET", "POST"])
@requires(PartnerPermission.NAME)
def change(public_id: str) -> ResponseReturnValue:
    """Change a part or its terms."""
    found = _own(public_id, lock=request.method == "POST")
    if (found.state, LinkEvent.CHANGE) not in LINK_STEPS:
        return redirect(url_for("partners.link", public_id=public_id))
    kind = PartForm if found.partner is not None else AddressForm
    form = kind(data={**_values(found), "name": found.partner_name, "email": found.partner_email})
    offer_choices(form)
    stale = False
    if form.validate_on_submit():
        seen = form.row_version.data or ""
        try:
            changed = services.change_partner(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                link=found,
                part=form.part(),
                name=form["name"].data or "" if "name" in form else "",
                email=form["email"].data or "" if "email" in form else "",
                seen=int(seen) if seen.isascii() and seen.isdigit() else -1,
            )
        except Refused as refusal:
            put_reasons(form, refusal.reasons)
            stale = any(reason.code == "changed_meanwhile" for reason in refusal.reasons)
        else:
            asked = changed and found.state is not LinkState.NAMED
            flash("Saved. The partner is asked to confirm it." if asked else "Saved", "success")
            return redirect(url_for("partners.link", public_id=public_id))
    if form.errors:
        db.session.refresh(found)
    if stale:
        form.row_version.data = str(found.row_version)
    page = render_template(
        "partners/change.html", form=form, link=found, stale=stale, error_title=bool(form.errors)
    )
    return page, 422 if form.errors else 200


@partners.post("/partners/links/<public_id>/invite")
@requires(PartnerPermission.NAME)
def invite(public_id: str) -> ResponseReturnValue:
    """Ask the partner to confirm."""
    found = _own(public_id, lock=True)
    try:
        services.invite_partner(db.session, actor=current_actor(), now=clock.now(), link=found)
    except Refused as refusal:
        for reason in refusal.reasons:
            flash(reason_words(reason), "important")
    else:
        flash(f"{found.called} is asked to confirm its part", "success")
    return redirect(url_for("partners.link", public_id=public_id))


@partners.get("/partners/links/<public_id>/end")
@requires(PartnerPermission.NAME)
def ask_to_end(public_id: str) -> ResponseReturnValue:
    """Say who is affected before a part ends."""
    found = _own(public_id)
    if (found.state, LinkEvent.END) not in LINK_STEPS:
        return redirect(url_for("partners.link", public_id=public_id))
    chain = queries.chain_of(db.session, lead_id=found.lead_id)
    names = {one.public_id: one.called for one in chain}
    return render_template(
        "partners/end.html", link=found, beneath=[names[key] for key in queries.beneath(chain, public_id)]
    )


@partners.post("/partners/links/<public_id>/end")
@requires(PartnerPermission.NAME)
def end(public_id: str) -> ResponseReturnValue:
    """End a part and those under it."""
    found = _own(public_id, lock=True)
    try:
        ended = services.end_partner(db.session, actor=current_actor(), now=clock.now(), link=found)
    except Refused as refusal:
        for reason in refusal.reasons:
            flash(reason_words(reason), "important")
        return redirect(url_for("partners.link", public_id=public_id))
    flash(f"Ended: {', '.join(ended)}", "success")
    return redirect(url_for("partners.index"))


@partners.get("/supply-chains/<public_id>")
@requires(PartnerPermission.READ_ALL)
def of_supplier(public_id: str) -> ResponseReturnValue:
    """A supplier's whole supply chain with its terms, for an authority."""
    lead = queries.supplier(db.session, public_id) or abort(404)
    return render_template(
        "partners/of_supplier.html",
        lead=lead,
        page=page_of(queries.chain_of(db.session, lead_id=lead.id), page_number()),
    )


@partners.get("/supply-chains/<public_id>.<any(csv, xlsx):kind>")
@requires(PartnerPermission.READ_ALL)
def export_of_supplier(public_id: str, kind: str) -> ResponseReturnValue:
    """The same chain as a file."""
    lead = queries.supplier(db.session, public_id) or abort(404)
    return chain_file(lead.id, kind)


def page_of(links: Sequence[SupplyChainLink], number: int) -> Page[ChainRow]:
    """One page of a tree's lines; a page that is not there is not found."""
    rows = links[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    page = Page(queries.rows_of(db.session, rows), number, len(links))
    if number > page.last:
        abort(404)
    return page


def chain_file(lead_id: int, kind: str) -> ResponseReturnValue:
    """A chain as CSV or XLSX."""
    links = queries.chain_of(db.session, lead_id=lead_id, ended=True)
    rows = queries.rows_of(db.session, links)
    table = exports.chain_table(rows, kinds=KIND_WORDS, states=STATE_WORDS, steps=STEP_WORDS)
    headers = {"Content-Disposition": f'attachment; filename="supply-chain.{kind}"'}
    if kind == "csv":
        return Response(exports.chain_csv(table), mimetype="text/csv", headers=headers)
    return Response(exports.chain_xlsx(table), mimetype=XLSX, headers=headers)


def offer_choices(form: PartForm) -> None:
    """Fill in need areas and regions."""
    form.offer(reference.need_areas(db.session), reference.places(db.session, kind=PlaceKind.REGION))


def _own(public_id: str, *, lock: bool = False) -> SupplyChainLink:
    found = queries.own_link(db.session, actor=current_actor(), public_id=public_id, lock=lock)
    return found or abort(404)


def _events(found: SupplyChainLink) -> set[LinkEvent]:
    return {event for state, event in LINK_STEPS if state is found.state}


def _values(found: SupplyChainLink) -> dict[str, object]:
    return {
        "row_version": found.row_version,
        "need_areas": [need.code for need in found.need_areas],
        "places": [place.code for place in found.places],
        "words": found.part,
        "share_percent": found.share_percent,
        "fee_percent": found.fee_percent,
        "payment_days": found.payment_days,
        "starts_on": found.starts_on,
        "ends_on": found.ends_on,
    }
