"""Who is admitted, by when that is decided, who is invited and why not, what conditions are forbidden."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import is_working_day
from procurement.framework.rules import (
    DPS_LAST_DAY,
    categories_for,
    category_for,
    decision_clock,
    floor_point,
    in_band,
    invitation_decision,
    last_day,
    lint_conditions,
    lint_words,
    reasons_against_decision,
    reasons_against_floor,
    reasons_lot_outside_framework,
    reasons_not_open,
    reasons_not_to_admit,
    reasons_not_to_refuse,
    reasons_not_to_submit,
)
from procurement.framework.types import (
    ApplicationFacts,
    ApplicationState,
    AssessmentFacts,
    AssessmentOutcome,
    CategoryFacts,
    ConditionFacts,
    FrameworkFacts,
    FrameworkState,
    LotNeed,
    MembershipFacts,
    MemberState,
    Regime,
    SupplierFacts,
)

TODAY = date(2026, 6, 1)
NORTH, SOUTH = "north", "south"
SMALL = CategoryFacts("acc-small", "accommodation", frozenset({NORTH, SOUTH}), Decimal(0), Decimal(100_000))
LARGE = CategoryFacts("acc-large", "accommodation", frozenset({NORTH, SOUTH}), Decimal(100_000), None)
MONEY = CategoryFacts("fin", "finance", frozenset({NORTH}))
FRAMEWORK = FrameworkFacts(
    Regime.DYNAMIC_MARKET, FrameworkState.PUBLISHED, date(2030, 1, 1), (SMALL, LARGE, MONEY)
)
LOT = LotNeed(frozenset({"accommodation"}), frozenset({NORTH}), Decimal(50_000))


def member(*held, pending=()):
    return SupplierFacts(
        tuple(MembershipFacts(category, region, state) for category, region, state in held),
        frozenset(pending),
    )


def why(lot, supplier, framework=FRAMEWORK, today=TODAY):
    decision = invitation_decision(lot, supplier, framework, today)
    assert decision.invited == (not decision.reasons)
    return [reason.code for reason in decision.reasons]


ACTIVE, SUSPENDED, REMOVED = MemberState.ACTIVE, MemberState.SUSPENDED, MemberState.REMOVED


@pytest.mark.parametrize(
    ("supplier", "codes"),
    [
        (member(("acc-small", NORTH, ACTIVE)), []),
        (member(), ["not_member"]),
        (member(("fin", NORTH, ACTIVE)), ["not_member"]),
        (member(("acc-small", SOUTH, ACTIVE)), ["member_other_region"]),
        (member(("acc-large", NORTH, ACTIVE)), ["member_other_band"]),
        (member(("acc-large", SOUTH, ACTIVE)), ["member_other_region"]),
        (member(("acc-small", NORTH, SUSPENDED)), ["suspended"]),
        (member(("acc-small", NORTH, REMOVED)), ["removed"]),
        (member(("acc-small", NORTH, REMOVED), ("acc-small", NORTH, ACTIVE)), []),
        (member(pending=[("acc-small", NORTH)]), ["application_pending"]),
        (member(("acc-small", NORTH, REMOVED), pending=[("acc-small", NORTH)]), ["application_pending"]),
        (member(pending=[("acc-small", SOUTH)]), ["not_member"]),
    ],
)
def test_only_active_membership_of_category_region_and_band_invites(supplier, codes):
    assert why(LOT, supplier) == codes


def test_every_region_the_places_cover_is_needed():
    both = replace(LOT, regions=frozenset({NORTH, SOUTH}))
    assert why(both, member(("acc-small", NORTH, ACTIVE))) == ["member_other_region"]
    assert why(both, member(("acc-small", NORTH, ACTIVE), ("acc-small", SOUTH, ACTIVE))) == []
    assert why(both, member(("acc-small", NORTH, ACTIVE), ("acc-small", SOUTH, SUSPENDED))) == ["suspended"]


def test_a_lot_names_one_category_or_says_that_all_are_needed():
    two = replace(LOT, need_areas=frozenset({"accommodation", "finance"}))
    holder = member(("acc-small", NORTH, ACTIVE), ("fin", NORTH, ACTIVE))
    assert why(two, holder) == ["lot_names_several_categories"]
    together = replace(two, holds_all=True)
    assert why(together, holder) == []
    assert why(together, member(("acc-small", NORTH, ACTIVE))) == ["not_member"]


def test_a_consortium_holds_all_those_named_where_the_lot_says_so():
    one = replace(LOT, need_areas=frozenset({"accommodation", "finance"}), holds_all=True)
    partner = (MembershipFacts("fin", NORTH, ACTIVE),)

    def leading(*held, consortium=partner):
        return replace(member(*held), consortium=consortium)

    assert why(one, leading(("acc-small", NORTH, ACTIVE))) == []
    assert why(one, leading(("acc-small", NORTH, ACTIVE), consortium=())) == ["not_member"]
    elsewhere = (MembershipFacts("fin", SOUTH, ACTIVE), MembershipFacts("fin", NORTH, SUSPENDED))
    assert why(one, leading(("acc-small", NORTH, ACTIVE), consortium=elsewhere)) == ["not_member"]
    both = (*partner, MembershipFacts("acc-small", NORTH, ACTIVE))
    assert why(one, leading(consortium=both)) == ["not_member", "not_member"], "it holds nothing itself"
    for state, code in ((SUSPENDED, "suspended"), (REMOVED, "removed")):
        mixed = leading(("acc-small", NORTH, ACTIVE), ("fin", NORTH, state))
        assert why(one, mixed) == [code], "nobody comes back through a partner"
    single = replace(LOT, need_areas=frozenset({"finance"}))
    assert why(single, leading(("acc-small", NORTH, ACTIVE))) == ["not_member"], "one category: its own"


def test_a_lot_without_a_category_invites_nobody():
    finance_south = LotNeed(frozenset({"finance"}), frozenset({SOUTH}), Decimal(1))
    assert why(finance_south, member(("fin", NORTH, ACTIVE))) == ["no_category_for_lot"]
    assert [
        r.code for r in reasons_lot_outside_framework(replace(LOT, need_areas=frozenset()), FRAMEWORK)
    ] == ["lot_without_need_area"]
    assert why(replace(LOT, regions=frozenset()), member()) == ["lot_without_region"]


def test_nobody_is_invited_after_the_last_day():
    dps = replace(FRAMEWORK, regime=Regime.DPS, ends_on=date(2031, 1, 1))
    supplier = member(("acc-small", NORTH, ACTIVE))
    assert why(LOT, supplier, dps, DPS_LAST_DAY) == []
    assert why(LOT, supplier, dps, date(2029, 2, 24)) == ["framework_expired"]
    assert last_day(dps) == date(2029, 2, 23)
    assert last_day(replace(dps, ends_on=date(2027, 1, 1))) == date(2027, 1, 1)
    assert why(LOT, supplier, FRAMEWORK, date(2030, 1, 2)) == ["framework_expired"]
    assert why(LOT, supplier, replace(FRAMEWORK, state=FrameworkState.CEASED)) == ["framework_ceased"]
    assert reasons_not_open(replace(FRAMEWORK, state=FrameworkState.DRAFT), TODAY)[0].code == (
        "framework_not_published"
    )


@given(st.decimals(0, 10_000_000, places=2))
def test_neighbouring_bands_share_no_value(value):
    assert in_band(SMALL, value) != in_band(LARGE, value)
    assert len(categories_for(FRAMEWORK.categories, "accommodation", NORTH, value)) == 1


def test_the_band_holds_its_lower_end_and_not_its_upper():
    assert category_for(FRAMEWORK.categories, "accommodation", NORTH, Decimal("99999.99")) is SMALL
    assert category_for(FRAMEWORK.categories, "accommodation", NORTH, Decimal(100_000)) is LARGE
    assert category_for(FRAMEWORK.categories, "finance", SOUTH, Decimal(1)) is None


memberships = st.lists(
    st.builds(
        MembershipFacts,
        st.sampled_from(["acc-small", "acc-large", "fin"]),
        st.sampled_from([NORTH, SOUTH]),
        st.sampled_from(list(MemberState)),
    ),
    max_size=8,
).map(tuple)
pending = st.frozensets(
    st.tuples(st.sampled_from(["acc-small", "acc-large", "fin"]), st.sampled_from([NORTH, SOUTH]))
)
suppliers = st.builds(SupplierFacts, memberships, pending)
lots = st.builds(
    LotNeed,
    st.frozensets(st.sampled_from(["accommodation", "finance"]), min_size=1),
    st.frozensets(st.sampled_from([NORTH, SOUTH]), min_size=1),
    st.decimals(0, 300_000, places=2),
    st.just(True),
)


@given(lots, suppliers)
def test_an_invited_supplier_stays_invited_with_more_active_memberships(lot, supplier):
    more = replace(supplier, memberships=(*supplier.memberships, MembershipFacts("acc-small", NORTH, ACTIVE)))
    if invitation_decision(lot, supplier, FRAMEWORK, TODAY).invited:
        assert invitation_decision(lot, more, FRAMEWORK, TODAY).invited


@given(lots, suppliers)
def test_pending_applications_and_suspended_memberships_never_invite(lot, supplier):
    without = replace(
        supplier,
        memberships=tuple(m for m in supplier.memberships if m.state is not ACTIVE),
    )
    assert not invitation_decision(lot, without, FRAMEWORK, TODAY).invited


def test_the_decision_clock_of_each_regime():
    received = datetime(2025, 12, 22, 9, tzinfo=UTC)
    usual = decision_clock(Regime.DPS, received)
    assert (usual.due_on, usual.working_days) == (date(2026, 1, 8), 10)
    longer = decision_clock(Regime.DPS, received, extended=True)
    assert (longer.due_on, longer.working_days, longer.extended) == (date(2026, 1, 15), 15, True)
    own = decision_clock(Regime.DYNAMIC_MARKET, received, target_days=8)
    assert own.due_on == date(2026, 1, 6)


def test_the_clock_counts_from_londons_day():
    just_before_midnight_utc = datetime(2026, 7, 5, 23, 30, tzinfo=UTC)
    assert decision_clock(Regime.DPS, just_before_midnight_utc).due_on == date(2026, 7, 20)


COMPLETE = ApplicationFacts(
    ApplicationState.DRAFT, frozenset({("acc-small", NORTH)}), declaration_signed=True
)


def test_a_complete_application_goes_in_and_an_incomplete_one_says_everything_it_lacks():
    assert reasons_not_to_submit(COMPLETE, FRAMEWORK, TODAY) == []
    bare = ApplicationFacts(ApplicationState.SUBMITTED, frozenset(), ("q1", "q2"))
    assert [r.code for r in reasons_not_to_submit(bare, FRAMEWORK, TODAY)] == [
        "not_from_this_state",
        "no_category_chosen",
        "question_unanswered",
        "question_unanswered",
        "declaration_not_signed",
    ]
    elsewhere = replace(COMPLETE, categories=frozenset({("fin", SOUTH)}))
    assert [r.code for r in reasons_not_to_submit(elsewhere, FRAMEWORK, TODAY)] == [
        "category_not_let_in_region"
    ]


ASSESSED = AssessmentFacts(
    ApplicationState.IN_ASSESSMENT, {"experience": AssessmentOutcome.MET, "insurance": AssessmentOutcome.MET}
)


def codes(reasons):
    return [reason.code for reason in reasons]


def test_admission_needs_every_point_met_and_no_mandatory_ground():
    assert reasons_not_to_admit(ASSESSED, Regime.DPS) == []
    half = replace(ASSESSED, outcomes={"experience": None, "insurance": AssessmentOutcome.NOT_MET})
    assert codes(reasons_not_to_admit(half, Regime.DPS)) == ["point_not_assessed", "condition_not_met"]
    convicted = replace(ASSESSED, mandatory_grounds=frozenset({"fraud"}))
    assert codes(reasons_not_to_admit(convicted, Regime.DYNAMIC_MARKET)) == ["mandatory_exclusion"]
    cleaned = replace(convicted, self_cleaning_accepted=frozenset({"fraud"}))
    assert reasons_not_to_admit(cleaned, Regime.DYNAMIC_MARKET) == []
    conflicted = replace(ASSESSED, conflict_declared=True)
    assert codes(reasons_not_to_admit(conflicted, Regime.DPS)) == ["assessor_in_conflict"]
    done = replace(ASSESSED, state=ApplicationState.ADMITTED)
    assert codes(reasons_not_to_admit(done, Regime.DPS)) == ["not_from_this_state"]


def test_a_refusal_needs_ground_and_a_hearing_where_it_excludes():
    assert codes(reasons_not_to_refuse(ASSESSED, Regime.DPS)) == ["nothing_to_refuse_for"]
    failed = replace(ASSESSED, outcomes={"experience": AssessmentOutcome.NOT_MET})
    assert reasons_not_to_refuse(failed, Regime.DPS) == []
    grounds = replace(ASSESSED, discretionary_grounds=frozenset({"insolvency"}))
    (unheard,) = reasons_not_to_refuse(grounds, Regime.DYNAMIC_MARKET)
    assert (unheard.code, unheard.source) == ("supplier_not_heard", "PA 2023 s.58")
    heard = replace(grounds, representations_invited=True, representations_due_over=True)
    assert reasons_not_to_refuse(heard, Regime.DYNAMIC_MARKET) == []


SOUND_DPS = ConditionFacts(Regime.DPS, established_before_2025_02_24=True, ends_on=DPS_LAST_DAY)
SOUND_MARKET = ConditionFacts(Regime.DYNAMIC_MARKET)


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        (replace(SOUND_DPS, member_cap=20), "members_capped"),
        (replace(SOUND_MARKET, member_cap=20), "members_capped"),
        (replace(SOUND_DPS, admissions_close_on=TODAY), "admissions_close"),
        (replace(SOUND_DPS, first_window_days=29), "first_window_too_short"),
        (replace(SOUND_DPS, joining_fee=Decimal(1)), "fee_to_join"),
        (replace(SOUND_MARKET, joining_fee=Decimal(1)), "fee_to_join"),
        (replace(SOUND_DPS, award_fee_percent=Decimal(1)), "fee_on_award"),
        (
            replace(SOUND_MARKET, award_fee_percent=Decimal(1), award_fee_fixed=False),
            "award_fee_not_fixed",
        ),
        (replace(SOUND_DPS, turnover_multiple=Decimal("2.01")), "turnover_too_high"),
        (replace(SOUND_MARKET, turnover_multiple=Decimal("2.01")), "turnover_too_high"),
        (replace(SOUND_DPS, established_before_2025_02_24=False), "new_dps"),
        (replace(SOUND_DPS, ends_on=date(2029, 2, 24)), "ends_too_late"),
        (replace(SOUND_MARKET, asks_audited_accounts=True), "audited_accounts"),
        (replace(SOUND_MARKET, asks_insurance_before_award=True), "insurance_before_award"),
        (replace(SOUND_MARKET, asks_earlier_award_by=True), "earlier_award_by_authority"),
        (replace(SOUND_MARKET, equivalents_allowed=False), "no_equivalents"),
    ],
)
def test_what_the_regime_forbids_is_found_with_its_provision(conditions, code):
    (reason,) = lint_conditions(conditions)
    assert reason.code == code
    assert reason.source != "house rule"


@pytest.mark.parametrize(
    "conditions",
    [
        SOUND_DPS,
        SOUND_MARKET,
        replace(SOUND_DPS, first_window_days=30, turnover_multiple=Decimal(2)),
        replace(SOUND_MARKET, first_window_days=5, award_fee_percent=Decimal(1)),
    ],
)
def test_what_the_regime_allows_passes(conditions):
    assert lint_conditions(conditions) == []


@pytest.mark.parametrize(
    ("words", "codes_found"),
    [
        ("Send us your audited accounts for two years.", ["audited_accounts"]),
        ("Do you currently hold public liability insurance of £5m?", ["insurance_before_award"]),
        ("Attach a copy of your insurance certificate.", ["insurance_before_award"]),
        ("Will you have insurance in place when a contract is awarded?", []),
        ("Name a previous contract with the Ministry that you delivered.", ["earlier_award_by_authority"]),
        ("Describe a contract of any kind that you delivered before.", []),
        ("You hold ISO 27001.", ["no_equivalents"]),
        ("You hold ISO 27001 or an equivalent.", []),
        ("How do you keep people safe?", []),
    ],
)
def test_words_that_ask_what_the_act_forbids(words, codes_found):
    assert codes(lint_words(Regime.DYNAMIC_MARKET, words)) == codes_found
    assert lint_words(Regime.DPS, words) == []


@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize(
    ("floor", "below", "multiple", "found"),
    [
        (None, None, None, []),
        (Decimal(100), None, Decimal(2), ["floor_without_value"]),
        (Decimal(200), Decimal(100), Decimal(2), []),
        (Decimal("200.01"), Decimal(100), Decimal(2), ["floor_too_high"]),
        (Decimal(150), Decimal(100), Decimal(1), ["floor_beyond_own_rule"]),
        (Decimal(1), Decimal(100), Decimal(0), ["floor_beyond_own_rule"]),
    ],
)
def test_a_least_income_is_bounded_by_the_value_of_lots(regime, floor, below, multiple, found):
    assert codes(reasons_against_floor(regime, floor, value_below=below, own_multiple=multiple)) == found


@given(
    st.sampled_from(list(Regime)),
    st.decimals(1, 10_000_000, places=2),
    st.decimals(1, 5_000_000, places=2),
    st.decimals(0, 3, places=1),
)
def test_no_least_income_above_twice_the_value_is_ever_let_through(regime, floor, below, multiple):
    if not reasons_against_floor(regime, floor, value_below=below, own_multiple=multiple):
        assert floor <= 2 * below


outcomes = st.sampled_from([*AssessmentOutcome, None])
points = st.dictionaries(st.sampled_from(["a", "b", "acc", "fin"]), outcomes, max_size=4)
assessments = st.builds(
    AssessmentFacts,
    state=st.sampled_from([ApplicationState.IN_ASSESSMENT, ApplicationState.REPRESENTATIONS]),
    outcomes=points,
    asked_by=st.just({"acc": frozenset({"ACC"}), "fin": frozenset({"FIN"})}),
    mandatory_grounds=st.frozensets(st.just("m")),
    discretionary_grounds=st.frozensets(st.just("d")),
    self_cleaning_accepted=st.frozensets(st.sampled_from(["m", "d"])),
    representations_invited=st.booleans(),
    representations_due_over=st.booleans(),
)
CHOICES = [("ACC", "north"), ("ACC", "south"), ("FIN", "north")]
refused = st.dictionaries(st.sampled_from(CHOICES), st.sampled_from(["", "  ", "Because."]))


@given(st.sampled_from(list(Regime)), assessments, refused)
def test_a_decision_that_is_let_through_is_whole_in_both_regimes(regime, assessment, refusals):
    if reasons_against_decision(assessment, regime, chosen=CHOICES, refusals=refusals):
        return
    assert None not in assessment.outcomes.values()
    assert all(why.strip() for why in refusals.values())
    grounds = assessment.mandatory_grounds | assessment.discretionary_grounds
    grounds -= assessment.self_cleaning_accepted
    for category, region in CHOICES:
        own = {"a", "b", category.lower()}
        failed = any(assessment.outcomes.get(point) is AssessmentOutcome.NOT_MET for point in own)
        if (category, region) in refusals:
            assert failed or grounds
            assert not grounds or (assessment.representations_invited and assessment.representations_due_over)
        else:
            assert not failed
            assert not assessment.mandatory_grounds - assessment.self_cleaning_accepted


@given(st.sampled_from(list(Regime)), assessments)
def test_whatever_is_found_some_decision_is_possible_once_all_is_judged_and_heard(regime, assessment):
    judged = replace(
        assessment,
        outcomes={code: found or AssessmentOutcome.MET for code, found in assessment.outcomes.items()},
        representations_invited=True,
        representations_due_over=True,
    )
    refusals = {
        (category, region): "Because."
        for category, region in CHOICES
        if reasons_not_to_admit(judged, regime, category)
    }
    assert reasons_against_decision(judged, regime, chosen=CHOICES, refusals=refusals) == []


moments = st.dates(date(2013, 1, 1), date(2028, 6, 1)).map(
    lambda day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
)


@given(moments, st.integers(1, 15))
def test_no_clock_ends_sooner_with_a_reason_or_on_a_day_off(received, target):
    usual, longer = decision_clock(Regime.DPS, received), decision_clock(Regime.DPS, received, extended=True)
    own = decision_clock(Regime.DYNAMIC_MARKET, received, target_days=target)
    assert received.date() <= usual.due_on < longer.due_on
    assert is_working_day(usual.due_on, "pcr2015")
    assert is_working_day(own.due_on, "pa2023")


FLOOR = CategoryFacts("FIN", "finance", frozenset(), Decimal(0), Decimal(1000), Decimal(900))


@pytest.mark.parametrize(
    ("together", "own", "members", "found"),
    [
        (False, Decimal(900), [], AssessmentOutcome.MET),
        (False, Decimal(899), [Decimal(5000)], AssessmentOutcome.NOT_MET),
        (True, Decimal(500), [Decimal(300), Decimal(100)], AssessmentOutcome.MET),
        (True, Decimal(500), [Decimal("399.99")], AssessmentOutcome.NOT_MET),
        (True, None, [Decimal(900)], AssessmentOutcome.MET),
        (True, None, [], AssessmentOutcome.NOT_MET),
    ],
)
def test_members_reach_a_least_income_together_only_where_the_category_says_so(together, own, members, found):
    point = floor_point(replace(FLOOR, floor_by_group=together), own, members)
    assert point is not None
    assert (point.outcome, point.by_rule) == (found, found)
