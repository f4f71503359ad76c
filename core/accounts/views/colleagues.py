"""Colleagues of one's organisation: who they are, inviting them, their roles, and their leaving."""

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.accounts import exports, queries, services
from core.accounts.forms import ColleagueForm, InviteForm, LeavingForm, words_for
from core.accounts.models import Person
from core.accounts.rules import held_as_text
from core.accounts.types import AccountPermission, OrganisationKind, Roles
from core.accounts.views import accounts
from core.db import db
from core.reasons import Refused
from core.spreadsheet import write_csv, write_xlsx
from core.web.access import current_actor, requires
from core.web.paging import Page, page_number

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _roles() -> Roles:
    return current_app.extensions["roles"]


def _offer(form: InviteForm | ColleagueForm) -> None:
    kind = OrganisationKind(current_actor().organisation_kind or "")
    form.offer(_roles(), kind, current_app.extensions["scope_choices"]())


def _colleague_or_404(public_id: str) -> Person:
    return queries.colleague(db.session, actor=current_actor(), public_id=public_id) or abort(404)


@accounts.get("/colleagues")
@requires(AccountPermission.MANAGE_COLLEAGUES)
def colleagues() -> ResponseReturnValue:
    """Who has a role in one's organisation."""
    actor, number, words = current_actor(), page_number(), request.args.get("words", "").strip()[:200]
    people, total = queries.colleagues_of(
        db.session, actor=actor, day=clock.today(), words=words, number=number
    )
    if number > Page(people, number, total).last:
        abort(404)
    return render_template(
        "accounts/colleagues.html",
        page=Page(people, number, total),
        words=words,
        memberships=queries.memberships_in(
            db.session, organisation_id=actor.organisation_id, person_ids=[p.id for p in people]
        ),
        roles=_roles(),
        scope_names=dict(current_app.extensions["scope_choices"]()),
        today=clock.today(),
    )


@accounts.get("/colleagues.<any(csv, xlsx):kind>")
@requires(AccountPermission.MANAGE_COLLEAGUES)
def export_colleagues(kind: str) -> ResponseReturnValue:
    """The same list whole, a row for each role."""
    actor, words = current_actor(), request.args.get("words", "").strip()[:200]
    people, _ = queries.colleagues_of(db.session, actor=actor, day=clock.today(), words=words, size=None)
    table = exports.colleague_table(
        people,
        queries.memberships_in(
            db.session, organisation_id=actor.organisation_id, person_ids=[p.id for p in people]
        ),
        roles=_roles(),
        scope_names=dict(current_app.extensions["scope_choices"]()),
        today=clock.today(),
    )
    headers = {"Content-Disposition": f'attachment; filename="colleagues.{kind}"'}
    if kind == "csv":
        return Response(write_csv(exports.HEADER, table), mimetype="text/csv", headers=headers)
    return Response(write_xlsx([("Colleagues", exports.HEADER, table)]), mimetype=XLSX, headers=headers)


@accounts.route("/colleagues/invite", methods=["GET", "POST"])
@requires(AccountPermission.MANAGE_COLLEAGUES)
def invite() -> ResponseReturnValue:
    """Invite someone by their address."""
    form = InviteForm()
    _offer(form)
    if request.method == "POST" and form.validate():
        try:
            person = services.invite_colleague(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                today=clock.today(),
                roles=_roles(),
                name=form.name.data or "",
                email=form.email.data or "",
                role_codes=form.roles.data or [],
                scopes=(form.scopes.data or []) if form.scopes else [],
            )
        except Refused as refused:
            form.form_errors = [words_for(reason) for reason in refused.reasons]
        else:
            flash(f"A mail to {person.email} is on its way", "success")
            return redirect(url_for("accounts.colleagues"))
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/invite.html", form=form, error_title=status == 422), status


@accounts.route("/colleagues/<public_id>", methods=["GET", "POST"])
@requires(AccountPermission.MANAGE_COLLEAGUES)
def colleague(public_id: str) -> ResponseReturnValue:
    """See and change what a colleague may do."""
    person, actor = _colleague_or_404(public_id), current_actor()
    memberships = queries.memberships_in(
        db.session, organisation_id=actor.organisation_id, person_ids=[person.id]
    )[person.id]
    today = clock.today()
    held = [m for m in memberships if m.valid_from <= today and (m.valid_to or today) >= today]
    form = ColleagueForm(
        roles=[m.role for m in held], scopes=sorted({s.scope for m in held for s in m.scopes})
    )
    _offer(form)
    if request.method == "POST" and form.validate():
        try:
            services.set_roles(
                db.session,
                actor=actor,
                now=clock.now(),
                today=clock.today(),
                roles=_roles(),
                person=person,
                role_codes=form.roles.data or [],
                scopes=(form.scopes.data or []) if form.scopes else [],
                seen=request.form.get("seen", ""),
            )
        except Refused as refused:
            form.form_errors = [words_for(reason) for reason in refused.reasons]
        else:
            flash(f"The roles of {person.name} are changed", "success")
            return redirect(url_for("accounts.colleagues"))
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "accounts/colleague.html",
        person=person,
        memberships=memberships,
        form=form,
        seen=held_as_text([(m.role, [s.scope for s in m.scopes]) for m in held]),
        roles=_roles(),
        scope_names=dict(current_app.extensions["scope_choices"]()),
        today=clock.today(),
        held=held,
        error_title=status == 422,
    )
    return page, status


@accounts.route("/colleagues/<public_id>/end", methods=["GET", "POST"])
@requires(AccountPermission.MANAGE_COLLEAGUES)
def end_colleague(public_id: str) -> ResponseReturnValue:
    """End a colleague's roles, now or after a last day."""
    person = _colleague_or_404(public_id)
    form = LeavingForm(today=clock.today())
    organisation_id = current_actor().organisation_id or 0
    holdings = services.holdings_of(db.session, organisation_id=organisation_id, person=person)
    others = queries.colleagues_on(db.session, organisation_id=organisation_id, day=clock.today())
    others = [other for other in others if other.id != person.id]
    form.successor.choices = [("", "Choose a colleague"), *((o.public_id, o.name) for o in others)]
    if request.method == "POST" and form.validate():
        try:
            services.remove_colleague(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                today=clock.today(),
                roles=_roles(),
                person=person,
                last_day=form.last_day.data,
                successor=next((o for o in others if o.public_id == form.successor.data), None),
            )
        except Refused as refused:
            form.form_errors = list(dict.fromkeys(words_for(reason) for reason in refused.reasons))
        else:
            flash(f"The roles of {person.name} end as you said", "success")
            return redirect(url_for("accounts.colleagues"))
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "accounts/end.html", person=person, form=form, holdings=holdings, error_title=status == 422
    )
    return page, status


@accounts.post("/colleagues/<public_id>/invitation")
@requires(AccountPermission.MANAGE_COLLEAGUES)
def invite_again(public_id: str) -> ResponseReturnValue:
    """Send the invitation once more."""
    person = _colleague_or_404(public_id)
    organisation = queries.organisation_of(db.session, current_actor().organisation_id or 0)
    services.send_invitation(db.session, organisation=organisation, person=person, now=clock.now())
    flash(f"A mail to {person.email} is on its way", "success")
    return redirect(url_for("accounts.colleagues"))
