"""What is done every day for suppliers: reminding of evidence that is about to expire."""

from typing import Any

from catalogue.suppliers.services import remind_of_ends
from core import clock
from core.db import db
from core.jobs.types import Progress


def remind(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write to the owners of evidence that ends soon; done again, nobody hears of the same end twice."""
    return {"reminded": remind_of_ends(db.session, now=clock.now())}
