"""An offer's content taken apart by section: what each holds, whether it was begun, its fingerprint."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from catalogue.offers.rules.facts import FactKey, Value, facts
from catalogue.offers.types import (
    LEVEL_SECTIONS,
    VERSION_FACTS,
    LevelContent,
    OfferContent,
    Section,
    SectionKey,
    Step,
    StepKey,
)
from catalogue.reference.types import Complexity

# What each section is made of, in the order of its page; the fields of a level where it is of a level.
SECTION_FIELDS: Mapping[Section, tuple[str, ...]] = {
    Section.TITLE: ("title", "summary"),
    Section.COMPLEXITIES: ("levels",),
    Section.PLACES: ("places",),
    Section.METHODS: ("methods",),
    Section.ITEMS: ("answers",),
    Section.OUTCOMES: ("output_rows", "outputs", "outcomes", "outcomes_text"),
    Section.PRICE: ("unit_price", "bands", "band_reason", "pool", "places_a_year"),
    Section.CAPACITY: ("places_together", "indexation", "indexation_percent", "indexation_from"),
    Section.COHORTS: ("cohorts", "women_only"),
    Section.CUSTOMISATION: ("cohort_customisation", "customisation"),
    Section.STAGES: ("stages", "sentence_types", "sentence_type_reason"),
    Section.PRE_RELEASE: (
        "weeks_before_release",
        "reaches_in",
        "reach_in_visits",
        "meets_at_gate",
        "pre_release_support",
        "beside_prison_services",
        "move_on_support",
    ),
    Section.RAR: ("counts_as_rar", "rar_days", "rar_activity"),
    Section.APPROACH: ("unmet_needs", "proportionate", "motivation", "links_onward"),
    Section.DELIVERY: (
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
    ),
    Section.LANGUAGES: ("languages", "interpreters"),
    Section.VOLUNTEERS: ("volunteers", "mentoring", "volunteer_number", "volunteer_support"),
    Section.EVIDENCE: ("evidence",),
}
FACT_SECTIONS = tuple(
    section
    for section, names in SECTION_FIELDS.items()
    if not section.of_a_level and set(names) <= set(VERSION_FACTS)
)
"""Sections of nothing but facts that the version holds by itself."""
GROUP_FACTS = ("group_minimum", "group_optimum", "group_maximum", "group_sessions", "intake")
"""Facts that there are of groups alone; they go where there are no groups."""
STEP_SECTIONS: Mapping[Step, tuple[Section, ...]] = {
    Step.SERVICE: (Section.TITLE, Section.COMPLEXITIES, Section.PLACES),
    Step.METHOD: (Section.METHODS, Section.ITEMS, Section.OUTCOMES),
    Step.PRICES: (Section.PRICE, Section.CAPACITY),
    Step.PEOPLE: (
        Section.COHORTS,
        Section.CUSTOMISATION,
        Section.STAGES,
        Section.PRE_RELEASE,
        Section.RAR,
    ),
    Step.DELIVERY: (Section.DELIVERY, Section.LANGUAGES, Section.VOLUNTEERS),
    Step.EVIDENCE: (Section.APPROACH, Section.EVIDENCE),
}
# What an offer says before anybody has written anything.
GIVEN = frozenset({"sentence_types", "languages"})


def section_keys(content: OfferContent) -> tuple[SectionKey, ...]:
    """The sections of an offer in the order in which it is written; those of a level once for each level."""
    return tuple(key for keys in step_keys(content).values() for key in keys)


def step_keys(content: OfferContent) -> dict[StepKey, tuple[SectionKey, ...]]:
    """The steps in which an offer is written, each with the sections of its page; every section once."""
    levels = ordered(content.levels)
    steps: dict[StepKey, tuple[SectionKey, ...]] = {}
    for step, sections in STEP_SECTIONS.items():
        if step is Step.METHOD:
            for complexity in levels:
                steps[StepKey(step, complexity)] = tuple(SectionKey(one, complexity) for one in sections)
            continue
        of_levels = (SectionKey(one, level) for level in levels for one in sections if one.of_a_level)
        of_all = (SectionKey(one) for one in sections if not one.of_a_level)
        steps[StepKey(step)] = (*of_levels, *of_all)
    return steps


def ordered(complexities: Iterable[Complexity]) -> list[Complexity]:
    """Complexities from low to high."""
    return sorted(complexities, key=tuple(Complexity).index)


def section_facts(content: OfferContent, key: SectionKey) -> dict[FactKey, Value]:
    """Every fact of a section that is filled in; fitting the service to people is of all levels at once."""
    names = SECTION_FIELDS[key.section]
    return {
        fact: value
        for fact, value in facts(content, commercial=True).items()
        if fact.name in names and (key.complexity is None or fact.complexity is key.complexity)
    }


def started(content: OfferContent, key: SectionKey) -> bool:
    """Whether anything has been written in a section, beside what every offer is given."""
    levels = {} if key.complexity is None else {key.complexity: LevelContent()}
    nothing = section_facts(OfferContent(levels=levels), key)
    written = {name: value for name, value in section_facts(content, key).items() if name.name not in GIVEN}
    return written != nothing


def fingerprint(content: OfferContent, key: SectionKey) -> str:
    """What a section held when its page was shown: they differ where a colleague saved between."""
    held = sorted(repr(fact) for fact in section_facts(content, key).items())
    return hashlib.sha256("\n".join(held).encode()).hexdigest()[:16]


def level_is_empty(content: OfferContent, complexity: Complexity) -> bool:
    """Whether nothing has been written for a level yet, so that it may go without a word."""
    level = content.levels.get(complexity, LevelContent())
    written = any(started(content, SectionKey(section, complexity)) for section in LEVEL_SECTIONS)
    return not written and not level.customisation


def words_of(content: OfferContent) -> list[str]:
    """Everything that an offer says in words for all to read, for the index of words; nothing twice."""
    # The title has an index of its own.
    found = [getattr(content, name) for name in VERSION_FACTS if name != "title"]
    found += content.cohort_customisation.values()
    found += [text for row in content.evidence for text in (row.title, row.shows)]
    for level in content.levels.values():
        found += [level.outputs, level.outcomes_text, level.customisation]
        found += [method.words for method in level.methods.values()]
        found += [row.what for row in level.output_rows]
        found += [target.measure for target in level.outcomes.values()]
    texts = (text for text in found if isinstance(text, str) and not isinstance(text, StrEnum))
    return list(dict.fromkeys(text for text in texts if text))


def public_content(content: OfferContent) -> OfferContent:
    """What anyone may read: everything but prices and capacity."""
    levels = {
        complexity: replace(level, unit_price=None, places_a_year=None, pool="", bands=(), band_reason="")
        for complexity, level in content.levels.items()
    }
    return replace(
        content,
        levels=levels,
        places_together=None,
        indexation=None,
        indexation_percent=None,
        indexation_from=None,
    )
