"""An invitation by mail: joining as a supplier, or taking the part on for an organisation that is here."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.utils import login_user

from catalogue.partners import queries, services
from catalogue.partners.forms import JoinAsPartnerForm, put_reasons, reason_words
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.services.naming import INVITATION, INVITED_FOR
from catalogue.partners.types import LinkState, PartnerPermission
from catalogue.partners.views import partners
from core import clock
from core.accounts.queries import organisation_of, person_by_email
from core.db import db
from core.reasons import Reason, Refused
from core.tokens import read_token
from core.web.access import current_actor, public, requires


@partners.route("/partners/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """What is asked by whom; whoever has no account yet joins here, since the link proves the address."""
    try:
        found = _invited(token, lock=request.method == "POST")
    except Refused as refusal:
        return _refused(refusal)
    if found.partner_id is not None:
        return redirect(url_for("partners.part", public_id=found.public_id))
    person = person_by_email(db.session, found.partner_email)
    known = person is not None and person.password is not None
    form = JoinAsPartnerForm(
        data={"organisation": found.partner_name, "name": person.name if person is not None else ""}
    )
    may_join = not known and not current_user.is_authenticated
    if request.method == "POST" and may_join and form.validate():
        try:
            joined = services.join_as_partner(
                db.session,
                now=clock.now(),
                today=clock.today(),
                link=found,
                administrator_role=current_app.extensions["supplier_administrator_role"],
                organisation=form.organisation.data or "",
                name=form.name.data or "",
                password=form.password.data,
            )
        except Refused as refusal:
            put_reasons(form, refusal.reasons)
        else:
            # The link proved the address and the password was chosen a moment ago.
            login_user(joined, authn_via=["password"])
            flash(f"{form.organisation.data} is set up, and you are signed in", "success")
            return redirect(url_for("partners.part", public_id=found.public_id))
    actor = current_actor()
    acting = organisation_of(db.session, actor.organisation_id) if actor.organisation_id else None
    page = render_template(
        "partners/invitation.html",
        link=found,
        token=token,
        form=form if may_join else None,
        known=known,
        acting=acting,
        may_take_on=actor.may(PartnerPermission.CONFIRM),
        error_title=bool(form.errors),
    )
    return page, 422 if form.errors else 200


@partners.post("/partners/invitation/<token>/take-on")
@requires(PartnerPermission.CONFIRM)
def take_on(token: str) -> ResponseReturnValue:
    """Take the part on for the organisation one acts for."""
    try:
        found = _invited(token, lock=True)
        services.take_on(db.session, actor=current_actor(), now=clock.now(), link=found)
    except Refused as refusal:
        return _refused(refusal)
    flash("The part is yours to confirm", "success")
    return redirect(url_for("partners.part", public_id=found.public_id))


def _invited(token: str, *, lock: bool) -> SupplyChainLink:
    """The link of a mail; refused where the mail is forged, too old, or went to another address than now."""
    asked = read_token(INVITATION, token, INVITED_FOR)
    found = queries.link_named(db.session, public_id=asked["link"], lock=lock)
    if found is None or found.partner_email != asked["email"] or found.state is LinkState.NAMED:
        raise Refused(Reason("link-not-valid"))
    if found.state is LinkState.ENDED or (found.partner_id is None and found.state is not LinkState.INVITED):
        raise Refused(Reason("invitation_answered"))
    return found


def _refused(refusal: Refused) -> ResponseReturnValue:
    return render_template("partners/refused.html", words=reason_words(refusal.reasons[0])), 410
