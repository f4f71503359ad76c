"""Signing in and out: the library's settings, and mails through our outbox."""

from typing import Any

from flask import Flask
from flask_security import FSQLALiteUserDatastore, MailUtil, Security

from core import clock
from core.accounts.models import NoRole, Person
from core.db import db
from core.jobs.models import OutboxMessage


class OutboxMailUtil(MailUtil):
    """Queues the library's mails with the change that causes them."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str,
        sender: Any,
        body: str,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        db.session.add(
            OutboxMessage(to_address=recipient, subject=str(subject), body=body, created_at=clock.now())
        )


def init_app(app: Flask) -> None:
    """Configure sign-in by password with Argon2 and an optional second factor."""
    settings = {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SALT": app.config["SECRET_KEY"],
        "SECURITY_PASSWORD_SINGLE_HASH": False,
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKD",
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_REQUIRED": False,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_TOTP_SECRETS": {"1": app.config["SECRET_KEY"]},
        "SECURITY_TOTP_ISSUER": app.config["SERVICE_NAME"],
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_POST_LOGIN_VIEW": "/start",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_RESET_URL": "/forgotten-password",
        "SECURITY_CHANGE_URL": "/change-password",
        "SECURITY_EMAIL_SENDER": app.config["MAIL_SENDER"],
        "SECURITY_EMAIL_SUBJECT_PASSWORD_RESET": "Reset your Throughgate password",
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_FLASH_MESSAGES": True,
        "SECURITY_JOIN_USER_ROLES": False,
        # Its commands know nothing of memberships, nor of the audit.
        "SECURITY_CLI_USERS_NAME": False,
        "SECURITY_CLI_ROLES_NAME": False,
    }
    for name, value in settings.items():
        app.config.setdefault(name, value)
    datastore = FSQLALiteUserDatastore(db, Person, NoRole)
    app.extensions["people"] = datastore
    Security(app, datastore, mail_util_cls=OutboxMailUtil)
