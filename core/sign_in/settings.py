"""The sign-in library's settings: what people may use, where its pages lie, our words for its messages."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

from flask import Flask

SHORTEST_PASSWORD = 12
NOTE = "info"
ERROR = "error"
DONE = "success"

MESSAGES = {
    "API_ERROR": ("Enter text", ERROR),
    "GENERIC_AUTHN_FAILED": ("The email address or the password is not right", ERROR),
    "EMAIL_NOT_PROVIDED": ("Enter an email address", ERROR),
    "INVALID_EMAIL_ADDRESS": ("Enter an email address in the right form, like name@example.com", ERROR),
    "PASSWORD_NOT_PROVIDED": ("Enter a password", ERROR),
    "INVALID_PASSWORD": ("The password is not right", ERROR),
    "PASSWORD_INVALID_LENGTH": ("The password must have at least %(length)s characters", ERROR),
    "PASSWORD_IS_THE_SAME": ("The new password must differ from the old one", ERROR),
    "RETYPE_PASSWORD_MISMATCH": ("The two passwords must be the same", ERROR),
    "PASSWORD_RESET_REQUEST": (
        "If %(email)s has an account, a mail with a link to choose a new password is on its way",
        NOTE,
    ),
    "PASSWORD_RESET_EXPIRED": ("The link was valid for %(within)s. Ask for a new one here", ERROR),
    "INVALID_RESET_PASSWORD_TOKEN": (
        "The link has been used, or is not complete. Ask for a new one here",
        ERROR,
    ),
    "PASSWORD_RESET_NO_LOGIN": ("Your password is changed. Sign in with the new one", DONE),
    "PASSWORD_CHANGE": ("Your password is changed", DONE),
    "INVALID_REDIRECT": ("That address is not one of this service", ERROR),
    "REAUTHENTICATION_REQUIRED": ("Enter your password again to go on", NOTE),
    "REAUTHENTICATION_SUCCESSFUL": ("Thank you: go on with what you were doing", NOTE),
    "UNAUTHENTICATED": ("Sign in to go on", NOTE),
    "ANONYMOUS_USER_REQUIRED": ("You are signed in already", NOTE),
    "TWO_FACTOR_INVALID_TOKEN": ("The code is not right, or its time is over: take the next one", ERROR),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("You are signed in", DONE),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": ("The app is set up: signing in now asks for its code", DONE),
    "TWO_FACTOR_PERMISSION_DENIED": ("Sign in with your password first", NOTE),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": ("Choose what to do", ERROR),
    "TWO_FACTOR_DISABLED": ("Signing in no longer asks for a code", DONE),
    "TWO_FACTOR_SETUP_EXPIRED": ("That took more than %(within)s. Start again", ERROR),
    "INVALID_RECOVERY_CODE": ("The recovery code is not right, or has been used", ERROR),
    "NO_RECOVERY_CODES_SETUP": ("You have no recovery codes yet", NOTE),
    "DISABLED_ACCOUNT": ("This account is closed", ERROR),
    "FORGOT_PASSWORD": ("Forgotten password", NOTE),
}


def derived_key(secret: str, purpose: str) -> bytes:
    """Return a key of 32 bytes for one purpose, in the form that the encryption library reads."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}\n{secret}".encode()).digest())


def apply_to(app: Flask) -> None:
    """Set what the sign-in library is to do; settings given before (by a test) stand."""
    secret = app.config["SECRET_KEY"]
    settings: dict[str, Any] = {
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SALT": secret,
        "PASSWORD_SINGLE_HASH": False,
        "PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "PASSWORD_NORMALIZE_FORM": "NFKD",
        "RECOVERABLE": True,
        "RESET_PASSWORD_WITHIN": timedelta(days=1),
        "CHANGEABLE": True,
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_REQUIRED": False,
        # A code by mail would make the second factor as weak as the mailbox that resets the first.
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_RESCUE_MAIL": app.config["CONTACT_EMAIL"],
        "TWO_FACTOR_POST_SETUP_VIEW": "accounts.account",
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [derived_key(secret, "recovery codes")],
        "TOTP_SECRETS": {"1": secret},
        "TOTP_ISSUER": app.config["SERVICE_NAME"],
        "FRESHNESS": timedelta(minutes=30),
        "FRESHNESS_GRACE_PERIOD": timedelta(minutes=30),
        "RETURN_GENERIC_RESPONSES": True,
        # Sessions only: a token in a header would pass by the second factor and outlive a sign-out.
        "API_ENABLED_METHODS": ["session"],
        "POST_LOGIN_VIEW": "/start",
        "POST_LOGOUT_VIEW": "/",
        "POST_CHANGE_VIEW": "/account",
        "POST_VERIFY_VIEW": "/account",
        "LOGIN_URL": "/sign-in",
        "LOGOUT_URL": "/sign-out",
        "LOGOUT_METHODS": ["POST"],
        "RESET_URL": "/forgotten-password",
        "CHANGE_URL": "/account/password",
        "VERIFY_URL": "/sign-in/again",
        "TWO_FACTOR_SETUP_URL": "/account/code",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
        "TWO_FACTOR_RESCUE_URL": "/sign-in/help",
        "TWO_FACTOR_SELECT_URL": "/sign-in/method",
        "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
        "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
        "STATIC_FOLDER": None,
        # Every page says so itself.
        "CACHE_CONTROL": None,
        "EMAIL_SENDER": app.config["MAIL_SENDER"],
        "EMAIL_HTML": False,
        "EMAIL_SUBJECT_PASSWORD_RESET": "Choose a new password for Throughgate",
        "EMAIL_SUBJECT_PASSWORD_NOTICE": "Your Throughgate password was changed",
        "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": "Your Throughgate password was changed",
        "EMAIL_SUBJECT_TWO_FACTOR_RESCUE": "Someone cannot use their sign-in code",
        # Whether an address exists is shown by its mail; names reserved for tests are as good as others.
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SEND_REGISTER_EMAIL": False,
        "FLASH_MESSAGES": True,
        "JOIN_USER_ROLES": False,
        # Its commands know nothing of memberships, nor of the audit.
        "CLI_USERS_NAME": False,
        "CLI_ROLES_NAME": False,
    }
    settings.update({f"MSG_{name}": words for name, words in MESSAGES.items()})
    for name, value in settings.items():
        app.config.setdefault(f"SECURITY_{name}", value)
