"""Pages of accounts: one's own, colleagues, and joining."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)

from core.accounts.views import account, colleagues, joining  # noqa: E402, F401  The pages need the blueprint.
