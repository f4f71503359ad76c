"""What the worker does for notices once a day."""

from typing import Any

from core import clock
from core.db import db
from core.jobs.types import Progress
from procurement.notices.services import generate_notices as generate


def generate_notices(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Make the notices that follow from what happened since the last time; returns how many."""
    return {"notices": generate(db.session, now=clock.now())}
