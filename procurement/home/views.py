"""The front page for visitors and the start page of each role."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core.web.access import public, signed_in

home = Blueprint("home", __name__)


@home.get("/")
@public
def index() -> ResponseReturnValue:
    """Show visitors what the service is; send everyone else to their start page."""
    if current_user.is_authenticated:
        return redirect(url_for("home.start"))
    return render_template("home/index.html")


@home.get("/start")
@signed_in
def start() -> ResponseReturnValue:
    """Show what waits for this person and what comes next."""
    return render_template("home/start.html")
