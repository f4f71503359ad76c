"""What fields of an offer say, in words, for comparing what is saved, typed and published."""

from decimal import Decimal
from typing import Any

from catalogue.offers.forms.words import (
    COMPLEXITY_WORDS,
    FIELD_WORDS,
    MODE_WORDS,
    RESPONSE_WORDS,
    section_words,
)
from catalogue.offers.queries import Names
from catalogue.offers.rules.content import Difference, section_values
from catalogue.offers.types import DeliveryMode, ItemResponse, OfferContent, Section, SectionKey
from catalogue.reference.types import Complexity
from core.money import format_pounds

NOTHING = "Nothing"


def saved_lines(names: Names, content: OfferContent, key: SectionKey) -> list[tuple[str, str]]:
    """What a section holds, as (field, words)."""
    return [
        (field_name(names, key, name), value_words(names, key, name, value))
        for name, value in section_values(content, key).items()
    ]


def difference_lines(names: Names, found: list[Difference]) -> list[tuple[str, str, str, str]]:
    """Differences between two versions as (section, field, before, after)."""
    return [
        (
            section_words(difference.key),
            field_name(names, difference.key, difference.name),
            value_words(names, difference.key, difference.name, difference.before),
            value_words(names, difference.key, difference.name, difference.after),
        )
        for difference in found
    ]


def field_name(names: Names, key: SectionKey, name: str) -> str:
    """What a field is called; an item of the specification by its text."""
    if key.section is Section.ITEMS:
        row = names.items.get(name)
        return row.text if row else name
    return FIELD_WORDS[name]


def value_words(names: Names, key: SectionKey, name: str, value: Any) -> str:
    """What a field holds, in words."""
    if value is None or value in ("", ()):
        return NOTHING
    if key.section is Section.ITEMS:
        response, explanation = value
        answer = RESPONSE_WORDS[ItemResponse(response)] if response else "No answer yet"
        return f"{answer}. {explanation}" if explanation else answer
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name == "complexities":
        return ", ".join(COMPLEXITY_WORDS[complexity] for complexity in Complexity if complexity in value)
    if name == "mode":
        return MODE_WORDS[DeliveryMode(value)]
    if name == "unit_price":
        return format_pounds(Decimal(value))
    if isinstance(value, tuple):
        return "; ".join(names.value(name, code) for code in value)
    return f"{value:,}" if isinstance(value, int) else str(value)
