"""What an offer says, as one fingerprint, laid over by a file, and taken apart into rows of the workbook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from catalogue.bulk.rules.cells import KEEP_HELD, Lists, settled, write_cell
from catalogue.bulk.rules.columns import BY_SHEET
from catalogue.bulk.rules.reading import FileOffer, Values
from catalogue.bulk.types import HeldOffer, Sheet
from catalogue.offers.rules.finding import normalised_places
from catalogue.offers.types import DeliveryMode, ItemAnswer, ItemResponse, LevelContent, OfferContent
from catalogue.reference.rules.places import PlaceTree
from catalogue.reference.types import Complexity

_CONVERT = {"mode": DeliveryMode, "response": ItemResponse}
NO_ANSWER = ItemAnswer(None)


def print_of(content: OfferContent) -> str:
    """The fingerprint of everything that an offer says; texts that read the same have the same."""
    plain = json.dumps(_plain(content), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return settled(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        # An answer that says nothing is none.
        return {str(key): _plain(one) for key, one in value.items() if one != NO_ANSWER}
    if isinstance(value, Set):
        return sorted(map(str, value))
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    return value


def laid_over(held: OfferContent, offer: FileOffer, tree: PlaceTree) -> OfferContent:
    """What the offer says once a file's rows hold; levels and items that it leaves out stay as they are."""
    changed = replace(held, **_given(held, offer.values))
    levels = dict(changed.levels)
    for complexity, row in offer.levels.items():
        level = levels.get(complexity, LevelContent())
        levels[complexity] = replace(level, **_given(level, row.values))
    answers: dict[Complexity, dict[str, ItemAnswer]] = {}
    for (complexity, item), (_, values) in offer.items.items():
        if complexity in levels:
            answer = levels[complexity].answers.get(item, NO_ANSWER)
            answers.setdefault(complexity, {})[item] = replace(answer, **_given(answer, values))
    for complexity, given in answers.items():
        level = levels[complexity]
        levels[complexity] = replace(level, answers={**level.answers, **given})
    ordered = {complexity: levels[complexity] for complexity in Complexity if complexity in levels}
    return _kept_together(replace(changed, levels=ordered), tree)


def _given(held: Any, values: Values) -> Values:
    """The fields that a row changes; a text that reads as the one held is that one."""
    changes = {}
    for name, value in values.items():
        if value is KEEP_HELD:
            continue
        before = getattr(held, name)
        if isinstance(before, str) and isinstance(value, str) and settled(before) == value:
            continue
        changes[name] = _CONVERT[name](value) if name in _CONVERT and value is not None else value
    return changes


def _kept_together(content: OfferContent, tree: PlaceTree) -> OfferContent:
    """What the pages keep in step when they save: no sizes without groups, no place inside another."""
    if content.mode not in (DeliveryMode.GROUP, DeliveryMode.BOTH):
        content = replace(content, group_minimum=None, group_optimum=None, group_maximum=None)
    return replace(content, places=frozenset(normalised_places(tree, content.places)))


def written_rows(
    offer: HeldOffer,
    items: Mapping[Complexity, Mapping[str, str]],
    lists: Lists,
) -> Iterator[tuple[Sheet, list[Any]]]:
    """The rows of an offer for each sheet; ``items`` are the words of the specification's items by code."""
    content = offer.content
    if content is None:
        return
    name = offer.reference or offer.public_id
    keys: Values = {
        "offer": name,
        "state": enum_words(offer.state),
        "need_area": offer.need_area,
        "fingerprint": print_of(content),
    }
    yield Sheet.OFFERS, _cells(Sheet.OFFERS, keys, content, lists)
    for complexity, level in content.levels.items():
        keys = {"offer": name, "complexity": str(complexity)}
        yield Sheet.LEVELS, _cells(Sheet.LEVELS, keys, level, lists)
        for code, asked in items.get(complexity, {}).items():
            answer = level.answers.get(code, NO_ANSWER)
            keys = {"offer": name, "complexity": str(complexity), "item": code, "asked": asked}
            yield Sheet.ITEMS, _cells(Sheet.ITEMS, keys, answer, lists)


def _cells(sheet: Sheet, keys: Values, content: Any, lists: Lists) -> list[Any]:
    return [
        write_cell(
            column, keys[column.field] if column.field in keys else getattr(content, column.field), lists
        )
        for column in BY_SHEET[sheet]
    ]


def enum_words(value: StrEnum) -> str:
    """A code as a word: *another_way* is *Another way*."""
    return value.value.replace("_", " ").capitalize()
