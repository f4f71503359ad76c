"""Recording a supplier's change: what has happened, what follows from it, and then doing so."""

import json
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.accounts.models import Organisation
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.changes import queries, rules, services
from procurement.changes.forms import ChangeForm
from procurement.changes.types import ChangePermission

changes = Blueprint("changes", __name__)

FIELDS = {
    "evidence_missing": ("evidence", "Enter how this is known"),
    "new_name_missing": ("new_name", "Enter the new name"),
    "name_is_the_same": ("new_name", "Enter a name that differs from the one it has"),
    "successor_is_itself": ("successor", "Enter the reference of another organisation"),
    "successor_not_known": ("successor", "Enter the reference of a supplier that has an account here"),
    "fate_of_offers_missing": ("offers", "Choose what becomes of its offers"),
}
CHANGED = "Something has changed since the effects were shown. They are shown anew: read them again."


@changes.get("/supplier-changes")
@requires(ChangePermission.RECORD)
def index() -> ResponseReturnValue:
    """The suppliers whose change can be recorded, and what was recorded last."""
    words = request.args.get("words", "").strip()[:100]
    actor = current_actor()
    return render_template(
        "changes/index.html",
        page=queries.suppliers_known(db.session, actor=actor, words=words, page=page_number()),
        words=words,
        recent=queries.recent_changes(db.session, actor=actor),
    )


@changes.get("/supplier-changes/of/<supplier>")
@requires(ChangePermission.RECORD)
def new(supplier: str) -> ResponseReturnValue:
    """Ask what has happened."""
    return _form(_supplier(supplier), ChangeForm())


@changes.post("/supplier-changes/of/<supplier>/effects")
@requires(ChangePermission.RECORD)
def effects(supplier: str) -> ResponseReturnValue:
    """Show what would follow, before anything is done."""
    found, form = _supplier(supplier), ChangeForm()
    if not (form.validate() and _sound(found, form)):
        return _form(found, form, error_title=True), 422
    return _effects(found, form)


@changes.post("/supplier-changes/of/<supplier>")
@requires(ChangePermission.RECORD)
def record(supplier: str) -> ResponseReturnValue:
    """Record the change, and do what was shown."""
    found, form = _supplier(supplier), ChangeForm()
    if not (form.validate() and _sound(found, form)):
        return _form(found, form, error_title=True), 422
    try:
        made = services.record_change(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            supplier=found,
            change=form.change(),
            seen=form.marks(),
        )
    except Refused:
        db.session.rollback()
        form.form_errors = [CHANGED]
        return _effects(_supplier(supplier), form, error_title=True), 409
    flash("The change is recorded, and the supplier is told.", "success")
    return redirect(url_for("changes.show", public_id=made.public_id))


@changes.get("/supplier-changes/<public_id>")
@requires(ChangePermission.RECORD)
def show(public_id: str) -> ResponseReturnValue:
    """A recorded change and what it did."""
    found = queries.change_of(db.session, actor=current_actor(), public_id=public_id)
    if found is None:
        abort(404)
    return render_template("changes/show.html", found=found)


def _supplier(public_id: str) -> Organisation:
    found = queries.supplier_of(db.session, actor=current_actor(), public_id=public_id)
    if found is None:
        abort(404)
    return found


def _sound(found: Organisation, form: ChangeForm) -> bool:
    """Whether the change can be recorded; what is wrong stands beside its field."""
    change = form.change()
    successor = queries.possible_successor(db.session, change.successor) if change.successor else None
    reasons = rules.reasons_against(
        change, supplier=found.public_id, old_name=found.name, successor_known=successor is not None
    )
    for reason in reasons:
        name, words = FIELDS[reason.code]
        form[name].errors = [*form[name].errors, words]
    return not reasons


def _form(found: Organisation, form: ChangeForm, **values: Any) -> str:
    history = queries.changes_of(db.session, actor=current_actor(), supplier_id=found.id)
    return render_template("changes/new.html", found=found, form=form, history=history, **values)


def _effects(found: Organisation, form: ChangeForm, **values: Any) -> str:
    change = form.change()
    follow = services.effects_of(db.session, actor=current_actor(), supplier=found, change=change)
    form.seen.raw_data = None
    form.seen.data = json.dumps(services.marks_of(follow))
    successor = queries.possible_successor(db.session, change.successor) if change.successor else None
    return render_template(
        "changes/effects.html",
        found=found,
        form=form,
        change=change,
        successor=successor,
        effects=[
            {
                "subject": str(effect.held.subject),
                "name": effect.held.name,
                "outcome": str(effect.outcome),
                "code": effect.code,
                "source": effect.source,
            }
            for effect in follow
        ],
        **values,
    )
