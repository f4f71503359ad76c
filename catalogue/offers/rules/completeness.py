"""What is missing or at odds in an offer, section by section, before it can be submitted."""

from collections.abc import Iterator

from catalogue.offers.rules.content import section_keys, started
from catalogue.offers.rules.pricing import reasons_about_bands, reasons_about_rise
from catalogue.offers.types import (
    DeliveryMode,
    EvidenceKind,
    Indexation,
    ItemResponse,
    LevelContent,
    Method,
    OfferFacts,
    RemoteDelivery,
    Rise,
    Section,
    SectionKey,
    SectionStatus,
    SpecifiedLevel,
)
from catalogue.reference.types import Availability, Complexity, Phase, Sex
from core.reasons import Reason

LEAST_GROUP = 2
PRE_RELEASE_STAGE, GATE_STAGE, MOVE_ON_STAGE = "pre-release", "at-the-gate", "move-on"
PRE_RELEASE_SENTENCE, RAR_SENTENCE = "pre-release", "rehabilitation-activity-requirement"
DESIGN = "design intentions for rehabilitation and resettlement services (source 004)"
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
            asked = key.section not in (
                Section.CAPACITY,
                Section.CUSTOMISATION,
                Section.PRE_RELEASE,
                Section.RAR,
            )
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


def _methods(complexity: Complexity, level: LevelContent, specified: SpecifiedLevel) -> Iterator[Reason]:
    """Words for each phase; how many sessions in how many weeks where the work is done."""
    named = {"complexity": str(complexity)}
    silent = [str(phase) for phase in Phase if not level.methods.get(phase, Method()).words.strip()]
    if silent:
        yield Reason("methods_missing", named | {"phases": silent}, DESIGN)
    work = level.methods.get(Phase.IMPLEMENT, Method())
    if work.sessions is None or work.weeks is None:
        yield Reason("method_facts_missing", named, DESIGN)


def _outcomes(complexity: Complexity, level: LevelContent, specified: SpecifiedLevel) -> Iterator[Reason]:
    named = {"complexity": str(complexity)}
    if not level.output_rows:
        yield Reason("outputs_missing", named, DESIGN)
    elif any(not row.what.strip() or row.quantity is None or row.unit is None for row in level.output_rows):
        yield Reason("outputs_unfinished", named, DESIGN)
    if not level.outcomes:
        yield Reason("outcome_missing", named, DESIGN)
    unmeasured = sum(
        not target.measure.strip() or target.target_percent is None for target in level.outcomes.values()
    )
    if unmeasured:
        yield Reason("outcomes_unmeasured", named | {"count": unmeasured}, DESIGN)


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
    """Where nobody may be invited, nobody should find it; who is no member anywhere is told, not stopped."""
    if not facts.content.places:
        yield Reason("places_missing")
    outside = outside_membership(facts)
    if outside:
        yield Reason("places_outside_membership", {"places": outside})


def outside_membership(facts: OfferFacts) -> list[str]:
    """Names of the places that the supplier's memberships for the need area do not reach.

    None where it has no membership for the need area: then its offer may be found, and it may yet join.
    """
    if not facts.member_regions:
        return []
    regions = {region for _, region in facts.places.values() if region}
    found = []
    for code in sorted(facts.content.places):
        name, region = facts.places.get(code, (code, ""))
        reached = region in facts.member_regions if region else regions <= facts.member_regions
        if not reached:
            found.append(name)
    return found


def warnings(facts: OfferFacts) -> list[Reason]:
    """What a supplier should know of its offer, though it may be submitted."""
    return [] if facts.member_regions else [Reason("not_a_member")]


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


def _rar(facts: OfferFacts) -> Iterator[Reason]:
    content = facts.content
    if RAR_SENTENCE in content.sentence_types and content.counts_as_rar is None:
        yield Reason("rar_unanswered", {}, DESIGN)
    if content.counts_as_rar:
        if RAR_SENTENCE not in content.sentence_types:
            yield Reason("rar_without_sentence")
        if content.rar_days is None:
            yield Reason("rar_days_missing", {}, DESIGN)
        if not content.rar_activity.strip():
            yield Reason("rar_activity_missing", {}, DESIGN)


def _approach(facts: OfferFacts) -> Iterator[Reason]:
    for name in ("unmet_needs", "proportionate", "motivation", "links_onward"):
        if not getattr(facts.content, name).strip():
            yield Reason(f"{name}_missing", {}, DESIGN)


def _delivery(facts: OfferFacts) -> Iterator[Reason]:
    content = facts.content
    groups = content.mode in (DeliveryMode.GROUP, DeliveryMode.BOTH)
    if content.mode is None:
        yield Reason("mode_missing")
    if content.mode is DeliveryMode.ONE_TO_ONE and content.individual_sessions is None:
        yield Reason("individual_sessions_missing")
    if content.session_minutes is None:
        yield Reason("session_minutes_missing")
    if content.remote is None:
        yield Reason("remote_missing")
    if content.remote is RemoteDelivery.ONLY and GATE_STAGE in content.stages:
        yield Reason("remote_at_the_gate")
    if not groups:
        return
    if content.group_sessions is None or content.sessions_a_week is None:
        yield Reason("group_sessions_missing")
    if content.intake is None:
        yield Reason("intake_missing")
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


def _languages(facts: OfferFacts) -> Iterator[Reason]:
    if not facts.content.languages:
        yield Reason("languages_missing")


def _volunteers(facts: OfferFacts) -> Iterator[Reason]:
    content = facts.content
    if content.volunteers is None or content.mentoring is None:
        yield Reason("volunteers_unanswered")
    if content.volunteers or content.mentoring:
        if content.volunteer_number is None:
            yield Reason("volunteer_number_missing")
        if not content.volunteer_support.strip():
            yield Reason("volunteer_support_missing")


def _evidence(facts: OfferFacts) -> Iterator[Reason]:
    rows = facts.content.evidence
    if not rows:
        yield Reason("evidence_missing", {}, DESIGN)
    for number, row in enumerate(rows, start=1):
        named = {"number": number}
        mark = row.kind is EvidenceKind.QUALITY_MARK
        if row.kind is None or not row.title.strip() or not row.shows.strip():
            yield Reason("evidence_unfinished", named)
        if mark and (not row.mark or row.expires_on is None):
            yield Reason("mark_unfinished", named)
        if mark and row.expires_on is not None and row.expires_on < facts.today:
            yield Reason("mark_expired", named | {"day": row.expires_on})


def _customisation(facts: OfferFacts) -> Iterator[Reason]:
    content = facts.content
    for complexity, level in content.levels.items():
        if not level.customisation.strip():
            yield Reason("complexity_not_customised", {"complexity": str(complexity)}, DESIGN)
    silent = [
        code
        for code in sorted(content.cohorts - facts.plain_cohorts)
        if not content.cohort_customisation.get(code, "").strip()
    ]
    if silent:
        yield Reason("cohorts_not_customised", {"cohorts": silent, "count": len(silent)}, DESIGN)
    sexes = {facts.cohort_sex.get(code) for code in content.cohorts}
    mixed = {Sex.FEMALE, Sex.MALE} <= sexes and content.mode in (DeliveryMode.GROUP, DeliveryMode.BOTH)
    if mixed and not content.customisation.strip():
        yield Reason("groups_of_women_and_men_unexplained")


def _pre_release(facts: OfferFacts) -> Iterator[Reason]:
    content = facts.content
    if PRE_RELEASE_STAGE in content.stages:
        if content.weeks_before_release is None:
            yield Reason("weeks_before_release_missing", {}, DESIGN)
        if content.reaches_in is None or (content.reaches_in and content.reach_in_visits is None):
            yield Reason("reach_in_unanswered", {}, DESIGN)
        if not content.pre_release_support.strip():
            yield Reason("pre_release_support_missing", {}, DESIGN)
        if not content.beside_prison_services.strip():
            yield Reason("beside_prison_services_missing", {}, DESIGN)
    if GATE_STAGE in content.stages and not content.meets_at_gate:
        yield Reason("gate_stage_without_meeting", {}, DESIGN)
    if MOVE_ON_STAGE in content.stages and not content.move_on_support.strip():
        yield Reason("move_on_support_missing", {}, DESIGN)


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
    Section.RAR: _rar,
    Section.APPROACH: _approach,
    Section.LANGUAGES: _languages,
    Section.VOLUNTEERS: _volunteers,
    Section.EVIDENCE: _evidence,
}
_LEVEL_CHECKS = {
    Section.METHODS: _methods,
    Section.ITEMS: _items,
    Section.OUTCOMES: _outcomes,
}
