"""Codes from an app: each is taken once, so that one seen over a shoulder is worth nothing."""

from typing import Any

from flask_security.totp import Totp
from passlib.exc import MalformedTokenError, TokenError


class CodesOnce(Totp):
    """Remembers the time step of the last code that a person used; that one and earlier ones are refused.

    A new secret, as when an app is set up anew, begins anew. Two requests with one code are told apart by the
    person's row version: the second one fails.
    """

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Whether a code is right now, and was not used before."""
        last = user.code_step if totp_secret == user.tf_totp_secret else None
        try:
            match = self._totp.verify(token, totp_secret, window=window, last_counter=last)
        except (MalformedTokenError, TokenError):
            return False
        user.code_step = match.counter
        return True
