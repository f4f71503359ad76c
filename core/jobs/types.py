"""The words of jobs."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any


class JobStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


# A handler is given the job's payload and a function to report progress (0 to 100, what is being done);
# it works in a session of its own making, must be idempotent, and returns a JSON-able result.
Progress = Callable[[int, str], None]
Handler = Callable[[dict[str, Any], Progress], dict[str, Any] | None]
