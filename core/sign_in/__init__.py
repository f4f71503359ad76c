"""Signing in and out: the library's settings and forms, its mails in our outbox, its deeds in our audit."""

from typing import Any

from flask import Flask, current_app, g, session
from flask_login import current_user
from flask_security import FSQLALiteUserDatastore, MailUtil, Security, signals

from core import clock
from core.accounts import services
from core.accounts.models import NoRole, Person
from core.accounts.queries import actor_for, memberships_on
from core.accounts.rules import address_digest
from core.accounts.types import AccountTag
from core.actor import Actor
from core.db import db
from core.jobs.models import OutboxMessage
from core.sign_in import settings
from core.sign_in.codes import CodesOnce
from core.sign_in.forms import FORMS


class OutboxMailUtil(MailUtil):
    """Queues the library's mails with the change that causes them."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        message = OutboxMessage(
            to_address=recipient,
            subject=str(subject),
            body=(body or "").strip() + "\n",
            created_at=clock.now(),
        )
        db.session.add(message)


def find_actor() -> Actor:
    """Return the actor of the person signed in, for the organisation they chose or their first."""
    memberships = memberships_on(db.session, person_id=current_user.id, day=clock.today())
    actor = actor_for(
        current_user.id,
        memberships,
        roles=current_app.extensions["roles"],
        organisation_id=session.get("organisation_id"),
    )
    names = {m.organisation_id: m.organisation.name for m in memberships}
    g.organisation_name = names.get(actor.organisation_id or 0, "")
    g.organisations = len(names)
    return actor


def acting_organisation() -> tuple[str, int]:
    """Return the name of the organisation acted for, and for how many the person could act."""
    return g.get("organisation_name", ""), g.get("organisations", 0)


def init_app(app: Flask) -> None:
    """Configure sign-in by password with Argon2 and an optional second factor."""
    settings.apply_to(app)
    app.extensions["find_actor"] = find_actor
    app.jinja_env.globals["acting_organisation"] = acting_organisation
    datastore = FSQLALiteUserDatastore(db, Person, NoRole)
    security = Security(app, datastore, mail_util_cls=OutboxMailUtil, totp_cls=CodesOnce, **FORMS)
    # Pages only. The library would hand a token to whoever signs in by JSON, and take it in any header.
    security.want_json(lambda request: False)
    app.extensions["security"].login_manager.request_loader(lambda request: None)
    _write_to_audit(app)


def _write_to_audit(app: Flask) -> None:
    """Record what the library does to a person in the transaction that does it."""

    def forgive(user: Any) -> None:
        digest = address_digest(app.config["SECRET_KEY"], user.email)
        services.clear_attempts(db.session, digest=digest)

    def signed_in(sender: Flask, user: Any, **details: Any) -> None:
        forgive(user)
        services.note_sign_in(db.session, roles=app.extensions["roles"], now=clock.now(), person=user)

    def password_reset(sender: Flask, user: Any, **details: Any) -> None:
        forgive(user)
        services.note_change(db.session, AccountTag.PASSWORD_CHANGED, now=clock.now(), person=user)

    def noting(tag: AccountTag) -> Any:
        def note(sender: Flask, user: Any, **details: Any) -> None:
            services.note_change(db.session, tag, now=clock.now(), person=user)

        return note

    for signal, receiver in (
        (signals.user_authenticated, signed_in),
        (signals.password_changed, noting(AccountTag.PASSWORD_CHANGED)),
        (signals.password_reset, password_reset),
        (signals.tf_profile_changed, noting(AccountTag.CODE_SET_UP)),
        (signals.tf_disabled, noting(AccountTag.CODE_REMOVED)),
    ):
        signal.connect(receiver, app, weak=False)
