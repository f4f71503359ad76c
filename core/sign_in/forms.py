"""The sign-in library's forms in our words, each attempt counted before it is decided."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from flask_login import current_user
from flask_security import forms as library
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.utils import get_message
from sqlalchemy.orm import Session

from core import clock
from core.accounts import services
from core.accounts.rules import PASSWORD_MAILS, address_digest
from core.db import db, reads_only
from core.sign_in.settings import SHORTEST_PASSWORD
from core.web.filters import format_time


@contextmanager
def _own_transaction() -> Iterator[Session]:
    """Give a session whose work stands whatever becomes of the request.

    The request's own transaction ends first, since SQLite has room for one writer; up to here it has
    only read.
    """
    db.session.rollback()
    with db.sessionmaker.begin() as session:
        yield session


def _checked_while_reading(check: Callable[[], bool]) -> bool:
    """Run the check without SQLite's write lock: hashing a password takes long, and other writers wait."""
    token = reads_only.set(True)
    try:
        right = check()
    finally:
        reads_only.reset(token)
    if not db.session.dirty:  # Changed only where an old hash is replaced by one of today's kind.
        db.session.rollback()
    return right


def decide(form: Any, address: str, check: Callable[[], bool]) -> bool:
    """Run the check of a password or code within the limit of attempts for an address.

    The attempt is written down first and struck out when it succeeds, so that many at once cannot slip
    past the limit. The answer is the same whether anyone has the address or not.
    """
    digest = address_digest(current_app.config["SECRET_KEY"], address)
    with _own_transaction() as session:
        attempt, until = services.begin_attempt(session, digest=digest, now=clock.now())
    if attempt is not None:
        if _checked_while_reading(check):
            services.attempt_succeeded(db.session, attempt_id=attempt)
            return True
        with _own_transaction() as session:
            until = services.attempt_failed(session, digest=digest, address=address, now=clock.now())
    if until is not None:
        for field in form:
            field.errors = []
        form.form_errors = [
            f"There were too many attempts with this address. Try again at {format_time(until)}, "
            "or choose a new password with ‘Forgotten password’, which lets you in at once"
        ]
    return False


class SignInForm(library.LoginForm):
    """Address and password; where the next page was to be another site, the start page follows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.label.text = "Email address"
        self.password.label.text = "Password"
        self.password.description = ""

    def validate_next(self, field: Any) -> None:
        if field.data and not library.validate_redirect_url(field.data):
            field.data = ""

    def validate(self, **kwargs: Any) -> bool:
        if not self.email.data or not self.password.data:
            return super().validate(**kwargs)
        return decide(self, self.email.data, lambda: super(SignInForm, self).validate(**kwargs))


class PasswordAgainForm(library.VerifyForm):
    """The password of the person signed in, asked again before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.label.text = "Password"

    def validate_next(self, field: Any) -> None:
        if field.data and not library.validate_redirect_url(field.data):
            field.data = ""

    def validate(self, **kwargs: Any) -> bool:
        return decide(self, self.user.email, lambda: super(PasswordAgainForm, self).validate(**kwargs))


class ForgottenPasswordForm(library.ForgotPasswordForm):
    """The address to which a link goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.label.text = "Email address"

    def validate(self, **kwargs: Any) -> bool:
        valid = super().validate(**kwargs)
        if self.user is None and (not self.email.data or "@" not in self.email.data):
            # The library hides what it says of the address itself, lest it tell who has an account.
            self.form_errors = [*self.form_errors, get_message("INVALID_EMAIL_ADDRESS")[0]]
        if not valid:
            return False
        # Refused without an error the page answers as if a mail had left: the earlier ones are still good.
        again = services.count_deed(db.session, limit=PASSWORD_MAILS, about=self.user.email, now=clock.now())
        return again is None


class NewPasswordForm(library.ResetPasswordForm):
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.label.text = "New password"
        self.password.description = f"At least {SHORTEST_PASSWORD} characters"
        self.password_confirm.label.text = "New password again"


class ChangePasswordForm(library.ChangePasswordForm):
    """The present password and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.label.text = "Present password"
        self.new_password.label.text = "New password"
        self.new_password.description = f"At least {SHORTEST_PASSWORD} characters"
        self.new_password_confirm.label.text = "New password again"

    def validate(self, **kwargs: Any) -> bool:
        return decide(self, current_user.email, lambda: super(ChangePasswordForm, self).validate(**kwargs))


class CodeForm(library.TwoFactorVerifyCodeForm):
    """The six digits of the authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.label.text = "Code"
        self.code.description = "The six digits that the app shows"

    def validate(self, **kwargs: Any) -> bool:
        if not self.code.data:
            self.code.errors = ["Enter the code"]
            return False
        self.code.data = str(self.code.data).replace(" ", "")
        if self.is_setup:
            return super().validate(**kwargs)
        return decide(self, self.user.email, lambda: super(CodeForm, self).validate(**kwargs))


class RecoveryCodeForm(MfRecoveryForm):
    """One of the codes kept for the day the app is lost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.label.text = "Recovery code"

    def validate(self, **kwargs: Any) -> bool:
        if not self.code.data:
            self.code.errors = ["Enter a recovery code"]
            return False
        self.code.data = self.code.data.strip().lower()
        return decide(self, self.user.email, lambda: super(RecoveryCodeForm, self).validate(**kwargs))


FORMS = {
    "login_form": SignInForm,
    "verify_form": PasswordAgainForm,
    "forgot_password_form": ForgottenPasswordForm,
    "reset_password_form": NewPasswordForm,
    "change_password_form": ChangePasswordForm,
    "two_factor_verify_code_form": CodeForm,
    "mf_recovery_form": RecoveryCodeForm,
}
