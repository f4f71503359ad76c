"""The one clock: UTC inside, Europe/London on pages, and the database's own time for deadlines."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

LONDON = ZoneInfo("Europe/London")

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


@contextmanager
def told(moment: datetime) -> Iterator[None]:
    """Let the block believe that it is another moment: how the demonstration and tests play out a story.

    No request can reach this: it is called by code alone, and the database's clock follows it too.
    """
    if moment.tzinfo is None:
        raise ValueError("say which moment it is: a naive one is none")
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _told.get() or datetime.now(UTC)


def today() -> date:
    """Return today's date in London, which decides what is in force."""
    return now().astimezone(LONDON).date()


def database_now(session: Session) -> datetime:
    """Return the database's present moment, to be read after the row it decides on is locked.

    PostgreSQL's ``now()`` is the start of the transaction, which may lie before a wait for the lock;
    ``clock_timestamp()`` is the moment of the call. SQLite has no server: its one writer's clock is ours.
    """
    if _told.get() is None and session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)
    return now()
