"""How a command fails when the database does: one clear line instead of a traceback."""

import sys
from pathlib import Path
from types import TracebackType

from sqlalchemy.exc import DBAPIError

_UNMIGRATED = ("no such table", "does not exist")


def fail_in_one_line() -> None:
    """Let uncaught failures of the database end the ``flask`` command with a line; others stay as they are.

    A hook rather than a wrapper, because the migration commands are not ours to wrap.
    """
    if Path(sys.argv[0]).name != "flask" or sys.excepthook is _report:
        return
    sys.excepthook = _report


def _report(kind: type[BaseException], failure: BaseException, trace: TracebackType | None) -> None:
    if not isinstance(failure, DBAPIError):
        sys.__excepthook__(kind, failure, trace)
        return
    print(f"Error: {words_for(failure)}", file=sys.stderr)


def words_for(failure: DBAPIError) -> str:
    """Say in a line what the database could not do, and what to do about it."""
    reason = (str(failure.orig).strip().splitlines() or [type(failure).__name__])[0]
    if any(sign in reason for sign in _UNMIGRATED):
        return f"the database is not migrated ({reason}): run 'flask db upgrade'"
    return f"the database did not do it ({reason}): check DATABASE_URL and that the server runs"
