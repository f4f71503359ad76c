"""The words of jobs."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any


class JobStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


# A handler is given the job's payload and a function to report progress (0 to 100, what is being done), to be
# called between transactions; it works in ``db.session``, whose last transaction is committed for it together
# with the job's being done, and returns a JSON-able result. What it commits by itself may be done again.
Progress = Callable[[int, str], None]
Handler = Callable[[dict[str, Any], Progress], dict[str, Any] | None]
