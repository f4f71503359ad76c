"""Work in another thread, whose result or error the test gets."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")
PATIENCE = 60  # seconds; only a test that fails waits so long


class Meanwhile(Generic[Result]):
    """Runs a function beside the test, from now on."""

    def __init__(self, function: Callable[[], Result]) -> None:
        self._function = function
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._function()
            self._problem = None
        except BaseException as problem:
            self._problem = problem

    def is_waiting(self, seconds: float = 0.25) -> bool:
        """Whether it has still not come to an end after so long."""
        self._thread.join(seconds)
        return self._thread.is_alive()

    def result(self) -> Result:
        """Wait for the end and return what the function returned, or raise what it raised."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "it waits for ever"
        if self._problem is not None:
            raise self._problem
        return self._result
