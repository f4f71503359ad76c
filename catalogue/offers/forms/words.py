"""The words of offers: states, sections, fields, and each reason that the rules may give."""

from catalogue.offers.types import (
    AssuranceState,
    DeliveryMode,
    ItemResponse,
    OfferState,
    Section,
    SectionKey,
    SectionStatus,
)
from catalogue.reference.types import Complexity, Phase
from core.reasons import Reason

STATE_WORDS = {
    OfferState.DRAFT: "Not submitted",
    OfferState.SUBMITTED: "Submitted",
    OfferState.RETURNED: "Returned, not submitted",
    OfferState.PUBLISHED: "Published",
    OfferState.SUSPENDED: "Suspended",
    OfferState.SUPERSEDED: "Replaced by a later version",
    OfferState.WITHDRAWN: "Withdrawn",
}
STATE_COLOURS = {
    OfferState.DRAFT: "yellow",
    OfferState.SUBMITTED: "blue",
    OfferState.RETURNED: "orange",
    OfferState.PUBLISHED: "green",
    OfferState.SUSPENDED: "red",
    OfferState.SUPERSEDED: "grey",
    OfferState.WITHDRAWN: "grey",
}
ASSURANCE_WORDS = {
    AssuranceState.CONFIRMED: ("Confirmed", "green"),
    AssuranceState.DUE: ("Confirm soon", "yellow"),
    AssuranceState.STALE: ("Not confirmed", "orange"),
    AssuranceState.HIDDEN: ("Hidden: not confirmed", "red"),
}
STATUS_WORDS = {
    SectionStatus.NOT_STARTED: ("Not started", "blue"),
    SectionStatus.INCOMPLETE: ("Incomplete", "teal"),
    SectionStatus.COMPLETE: ("Completed", ""),
    SectionStatus.OPTIONAL: ("Optional", "grey"),
}
COMPLEXITY_WORDS = {Complexity.LOW: "Low", Complexity.MEDIUM: "Medium", Complexity.HIGH: "High"}
PHASE_WORDS = {
    Phase.ASSESS_AND_PLAN: "Assess and plan",
    Phase.IMPLEMENT: "Implement",
    Phase.REVIEW_AND_EVALUATE: "Review and evaluate",
}
RESPONSE_WORDS = {
    ItemResponse.MET: "Met",
    ItemResponse.ANOTHER_WAY: "Met another way",
    ItemResponse.NOT_OFFERED: "Not offered",
}
RESPONSE_COLOURS = {
    ItemResponse.MET: "green",
    ItemResponse.ANOTHER_WAY: "blue",
    ItemResponse.NOT_OFFERED: "grey",
}
MODE_WORDS = {
    DeliveryMode.ONE_TO_ONE: "One to one",
    DeliveryMode.GROUP: "In groups",
    DeliveryMode.BOTH: "One to one and in groups",
}
SECTION_WORDS = {
    Section.TITLE: "Name and summary",
    Section.COMPLEXITIES: "Complexities offered",
    Section.ITEMS: "How the specification is met",
    Section.OUTCOMES: "Outputs and outcomes",
    Section.PRICE: "Price and places a year",
    Section.PLACES: "Places served",
    Section.COHORTS: "Who it is for",
    Section.STAGES: "Stages and sentence types",
    Section.DELIVERY: "How it is delivered",
    Section.CUSTOMISATION: "Fitting the service to people",
    Section.PRE_RELEASE: "Support before release",
}
FIELD_WORDS = {
    "title": "Name of the service",
    "summary": "Summary",
    "complexities": "Complexities",
    "levels": "Complexities offered",
    "answers": "How the item is met",
    "response": "Answer",
    "explanation": "How or why",
    "outputs": "Outputs",
    "outcomes": "Minimum outcomes",
    "outcomes_text": "How outcomes are shown",
    "unit_price": "Price of a place",
    "places_a_year": "Places a year",
    "places": "Places served",
    "cohorts": "Groups of people",
    "women_only": "For women only",
    "stages": "Stages",
    "sentence_types": "Sentence types",
    "sentence_type_reason": "Why a sentence type is left out",
    "mode": "One to one or in groups",
    "group_minimum": "Smallest group",
    "group_optimum": "Best size of a group",
    "group_maximum": "Largest group",
    "remote_only": "Remote only",
    "customisation": "Fitting the service to people",
    "pre_release_support": "Support before release",
}

_REASONS = {
    "title_missing": "Give the service a name",
    "summary_missing": "Say in the summary what the service does",
    "no_complexity": "Choose at least one complexity",
    "complexity_not_available": "{complexity} complexity is not available in this need area. {why}",
    "complexity_not_offered": "{complexity} complexity is no longer part of this offer",
    "items_unanswered": "{complexity} complexity: answer every item; {count} of {of} have no answer yet",
    "items_unexplained": (
        "{complexity} complexity: say how or why wherever an item is met another way or not offered; "
        "{count} still need it"
    ),
    "nothing_of_the_level_offered": (
        "{complexity} complexity: every item is “not offered”. Offer some of them, or take the complexity out"
    ),
    "outputs_missing": "{complexity} complexity: say what you will deliver",
    "outcome_missing": "{complexity} complexity: choose at least one minimum outcome",
    "price_missing": "{complexity} complexity: enter the price of a place",
    "capacity_missing": "{complexity} complexity: enter how many places a year there are",
    "places_missing": "Choose where the service is given",
    "cohorts_missing": "Choose whom the service is for",
    "women_only_with_men": "A service for women only cannot also be for men: change one or the other",
    "women_only_without_women": "A service for women only must have women among the people it is for",
    "stages_missing": "Choose at least one stage",
    "sentence_types_missing": "Choose at least one sentence type",
    "sentence_types_unexplained": "Say why a sentence type is left out, or choose all of them",
    "pre_release_stage_without_sentence": (
        "The service works before release, but the sentence type “before release” is left out"
    ),
    "mode_missing": "Choose one to one, groups or both",
    "remote_at_the_gate": "A service that is remote only cannot meet people at the gate",
    "group_sizes_missing": "Enter the smallest, the best and the largest size of a group",
    "group_too_small": "The smallest group must have at least {least} people",
    "group_sizes_out_of_order": (
        "The sizes must rise: the smallest group, then the best size, then the largest"
    ),
    "group_larger_than_places": "The largest group ({group}) is more than the places a year ({places})",
    "groups_of_women_and_men_unexplained": (
        "Women and men are both served and there are groups: say whether groups are mixed, and how women "
        "are kept safe"
    ),
    "pre_release_support_missing": "Say what you do before release, since that is one of the stages",
    "not_editable": "This version cannot be changed any more: it is {state}",
    "not_from_this_state": "That cannot be done now: the version is {state}",
    "changed_meanwhile": "Someone in your organisation changed this while you had it open",
    "version_open": "There is already a version being written or waiting for a decision",
    "nothing_standing": "There is no published version to start from",
    "return_reasons_missing": "Say what the supplier must change",
    "suspension_reason_missing": "Say why the offer is suspended",
    "not_published": "Only a published version can be confirmed; this one is {state}",
    "not_yours": "This offer belongs to another organisation",
    "unknown_code": "There is no “{code}” in the reference data",
    "unknown_item": "There is no item “{code}” at this complexity",
}


def reason_words(reason: Reason) -> str:
    """One sentence for a reason."""
    params = dict(reason.params)
    if "complexity" in params:
        params["complexity"] = COMPLEXITY_WORDS[Complexity(params["complexity"])]
    if "state" in params:
        params["state"] = STATE_WORDS[OfferState(params["state"])].lower()
    return _REASONS[reason.code].format(**params)


def section_words(key: SectionKey) -> str:
    """What a section is called, with its complexity where it has one."""
    words = SECTION_WORDS[key.section]
    return (
        words if key.complexity is None else f"{words}: {COMPLEXITY_WORDS[key.complexity].lower()} complexity"
    )
