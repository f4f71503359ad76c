"""What a column of the workbook is, and the shorthands in which the table of columns is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from catalogue.bulk.types import Sheet


class Kind(StrEnum):
    KEY = "key"
    """Says to which offer, complexity or entry the row belongs."""
    NOTE = "note"
    """Written to be read by people; what it holds is not read back."""
    PRINT = "print"
    """The fingerprint of what the offer said when the file was written."""
    TEXT = "text"
    WHOLE = "whole"
    POUNDS = "pounds"
    PERCENT = "percent"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``field`` is the name in the content (of the offer, the level or the entry); ``list`` names
    the list of choices; ``words``, ``characters``, ``least`` and ``most`` are the limits of the pages."""

    heading: str
    field: str
    hint: str
    kind: Kind
    sheet: Sheet = Sheet.OFFERS
    list: str = ""
    of: Callable[[str], Any] | None = None
    """What a code becomes, where the field holds an enumeration."""
    words: int | None = None
    characters: int | None = None
    least: int = 0
    most: int = 1_000_000
    unsaid: bool = False
    """Whether an empty cell of Yes and No says neither."""
    width: int = 18
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet whose rows are entries of a field of what stands on the sheet ``above``.

    ``key`` is the field of the key that tells entries apart: of a list it is their number, from 1. An entry
    that says no more than ``nothing`` is none, unless it ``stays``: then a row above says which there are.
    """

    sheet: Sheet
    above: Sheet
    field: str
    key: str
    nothing: Any
    stays: bool = False


key = partial(Column, kind=Kind.KEY)
note = partial(Column, kind=Kind.NOTE)
text = partial(Column, kind=Kind.TEXT)
whole = partial(Column, kind=Kind.WHOLE)
pounds = partial(Column, kind=Kind.POUNDS)
percent = partial(Column, kind=Kind.PERCENT)
choice = partial(Column, kind=Kind.CHOICE)
choices = partial(Column, kind=Kind.CHOICES)
yes_no = partial(Column, kind=Kind.YES_NO)
date = partial(Column, kind=Kind.DATE)


def long_text(heading: str, field: str, hint: str, *, words: int) -> Column:
    """A text of several lines."""
    return Column(heading, field, hint, Kind.TEXT, words=words, width=50)


def of_sheet(sheet: Sheet, *columns: Column) -> tuple[Column, ...]:
    """The columns of one sheet, in their order."""
    return tuple(replace(column, sheet=sheet) for column in columns)
