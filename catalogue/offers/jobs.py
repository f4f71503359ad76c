"""What the worker does for offers once a day."""

from typing import Any

from flask import current_app

from catalogue.offers.services import follow_assurance as follow
from catalogue.offers.services import forget_expired_marks
from core import clock
from core.db import db
from core.jobs.types import Progress


def follow_assurance(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Remind suppliers, give notice and hide, for offers that nobody confirmed; returns how many of each.

    Offers are no longer found by quality marks that have expired; `marks` says how many offers that were.
    """
    done = follow(db.session, now=clock.now(), terms=current_app.config["OFFER_ASSURANCE"])
    marks = forget_expired_marks(db.session, on=clock.today())
    return {str(event): count for event, count in done.items()} | {"marks": marks}
