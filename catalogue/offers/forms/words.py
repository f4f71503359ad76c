"""The words of offers: states, sections, fields, and each reason that the rules may give."""

from collections.abc import Mapping
from typing import Any

from catalogue.offers.types import (
    AssuranceState,
    DeliveryMode,
    EvidenceKind,
    Feature,
    Intake,
    ItemResponse,
    OfferState,
    OutputUnit,
    OwnSort,
    RemoteDelivery,
    ReviewKind,
    ReviewSort,
    Section,
    SectionKey,
    SectionStatus,
    Step,
    StepKey,
)
from catalogue.reference.types import Complexity, Phase

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
OWN_SORT_WORDS = {
    OwnSort.URGENT: "What needs you first",
    OwnSort.TITLE: "By name",
    OwnSort.NEWEST: "Newest version first",
}
REVIEW_SORT_WORDS = {
    ReviewSort.WAIT: "Longest wait first",
    ReviewSort.TITLE: "By name",
    ReviewSort.SUPPLIER: "By supplier",
}
REVIEW_KIND_WORDS = {
    ReviewKind.FIRST: "New offers",
    ReviewKind.NEW_VERSION: "New versions",
    ReviewKind.AGAIN: "Returned before",
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
REMOTE_WORDS = {
    RemoteDelivery.NONE: "None of it",
    RemoteDelivery.PART: "Part of it",
    RemoteDelivery.ONLY: "All of it",
}
INTAKE_WORDS = {
    Intake.FIXED: "Everyone begins together",
    Intake.ROLLING: "People join as places come free",
}
UNIT_WORDS = {
    OutputUnit.SESSIONS: "sessions",
    OutputUnit.HOURS: "hours",
    OutputUnit.CONTACTS: "contacts",
    OutputUnit.PLANS: "plans",
    OutputUnit.REVIEWS: "reviews",
    OutputUnit.REPORTS: "reports",
    OutputUnit.REFERRALS: "referrals",
    OutputUnit.OTHER: "other",
}
EVIDENCE_WORDS = {
    EvidenceKind.STUDY: "Study",
    EvidenceKind.EVALUATION: "Evaluation of this service",
    EvidenceKind.QUALITY_MARK: "Quality mark",
    EvidenceKind.OTHER: "Other, such as our own records",
}
FEATURE_WORDS = {
    Feature.REACH_IN: "Visits in prison before release",
    Feature.MEET_AT_GATE: "Meets people at the gate",
    Feature.RAR: "Counts as rehabilitation activity",
    Feature.VOLUNTEERS: "Works with volunteers",
    Feature.MENTORING: "Offers mentors",
    Feature.INTERPRETERS: "Arranges interpreters",
}
FACET_WORDS: Mapping[str, tuple[str, Mapping[Any, str]]] = {
    "mode": ("How it is given", MODE_WORDS),
    "remote": ("Given remotely", REMOTE_WORDS),
    "feature": ("What it includes", FEATURE_WORDS),
    "language": ("Language", {}),
    "mark": ("Quality mark that holds", {}),
}
"""What a facet is called, and its choices where they are not rows of reference data."""
SECTION_WORDS = {
    Section.TITLE: "Name and summary",
    Section.COMPLEXITIES: "Complexities offered",
    Section.PLACES: "Places served",
    Section.METHODS: "Method, phase by phase",
    Section.ITEMS: "How the specification is met",
    Section.OUTCOMES: "Outputs and outcomes",
    Section.PRICE: "Price and places a year",
    Section.CAPACITY: "All places, and how prices rise",
    Section.COHORTS: "Who it is for",
    Section.CUSTOMISATION: "Fitting the service to people",
    Section.STAGES: "Stages and sentence types",
    Section.PRE_RELEASE: "Around release and move-on",
    Section.RAR: "Rehabilitation activity requirement",
    Section.APPROACH: "Why this service works",
    Section.DELIVERY: "How it is delivered",
    Section.LANGUAGES: "Languages",
    Section.VOLUNTEERS: "Volunteers and mentors",
    Section.EVIDENCE: "Evidence",
}
FIELD_WORDS = {
    "title": "Name of the service",
    "summary": "Summary",
    "complexities": "Complexities",
    "levels": "Complexities",
    "answers": "Answers to the specification",
    "methods": "Method",
    "output_rows": "Outputs",
    "outputs": "More on outputs",
    "outcomes": "Minimum outcomes",
    "outcomes_text": "How outcomes are shown",
    "unit_price": "Price of a place",
    "places_a_year": "Places a year",
    "places_together": "Places a year, all complexities together",
    "pool": "Shared pool of places",
    "bands": "Price by volume",
    "places_from": "From places a year",
    "band_reason": "Why a larger volume costs more",
    "indexation": "How prices rise",
    "indexation_percent": "Rise a year",
    "indexation_from": "First rise on",
    "places": "Places served",
    "cohorts": "Groups of people",
    "women_only": "For women only",
    "cohort_customisation": "How it differs for a group",
    "customisation": "Fitting the service to people",
    "stages": "Stages",
    "sentence_types": "Sentence types",
    "sentence_type_reason": "Why a sentence type is left out",
    "weeks_before_release": "Weeks before release",
    "reaches_in": "Visits in prison",
    "reach_in_visits": "Number of visits in prison",
    "meets_at_gate": "Meets people at the gate",
    "pre_release_support": "Support before release",
    "beside_prison_services": "Beside what the prison provides",
    "move_on_support": "Support on move-on from approved premises",
    "counts_as_rar": "Counts as rehabilitation activity",
    "rar_days": "Rehabilitation activity days",
    "rar_activity": "Rehabilitation activity",
    "unmet_needs": "Needs that programmes and treatment do not meet",
    "proportionate": "Effort in proportion to risk",
    "motivation": "A relationship that motivates",
    "links_onward": "Links to other agencies",
    "mode": "One to one or in groups",
    "group_minimum": "Smallest group",
    "group_optimum": "Best size of a group",
    "group_maximum": "Largest group",
    "group_sessions": "Sessions in the group",
    "individual_sessions": "Sessions one to one",
    "session_minutes": "Minutes a session",
    "sessions_a_week": "Sessions a week",
    "intake": "Intake",
    "remote": "Given remotely",
    "languages": "Languages",
    "interpreters": "Interpreters",
    "volunteers": "Volunteers",
    "mentoring": "Mentors",
    "volunteer_number": "Number of volunteers and mentors",
    "volunteer_support": "How they are trained and supervised",
    "evidence": "Evidence",
    # Of rows.
    "response": "Answer",
    "explanation": "How, or why not",
    "words": "How",
    "sessions": "Sessions",
    "weeks": "Weeks",
    "contacts": "Contacts between sessions",
    "what": "What",
    "quantity": "How many",
    "unit": "Counted in",
    "by_week": "By week",
    "measure": "How it is measured",
    "target_percent": "Percentage who reach it",
    "kind": "Kind",
    "mark": "Quality mark",
    "year": "Year",
    "expires_on": "Holds until",
    "reference": "Where to find it",
    "shows": "What it shows",
}

STEP_WORDS = {
    Step.SERVICE: "The service, its complexities and places",
    Step.METHOD: "Method, specification and outcomes",
    Step.PRICES: "Prices and places a year",
    Step.PEOPLE: "Who it is for, and when",
    Step.DELIVERY: "How it is delivered",
    Step.EVIDENCE: "Why it works",
}


def step_words(key: StepKey) -> str:
    """What a step is called, with its complexity where there is one page for each."""
    words = STEP_WORDS[key.step]
    return (
        words if key.complexity is None else f"{words}: {COMPLEXITY_WORDS[key.complexity].lower()} complexity"
    )


def section_words(key: SectionKey) -> str:
    """What a section is called, with its complexity where it has one."""
    words = SECTION_WORDS[key.section]
    return (
        words if key.complexity is None else f"{words}: {COMPLEXITY_WORDS[key.complexity].lower()} complexity"
    )
