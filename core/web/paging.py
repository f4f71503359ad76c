"""Lists of 25 a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import abort, request

Row = TypeVar("Row")
PAGE_SIZE = 25


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: its rows, the page's number from 1, and how many rows there are in all."""

    rows: Sequence[Row]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        return 0 if not self.total else (self.number - 1) * self.size + 1

    @property
    def last_row(self) -> int:
        return min(self.number * self.size, self.total)

    def numbers(self) -> list[int | None]:
        """Return the page numbers to link: first, last, and those around this one; None for a gap."""
        wanted = sorted(
            {1, self.last, self.number - 1, self.number, self.number + 1} & set(range(1, self.last + 1))
        )
        shown: list[int | None] = []
        for number in wanted:
            if shown and shown[-1] is not None and number - shown[-1] > 1:
                shown.append(None)
            shown.append(number)
        return shown


def page_number() -> int:
    """Return the page asked for by ``?page=``; anything but a number from 1 is a page that does not exist."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        abort(404)
    return int(text)
