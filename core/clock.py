"""The one clock: UTC inside, Europe/London on pages, and the database's own time for deadlines."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date in London, which decides what is in force."""
    return now().astimezone(LONDON).date()


def database_now(session: Session) -> datetime:
    """Return the database's present moment, to be read after the row it decides on is locked.

    PostgreSQL's ``now()`` is the start of the transaction, which may lie before a wait for the lock;
    ``clock_timestamp()`` is the moment of the call. SQLite has no server: its one writer's clock is ours.
    """
    if session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)
    return now()
