"""The lots of a draft, each in three steps."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.models import Place
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.forms import (
    LotServiceForm,
    LotTermsForm,
    LotWhereForm,
    StepForm,
    detail_field,
    lot_service_form,
    lot_volumes_form,
    people_field,
)
from procurement.calloffs.drafting.models import Lot
from procurement.calloffs.drafting.types import CallOffPermission, PriceModel
from procurement.calloffs.drafting.views.blueprint import calloffs, filled, find_draft, find_lot, show_step
from procurement.calloffs.drafting.views.tasks import missing
from procurement.framework.types import Reservation


def lot_page(lot: Lot) -> str:
    """The address of a lot's page."""
    return url_for("calloffs.lot", public_id=lot.call_off.public_id, number=lot.number)


@calloffs.get("/commissioning/<public_id>/lots")
@requires(CallOffPermission.DRAFT)
def lots(public_id: str) -> ResponseReturnValue:
    """The lots of a draft, each with what it still lacks."""
    call_off = find_draft(public_id)
    found: dict[int, list] = {}
    for reason in missing(call_off, clock.now()):
        if "lot" in reason.params:
            found.setdefault(reason.params["lot"], []).append(reason)
    return render_template("calloffs/lots.html", call_off=call_off, missing=found)


@calloffs.post("/commissioning/<public_id>/lots")
@requires(CallOffPermission.DRAFT)
def add_lot(public_id: str) -> ResponseReturnValue:
    """Add a lot and go on to what it buys."""
    call_off = find_draft(public_id)
    lot = services.add_lot(db.session, call_off=call_off, actor=current_actor(), now=clock.now())
    return redirect(url_for("calloffs.lot_service", public_id=public_id, number=lot.number))


@calloffs.get("/commissioning/<public_id>/lots/<int:number>")
@requires(CallOffPermission.DRAFT)
def lot(public_id: str, number: int) -> ResponseReturnValue:
    """One lot: what is filled in and what is missing, each with a link to change it."""
    found = find_lot(public_id, number)
    reasons = [
        reason for reason in missing(found.call_off, clock.now()) if reason.params.get("lot") == number
    ]
    return render_template(
        "calloffs/lot.html",
        lot=found,
        call_off=found.call_off,
        missing=reasons,
        names=queries.names(db.session, found.call_off),
    )


@calloffs.post("/commissioning/<public_id>/lots/<int:number>/duplicate")
@requires(CallOffPermission.DRAFT)
def duplicate_lot(public_id: str, number: int) -> ResponseReturnValue:
    """Add a lot like this one."""
    copy = services.duplicate_lot(
        db.session, lot=find_lot(public_id, number), actor=current_actor(), now=clock.now()
    )
    flash(f"Lot {number} was copied as lot {copy.number}.", "success")
    return redirect(lot_page(copy))


@calloffs.get("/commissioning/<public_id>/lots/<int:number>/remove")
@requires(CallOffPermission.DRAFT)
def ask_to_remove_lot(public_id: str, number: int) -> ResponseReturnValue:
    """Ask before a lot is removed."""
    found = find_lot(public_id, number)
    return render_template("calloffs/remove_lot.html", lot=found, call_off=found.call_off)


@calloffs.post("/commissioning/<public_id>/lots/<int:number>/remove")
@requires(CallOffPermission.DRAFT)
def remove_lot(public_id: str, number: int) -> ResponseReturnValue:
    """Remove a lot; the lots after it move up."""
    services.remove_lot(db.session, lot=find_lot(public_id, number), actor=current_actor(), now=clock.now())
    flash(f"Lot {number} was removed.", "success")
    return redirect(url_for("calloffs.lots", public_id=public_id))


def _service_values(lot: Lot) -> dict[str, Any]:
    people = {people_field(v.need_area.code, v.complexity): v.people_a_year for v in lot.volumes}
    return {"title": lot.title, "description": lot.description, **people}


def _service_form() -> type[LotServiceForm]:
    return lot_service_form(reference.need_areas(db.session), queries.available_services(db.session))


def _show_service(lot: Lot, form: StepForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    return show_step(
        "calloffs/lot_service.html",
        form,
        status,
        lot=lot,
        call_off=lot.call_off,
        need_areas=reference.need_areas(db.session),
        levels=queries.newest_levels(db.session),
        people_field=people_field,
        **more,
    )


@calloffs.get("/commissioning/<public_id>/lots/<int:number>/service")
@requires(CallOffPermission.DRAFT)
def lot_service(public_id: str, number: int) -> ResponseReturnValue:
    """Show what a lot buys and for how many people a year."""
    found = find_lot(public_id, number)
    return _show_service(found, filled(_service_form(), _service_values(found)))


@calloffs.post("/commissioning/<public_id>/lots/<int:number>/service")
@requires(CallOffPermission.DRAFT)
def save_lot_service(public_id: str, number: int) -> ResponseReturnValue:
    """Save it, and go on to where."""
    found = find_lot(public_id, number)
    form = _service_form()()
    changed = form.differences(_service_values(found))
    if changed or not form.validate_on_submit():
        return _show_service(found, form, 409 if changed else 422, changed=changed)
    services.save_lot_service(
        db.session,
        lot=found,
        actor=current_actor(),
        now=clock.now(),
        title=(form.title.data or "").strip(),
        description=form.description.data or "",
        volumes=form.people(),
    )
    if not found.places:
        return redirect(url_for("calloffs.lot_where", public_id=public_id, number=number))
    return redirect(lot_page(found))


def _where_values(lot: Lot) -> dict[str, Any]:
    return {
        "places": [place.code for place in lot.places],
        "cohorts": [cohort.code for cohort in lot.cohorts],
        "stages": [stage.code for stage in lot.stages],
    }


def _offer_where(form: Any) -> Any:
    form.offer(reference.places(db.session), reference.cohorts(db.session), reference.stages(db.session))
    return form


def stands_on(place: Place, day: date) -> bool:
    """Whether a place exists on a day; its end is the first day it no longer does."""
    begun = place.valid_from is None or place.valid_from <= day
    return begun and (place.valid_to is None or day < place.valid_to)


def _show_where(lot: Lot, form: StepForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    today = clock.today()
    # What exists today, and what the lot names already.
    named = set(form["places"].data or [])
    shown = [
        place for place in reference.places(db.session) if stands_on(place, today) or place.code in named
    ]
    below: dict[int | None, list] = {}
    for place in shown:
        below.setdefault(place.parent_id, []).append(place)
    return show_step(
        "calloffs/lot_where.html",
        form,
        status,
        lot=lot,
        call_off=lot.call_off,
        nation=[place for place in shown if place.kind is PlaceKind.NATION],
        regions=[place for place in shown if place.kind is PlaceKind.REGION],
        below=below,
        names=queries.names(db.session, lot.call_off),
        scopes={scope for scope in current_actor().scopes if scope.startswith("region:")},
        **more,
    )


@calloffs.get("/commissioning/<public_id>/lots/<int:number>/where")
@requires(CallOffPermission.DRAFT)
def lot_where(public_id: str, number: int) -> ResponseReturnValue:
    """Show where a lot is delivered, for whom and at which stages."""
    found = find_lot(public_id, number)
    return _show_where(found, _offer_where(filled(LotWhereForm, _where_values(found))))


@calloffs.post("/commissioning/<public_id>/lots/<int:number>/where")
@requires(CallOffPermission.DRAFT)
def save_lot_where(public_id: str, number: int) -> ResponseReturnValue:
    """Save it, and go on to when and how much."""
    found = find_lot(public_id, number)
    form = _offer_where(LotWhereForm())
    changed = form.differences(_where_values(found), _offer_where)
    if changed or not form.validate_on_submit():
        return _show_where(found, form, 409 if changed else 422, changed=changed)
    try:
        services.save_lot_where(
            db.session,
            lot=found,
            actor=current_actor(),
            now=clock.now(),
            place_codes=form.places.data or [],
            cohort_codes=form.cohorts.data or [],
            stage_codes=form.stages.data or [],
        )
    except Refused as refusal:
        return _show_where(found, form, 422, reasons=refusal.reasons)
    if found.starts_on is None:
        return redirect(url_for("calloffs.lot_terms", public_id=public_id, number=number))
    return redirect(lot_page(found))


def _terms_values(lot: Lot) -> dict[str, Any]:
    return {
        "starts_on": lot.starts_on,
        "term_months": lot.term_months,
        "budget": lot.budget,
        "holds_all": lot.holds_all,
        "extensions": lot.extensions or None,
        "extension_months": lot.extension_months,
        "mobilisation_weeks": lot.mobilisation_weeks,
        "reserved_for": str(lot.reserved_for) if lot.reserved_for else "",
    }


def _show_terms(lot: Lot, form: StepForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    return show_step("calloffs/lot_terms.html", form, status, lot=lot, call_off=lot.call_off, **more)


def _services_of(lot: Lot) -> dict[tuple[str, str], str]:
    """What each service of a lot is called, in the order of the need areas."""
    return {
        (v.need_area.code, str(v.complexity)): f"{v.need_area.name}, {v.complexity} complexity"
        for v in sorted(lot.volumes, key=lambda one: (one.need_area.position, one.id))
    }


def _volumes_form(lot: Lot) -> type[StepForm]:
    fixed = lot.call_off.price_model is PriceModel.FIXED_PRICE
    return lot_volumes_form(_services_of(lot), fixed=fixed)


def _volumes_values(lot: Lot) -> dict[str, Any]:
    values: dict[str, Any] = {"volume_source": lot.volume_source}
    for v in lot.volumes:
        service = (v.need_area.code, str(v.complexity))
        values[detail_field("low", service)] = v.people_low
        values[detail_field("high", service)] = v.people_high
        if lot.call_off.price_model is PriceModel.FIXED_PRICE:
            values[detail_field("price", service)] = v.fixed_price
    return values


def _show_volumes(lot: Lot, form: StepForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    return show_step(
        "calloffs/lot_volumes.html",
        form,
        status,
        lot=lot,
        call_off=lot.call_off,
        services=_services_of(lot),
        people={(v.need_area.code, str(v.complexity)): v.people_a_year for v in lot.volumes},
        detail_field=detail_field,
        names=queries.names(db.session, lot.call_off),
        **more,
    )


@calloffs.get("/commissioning/<public_id>/lots/<int:number>/volumes")
@requires(CallOffPermission.DRAFT)
def lot_volumes(public_id: str, number: int) -> ResponseReturnValue:
    """Show the range of each volume, where the numbers come from, and the price where it is fixed."""
    found = find_lot(public_id, number)
    return _show_volumes(found, filled(_volumes_form(found), _volumes_values(found)))


@calloffs.post("/commissioning/<public_id>/lots/<int:number>/volumes")
@requires(CallOffPermission.DRAFT)
def save_lot_volumes(public_id: str, number: int) -> ResponseReturnValue:
    """Save them."""
    found = find_lot(public_id, number)
    form: Any = _volumes_form(found)()
    changed = form.differences(_volumes_values(found))
    if changed or not form.validate_on_submit():
        return _show_volumes(found, form, 409 if changed else 422, changed=changed)
    chosen = _services_of(found)
    try:
        services.save_lot_volumes(
            db.session,
            lot=found,
            actor=current_actor(),
            now=clock.now(),
            volume_source=form.volume_source.data or "",
            ranges=form.ranges(chosen),
            fixed_prices=form.fixed_prices(chosen) or _fixed_prices(found),
        )
    except Refused as refusal:
        return _show_volumes(found, form, 422, reasons=refusal.reasons)
    return redirect(lot_page(found))


def _fixed_prices(lot: Lot) -> dict[tuple[str, str], Any]:
    """The prices as they stand: a model that has none hides them and loses nothing."""
    return {(v.need_area.code, str(v.complexity)): v.fixed_price for v in lot.volumes}


@calloffs.get("/commissioning/<public_id>/lots/<int:number>/terms")
@requires(CallOffPermission.DRAFT)
def lot_terms(public_id: str, number: int) -> ResponseReturnValue:
    """Show when a lot starts, how long it runs, what it may cost and who may bid."""
    found = find_lot(public_id, number)
    return _show_terms(found, filled(LotTermsForm, _terms_values(found)))


@calloffs.post("/commissioning/<public_id>/lots/<int:number>/terms")
@requires(CallOffPermission.DRAFT)
def save_lot_terms(public_id: str, number: int) -> ResponseReturnValue:
    """Save it."""
    found = find_lot(public_id, number)
    form = LotTermsForm()
    changed = form.differences(_terms_values(found))
    if changed or not form.validate_on_submit():
        return _show_terms(found, form, 409 if changed else 422, changed=changed)
    if form.budget.data is not None and form.budget.data <= 0:
        form.budget.errors = ["Budget over the whole term must be more than £0"]
        return _show_terms(found, form, 422)
    if bool(form.extensions.data) != (form.extension_months.data is not None):
        form.extension_months.errors = ["Say how often it may be extended and by how many months, or neither"]
        return _show_terms(found, form, 422)
    services.save_lot_terms(
        db.session,
        lot=found,
        actor=current_actor(),
        now=clock.now(),
        starts_on=form.starts_on.data,
        term_months=form.term_months.data,
        budget=form.budget.data,
        holds_all=form.holds_all.data,
        few_members_reason=found.few_members_reason,
        extensions=form.extensions.data or 0,
        extension_months=form.extension_months.data,
        mobilisation_weeks=form.mobilisation_weeks.data,
        reserved_for=Reservation(form.reserved_for.data) if form.reserved_for.data else None,
    )
    return redirect(lot_page(found))
