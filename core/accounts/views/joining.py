"""Joining: a new supplier with its first administrator, and an invited colleague's first password."""

from datetime import timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user, validate_redirect_url

from core import clock
from core.accounts import queries, services
from core.accounts.forms import FirstPasswordForm, JoinForm, words_for
from core.accounts.views import accounts
from core.db import db
from core.reasons import Refused
from core.tokens import read_token
from core.web.access import public

CONFIRM_WITHIN = timedelta(days=3)
WELCOME_WITHIN = timedelta(days=14)


@accounts.route("/join", methods=["GET", "POST"])
@public
def join() -> ResponseReturnValue:
    """Ask for a supplier's account; the same answer whether or not the address is known."""
    form = JoinForm()
    if request.method == "POST" and form.validate():
        services.ask_to_join(
            db.session,
            now=clock.now(),
            organisation=form.organisation.data or "",
            name=form.name.data or "",
            email=form.email.data or "",
            then=_then(),
        )
        return redirect(url_for("accounts.join_sent"))
    status = 422 if request.method == "POST" else 200
    page = render_template("accounts/join.html", form=form, then=_then(), error_title=status == 422)
    return page, status


@accounts.get("/join/sent")
@public
def join_sent() -> ResponseReturnValue:
    """Say what happens next."""
    return render_template("accounts/join_sent.html")


@accounts.route("/join/<token>", methods=["GET", "POST"])
@public
def join_confirm(token: str) -> ResponseReturnValue:
    """Set the supplier up for whoever has the link from the mail."""
    try:
        asked = read_token("join", token, CONFIRM_WITHIN)
    except Refused as refused:
        return _link_refused(refused, again=url_for("accounts.join"))
    then = asked.pop("then", "")
    person = queries.person_by_email(db.session, asked["email"])
    form = FirstPasswordForm()
    needs_password = person is None or person.password is None
    if not needs_password:
        del form.password
        del form.again
    if request.method == "POST" and form.validate():
        try:
            person = services.register_supplier(
                db.session,
                now=clock.now(),
                today=clock.today(),
                administrator_role=current_app.extensions["supplier_administrator_role"],
                password=form.password.data if needs_password else None,
                **asked,
            )
        except Refused as refused:
            return _link_refused(refused, again=url_for("security.login"))
        if not needs_password:
            flash(f"{asked['organisation']} is set up. Sign in to go on", "success")
            return redirect(url_for("security.login", next=then or None))
        # The link proved the address and the password was chosen a moment ago: nothing is left to prove.
        login_user(person, authn_via=["password"])
        flash(f"{asked['organisation']} is set up, and you are signed in", "success")
        return redirect(then or url_for("home.start"))
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "accounts/join_confirm.html",
        form=form,
        asked=asked,
        token=token,
        needs_password=needs_password,
        error_title=status == 422,
    )
    return page, status


@accounts.route("/welcome/<token>", methods=["GET", "POST"])
@public
def welcome(token: str) -> ResponseReturnValue:
    """Let an invited colleague choose a password."""
    try:
        invited = read_token("welcome", token, WELCOME_WITHIN)
    except Refused as refused:
        return _link_refused(refused, again=url_for("security.forgot_password"))
    person = queries.person_by_public_id(db.session, invited["person"])
    if person is None or person.password is not None:
        flash("A password has been chosen already. Sign in with it", "info")
        return redirect(url_for("security.login"))
    form = FirstPasswordForm()
    if request.method == "POST" and form.validate():
        services.accept_invitation(
            db.session, now=clock.now(), person=person, password=form.password.data or ""
        )
        flash("Your password is saved. Sign in with it", "success")
        return redirect(url_for("security.login"))
    status = 422 if request.method == "POST" else 200
    page = render_template(
        "accounts/welcome.html", form=form, person=person, token=token, error_title=status == 422
    )
    return page, status


def _then() -> str:
    """The page of ours that was asked for before joining; empty where it is none of ours."""
    wanted = request.args.get("then", "")[:500]
    ours = wanted.startswith("/") and "\\" not in wanted and validate_redirect_url(wanted)
    return wanted if ours else ""


def _link_refused(refused: Refused, *, again: str) -> ResponseReturnValue:
    return render_template("accounts/link.html", words=words_for(refused.reasons[0]), again=again), 410
