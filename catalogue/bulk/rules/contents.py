"""What an offer says, as one fingerprint, laid over by a file, and taken apart into rows of the workbook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from catalogue.bulk.rules.cells import KEEP_HELD, Lists, settled, write_cell
from catalogue.bulk.rules.columns import BY_SHEET, PARTS, Column, Part
from catalogue.bulk.rules.reading import FileOffer, Values
from catalogue.bulk.types import HeldOffer, Sheet, WorkbookContent, WorkbookLevel
from catalogue.offers.rules.content import GROUP_FACTS
from catalogue.offers.rules.finding import normalised_places
from catalogue.offers.types import DeliveryMode, Indexation, LevelContent, OfferContent, OutcomeTarget
from catalogue.reference.rules.places import PlaceTree
from catalogue.reference.types import Complexity, Phase

_NOTHING = tuple(part.nothing for part in PARTS if not part.stays)
_WORKBOOK_ALONE = frozenset(
    {one.name for one in (*fields(WorkbookLevel), *fields(WorkbookContent))}
    - {one.name for one in (*fields(LevelContent), *fields(OfferContent))}
)
_UNSAID = (None, frozenset())


def print_of(content: OfferContent) -> str:
    """The fingerprint of everything that an offer says; texts that read the same have the same."""
    plain = json.dumps(_plain(content), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return settled(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        # What pages of others never hold counts only where it is said.
        return {
            one.name: _plain(held)
            for one in fields(value)
            if (held := getattr(value, one.name)) not in _UNSAID or one.name not in _WORKBOOK_ALONE
        }
    if isinstance(value, Mapping):
        # An entry that says nothing is none.
        return {str(key): _plain(one) for key, one in value.items() if one not in _NOTHING}
    if isinstance(value, Set):
        return sorted(map(str, value))
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    return value


def laid_over(held: WorkbookContent, offer: FileOffer, tree: PlaceTree) -> WorkbookContent:
    """What the offer says once a file's rows hold; levels and entries that it leaves out stay as they are."""
    changed = replace(held, **_given(held, offer.values))
    levels = dict(changed.levels)
    for complexity, row in offer.levels.items():
        level = levels.get(complexity, WorkbookLevel())
        levels[complexity] = replace(level, **_given(level, row.values))
    for part in PARTS:
        entries: dict[Complexity | None, dict[Any, Values]] = {}
        for (complexity, key), (_, values) in offer.entries.get(part.sheet, {}).items():
            entries.setdefault(complexity, {})[key] = values
        for complexity, given in entries.items():
            if complexity is None:
                changed = replace(
                    changed, **{part.field: _entries(getattr(changed, part.field), given, part)}
                )
            elif complexity in levels:
                above = levels[complexity]
                levels[complexity] = replace(
                    above, **{part.field: _entries(getattr(above, part.field), given, part)}
                )
    ordered = {complexity: levels[complexity] for complexity in Complexity if complexity in levels}
    return _kept_together(replace(changed, levels=ordered), tree)


def _entries(held: Any, given: Mapping[Any, Values], part: Part) -> Any:
    """The entries of a field with those of a file over them, as the field holds them."""
    before = entries_of(held)
    after = dict(before)
    for key, values in given.items():
        entry = before.get(key, part.nothing)
        if is_dataclass(entry):
            after[key] = replace(entry, **_given(entry, values))
        else:
            (value,) = values.values()
            after[key] = entry if value is KEEP_HELD or settled(str(entry)) == value else value
    kept = {
        key: entry
        for key, entry in after.items()
        if key in before or (entry != part.nothing and not part.stays)
    }
    if isinstance(held, Mapping):
        return kept
    return tuple(kept[number] for number in sorted(kept) if kept[number] != part.nothing)


def entries_of(held: Any) -> dict[Any, Any]:
    """The entries of a field by their key; those of a list are numbered from 1."""
    return dict(held) if isinstance(held, Mapping) else dict(enumerate(held, start=1))


def _given(held: Any, values: Values) -> Values:
    """The fields that a row changes; a text that reads as the one held is that one."""
    changes = {}
    for name, value in values.items():
        if value is KEEP_HELD:
            continue
        before = getattr(held, name)
        if isinstance(before, str):
            value = value or ""
            if settled(before) == value:
                continue
        if name == "outcomes":
            # Only the codes are in the file; how an outcome is measured stays as it was.
            value = {code: before.get(code, OutcomeTarget()) for code in sorted(value)}
        changes[name] = value
    return changes


def _kept_together(content: WorkbookContent, tree: PlaceTree) -> WorkbookContent:
    """What the pages keep in step when they save: no sizes without groups, no place inside another,
    nothing about groups of people that are not served,
    no places beside those of a shared pool, no rate of a rise that there is not."""
    if content.mode not in (DeliveryMode.GROUP, DeliveryMode.BOTH):
        content = replace(content, **dict.fromkeys(GROUP_FACTS))
    if content.indexation is not Indexation.FIXED:
        content = replace(content, indexation_percent=None)
    if content.indexation in (None, Indexation.NONE):
        content = replace(content, indexation_from=None)
    levels = {
        complexity: replace(
            level,
            places_a_year=None if level.pool else level.places_a_year,
            # Half a row is told of as a problem, and its offer is not written.
            bands=tuple(sorted(level.bands, key=lambda band: band.places_from or 0)),
        )
        for complexity, level in content.levels.items()
    }
    fitted = {code: words for code, words in content.cohort_customisation.items() if code in content.cohorts}
    return replace(
        content,
        places=frozenset(normalised_places(tree, content.places)),
        cohort_customisation=fitted,
        levels=levels,
    )


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
    for part in PARTS:
        if part.above is Sheet.OFFERS:
            # A group is asked about once it is chosen.
            asked = sorted(content.cohorts) if part.sheet is Sheet.PEOPLE else ()
            yield from _part_rows(part, {"offer": name}, content, asked, lists)
    for complexity, level in content.levels.items():
        keys = {"offer": name, "complexity": complexity}
        yield Sheet.LEVELS, _cells(Sheet.LEVELS, keys, level, lists)
        for part in PARTS:
            if part.above is Sheet.LEVELS:
                listed = {Sheet.ITEMS: items.get(complexity, {}), Sheet.METHODS: tuple(Phase)}
                yield from _part_rows(part, keys, level, listed.get(part.sheet, ()), lists)


def _part_rows(
    part: Part, keys: Values, above: Any, asked: Iterable[Any] | Mapping[Any, str], lists: Lists
) -> Iterator[tuple[Sheet, list[Any]]]:
    """A row for each entry of a field and for each that is asked for; of items only those in force."""
    held = entries_of(getattr(above, part.field))
    texts = asked if isinstance(asked, Mapping) else {}
    listed = list(asked) if part.sheet is Sheet.ITEMS else list(dict.fromkeys((*asked, *held)))
    for key in listed:
        row = {**keys, part.key: key, "asked": texts.get(key)}
        yield part.sheet, _cells(part.sheet, row, held.get(key, part.nothing), lists)


def _cells(sheet: Sheet, keys: Values, content: Any, lists: Lists) -> list[Any]:
    return [write_cell(column, _value(column, keys, content), lists) for column in BY_SHEET[sheet]]


def _value(column: Column, keys: Values, content: Any) -> Any:
    if column.field in keys:
        return keys[column.field]
    return getattr(content, column.field) if is_dataclass(content) else content


def enum_words(value: StrEnum) -> str:
    """A code as a word: *another_way* is *Another way*."""
    return value.value.replace("_", " ").capitalize()
