"""Deeds that may be done only so often, counted in a table of ours."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from core.accounts.models import CountedDeed
from core.accounts.queries import counted_deeds_of
from core.accounts.rules import address_digest, free_from
from core.accounts.types import Limit

LONGEST_KEPT = timedelta(days=1)


def count_deed(session: Session, *, limit: Limit, about: str, now: datetime) -> datetime | None:
    """Count a deed about something (an address, an organisation), or return from when it may be done again.

    None means that it may be done and is counted with the change it belongs to. What is older than a day is
    cleared away, which is therefore the longest span of a limit.
    """
    session.execute(sa.delete(CountedDeed).where(CountedDeed.at < now - LONGEST_KEPT))
    digest = address_digest(current_app.config["SECRET_KEY"], f"{limit.purpose} {about}")
    again = free_from(
        limit, counted_deeds_of(session, purpose=limit.purpose, digest=digest, most=limit.most), now
    )
    if again is None:
        session.add(CountedDeed(purpose=limit.purpose, digest=digest, at=now))
        session.flush()
    return again
