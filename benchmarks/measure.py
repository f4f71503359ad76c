"""Timing pages against a bare page in the same run, and asking how many queries each makes."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event

ROUNDS = 25

Ready = Callable[[], Callable[[], object]]
"""Makes ready what a measurement needs and returns what is to be timed."""


@dataclass(frozen=True)
class Line:
    """One measured thing: its value, the goal it must not pass, and both in words.

    `floor` turns the goal round: the value must not fall below it. Without a goal the line only informs.
    `detail` says what the value is made of.
    """

    name: str
    value: float
    goal: float | None
    unit: str
    floor: bool = False
    detail: str = ""

    @property
    def holds(self) -> bool:
        if self.goal is None:
            return True
        return self.value >= self.goal if self.floor else self.value <= self.goal

    def words(self) -> str:
        verdict = ("holds" if self.holds else "MISSED") if self.goal is not None else ""
        goal = f"{'≥' if self.floor else '≤'} {self.goal:g}" if self.goal is not None else ""
        return (
            f"{self.name:<58} {self.value:>8.1f} {self.unit:<8} {goal:<7} {verdict:<7} {self.detail}".rstrip()
        )


HEADING = f"{'':<58} {'value':>8} {'':<8} {'goal':<7}"


def page(client: FlaskClient, address: str) -> Ready:
    """Fetching a page; anything but a page is an error."""

    def fetch() -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    return lambda: fetch


def seconds(do: Callable[[], object]) -> float:
    """Do it and return the seconds it took."""
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def medians(things: Sequence[Ready], rounds: int = ROUNDS) -> list[float]:
    """Return the median seconds of each thing, taken in turns so that drift of the machine meets them all.

    Each is done once before, unmeasured: the first time fills caches that a running site has filled.
    """
    for ready in things:
        ready()()
    taken = [[seconds(ready()) for ready in things] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


@contextmanager
def counted_queries(engine: sa.Engine) -> Iterator[list[str]]:
    """Collect the statements that the block sends."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
