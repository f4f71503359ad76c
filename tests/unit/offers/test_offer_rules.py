"""What keeps an offer from being submitted, its states, how versions differ, the bits it is found by."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from catalogue.offers.forms.reasons import _REASONS, _WHY, reason_words
from catalogue.offers.rules.completeness import (
    reasons_by_section,
    reasons_not_to_submit,
    statuses,
    warnings,
)
from catalogue.offers.rules.content import (
    fingerprint,
    level_is_empty,
    section_facts,
    section_keys,
    started,
)
from catalogue.offers.rules.finding import (
    EMPTY_WORDS,
    MOST_TERMS,
    PlaceBit,
    has_bit,
    mask,
    normalised_places,
    place_masks,
    search_terms,
    unknown_places,
)
from catalogue.offers.rules.states import (
    EDITABLE,
    OFFER_STEPS,
    OPEN,
    STANDING,
    reasons_not_to_edit,
    reasons_not_to_start_version,
)
from catalogue.offers.types import (
    DeliveryMode,
    Evidence,
    EvidenceKind,
    Intake,
    ItemAnswer,
    ItemResponse,
    LevelContent,
    Method,
    OfferContent,
    OfferEvent,
    OfferFacts,
    OfferState,
    OutcomeTarget,
    Output,
    OutputUnit,
    RemoteDelivery,
    Section,
    SectionKey,
    SectionStatus,
    SpecifiedLevel,
)
from catalogue.reference.rules.places import ancestors, covered_leaves, place_tree
from catalogue.reference.rules.reading import read_reference
from catalogue.reference.types import Availability, Complexity, Phase, PlaceKind
from core.reasons import Refused
from core.states import events_from, step
from tests.unit.offers.places import DAY, TREE

LOW, MEDIUM, HIGH = Complexity.LOW, Complexity.MEDIUM, Complexity.HIGH
RAR = "rehabilitation-activity-requirement"
SENTENCES = frozenset({"community-order", "pre-release", "licence", RAR})
SEXES = {"women": "female", "men": "male", "veterans": None, "young-adults": None}
DAY_OF_SUBMISSION = date(2026, 9, 1)
MET = ItemAnswer(ItemResponse.MET)
SPECIFICATION = {
    LOW: SpecifiedLevel(Availability.AVAILABLE, ("A", "B", "C")),
    MEDIUM: SpecifiedLevel(Availability.NOT_PUBLISHED, reason="No items are published."),
    HIGH: SpecifiedLevel(Availability.NOT_AVAILABLE, reason="Go elsewhere."),
}
METHOD = Method("We sit down together.", 6, 12, 3)
OUTPUT = Output("Meetings", 6, OutputUnit.SESSIONS, 12)
LEVEL = LevelContent(
    methods=dict.fromkeys(Phase, METHOD),
    output_rows=(OUTPUT,),
    outcomes={"O1": OutcomeTarget("Counted after twelve weeks", 60)},
    customisation="More visits.",
    unit_price=Decimal("950.00"),
    places_a_year=40,
    answers={"A": MET, "B": ItemAnswer(ItemResponse.ANOTHER_WAY, "By post."), "C": MET},
)
MARK = Evidence(
    EvidenceKind.QUALITY_MARK,
    mark="matrix",
    title="matrix Standard",
    expires_on=DAY_OF_SUBMISSION,
    shows="Sound advice.",
)
CONTENT = OfferContent(
    title="Example help",
    summary="Helps.",
    levels={LOW: LEVEL},
    places=frozenset({"pfa:kent"}),
    cohorts=frozenset({"men"}),
    stages=frozenset({"community"}),
    sentence_types=SENTENCES,
    mode=DeliveryMode.ONE_TO_ONE,
    individual_sessions=6,
    session_minutes=60,
    remote=RemoteDelivery.NONE,
    counts_as_rar=False,
    unmet_needs="A room.",
    proportionate="More for more risk.",
    motivation="One worker.",
    links_onward="The council.",
    languages=frozenset({"en"}),
    volunteers=False,
    mentoring=False,
    evidence=(MARK,),
)
GROUPS = {
    "mode": DeliveryMode.GROUP,
    "group_minimum": 4,
    "group_optimum": 8,
    "group_maximum": 12,
    "group_sessions": 10,
    "sessions_a_week": 2,
    "intake": Intake.ROLLING,
}
BEFORE_RELEASE = {
    "stages": frozenset({"pre-release"}),
    "weeks_before_release": 12,
    "reaches_in": True,
    "reach_in_visits": 2,
    "pre_release_support": "We visit.",
    "beside_prison_services": "We ask first.",
}
ACTIVITY = {"counts_as_rar": True, "rar_days": 6, "rar_activity": "Looking for a room."}


PLACES = {
    "pfa:kent": ("Kent", "region:K"),
    "pfa:cleveland": ("Cleveland", "region:A"),
    "region:A": ("North East", "region:A"),
    "nation:ew": ("England and Wales", ""),
}


def facts(content=CONTENT):
    return OfferFacts(
        content,
        SPECIFICATION,
        SENTENCES,
        SEXES,
        plain_cohorts=frozenset({"men"}),
        places=PLACES,
        member_regions=frozenset({"region:K"}),
        today=DAY_OF_SUBMISSION,
    )


def codes(**changes):
    return [reason.code for reason in reasons_not_to_submit(facts(replace(CONTENT, **changes)))]


def level_codes(**changes):
    return codes(levels={LOW: replace(LEVEL, **changes)})


def test_a_whole_offer_may_be_submitted():
    assert codes() == []
    assert set(statuses(facts()).values()) == {SectionStatus.COMPLETE, SectionStatus.OPTIONAL}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": " "}, ["title_missing"]),
        ({"summary": ""}, ["summary_missing"]),
        ({"levels": {}}, ["no_complexity"]),
        ({"places": frozenset()}, ["places_missing"]),
        ({"cohorts": frozenset()}, ["cohorts_missing"]),
        (
            {
                "cohorts": frozenset({"women", "men"}),
                "women_only": True,
                "cohort_customisation": {"women": "x"},
            },
            ["women_only_with_men"],
        ),
        (
            {
                "cohorts": frozenset({"veterans"}),
                "women_only": True,
                "cohort_customisation": {"veterans": "x"},
            },
            ["women_only_without_women"],
        ),
        ({"cohorts": frozenset({"women"})}, ["cohorts_not_customised"]),
        ({"cohorts": frozenset({"women"}), "cohort_customisation": {"women": "A woman worker."}}, []),
        (
            {"cohorts": frozenset({"veterans"}), "cohort_customisation": {"women": "x"}},
            ["cohorts_not_customised"],
        ),
        ({"stages": frozenset()}, ["stages_missing"]),
        ({"sentence_types": frozenset()}, ["sentence_types_missing"]),
        ({"sentence_types": SENTENCES - {"licence"}}, ["sentence_types_unexplained"]),
        ({"sentence_types": SENTENCES - {"licence"}, "sentence_type_reason": "Court work."}, []),
        (BEFORE_RELEASE, []),
        (BEFORE_RELEASE | {"weeks_before_release": None}, ["weeks_before_release_missing"]),
        (BEFORE_RELEASE | {"reaches_in": None}, ["reach_in_unanswered"]),
        (BEFORE_RELEASE | {"reach_in_visits": None}, ["reach_in_unanswered"]),
        (BEFORE_RELEASE | {"reaches_in": False, "reach_in_visits": None}, []),
        (BEFORE_RELEASE | {"pre_release_support": ""}, ["pre_release_support_missing"]),
        (BEFORE_RELEASE | {"beside_prison_services": " "}, ["beside_prison_services_missing"]),
        (
            BEFORE_RELEASE | {"sentence_types": SENTENCES - {"pre-release"}, "sentence_type_reason": "Why."},
            ["pre_release_stage_without_sentence"],
        ),
        ({"stages": frozenset({"at-the-gate"})}, ["gate_stage_without_meeting"]),
        ({"stages": frozenset({"at-the-gate"}), "meets_at_gate": False}, ["gate_stage_without_meeting"]),
        ({"stages": frozenset({"at-the-gate"}), "meets_at_gate": True}, []),
        ({"stages": frozenset({"move-on"})}, ["move_on_support_missing"]),
        ({"stages": frozenset({"move-on"}), "move_on_support": "We help."}, []),
        ({"counts_as_rar": None}, ["rar_unanswered"]),
        (ACTIVITY, []),
        (ACTIVITY | {"rar_days": None}, ["rar_days_missing"]),
        (ACTIVITY | {"rar_activity": ""}, ["rar_activity_missing"]),
        (
            ACTIVITY | {"sentence_types": SENTENCES - {RAR}, "sentence_type_reason": "Why."},
            ["rar_without_sentence"],
        ),
        (
            {"counts_as_rar": None, "sentence_types": SENTENCES - {RAR}, "sentence_type_reason": "Why."},
            [],
        ),
        *(({name: " "}, [f"{name}_missing"]) for name in ("unmet_needs", "proportionate", "motivation")),
        ({"links_onward": ""}, ["links_onward_missing"]),
        ({"mode": None}, ["mode_missing"]),
        ({"individual_sessions": None}, ["individual_sessions_missing"]),
        ({"session_minutes": None}, ["session_minutes_missing"]),
        ({"remote": None}, ["remote_missing"]),
        (
            {"remote": RemoteDelivery.ONLY, "stages": frozenset({"at-the-gate"}), "meets_at_gate": True},
            ["remote_at_the_gate"],
        ),
        (GROUPS, []),
        (GROUPS | {"individual_sessions": None}, []),
        (GROUPS | {"group_sessions": None}, ["group_sessions_missing"]),
        (GROUPS | {"sessions_a_week": None}, ["group_sessions_missing"]),
        (GROUPS | {"intake": None}, ["intake_missing"]),
        (GROUPS | {"group_optimum": None}, ["group_sizes_missing"]),
        (GROUPS | {"mode": DeliveryMode.BOTH, "group_maximum": 40}, []),
        (GROUPS | {"group_maximum": 41}, ["group_larger_than_places"]),
        (GROUPS | {"group_minimum": 1}, ["group_too_small"]),
        (GROUPS | {"group_optimum": 13}, ["group_sizes_out_of_order"]),
        (
            GROUPS | {"cohorts": frozenset({"women", "men"}), "cohort_customisation": {"women": "x"}},
            ["groups_of_women_and_men_unexplained"],
        ),
        (
            GROUPS
            | {
                "cohorts": frozenset({"women", "men"}),
                "cohort_customisation": {"women": "x"},
                "customisation": "Women and men meet on different days.",
            },
            [],
        ),
        ({"languages": frozenset()}, ["languages_missing"]),
        ({"mentoring": None}, ["volunteers_unanswered"]),
        ({"volunteers": True}, ["volunteer_number_missing", "volunteer_support_missing"]),
        ({"mentoring": True, "volunteer_number": 3, "volunteer_support": "Every month."}, []),
        ({"evidence": ()}, ["evidence_missing"]),
        ({"evidence": (replace(MARK, shows=""),)}, ["evidence_unfinished"]),
        ({"evidence": (replace(MARK, kind=None),)}, ["evidence_unfinished"]),
        ({"evidence": (replace(MARK, mark=""),)}, ["mark_unfinished"]),
        ({"evidence": (replace(MARK, expires_on=None),)}, ["mark_unfinished"]),
        ({"evidence": (replace(MARK, expires_on=date(2026, 8, 31)),)}, ["mark_expired"]),
        ({"evidence": (Evidence(EvidenceKind.OTHER, title="Our records", shows="Six in ten."),)}, []),
        ({"places": frozenset({"pfa:cleveland"})}, ["places_outside_membership"]),
        ({"places": frozenset({"pfa:kent", "region:A"})}, ["places_outside_membership"]),
        ({"places": frozenset({"nation:ew"})}, ["places_outside_membership"]),
    ],
)
def test_each_thing_that_is_missing_or_at_odds_is_named(changes, expected):
    assert codes(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"methods": {}}, ["methods_missing", "method_facts_missing"]),
        ({"methods": dict.fromkeys(Phase, replace(METHOD, words=" "))}, ["methods_missing"]),
        ({"methods": dict.fromkeys(Phase, replace(METHOD, weeks=None))}, ["method_facts_missing"]),
        ({"methods": dict.fromkeys(Phase, Method("Well.")) | {Phase.IMPLEMENT: METHOD}}, []),
        ({"output_rows": ()}, ["outputs_missing"]),
        ({"output_rows": (OUTPUT, replace(OUTPUT, quantity=None))}, ["outputs_unfinished"]),
        ({"output_rows": (replace(OUTPUT, by_week=None),)}, []),
        ({"outcomes": {"O1": OutcomeTarget()}}, ["outcomes_unmeasured"]),
        ({"customisation": ""}, ["complexity_not_customised"]),
        ({"outcomes": {}}, ["outcome_missing"]),
        ({"unit_price": None}, ["price_missing"]),
        ({"places_a_year": None}, ["capacity_missing"]),
        ({"unit_price": Decimal(0)}, []),
        ({"answers": {"A": MET, "B": MET}}, ["items_unanswered"]),
        ({"answers": {"A": MET, "B": MET, "C": ItemAnswer(None, "Later.")}}, ["items_unanswered"]),
        (
            {"answers": {"A": MET, "B": MET, "C": ItemAnswer(ItemResponse.NOT_OFFERED)}},
            ["items_unexplained"],
        ),
        (
            {"answers": dict.fromkeys("ABC", ItemAnswer(ItemResponse.NOT_OFFERED, "We do not."))},
            ["nothing_of_the_level_offered"],
        ),
        # An answer to an item that the specification no longer has neither helps nor hinders.
        ({"answers": {"A": MET, "B": MET, "C": MET, "OLD": ItemAnswer(None)}}, []),
    ],
)
def test_each_thing_that_a_level_lacks_is_named(changes, expected):
    assert level_codes(**changes) == expected


def test_a_complexity_that_the_specification_does_not_have_is_refused_with_its_reason():
    reasons = reasons_not_to_submit(facts(replace(CONTENT, levels={HIGH: LEVEL})))
    assert [reason.code for reason in reasons] == ["complexity_not_available"]
    assert reasons[0].params == {"complexity": "high", "why": "Go elsewhere."}


def test_who_is_no_member_may_offer_anywhere_and_is_told() -> None:
    nobody = replace(facts(replace(CONTENT, places=frozenset({"nation:ew"}))), member_regions=frozenset())
    assert reasons_not_to_submit(nobody) == []
    assert [reason.code for reason in warnings(nobody)] == ["not_a_member"]
    everywhere = replace(nobody, member_regions=frozenset({"region:A", "region:K"}))
    assert reasons_not_to_submit(everywhere) == warnings(everywhere) == []


def test_every_reason_has_words_and_every_why_a_reason() -> None:
    assert set(_WHY) <= set(_REASONS)
    empty = OfferContent(levels={LOW: LevelContent(), MEDIUM: LevelContent(), HIGH: LevelContent()})
    for reason in reasons_not_to_submit(facts(empty)):
        assert reason_words(reason)


def test_a_level_without_published_items_is_complete_without_answers():
    content = replace(CONTENT, levels={MEDIUM: replace(LEVEL, answers={})})
    assert reasons_not_to_submit(facts(content)) == []
    assert statuses(facts(content))[SectionKey(Section.ITEMS, MEDIUM)] is SectionStatus.COMPLETE


def test_an_empty_offer_has_nothing_started():
    empty = OfferContent(sentence_types=SENTENCES)
    found = statuses(facts(empty))
    assert found.pop(SectionKey(Section.CAPACITY)) is SectionStatus.OPTIONAL
    assert found.pop(SectionKey(Section.CUSTOMISATION)) is SectionStatus.OPTIONAL
    assert found.pop(SectionKey(Section.PRE_RELEASE)) is SectionStatus.OPTIONAL
    assert found.pop(SectionKey(Section.LANGUAGES)) is SectionStatus.NOT_STARTED
    assert set(found.values()) == {SectionStatus.NOT_STARTED}


texts = st.sampled_from(["", " ", "Words."])
sizes = st.none() | st.integers(0, 60)
methods = st.builds(Method, texts, sizes, sizes)
outputs = st.builds(Output, texts, st.none() | st.integers(1, 9), st.sampled_from([None, *OutputUnit]))
answers = st.builds(ItemAnswer, st.sampled_from([None, *ItemResponse]), texts)
targets = st.builds(OutcomeTarget, texts, st.none() | st.integers(0, 100))
levels = st.builds(
    LevelContent,
    methods=st.dictionaries(st.sampled_from(list(Phase)), methods),
    output_rows=st.lists(outputs, max_size=2).map(tuple),
    outputs=texts,
    outcomes_text=texts,
    outcomes=st.dictionaries(st.sampled_from(["O1", "O2"]), targets),
    unit_price=st.none() | st.decimals(0, 5000, places=2),
    places_a_year=st.none() | st.integers(1, 500),
    answers=st.dictionaries(st.sampled_from(["A", "B", "C", "OLD"]), answers),
)
contents = st.builds(
    OfferContent,
    title=texts,
    summary=texts,
    levels=st.dictionaries(st.sampled_from(list(Complexity)), levels),
    places=st.frozensets(st.sampled_from(["region:A", "pfa:kent"])),
    cohorts=st.frozensets(st.sampled_from(sorted(SEXES))),
    women_only=st.booleans(),
    stages=st.frozensets(st.sampled_from(["pre-release", "at-the-gate", "community"])),
    sentence_types=st.frozensets(st.sampled_from(sorted(SENTENCES))),
    sentence_type_reason=texts,
    mode=st.sampled_from([None, *DeliveryMode]),
    group_minimum=sizes,
    group_optimum=sizes,
    group_maximum=sizes,
    remote=st.sampled_from([None, *RemoteDelivery]),
    customisation=texts,
    pre_release_support=texts,
    counts_as_rar=st.none() | st.booleans(),
    volunteers=st.none() | st.booleans(),
    evidence=st.lists(st.just(MARK) | st.builds(Evidence, title=texts), max_size=2).map(tuple),
    cohort_customisation=st.dictionaries(st.sampled_from(sorted(SEXES)), texts),
)


@given(contents)
def test_every_reason_stands_under_a_section_and_no_incomplete_section_is_called_complete(content):
    by_section = reasons_by_section(facts(content))
    assert tuple(by_section) == section_keys(content)
    assert [reason for found in by_section.values() for reason in found] == reasons_not_to_submit(
        facts(content)
    )
    for key, status in statuses(facts(content)).items():
        assert bool(by_section[key]) == (status in (SectionStatus.INCOMPLETE, SectionStatus.NOT_STARTED))
        if status is SectionStatus.NOT_STARTED:
            assert not started(content, key)


@given(contents)
def test_a_submittable_offer_has_all_that_the_catalogue_and_the_gap_analysis_need(content):
    if reasons_not_to_submit(facts(content)):
        return
    assert content.title.strip()
    assert content.summary.strip()
    assert content.levels
    assert HIGH not in content.levels
    assert content.places
    assert content.cohorts
    assert content.stages
    assert content.evidence
    for complexity, level in content.levels.items():
        assert level.output_rows
        assert all(level.methods[phase].words.strip() for phase in Phase)
        assert level.unit_price is not None
        assert level.places_a_year
        assert level.outcomes
        for code in SPECIFICATION[complexity].items:
            answer = level.answers[code]
            assert answer.response is ItemResponse.MET or answer.explanation.strip()


@given(contents)
def test_a_copy_keeps_its_fingerprints(content):
    copy = replace(content, levels=dict(reversed(content.levels.items())))
    for key in section_keys(content):
        assert fingerprint(content, key) == fingerprint(copy, key)


@given(contents, contents)
def test_a_fingerprint_changes_exactly_where_a_fact_of_the_section_does(before, after):
    for key in section_keys(after):
        if key.complexity is None or key.complexity in before.levels:
            same = section_facts(before, key) == section_facts(after, key)
            assert same == (fingerprint(before, key) == fingerprint(after, key))


def test_a_level_is_empty_until_something_is_written_in_one_of_its_sections():
    content = replace(CONTENT, levels={LOW: LevelContent(), MEDIUM: LevelContent(places_a_year=3)})
    assert level_is_empty(content, LOW)
    assert not level_is_empty(content, MEDIUM)


# The design's own words, restated so that a slip in the table shows.
STEPS = """
    draft submit submitted
    draft withdraw withdrawn
    submitted return returned
    submitted publish published
    returned submit submitted
    returned withdraw withdrawn
    published supersede superseded
    published suspend suspended
    published withdraw withdrawn
    suspended supersede superseded
    suspended reinstate published
    suspended withdraw withdrawn
"""


def test_every_pair_leads_where_the_design_says_or_is_refused():
    expected = {}
    for line in STEPS.strip().splitlines():
        state, event, following = line.split()
        expected[OfferState(state), OfferEvent(event)] = OfferState(following)
    for state in OfferState:
        for event in OfferEvent:
            if (state, event) in expected:
                assert step(OFFER_STEPS, state, event) is expected[state, event]
            else:
                with pytest.raises(Refused):
                    step(OFFER_STEPS, state, event)
                assert event not in events_from(OFFER_STEPS, state)


def test_what_is_editable_is_open_and_never_stands():
    assert EDITABLE < OPEN
    assert not OPEN & STANDING
    assert [state for state in OfferState if not reasons_not_to_edit(state)] == ["draft", "returned"]


class OfferOfVersions(RuleBasedStateMachine):
    """Any sequence of permitted steps over the versions of one offer."""

    def __init__(self):
        super().__init__()
        self.versions = [OfferState.DRAFT]
        self.texts = ["first"]
        self.published_texts = {}

    def held(self, states):
        return [number for number, state in enumerate(self.versions) if state in states]

    def take(self, number, event):
        self.versions[number] = step(OFFER_STEPS, self.versions[number], event)

    @precondition(lambda self: self.held(EDITABLE))
    @rule(text=st.text(max_size=3))
    def edit(self, text):
        (number,) = self.held(EDITABLE)
        self.texts[number] = text

    @precondition(lambda self: self.held(STANDING | {OfferState.SUPERSEDED}))
    @rule()
    def what_was_published_cannot_be_edited(self):
        for number in self.held(STANDING | {OfferState.SUPERSEDED}):
            assert reasons_not_to_edit(self.versions[number])

    @precondition(lambda self: self.held(OPEN))
    @rule(event=st.sampled_from([OfferEvent.SUBMIT, OfferEvent.RETURN, OfferEvent.WITHDRAW]))
    def move_the_open_version(self, event):
        (number,) = self.held(OPEN)
        if event in events_from(OFFER_STEPS, self.versions[number]):
            self.take(number, event)

    @precondition(lambda self: self.held({OfferState.SUBMITTED}))
    @rule()
    def publish(self):
        (number,) = self.held({OfferState.SUBMITTED})
        for standing in self.held(STANDING):
            self.take(standing, OfferEvent.SUPERSEDE)
        self.take(number, OfferEvent.PUBLISH)
        self.published_texts[number] = self.texts[number]

    @precondition(lambda self: self.held(STANDING))
    @rule(event=st.sampled_from([OfferEvent.SUSPEND, OfferEvent.REINSTATE, OfferEvent.WITHDRAW]))
    def move_the_standing_version(self, event):
        (number,) = self.held(STANDING)
        if event in events_from(OFFER_STEPS, self.versions[number]):
            self.take(number, event)

    @rule()
    def start_a_version(self):
        if not reasons_not_to_start_version(self.versions):
            (standing,) = self.held(STANDING)
            self.versions.append(OfferState.DRAFT)
            self.texts.append(self.texts[standing])

    @invariant()
    def at_most_one_stands_and_one_is_open(self):
        assert len(self.held(STANDING)) <= 1
        assert len(self.held(OPEN)) <= 1

    @invariant()
    def what_was_published_never_changes(self):
        for number, text in self.published_texts.items():
            assert self.texts[number] == text


TestOfferOfVersions = OfferOfVersions.TestCase


@given(st.frozensets(st.integers(0, 62)))
def test_a_mask_has_exactly_its_bits(positions):
    assert {n for n in range(63) if has_bit(mask(positions), n)} == positions


@given(st.sets(st.sampled_from(sorted(TREE.by_code)), max_size=6))
def test_normalised_places_cover_the_same_and_none_lies_in_another(chosen):
    kept = normalised_places(TREE, chosen)
    assert covered_leaves(TREE, kept, DAY) == covered_leaves(TREE, chosen, DAY)
    for code in kept:
        assert not {above.code for above in ancestors(TREE, code)} & set(kept)


BITS = {code: number for number, code in enumerate(TREE.by_code)}
POSITIONS = {
    code: [place.code for place in TREE.by_code.values() if place.kind is TREE.by_code[code].kind].index(code)
    for code in TREE.by_code
}


def bit(code):
    above = {place.kind: BITS[place.code] for place in ancestors(TREE, code)}
    return PlaceBit(
        BITS[code],
        TREE.by_code[code].kind,
        POSITIONS[code],
        above.get(PlaceKind.REGION),
        above.get(PlaceKind.POLICE_FORCE_AREA),
    )


WIDER = [
    bit(code)
    for code, place in TREE.by_code.items()
    if place.kind in (PlaceKind.REGION, PlaceKind.POLICE_FORCE_AREA)
]


@given(st.sets(st.sampled_from(sorted(TREE.by_code)), max_size=5))
def test_place_masks_hold_every_area_that_shares_ground_with_what_was_chosen(chosen):
    regions, areas = place_masks([bit(code) for code in chosen], WIDER)
    served = set(covered_leaves(TREE, chosen, DAY))
    for code, place in TREE.by_code.items():
        if place.kind is PlaceKind.REGION:
            assert has_bit(regions, POSITIONS[code]) == bool(served & set(covered_leaves(TREE, [code], DAY)))
        if place.kind is PlaceKind.POLICE_FORCE_AREA:
            assert has_bit(areas, POSITIONS[code]) == bool(served & set(covered_leaves(TREE, [code], DAY)))


def test_unknown_and_ended_places_cannot_be_chosen_anew():
    assert unknown_places(TREE, ["region:north", "pfa:nowhere"], DAY) == ["pfa:nowhere"]
    assert unknown_places(TREE, ["pdu:old"], DAY) == ["pdu:old"]
    assert unknown_places(TREE, ["pdu:old"], DAY, kept={"pdu:old"}) == []


@given(st.text())
def test_search_terms_are_few_plain_words(text):
    terms = search_terms(text)
    assert len(terms) <= MOST_TERMS
    assert all(term.isalnum() and term not in EMPTY_WORDS for term in terms)


def test_search_terms_of_a_question():
    assert search_terms('Help with "DEBT" & debts, in Kent?') == ("help", "debt", "debts", "kent")


def test_the_masks_have_room_for_the_real_reference_data():
    data = read_reference()
    tree = place_tree(data.places)
    kinds = [place.kind for place in tree.by_code.values()]
    assert kinds.count(PlaceKind.POLICE_FORCE_AREA) < 63
    assert kinds.count(PlaceKind.REGION) < 31
    assert max(cohort.position for cohort in data.cohorts) < 63
