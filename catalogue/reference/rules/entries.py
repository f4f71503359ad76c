"""Reads one row or table field by field, noting what cannot be read."""

from __future__ import annotations

import datetime as dt
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from catalogue.reference.types import Problem

WordT = TypeVar("WordT", bound=StrEnum)


class Entry:
    """One row or table of a file, read field by field; what cannot be read is noted and replaced."""

    def __init__(self, file: str, row: str, values: dict[str, Any], problems: list[Problem]) -> None:
        self.file, self.row, self.values, self.problems = file, row, values, problems

    def problem(self, code: str, **parameters: object) -> None:
        shown = tuple((name, str(value)) for name, value in parameters.items())
        self.problems.append(Problem(self.file, self.row, code, shown))

    def text(self, field: str, *, required: bool = False) -> str:
        value = str(self.values.get(field, "")).strip()
        if required and not value:
            self.problem("value_missing", field=field)
        return value

    def needed(self, field: str) -> str:
        return self.text(field, required=True)

    def or_none(self, field: str) -> str | None:
        return self.text(field) or None

    def words(self, field: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self.text(field).split("|") if word.strip())

    def word_or_none(self, field: str, words: type[WordT]) -> WordT | None:
        value = self.text(field)
        return self._word(field, value, words) if value else None

    def word(self, field: str, words: type[WordT]) -> WordT:
        found = self._word(field, self.needed(field), words)
        return found or next(iter(words))

    def word_list(self, field: str, words: type[WordT]) -> tuple[WordT, ...]:
        given = self.values.get(field, "")
        listed = given if isinstance(given, list) else self.words(field)
        read = (self._word(field, str(value), words) for value in listed)
        return tuple(word for word in read if word is not None)

    def _word(self, field: str, value: str, words: type[WordT]) -> WordT | None:
        try:
            return words(value)
        except ValueError:
            if value:
                self.problem("word_unknown", field=field, value=value)
            return None

    def number_or_none(self, field: str) -> int | None:
        value = self.text(field)
        if value and not value.isdecimal():
            self.problem("number_expected", field=field, value=value)
            return None
        return int(value) if value else None

    def number(self, field: str) -> int:
        self.needed(field)
        return self.number_or_none(field) or 0

    def date_or_none(self, field: str) -> dt.date | None:
        value = self.text(field)
        try:
            return dt.date.fromisoformat(value) if value else None
        except ValueError:
            self.problem("date_expected", field=field, value=value)
            return None


def read_toml(folder: Path, name: str, problems: list[Problem]) -> dict[str, Any]:
    """The tables of a TOML file; empty, and a problem noted, when it cannot be read."""
    try:
        return tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(Problem(name, "", "file_missing"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(name, "", "file_unreadable", (("error", str(error)),)))
    return {}
