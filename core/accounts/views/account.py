"""One's own account: who one is, for whom one acts, and how one signs in."""

from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core import clock
from core.accounts import services
from core.accounts.forms import NameForm, OrganisationForm
from core.accounts.models import Membership
from core.accounts.queries import memberships_on
from core.accounts.views import accounts
from core.db import db
from core.web.access import choose_organisation, current_actor, signed_in


@accounts.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """What is known of the person signed in, and what they can change."""
    return _page(_form(), 200)


@accounts.route("/account/name", methods=["GET", "POST"])
@signed_in
def name() -> ResponseReturnValue:
    """Change what one is called."""
    form = NameForm(name=current_user.name)
    if request.method == "POST" and form.validate():
        services.change_name(db.session, now=clock.now(), person=current_user, name=form.name.data or "")
        flash("Your name is changed", "success")
        return redirect(url_for("accounts.account"))
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/name.html", form=form, error_title=status == 422), status


@accounts.post("/account/organisation")
@signed_in
def act_for() -> ResponseReturnValue:
    """Act for another of one's organisations until signing out."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    organisation = {m.organisation.public_id: m.organisation for m in _memberships()}[form.organisation.data]
    choose_organisation(organisation.id)
    flash(f"You now act for {organisation.name}", "success")
    return redirect(url_for("home.start"))


def _memberships() -> Sequence[Membership]:
    return memberships_on(db.session, person_id=current_user.id, day=clock.today())


def _form() -> OrganisationForm:
    acting_for = current_actor().organisation_id
    organisations = {m.organisation_id: m.organisation for m in _memberships()}
    chosen = organisations[acting_for].public_id if acting_for in organisations else None
    form = OrganisationForm(organisation=chosen)
    form.organisation.choices = [(o.public_id, o.name) for o in organisations.values()]
    return form


def _page(form: OrganisationForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "accounts/account.html",
        form=form,
        memberships=_memberships(),
        roles=current_app.extensions["roles"],
        scope_names=dict(current_app.extensions["scope_choices"]()),
        error_title=status == 422,
    )
    return page, status
