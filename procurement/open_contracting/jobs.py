"""What the worker does for Open Contracting: releases as soon as something became public."""

from typing import Any

from core import clock
from core.db import db
from core.jobs.types import Progress
from procurement.open_contracting.services import publish_releases, this_site


def publish(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Make the releases that follow from what happened since the last time; returns how many."""
    return {"releases": publish_releases(db.session, site=this_site(), now=clock.now())}
