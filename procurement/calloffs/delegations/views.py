"""The register of delegations: read by who drafts and approves, kept by the authority's administrator."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference.queries import places
from catalogue.reference.types import PlaceKind
from core import clock
from core.accounts.models import Person
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.calloffs.delegations import queries, services
from procurement.calloffs.delegations.forms import ChangeDelegationForm, DelegationForm, NewDelegationForm
from procurement.calloffs.delegations.models import Delegation
from procurement.calloffs.delegations.rules import in_force, is_absent
from procurement.calloffs.delegations.types import DelegationPermission

delegations = Blueprint("delegations", __name__)
APPROVES = "calloff:approve"
REASON_WORDS = {
    "ends_before_it_begins": "The last day must not be before the first",
    "deputy_is_the_holder": "The deputy must be another person",
    "absence_out_of_order": "The absence must have a first day, and end after it begins",
    "delegation_has_ended": "The delegation has ended already",
    "unknown_code": "Choose regions from the list",
}


@delegations.get("/delegations")
@requires(DelegationPermission.READ)
def index() -> ResponseReturnValue:
    """Everyone who may approve for the authority, up to which value and where."""
    today = clock.today()
    page = queries.register(db.session, actor=current_actor(), today=today, page=page_number())
    return render_template(
        "delegations/index.html",
        page=page,
        standing={row.id: _standing(row) for row in page.rows},
        may_manage=current_actor().may(DelegationPermission.MANAGE),
    )


def _standing(row: Delegation) -> str:
    facts, today = queries.facts_of(row), clock.today()
    if not in_force(facts, today):
        return "ended" if row.valid_to is not None and row.valid_to < today else "later"
    return "absent" if is_absent(facts, today) else "in_force"


def _people() -> list[Person]:
    """The people of the authority whose role lets them approve."""
    roles = [role.code for role in current_app.extensions["roles"].values() if APPROVES in role.permissions]
    return list(
        queries.people_to_delegate_to(
            db.session,
            authority_id=current_actor().organisation_id or 0,
            roles=roles,
            day=clock.today(),
        )
    )


def _offer(form: DelegationForm, standing: Delegation | None = None) -> list[Person]:
    """Give the form its choices: whoever holds or deputises now stays among them."""
    people = _people()
    if standing is not None:
        people += [one for one in (standing.person, standing.deputy) if one and one not in people]
    form.offer(places(db.session, kind=PlaceKind.REGION), people)
    return people


def _show(template: str, form: DelegationForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    page = render_template(
        f"delegations/{template}.html",
        form=form,
        reason_words=REASON_WORDS,
        error_title=status != 200,
        **more,
    )
    return page, status


def _chosen(people: list[Person], public_id: str | None) -> Person | None:
    return next((person for person in people if person.public_id == public_id), None)


@delegations.get("/delegations/new")
@requires(DelegationPermission.MANAGE)
def new() -> ResponseReturnValue:
    """Ask who may approve, up to which value, where and when."""
    form = NewDelegationForm(formdata=None, data={"valid_from": clock.today()})
    _offer(form)
    return _show("new", form)


@delegations.post("/delegations/new")
@requires(DelegationPermission.MANAGE)
def give() -> ResponseReturnValue:
    """Give the delegation."""
    form = NewDelegationForm()
    people = _offer(form)
    valid = form.validate_on_submit()
    person = _chosen(people, form.person.data)
    if person is None:
        form.person.errors = ["Choose who may approve"]
    if not valid or person is None:
        return _show("new", form, 422)
    try:
        services.give(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            person=person,
            deputy=_chosen(people, form.deputy.data),
            **_said(form),
        )
    except Refused as refusal:
        return _show("new", form, 422, reasons=refusal.reasons)
    flash(f"{person.name} may approve from now on as the register says.", "success")
    return redirect(url_for("delegations.index"))


def _said(form: DelegationForm) -> dict[str, Any]:
    return {
        "value_limit": form.value_limit.data,
        "region_codes": form.regions.data or [],
        "valid_from": form.valid_from.data,
        "valid_to": form.valid_to.data,
    }


def _find(public_id: str) -> Delegation:
    found = queries.delegation_of(db.session, actor=current_actor(), public_id=public_id)
    if found is None:
        abort(404)
    return found


@delegations.get("/delegations/<public_id>")
@requires(DelegationPermission.MANAGE)
def change(public_id: str) -> ResponseReturnValue:
    """Show a delegation to be changed, or its holder recorded as absent."""
    found = _find(public_id)
    form = ChangeDelegationForm(
        formdata=None,
        data={
            "value_limit": found.value_limit,
            "regions": [region.code for region in found.regions],
            "valid_from": found.valid_from,
            "valid_to": found.valid_to,
            "deputy": found.deputy.public_id if found.deputy else "",
            "absent_from": found.absent_from,
            "absent_to": found.absent_to,
        },
    )
    _offer(form, found)
    return _show("change", form, delegation=found, standing=_standing(found))


@delegations.post("/delegations/<public_id>")
@requires(DelegationPermission.MANAGE)
def save(public_id: str) -> ResponseReturnValue:
    """Save what was changed."""
    found = _find(public_id)
    form = ChangeDelegationForm()
    people = _offer(form, found)
    if not form.validate_on_submit():
        return _show("change", form, 422, delegation=found, standing=_standing(found))
    try:
        services.change(
            db.session,
            delegation=found,
            actor=current_actor(),
            now=clock.now(),
            deputy=_chosen(people, form.deputy.data),
            absent_from=form.absent_from.data,
            absent_to=form.absent_to.data,
            **_said(form),
        )
    except Refused as refusal:
        standing = _standing(found)
        return _show("change", form, 422, delegation=found, standing=standing, reasons=refusal.reasons)
    flash(f"The delegation of {found.person.name} was saved.", "success")
    return redirect(url_for("delegations.index"))


@delegations.post("/delegations/<public_id>/end")
@requires(DelegationPermission.MANAGE)
def end(public_id: str) -> ResponseReturnValue:
    """End a delegation with today."""
    found = _find(public_id)
    try:
        services.end(db.session, delegation=found, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        flash(REASON_WORDS[refusal.reasons[0].code], "notice")
        return redirect(url_for("delegations.index"))
    flash(f"The delegation of {found.person.name} ends today.", "success")
    return redirect(url_for("delegations.index"))
