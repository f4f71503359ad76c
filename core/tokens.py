"""Links in mails that prove who opens them: signed, dated, good for one purpose."""

from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from core.reasons import Reason, Refused


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"throughgate {purpose}")


def make_token(purpose: str, values: dict[str, Any]) -> str:
    """Return a token that carries plain values, readable by whoever has the link and not to be changed."""
    return _signer(purpose).dumps(values)


def read_token(purpose: str, token: str, within: timedelta) -> dict[str, Any]:
    """Return the values of a token; raises Refused where it is not ours, not whole or too old."""
    try:
        return _signer(purpose).loads(token, max_age=int(within.total_seconds()))
    except SignatureExpired:
        raise Refused(Reason("link-expired", {"within": within})) from None
    except BadSignature:
        raise Refused(Reason("link-not-valid")) from None
