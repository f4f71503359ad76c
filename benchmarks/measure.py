"""Timing pages against a bare page in the same run, and asking how many queries each makes."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event

ROUNDS = 25


@dataclass(frozen=True)
class Line:
    """One measured thing: its value, the goal it must not pass, and both in words."""

    name: str
    value: float
    goal: float
    unit: str

    @property
    def holds(self) -> bool:
        return self.value <= self.goal

    def words(self) -> str:
        verdict = "holds" if self.holds else "MISSED"
        return f"{self.name:<58} {self.value:>8.1f} {self.unit:<9} goal ≤ {self.goal:g}  {verdict}"


def fetch(client: FlaskClient, address: str) -> float:
    """Fetch a page and return the seconds it took; anything but a page is an error."""
    started = time.perf_counter()
    response = client.get(address)
    took = time.perf_counter() - started
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return took


def ratio(bare: Callable[[], float], page: Callable[[], float], rounds: int = ROUNDS) -> float:
    """Return the median time of a page over that of the bare page, taken in turns so that drift cancels."""
    bare(), page()
    pairs = [(bare(), page()) for _ in range(rounds)]
    return statistics.median(b for _, b in pairs) / statistics.median(a for a, _ in pairs)


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
