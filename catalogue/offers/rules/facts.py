"""An offer's content as single facts, whatever its fields are: for comparing, exporting and showing changes.

Made from the fields of the content's dataclasses, so that a field somebody adds is here without being named;
only who may read it must be said, and what nobody has said is kept from the public.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from catalogue.offers.types import LevelContent, OfferContent
from catalogue.reference.types import Complexity


@dataclass(frozen=True, slots=True)
class FactKey:
    """Which fact: a field, its complexity where it has one, and its part where it has one for each code."""

    name: str
    complexity: Complexity | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A value that has fields itself, such as an answer to an item; blank ones are left out."""

    values: tuple[tuple[str, Any], ...]


Value = str | int | bool | Decimal | date | StrEnum | Row | tuple[Any, ...]
Facts = Mapping[FactKey, Value]

COMPLEXITIES = FactKey("levels")
"""The fact that says which complexities are offered at all, each with whatever is said for it."""

PUBLIC_FIELDS = frozenset(
    {
        "title",
        "summary",
        "levels",
        "places",
        "cohorts",
        "women_only",
        "stages",
        "sentence_types",
        "sentence_type_reason",
        "mode",
        "group_minimum",
        "group_optimum",
        "group_maximum",
        "group_sessions",
        "individual_sessions",
        "session_minutes",
        "sessions_a_week",
        "intake",
        "remote",
        "cohort_customisation",
        "weeks_before_release",
        "reaches_in",
        "reach_in_visits",
        "meets_at_gate",
        "move_on_support",
        "beside_prison_services",
        "counts_as_rar",
        "rar_days",
        "rar_activity",
        "unmet_needs",
        "proportionate",
        "motivation",
        "links_onward",
        "languages",
        "interpreters",
        "volunteers",
        "mentoring",
        "volunteer_number",
        "volunteer_support",
        "evidence",
        "methods",
        "output_rows",
        "customisation",
        "pre_release_support",
        "outputs",
        "outcomes_text",
        "outcomes",
        "answers",
    }
)
"""Fields of an offer and of its levels that anyone may read."""
COMMERCIAL_FIELDS = frozenset(
    {
        *("unit_price", "places_a_year", "places_together", "pool", "bands", "band_reason"),
        *("indexation", "indexation_percent", "indexation_from"),
    }
)
"""Fields that its supplier and the authority alone may read."""


def facts(content: OfferContent, *, commercial: bool) -> dict[FactKey, Value]:
    """Every fact that is filled in, in the order of the fields; ``commercial`` adds what is not public.

    An empty text, an empty list and nothing at all are no facts; *no* is one.
    """
    readable = (lambda name: True) if commercial else PUBLIC_FIELDS.__contains__
    found: dict[FactKey, Value] = {}
    for name, value in _fields(content, readable):
        if name == COMPLEXITIES.name:
            found[COMPLEXITIES] = tuple(complexity for complexity in Complexity if complexity in value)
        else:
            found.update(_split(name, None, value))
    for complexity in Complexity:
        if COMPLEXITIES in found and complexity in content.levels:
            for name, value in _fields(content.levels[complexity], readable):
                found.update(_split(name, complexity, value))
    return {key: value for key, value in found.items() if not blank(value)}


def blank(value: Any) -> bool:
    """Whether a value says nothing."""
    return value is None or value == "" or value == () or (isinstance(value, Row) and not value.values)


@dataclass(frozen=True, slots=True)
class Aligned:
    """One fact of several offers side by side; None for an offer that does not say it."""

    key: FactKey
    values: tuple[Value | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the offers do not all say the same."""
        return any(value != self.values[0] for value in self.values)


def aligned(offers: Sequence[Facts]) -> list[Aligned]:
    """Every fact that one of the offers says, beside what the others say of it, in the order of the first."""
    keys = dict.fromkeys(key for found in offers for key in found)
    return [Aligned(key, tuple(found.get(key) for found in offers)) for key in keys]


def field_names() -> set[str]:
    """Every field that an offer and its levels have."""
    return {field.name for owner in (OfferContent, LevelContent) for field in fields(owner)}


def _fields(owner: Any, readable: Callable[[str], bool]) -> Iterator[tuple[str, Any]]:
    for field in fields(owner):
        if readable(field.name):
            yield field.name, getattr(owner, field.name)


def _split(name: str, complexity: Complexity | None, value: Any) -> Iterator[tuple[FactKey, Value]]:
    if isinstance(value, Mapping):
        for part in value:
            yield FactKey(name, complexity, str(part)), _frozen(value[part])
    else:
        yield FactKey(name, complexity), _frozen(value)


def _frozen(value: Any) -> Any:
    """The value in a form that can be compared and kept: sets in order, rows without their blanks."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, _frozen(getattr(value, field.name))) for field in fields(value))
        return Row(tuple((name, held) for name, held in pairs if not blank(held)))
    if isinstance(value, frozenset | set):
        return tuple(sorted(value))
    if isinstance(value, list | tuple):
        return tuple(_frozen(one) for one in value)
    if isinstance(value, Mapping):
        return Row(tuple((str(code), _frozen(value[code])) for code in sorted(value)))
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return value.strip()
    return value
