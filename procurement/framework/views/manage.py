"""Setting a framework up, page by page, until it is published and frozen."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.framework import queries, rules, services
from procurement.framework.forms import (
    LINT_FIELDS,
    CeaseForm,
    DetailsForm,
    NewFrameworkForm,
    PublishForm,
    category_form,
    rules_form,
    values_of,
)
from procurement.framework.models import Category, Framework
from procurement.framework.rules.parameters import read
from procurement.framework.types import FrameworkPermission, FrameworkState, Regime
from procurement.framework.views.blueprint import framework, is_stale, managed, put_reasons
from procurement.framework.views.public import facts_for_suppliers
from procurement.framework.views.words import reason_text

DETAIL_FIELDS = {
    "ends_before_it_starts": "ends_on",
    "dps_without_reference": "market_reference",
    "new_dps": "noticed_on",
    "dps_without_last_day": "ends_on",
    "ends_too_late": "ends_on",
    "audited_accounts": "summary",
    "insurance_before_award": "summary",
    "earlier_award_by_authority": "summary",
    "no_equivalents": "summary",
}
CATEGORY_FIELDS = {
    "category_without_region": "regions",
    "not_a_cpv_code": "cpv_code",
    "band_is_empty": "value_below",
    "floor_without_value": "turnover_floor",
    "floor_too_high": "turnover_floor",
    "floor_beyond_own_rule": "turnover_floor",
    "audited_accounts": "criteria",
    "insurance_before_award": "criteria",
    "earlier_award_by_authority": "criteria",
    "no_equivalents": "criteria",
}


@framework.get("/manage/frameworks")
@requires(FrameworkPermission.MANAGE)
def manage() -> ResponseReturnValue:
    """The frameworks of this authority."""
    page = queries.frameworks_managed(db.session, actor=current_actor(), page=page_number())
    return render_template("framework/manage.html", page=page)


@framework.get("/manage/frameworks/new")
@requires(FrameworkPermission.MANAGE)
def new() -> ResponseReturnValue:
    """Ask for the law and the details of a framework."""
    form = NewFrameworkForm(row_version=1, starts_on=clock.today())
    return render_template("framework/new.html", form=form)


@framework.post("/manage/frameworks/new")
@requires(FrameworkPermission.MANAGE)
def create() -> ResponseReturnValue:
    """Set a framework up as a draft."""
    form = NewFrameworkForm()
    if form.validate():
        try:
            made = services.create_framework(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                regime=Regime(form.regime.data),
                **_details(form),
            )
        except Refused as refused:
            put_reasons(form, refused.reasons, DETAIL_FIELDS, reason_text)
        else:
            flash("The framework is set up as a draft.", "success")
            return redirect(url_for("framework.setup", public_id=made.public_id))
    return render_template("framework/new.html", form=form, error_title=True), 422


@framework.get("/manage/frameworks/<public_id>")
@requires(FrameworkPermission.MANAGE)
def setup(public_id: str) -> ResponseReturnValue:
    """What is done and what is missing; for a published framework, what it is."""
    found = managed(public_id)
    return render_template(
        "framework/setup.html",
        found=found,
        lacking=rules.reasons_not_to_publish(queries.setup_facts(found), found.rules),
        odd_codes=[c for c in found.categories if not rules.is_light_touch(c.cpv_code)],
        **facts_for_suppliers(found),
    )


@framework.get("/manage/frameworks/<public_id>/details")
@requires(FrameworkPermission.MANAGE)
def details(public_id: str) -> ResponseReturnValue:
    """What the framework says of itself."""
    found = _draft(public_id)
    return render_template("framework/details.html", found=found, form=DetailsForm(obj=found))


@framework.post("/manage/frameworks/<public_id>/details")
@requires(FrameworkPermission.MANAGE)
def save_details(public_id: str) -> ResponseReturnValue:
    """Save what the framework says of itself."""
    found = managed(public_id, lock=True)
    form = DetailsForm()
    if is_stale(form, found):
        saved = {
            "Title": found.title,
            "Summary": found.summary,
            "First day": found.starts_on,
            "Last day": found.ends_on,
            "Reference of the notice": found.market_reference,
        }
        return _shown_again("framework/details.html", form, found, saved)
    if form.validate():
        try:
            services.change_details(
                db.session, actor=current_actor(), now=clock.now(), framework=found, **_details(form)
            )
        except Refused as refused:
            put_reasons(form, refused.reasons, DETAIL_FIELDS, reason_text)
        else:
            flash("The details are saved.", "success")
            return redirect(url_for("framework.setup", public_id=public_id))
    return render_template("framework/details.html", found=found, form=form, error_title=True), 422


@framework.get("/manage/frameworks/<public_id>/rules")
@requires(FrameworkPermission.MANAGE)
def rules_page(public_id: str) -> ResponseReturnValue:
    """The rules as parameters: value, unit, source, whether they may vary."""
    found = managed(public_id)
    parameters = read(found.rules, found.regime)
    form = rules_form(parameters)
    form.row_version.data = found.row_version
    return render_template("framework/rules.html", found=found, form=form, parameters=parameters)


@framework.post("/manage/frameworks/<public_id>/rules")
@requires(FrameworkPermission.MANAGE)
def save_rules(public_id: str) -> ResponseReturnValue:
    """Save the rules, or say which provision forbids one."""
    found = managed(public_id, lock=True)
    parameters = read(found.rules, found.regime)
    form = rules_form(parameters)
    status = 422
    if is_stale(form, found):
        status = 409
    elif form.validate():
        try:
            services.change_rules(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                framework=found,
                values=values_of(form, parameters),
            )
        except Refused as refused:
            put_reasons(form, refused.reasons, LINT_FIELDS, reason_text)
        else:
            flash("The rules are saved.", "success")
            return redirect(url_for("framework.setup", public_id=public_id))
    return (
        render_template(
            "framework/rules.html", found=found, form=form, parameters=parameters, error_title=True
        ),
        status,
    )


@framework.get("/manage/frameworks/<public_id>/categories/new")
@requires(FrameworkPermission.MANAGE)
def new_category(public_id: str) -> ResponseReturnValue:
    """Ask for a category."""
    found = _draft(public_id)
    form = _category_form({"value_from": 0, "cpv_code": "85312500", "row_version": found.row_version})
    return render_template("framework/category.html", found=found, form=form, category=None)


@framework.post("/manage/frameworks/<public_id>/categories/new")
@requires(FrameworkPermission.MANAGE)
def add_category(public_id: str) -> ResponseReturnValue:
    """Add a category. Somebody else's change elsewhere does not stand in its way."""
    found = managed(public_id, lock=True)
    form = _category_form()
    if form.validate():
        try:
            added = services.add_category(
                db.session, actor=current_actor(), now=clock.now(), framework=found, **_category(form)
            )
        except Refused as refused:
            put_reasons(form, refused.reasons, CATEGORY_FIELDS, reason_text)
        else:
            _say_saved(added)
            return redirect(url_for("framework.setup", public_id=public_id))
    return (
        render_template("framework/category.html", found=found, form=form, category=None, error_title=True),
        422,
    )


@framework.get("/manage/frameworks/<public_id>/categories/<code>")
@requires(FrameworkPermission.MANAGE)
def category(public_id: str, code: str) -> ResponseReturnValue:
    """One category of a draft."""
    found = _draft(public_id)
    chosen = _category_of(found, code)
    form = _category_form(
        {
            "need_area": chosen.need_area.code,
            "name": chosen.name,
            "regions": [region.code for region in chosen.regions],
            "value_from": chosen.value_from,
            "value_below": chosen.value_below,
            "cpv_code": chosen.cpv_code,
            "criteria": chosen.criteria,
            "turnover_floor": chosen.turnover_floor,
            "floor_by_group": chosen.floor_by_group,
            "row_version": found.row_version,
        }
    )
    return render_template("framework/category.html", found=found, form=form, category=chosen)


@framework.post("/manage/frameworks/<public_id>/categories/<code>")
@requires(FrameworkPermission.MANAGE)
def save_category(public_id: str, code: str) -> ResponseReturnValue:
    """Save a category of a draft."""
    found = managed(public_id, lock=True)
    chosen = _category_of(found, code)
    form = _category_form()
    if is_stale(form, found):
        saved = {
            "Name": chosen.name,
            "Need area": chosen.need_area.name,
            "Regions": ", ".join(region.name for region in chosen.regions),
            "CPV code": chosen.cpv_code,
            "Criteria": chosen.criteria,
        }
        return _shown_again("framework/category.html", form, found, saved, category=chosen)
    if form.validate():
        try:
            services.change_category(
                db.session, actor=current_actor(), now=clock.now(), category=chosen, **_category(form)
            )
        except Refused as refused:
            put_reasons(form, refused.reasons, CATEGORY_FIELDS, reason_text)
        else:
            _say_saved(chosen)
            return redirect(url_for("framework.setup", public_id=public_id))
    return (
        render_template("framework/category.html", found=found, form=form, category=chosen, error_title=True),
        422,
    )


@framework.post("/manage/frameworks/<public_id>/categories/<code>/remove")
@requires(FrameworkPermission.MANAGE)
def remove_category(public_id: str, code: str) -> ResponseReturnValue:
    """Take a category out of a draft."""
    found = managed(public_id, lock=True)
    chosen = _category_of(found, code)
    name = chosen.name
    try:
        services.remove_category(db.session, actor=current_actor(), now=clock.now(), category=chosen)
    except Refused as refused:
        flash(reason_text(refused.reasons[0]), "important")
    else:
        flash(f"{name} is taken out.", "success")
    return redirect(url_for("framework.setup", public_id=public_id))


@framework.get("/manage/frameworks/<public_id>/publish")
@requires(FrameworkPermission.MANAGE)
def check_before_publishing(public_id: str) -> ResponseReturnValue:
    """Everything once more, before it is frozen."""
    return _publishing(_draft(public_id), PublishForm())


@framework.post("/manage/frameworks/<public_id>/publish")
@requires(FrameworkPermission.MANAGE)
def publish(public_id: str) -> ResponseReturnValue:
    """Publish, once."""
    found = managed(public_id, lock=True)
    form = PublishForm()
    if is_stale(form, found):
        return _publishing(found, form), 409
    try:
        services.publish_framework(db.session, actor=current_actor(), now=clock.now(), framework=found)
    except Refused as refused:
        put_reasons(form, refused.reasons, {}, reason_text)
        return _publishing(found, form), 422
    flash("The framework is published. Suppliers can apply.", "success")
    return redirect(url_for("framework.setup", public_id=public_id))


@framework.post("/manage/frameworks/<public_id>/announce")
@requires(FrameworkPermission.MANAGE)
def announce(public_id: str) -> ResponseReturnValue:
    """Give the intention to establish the market to the notices."""
    found = managed(public_id, lock=True)
    try:
        services.announce_framework(db.session, actor=current_actor(), now=clock.now(), framework=found)
    except Refused as refused:
        flash(reason_text(refused.reasons[0]), "important")
    else:
        flash("The notice of the intention is on its way to the notices.", "success")
    return redirect(url_for("framework.setup", public_id=public_id))


@framework.get("/manage/frameworks/<public_id>/cease")
@requires(FrameworkPermission.MANAGE)
def ask_to_cease(public_id: str) -> ResponseReturnValue:
    """What ending a framework means, before it is done."""
    found = managed(public_id)
    if found.state is not FrameworkState.PUBLISHED:
        abort(404)
    return render_template("framework/cease.html", found=found, form=CeaseForm())


@framework.post("/manage/frameworks/<public_id>/cease")
@requires(FrameworkPermission.MANAGE)
def cease(public_id: str) -> ResponseReturnValue:
    """End a framework."""
    found = managed(public_id, lock=True)
    form = CeaseForm()
    if form.validate():
        try:
            services.cease_framework(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                framework=found,
                reason=form.reason.data,
            )
        except Refused as refused:
            put_reasons(form, refused.reasons, {}, reason_text)
        else:
            flash("The framework has ended. Members and applicants are told.", "success")
            return redirect(url_for("framework.setup", public_id=public_id))
    return render_template("framework/cease.html", found=found, form=form, error_title=True), 422


def _publishing(found: Framework, form: PublishForm) -> str:
    form.row_version.data = found.row_version
    return render_template(
        "framework/publish.html",
        found=found,
        form=form,
        lacking=rules.reasons_not_to_publish(queries.setup_facts(found), found.rules),
        odd_codes=[c for c in found.categories if not rules.is_light_touch(c.cpv_code)],
        error_title=bool(form.form_errors),
        **facts_for_suppliers(found),
    )


def _draft(public_id: str) -> Framework:
    """A framework that can still be changed; a published one has no such page."""
    found = managed(public_id)
    if found.state is not FrameworkState.DRAFT:
        abort(404)
    return found


def _category_of(found: Framework, code: str) -> Category:
    chosen = next((category for category in found.categories if category.code == code), None)
    if chosen is None:
        abort(404)
    return chosen


def _category_form(data: Mapping[str, Any] | None = None) -> Any:
    return category_form(
        reference.need_areas(db.session), reference.places(db.session, kind=PlaceKind.REGION), data
    )


def _category(form: Any) -> dict[str, Any]:
    chosen = set(form.regions.data or [])
    return {
        "name": form.name.data,
        "need_area": reference.need_area(db.session, form.need_area.data),
        "regions": [
            place for place in reference.places(db.session, kind=PlaceKind.REGION) if place.code in chosen
        ],
        "cpv_code": form.cpv_code.data,
        "value_from": form.value_from.data or 0,
        "value_below": form.value_below.data,
        "criteria": form.criteria.data or "",
        "turnover_floor": form.turnover_floor.data,
        "floor_by_group": bool(form.floor_by_group.data),
    }


def _details(form: Any) -> dict[str, Any]:
    return {
        "title": form.title.data.strip(),
        "summary": form.summary.data.strip(),
        "starts_on": form.starts_on.data,
        "ends_on": form.ends_on.data,
        "market_reference": (form.market_reference.data or "").strip(),
        "noticed_on": form.noticed_on.data,
    }


def _say_saved(saved: Category) -> None:
    if rules.is_light_touch(saved.cpv_code):
        flash(f"{saved.name} is saved.", "success")
    else:
        flash(
            f"{saved.name} is saved. Its CPV code {saved.cpv_code} is not among the light-touch codes "
            "we know: check which rules apply.",
            "important",
        )


def _shown_again(
    template: str, form: Any, found: Framework, saved: Mapping[str, Any], **values: Any
) -> ResponseReturnValue:
    return render_template(template, found=found, form=form, saved=saved, error_title=True, **values), 409
