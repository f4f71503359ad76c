"""An offer's content taken apart by section: what it holds, its fingerprint, and how two versions differ."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from catalogue.offers.rules.completeness import section_keys, started
from catalogue.offers.types import LEVEL_SECTIONS, LevelContent, OfferContent, Section, SectionKey
from catalogue.reference.types import Complexity

Value = Any
"""Text, a number, a truth, a sorted tuple of codes, or None."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two versions fill differently; None stands for a level that one of them lacks."""

    key: SectionKey
    name: str
    before: Value
    after: Value


def section_values(content: OfferContent, key: SectionKey) -> dict[str, Value]:
    """What a section holds, field by field, in the order of its page."""
    if key.complexity is not None:
        return _level_values(content.levels.get(key.complexity), key.section)
    match key.section:
        case Section.TITLE:
            return {"title": content.title, "summary": content.summary}
        case Section.COMPLEXITIES:
            return {"complexities": tuple(sorted(str(complexity) for complexity in content.levels))}
        case Section.PLACES:
            return {"places": tuple(sorted(content.places))}
        case Section.COHORTS:
            return {"cohorts": tuple(sorted(content.cohorts)), "women_only": content.women_only}
        case Section.STAGES:
            return {
                "stages": tuple(sorted(content.stages)),
                "sentence_types": tuple(sorted(content.sentence_types)),
                "sentence_type_reason": content.sentence_type_reason,
            }
        case Section.DELIVERY:
            return {
                "mode": str(content.mode) if content.mode else None,
                "group_minimum": content.group_minimum,
                "group_optimum": content.group_optimum,
                "group_maximum": content.group_maximum,
                "remote_only": content.remote_only,
            }
        case Section.CUSTOMISATION:
            return {"customisation": content.customisation}
        case _:
            return {"pre_release_support": content.pre_release_support}


def _level_values(level: LevelContent | None, section: Section) -> dict[str, Value]:
    if level is None:
        return {}
    match section:
        case Section.ITEMS:
            return {
                code: (str(answer.response) if answer.response else None, answer.explanation)
                for code, answer in sorted(level.answers.items())
                if answer.response or answer.explanation
            }
        case Section.OUTCOMES:
            return {
                "outputs": level.outputs,
                "outcomes": tuple(sorted(level.outcomes)),
                "outcomes_text": level.outcomes_text,
            }
        case _:
            price = None if level.unit_price is None else f"{level.unit_price:.2f}"
            return {"unit_price": price, "places_a_year": level.places_a_year}


def fingerprint(content: OfferContent, key: SectionKey) -> str:
    """What a section held when its page was shown: they differ where a colleague saved between."""
    plain = json.dumps(section_values(content, key), sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def differences(before: OfferContent, after: OfferContent) -> list[Difference]:
    """The fields that the later version fills differently, in the order of its task list."""
    keys = list(section_keys(after))
    keys += [key for key in section_keys(before) if key not in keys]
    found = []
    for key in keys:
        old, new = section_values(before, key), section_values(after, key)
        for name in dict.fromkeys((*new, *old)):
            if old.get(name) != new.get(name):
                found.append(Difference(key, name, old.get(name), new.get(name)))
    return found


def level_is_empty(content: OfferContent, complexity: Complexity) -> bool:
    """Whether nothing has been written for a level yet, so that it may go without a word."""
    return not any(started(content, SectionKey(section, complexity)) for section in LEVEL_SECTIONS)


def public_content(content: OfferContent) -> OfferContent:
    """What anyone may read: everything but prices and capacity."""
    levels = {
        complexity: replace(level, unit_price=None, places_a_year=None)
        for complexity, level in content.levels.items()
    }
    return replace(content, levels=levels)
