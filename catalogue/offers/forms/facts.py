"""Facts of an offer in words: what each is called, under which section it is read, and what it says."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from catalogue.offers.forms import commercial, words
from catalogue.offers.forms.words import COMPLEXITY_WORDS, FIELD_WORDS
from catalogue.offers.queries import Names
from catalogue.offers.rules.content import SECTION_FIELDS
from catalogue.offers.rules.facts import COMMERCIAL_FIELDS, COMPLEXITIES, FactKey, Row
from catalogue.offers.types import Section
from core.money import format_pounds
from core.web.filters import format_date

NOTHING = "Nothing"
LONG = 60
"""Texts longer than this many letters are compared word by word."""

# Under which section of the offer a field is read; the order of the sections is that of their enum.
SECTIONS: Mapping[str, Section] = {
    name: section for section, names in SECTION_FIELDS.items() for name in names
}
# Every table of words in which a value of an enum may be found.
_ENUM_WORDS = [
    table
    for name, table in (*vars(words).items(), *vars(commercial).items())
    if name.endswith("_WORDS") and isinstance(table, dict) and all(isinstance(key, StrEnum) for key in table)
]


def label_of_field(name: str) -> str | None:
    """What a field of an offer or of one of its rows is called; None where nobody has said."""
    return FIELD_WORDS.get(name)


def section_of(key: FactKey) -> Section:
    """Under which section a fact is read; a field that nobody has placed is read first, and a test fails."""
    return SECTIONS.get(key.name, Section.TITLE)


def heading(key: FactKey) -> str:
    """The heading under which a fact is read."""
    named = words.SECTION_WORDS[section_of(key)]
    if key.complexity is None:
        return named
    return f"{COMPLEXITY_WORDS[key.complexity]} complexity: {named[:1].lower()}{named[1:]}"


def label(names: Names, key: FactKey) -> str:
    """What a fact is called; an item of the specification by its text."""
    if key.name == "answers":
        row = names.items.get(key.part)
        return row.text if row else key.part
    named = FIELD_WORDS.get(key.name, key.name.replace("_", " ").capitalize())
    return f"{named}: {_part(names, key)}" if key.part else named


def said(names: Names, key: FactKey, value: Any) -> str:
    """What a fact says, in words; *Nothing* where it is not said."""
    return NOTHING if value is None else "; ".join(lines(names, key, value))


def lines(names: Names, key: FactKey, value: Any) -> list[str]:
    """What a fact says, one line for each thing in it."""
    if key == COMPLEXITIES:
        return [COMPLEXITY_WORDS[complexity] for complexity in value]
    if isinstance(value, tuple):
        return [_words(names, key.name, one) for one in value] or [NOTHING]
    return [_words(names, key.name, value)]


def is_long(value: Any) -> bool:
    """Whether a value is a text of more than a few words."""
    return isinstance(value, str) and not isinstance(value, StrEnum) and len(value) > LONG


def _words(names: Names, name: str, value: Any) -> str:
    if isinstance(value, Row):
        return _row(names, name, value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, StrEnum):
        return _enum(value)
    if name.endswith("_percent") and isinstance(value, Decimal):
        return commercial.format_percent(value)
    if isinstance(value, Decimal):
        return format_pounds(value) if name in COMMERCIAL_FIELDS else f"{value:,}"
    if isinstance(value, int):
        return str(value) if name == "year" else f"{value:,}"
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, tuple):
        return ", ".join(_words(names, name, one) for one in value)
    return names.value(name, str(value))


def _row(names: Names, name: str, row: Row) -> str:
    """A row's fields; an answer to an item reads as a sentence, for everybody knows what it answers."""
    values = dict(row.values)
    if name == "answers":
        response = _enum(values["response"]) if "response" in values else "No answer yet"
        return f"{response}. {values['explanation']}" if values.get("explanation") else response
    said = (
        f"{label_of_field(field) or field.replace('_', ' ').capitalize()}: {_words(names, field, value)}"
        for field, value in row.values
    )
    return "; ".join(part.rstrip(".") for part in said)


def _enum(value: StrEnum) -> str:
    for table in _ENUM_WORDS:
        if value in table and type(next(key for key in table if key == value)) is type(value):
            found = table[value]
            return found[0] if isinstance(found, tuple) else found
    return str(value).replace("_", " ").capitalize()


def _part(names: Names, key: FactKey) -> str:
    """What the code of a part is called: a cohort, an outcome, a phase."""
    for table in (names.cohorts, names.outcomes, names.items):
        if key.part in table:
            row: Any = table[key.part]
            return getattr(row, "name", None) or row.text
    return key.part.replace("_", " ").capitalize()
