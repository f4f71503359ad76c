"""The page for visitors, the start page of each role, and the pages that every service owes its users."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core import clock
from core.accounts.types import OrganisationKind
from core.db import db
from core.web.access import current_actor, public, signed_in
from procurement.home.queries import sections_for
from procurement.roles import DEEDS, ROLES

home = Blueprint("home", __name__)


@home.get("/")
@public
def index() -> ResponseReturnValue:
    """What this service is, for those who are not signed in."""
    if current_user.is_authenticated:
        return redirect(url_for("home.start"))
    return render_template("home/index.html")


@home.get("/start")
@signed_in
def start() -> ResponseReturnValue:
    """What waits for the person signed in, and what comes next."""
    found = sections_for(
        db.session,
        actor=current_actor(),
        now=clock.now(),
        assurance=current_app.config["OFFER_ASSURANCE"],
    )
    return render_template("home/start.html", sections=found)


@home.get("/help")
@public
def help_page() -> ResponseReturnValue:
    """How the work goes, and what each role may do: rendered from the data that decides it."""
    by_kind = {kind: [role for role in ROLES.values() if role.kind == kind] for kind in OrganisationKind}
    return render_template("home/help.html", by_kind={k: r for k, r in by_kind.items() if r}, deeds=DEEDS)


@home.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """How accessible the service is, and what to do where it is not."""
    return render_template("home/accessibility.html")


@home.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is kept about whom, why, and for how long."""
    return render_template("home/privacy.html")


@home.get("/cookies")
@public
def cookies() -> ResponseReturnValue:
    """Which cookies there are."""
    return render_template("home/cookies.html")


@home.get("/contact")
@public
def contact() -> ResponseReturnValue:
    """Where to turn."""
    return render_template("home/contact.html")
