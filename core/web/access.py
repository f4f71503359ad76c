"""Default deny: every route says which deed it is, that it needs a sign-in, or that anyone may see it."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core.actor import Actor

View = TypeVar("View", bound=Callable[..., Any])

ANYONE = "anyone"
SIGNED_IN = "signed-in"

# Routes of libraries, which carry no mark of ours. Each is either safe for all or guards itself.
LIBRARY_ENDPOINTS = {
    "static": ANYONE,
    "security.login": ANYONE,
    "security.logout": ANYONE,
    "security.forgot_password": ANYONE,
    "security.reset_password": ANYONE,
    "security.verify": SIGNED_IN,
    "security.change_password": SIGNED_IN,
    "security.two_factor_setup": ANYONE,
    "security.two_factor_setup_validate": ANYONE,
    "security.two_factor_token_validation": ANYONE,
    "security.two_factor_rescue": ANYONE,
    "security.tf_select": ANYONE,
    "security.mf_recovery": ANYONE,
    "security.mf_recovery_codes": SIGNED_IN,
}


def requires(permission: str) -> Callable[[View], View]:
    """Mark a view with the deed it performs; only an actor whose roles permit it gets in."""

    def mark(view: View) -> View:
        view.access = str(permission)  # ty: ignore[missing-attribute]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view that anyone may see."""
    view.access = ANYONE  # ty: ignore[missing-attribute]
    return view


def signed_in(view: View) -> View:
    """Mark a view that every signed-in person may see."""
    view.access = SIGNED_IN  # ty: ignore[missing-attribute]
    return view


def access_of(app: Flask, endpoint: str) -> str | None:
    """Return the mark of an endpoint, or None where it has none and is therefore refused."""
    view = app.view_functions.get(endpoint)
    return getattr(view, "access", None) or LIBRARY_ENDPOINTS.get(endpoint)


def current_actor() -> Actor:
    """Return who acts in this request; for a visitor, an actor who may do nothing."""
    if "actor" not in g:
        if current_user.is_authenticated:
            # Who signs in is known a floor above: what finds the actor is registered with the application.
            g.actor = current_app.extensions["find_actor"]()
        else:
            g.actor = Actor(person_id=None, organisation_id=None, organisation_kind=None)
    return g.actor


def choose_organisation(organisation_id: int) -> None:
    """Act for another of the person's organisations from now on."""
    session["organisation_id"] = organisation_id
    g.pop("actor", None)


def init_app(app: Flask) -> None:
    """Check each request against its route's mark before the view runs."""

    @app.before_request
    def check_access() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # No such address: the router's own 404 or 405 follows.
        access = access_of(app, request.endpoint)
        if access == ANYONE:
            return None
        if not current_user.is_authenticated:
            if request.method in ("GET", "HEAD"):
                return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
            # What was typed is worth more than a redirect: the page says to sign in elsewhere and send again.
            abort(401)
        if access == SIGNED_IN:
            return None
        if access is None or not current_actor().may(access):
            abort(403)
        return None
