"""What is missing or at odds in an offer, section by section, before it can be submitted."""

from collections.abc import Iterator

from catalogue.offers.rules.content import section_keys, started
from catalogue.offers.rules.pricing import reasons_about_bands, reasons_about_rise
from catalogue.offers.types import (
    DeliveryMode,
    Indexation,
    ItemResponse,
    LevelContent,
    OfferFacts,
    RemoteDelivery,
    Rise,
    Section,
    SectionKey,
    SectionStatus,
    SpecifiedLevel,
)
from catalogue.reference.types import Availability, Complexity, Sex
from core.reasons import Reason

LEAST_GROUP = 2
PRE_RELEASE_STAGE, GATE_STAGE = "pre-release", "at-the-gate"
PRE_RELEASE_SENTENCE = "pre-release"
SPECIFICATION = "specification of rehabilitative interventions (source 004)"


def reasons_by_section(facts: OfferFacts) -> dict[SectionKey, list[Reason]]:
    """Everything that keeps an offer from being submitted, under the section where it is put right.

    Every section is a key; a complete one has an empty list. `params` of a reason of a level name its
    complexity.
    """
    found: dict[SectionKey, list[Reason]] = {}
    for key in section_keys(facts.content):
        if key.complexity is None:
            found[key] = list(_CHECKS[key.section](facts))
        elif key.section is Section.PRICE:
            found[key] = list(_price(facts, key.complexity))
        else:
            level = facts.content.levels[key.complexity]
            specified = facts.specification.get(key.complexity, _NOTHING)
            found[key] = list(_LEVEL_CHECKS[key.section](key.complexity, level, specified))
    return found


def reasons_not_to_submit(facts: OfferFacts) -> list[Reason]:
    """Why an offer cannot be submitted yet, in the order of the task list."""
    return [reason for reasons in reasons_by_section(facts).values() for reason in reasons]


def statuses(facts: OfferFacts) -> dict[SectionKey, SectionStatus]:
    """How far each section is, in the order of the task list."""
    found = {}
    for key, reasons in reasons_by_section(facts).items():
        begun = started(facts.content, key)
        if reasons:
            found[key] = SectionStatus.INCOMPLETE if begun else SectionStatus.NOT_STARTED
        else:
            # A level without published items has nothing to answer and is complete as it is.
            asked = key.section not in (Section.CAPACITY, Section.CUSTOMISATION, Section.PRE_RELEASE)
            found[key] = SectionStatus.COMPLETE if begun or asked else SectionStatus.OPTIONAL
    return found


_NOTHING = SpecifiedLevel(Availability.NOT_PUBLISHED)


def _title(facts: OfferFacts) -> Iterator[Reason]:
    if not facts.content.title.strip():
        yield Reason("title_missing")
    if not facts.content.summary.strip():
        yield Reason("summary_missing")


def _complexities(facts: OfferFacts) -> Iterator[Reason]:
    if not facts.content.levels:
        yield Reason("no_complexity")
    for complexity in Complexity:
        specified = facts.specification.get(complexity)
        if complexity not in facts.content.levels:
            continue
        if specified is None or specified.availability is Availability.NOT_AVAILABLE:
            why = specified.reason if specified else ""
            yield Reason(
                "complexity_not_available", {"complexity": str(complexity), "why": why}, SPECIFICATION
            )


def _items(complexity: Complexity, level: LevelContent, specified: SpecifiedLevel) -> Iterator[Reason]:
    answers = [level.answers.get(code) for code in specified.items]
    unanswered = sum(answer is None or answer.response is None for answer in answers)
    unexplained = sum(
        answer is not None
        and answer.response in (ItemResponse.ANOTHER_WAY, ItemResponse.NOT_OFFERED)
        and not answer.explanation.strip()
        for answer in answers
    )
    named = {"complexity": str(complexity)}
    if unanswered:
        yield Reason("items_unanswered", named | {"count": unanswered, "of": len(answers)}, SPECIFICATION)
    if unexplained:
        yield Reason("items_unexplained", named | {"count": unexplained}, SPECIFICATION)
    if answers and all(answer and answer.response is ItemResponse.NOT_OFFERED for answer in answers):
        yield Reason("nothing_of_the_level_offered", named)


def _outcomes(complexity: Complexity, level: LevelContent, specified: SpecifiedLevel) -> Iterator[Reason]:
    if not level.outputs.strip() and not level.output_rows:
        yield Reason("outputs_missing", {"complexity": str(complexity)})
    if not level.outcomes:
        yield Reason("outcome_missing", {"complexity": str(complexity)}, SPECIFICATION)


def _price(facts: OfferFacts, complexity: Complexity) -> Iterator[Reason]:
    level, named = facts.content.levels[complexity], {"complexity": str(complexity)}
    if level.unit_price is None:
        yield Reason("price_missing", named)
    if level.places_a_year is None and not level.pool and facts.content.places_together is None:
        yield Reason("capacity_missing", named)
    for reason in reasons_about_bands(level.unit_price, level.bands, level.band_reason):
        yield Reason(reason.code, {**named, **reason.params}, reason.source)


def _capacity(facts: OfferFacts) -> Iterator[Reason]:
    content = facts.content
    own = [level for level in content.levels.values() if not level.pool]
    said = [level.places_a_year for level in own if level.places_a_year is not None]
    if content.places_together is not None:
        if any(places > content.places_together for places in said):
            yield Reason("level_places_over_total", {"places": content.places_together})
        if own and len(said) == len(own) and sum(said) < content.places_together:
            yield Reason("total_places_out_of_reach", {"places": content.places_together, "sum": sum(said)})
    yield from reasons_about_rise(
        Rise(content.indexation or Indexation.NONE, content.indexation_percent, content.indexation_from)
    )


def places_in_all(facts: OfferFacts) -> int | None:
    """How many people the offer could serve in a year: its own places and its pools'; None if not said."""
    content = facts.content
    own = [level.places_a_year for level in content.levels.values() if not level.pool]
    total = content.places_together
    if total is None:
        if None in own:
            return None
        total = sum(places or 0 for places in own)
    pools = {level.pool for level in content.levels.values() if level.pool}
    if pools - facts.pool_places.keys():
        return None
    return (total if own else 0) + sum(facts.pool_places[pool] for pool in pools)


def _places(facts: OfferFacts) -> Iterator[Reason]:
    if not facts.content.places:
        yield Reason("places_missing")


def _cohorts(facts: OfferFacts) -> Iterator[Reason]:
    content = facts.content
    if not content.cohorts:
        yield Reason("cohorts_missing")
    sexes = {facts.cohort_sex.get(code) for code in content.cohorts}
    if content.women_only and Sex.MALE in sexes:
        yield Reason("women_only_with_men")
    if content.women_only and content.cohorts and Sex.FEMALE not in sexes:
        yield Reason("women_only_without_women")


def _stages(facts: OfferFacts) -> Iterator[Reason]:
    content = facts.content
    if not content.stages:
        yield Reason("stages_missing")
    if not content.sentence_types:
        yield Reason("sentence_types_missing")
    elif content.sentence_types != facts.sentence_types and not content.sentence_type_reason.strip():
        left_out = sorted(facts.sentence_types - content.sentence_types)
        yield Reason("sentence_types_unexplained", {"left_out": left_out}, SPECIFICATION)
    if (
        PRE_RELEASE_STAGE in content.stages
        and content.sentence_types
        and PRE_RELEASE_SENTENCE not in content.sentence_types
    ):
        yield Reason("pre_release_stage_without_sentence")


def _delivery(facts: OfferFacts) -> Iterator[Reason]:
    content = facts.content
    if content.mode is None:
        yield Reason("mode_missing")
    if content.remote is RemoteDelivery.ONLY and GATE_STAGE in content.stages:
        yield Reason("remote_at_the_gate")
    if content.mode not in (DeliveryMode.GROUP, DeliveryMode.BOTH):
        return
    least, best, most = content.group_minimum, content.group_optimum, content.group_maximum
    if least is None or best is None or most is None:
        yield Reason("group_sizes_missing")
    if least is not None and least < LEAST_GROUP:
        yield Reason("group_too_small", {"least": LEAST_GROUP})
    sizes = [size for size in (least, best, most) if size is not None]
    if sizes != sorted(sizes):
        yield Reason("group_sizes_out_of_order")
    total = places_in_all(facts)
    if most is not None and content.levels and total is not None and most > total:
        yield Reason("group_larger_than_places", {"group": most, "places": total})


def _customisation(facts: OfferFacts) -> Iterator[Reason]:
    content = facts.content
    sexes = {facts.cohort_sex.get(code) for code in content.cohorts}
    mixed = {Sex.FEMALE, Sex.MALE} <= sexes and content.mode in (DeliveryMode.GROUP, DeliveryMode.BOTH)
    if mixed and not content.customisation.strip():
        yield Reason("groups_of_women_and_men_unexplained")


def _pre_release(facts: OfferFacts) -> Iterator[Reason]:
    if PRE_RELEASE_STAGE in facts.content.stages and not facts.content.pre_release_support.strip():
        yield Reason("pre_release_support_missing", {}, SPECIFICATION)


_CHECKS = {
    Section.TITLE: _title,
    Section.COMPLEXITIES: _complexities,
    Section.CAPACITY: _capacity,
    Section.PLACES: _places,
    Section.COHORTS: _cohorts,
    Section.STAGES: _stages,
    Section.DELIVERY: _delivery,
    Section.CUSTOMISATION: _customisation,
    Section.PRE_RELEASE: _pre_release,
}
_LEVEL_CHECKS = {Section.ITEMS: _items, Section.OUTCOMES: _outcomes}
