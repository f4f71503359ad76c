"""One cell: what may stand in it by its column's kind, and how a value is written so that it comes back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from catalogue.bulk.rules.columns import Column, Kind
from core.money import parse_pounds
from core.spreadsheet import guarded, unguarded

MOST_CHARACTERS = 32_767
"""More than this no cell holds (Excel specifications and limits)."""
LEFT_AS_IS = "(Too long for a spreadsheet: stays as it is)"
MOST_PERCENT = 1000
MOST_POUNDS = Decimal("100000000000")
_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ERRORS = frozenset({"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"})


class KeepHeld:
    """Stands for what the catalogue holds already: the cell had no room for it."""


KEEP_HELD = KeepHeld()


class CellProblem(ValueError):
    """A cell cannot be taken: a code and what its words need."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(code)


@dataclass(frozen=True)
class Choices:
    """The choices of a list: codes in their order, how each is written, and everything that is understood."""

    labels: Mapping[str, str]
    """How a choice is written, by code."""
    understood: Mapping[str, str]
    """Codes by everything that may be typed, in small letters."""
    ambiguous: Mapping[str, tuple[str, ...]]
    """What is the name of several, in small letters, with their codes."""
    ended: frozenset[str] = frozenset()
    """Codes that may only stay where they are held already; they are on no list to choose from."""

    @property
    def offered(self) -> list[str]:
        """What a drop-down lists."""
        return [label for code, label in self.labels.items() if code not in self.ended]


Lists = Mapping[str, Choices]


def choices(options: Iterable[tuple[str, str, Iterable[str]]], ended: Iterable[str] = ()) -> Choices:
    """Make a list from (code, label, other names); a name that several have is understood as none of them."""
    labels: dict[str, str] = {}
    named: dict[str, list[str]] = {}
    exact: dict[str, str] = {}
    for code, label, names in options:
        labels[code] = label
        exact[code.casefold()] = exact[label.casefold()] = code
        for name in names:
            named.setdefault(name.casefold(), []).append(code)
    understood = {name: codes[0] for name, codes in named.items() if len(codes) == 1}
    ambiguous = {name: tuple(codes) for name, codes in named.items() if len(codes) > 1 and name not in exact}
    return Choices(labels, understood | exact, ambiguous, frozenset(ended))


def settled(text: str) -> str:
    """A text as it is compared: one kind of line end, no characters that no spreadsheet can hold."""
    return _UNPRINTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_cell(column: Column, value: Any, lists: Lists) -> Any:
    """The value of a cell as its field holds it (codes for choices); raises CellProblem."""
    if isinstance(value, str):
        value = value.strip()
        if value == LEFT_AS_IS:
            return KEEP_HELD
        if value.startswith("="):
            raise CellProblem("formula")
        if value in _ERRORS:
            raise CellProblem("error_value")
    return _READERS[column.kind](column, None if value == "" else value, lists)


def write_cell(column: Column, value: Any, lists: Lists) -> str | int | Decimal | None:
    """What stands in a cell for a value of its field; text is guarded against formulas."""
    written = _WRITERS[column.kind](column, value, lists)
    if not isinstance(written, str):
        return written
    text = guarded(settled(written))
    return LEFT_AS_IS if len(text) > MOST_CHARACTERS else text


def _text(column: Column, value: Any, lists: Lists) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        raise CellProblem("not_text")
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise CellProblem("date_for_text")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = settled(unguarded(str(value)))
    if column.words is not None and len(text.split()) > column.words:
        raise CellProblem("too_many_words", most=column.words, found=len(text.split()))
    if column.characters is not None and len(text) > column.characters:
        raise CellProblem("too_long", most=column.characters, found=len(text))
    return text


def _whole(column: Column, value: Any, lists: Lists) -> int | None:
    if value is None:
        return None
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise CellProblem("date_for_number")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9][0-9,]{0,14}", value, re.ASCII):
        value = int(value.replace(",", ""))
    if isinstance(value, bool) or not isinstance(value, int):
        raise CellProblem("not_whole")
    if not column.least <= value <= column.most:
        raise CellProblem("out_of_bounds", least=column.least, most=column.most)
    return value


def _pounds(column: Column, value: Any, lists: Lists) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise CellProblem("date_for_number")
    if isinstance(value, bool):
        raise CellProblem("not_pounds")
    try:
        # A spreadsheet keeps 1250.10 as the nearest binary fraction, whose shortest decimal it is.
        amount = parse_pounds(str(value))
    except (ValueError, InvalidOperation):
        raise CellProblem("not_pounds") from None
    if not 0 <= amount < MOST_POUNDS:
        raise CellProblem("pounds_out_of_bounds")
    return amount


def _percent(column: Column, value: Any, lists: Lists) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise CellProblem("date_for_number")
    try:
        number = Decimal(str(value).removesuffix("%").strip())
        kept = number.quantize(Decimal("0.0001"))
    except InvalidOperation:
        raise CellProblem("not_percent") from None
    if isinstance(value, bool) or not number.is_finite() or number != kept or not 0 <= number <= MOST_PERCENT:
        raise CellProblem("not_percent")
    return kept


def _choice(column: Column, value: Any, lists: Lists) -> Any:
    if value is None:
        return None
    code = _code(lists[column.list], str(value))
    return column.of(code) if column.of is not None else code


def _key(column: Column, value: Any, lists: Lists) -> Any:
    if column.characters is None and not column.list:
        return _whole(column, value, lists)
    return (_choice if column.list else _text)(column, value, lists) or None


def _choices(column: Column, value: Any, lists: Lists) -> frozenset[str]:
    if value is None:
        return frozenset()
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise CellProblem("date_for_text")
    known = lists[column.list]
    if column.list in ALL_ALLOWED and str(value).casefold() == "all":
        return frozenset(known.labels)
    parts = [part.strip() for part in re.split(r"[;\n]", str(value))]
    return frozenset(_code(known, part) for part in parts if part)


def _code(known: Choices, text: str) -> str:
    name = unguarded(text).strip().casefold()
    if name in known.ambiguous:
        raise CellProblem("ambiguous_choice", choice=text[:100], codes=list(known.ambiguous[name]))
    if name not in known.understood:
        raise CellProblem("unknown_choice", choice=text[:100])
    return known.understood[name]


def _yes_no(column: Column, value: Any, lists: Lists) -> bool | None:
    if value is None:
        return None if column.unsaid else False
    if isinstance(value, bool):
        return value
    word = str(value).casefold()
    if word in ("yes", "y", "true"):
        return True
    if word in ("no", "n", "false"):
        return False
    raise CellProblem("not_yes_or_no")


def _date(column: Column, value: Any, lists: Lists) -> dt.date | None:
    if value is None:
        return None
    day = value.date() if isinstance(value, dt.datetime) else value
    if isinstance(value, str):
        for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"):
            try:
                day = dt.datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
            break
    if not isinstance(day, dt.date) or not 1900 <= day.year <= 2200:
        raise CellProblem("not_a_date")
    return day


ALL_ALLOWED = frozenset({"sentence_types"})
"""Lists of which *All* means each: those that are all chosen unless a reason is given."""


def _write_choices(column: Column, value: Any, lists: Lists) -> str:
    known = lists[column.list]
    if column.list in ALL_ALLOWED and value == frozenset(known.labels):
        return "All"
    return "; ".join(label for code, label in known.labels.items() if code in value)


_READERS: Mapping[Kind, Callable[[Column, Any, Lists], Any]] = {
    Kind.KEY: _key,
    Kind.NOTE: lambda column, value, lists: None,
    Kind.PRINT: _text,
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.POUNDS: _pounds,
    Kind.PERCENT: _percent,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _date,
}
_WRITERS: Mapping[Kind, Callable[[Column, Any, Lists], Any]] = {
    Kind.KEY: lambda column, value, lists: lists[column.list].labels[str(value)] if column.list else value,
    Kind.NOTE: lambda column, value, lists: value,
    Kind.PRINT: lambda column, value, lists: value,
    Kind.TEXT: lambda column, value, lists: value,
    Kind.WHOLE: lambda column, value, lists: value,
    Kind.POUNDS: lambda column, value, lists: value,
    Kind.PERCENT: lambda column, value, lists: value,
    Kind.CHOICE: lambda column, value, lists: lists[column.list].labels[str(value)] if value else None,
    Kind.CHOICES: _write_choices,
    Kind.YES_NO: lambda column, value, lists: None if value is None else "Yes" if value else "No",
    Kind.DATE: lambda column, value, lists: None if value is None else value.isoformat(),
}
