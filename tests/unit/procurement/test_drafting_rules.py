"""What keeps a call-off from being published, and the timetable computed for it."""

# ruff: noqa: DTZ001 — hypothesis takes its bounds without a zone

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.calloffs.delegations.types import DelegationFacts
from procurement.calloffs.drafting.rules import (
    earliest_deadline_day,
    first_signing_moment,
    reasons_not_to_approve,
    reasons_not_to_move_deadline,
    reasons_not_to_publish,
    standstill_last_day,
    timetable,
)
from procurement.calloffs.drafting.types import (
    CallOffState,
    CriterionFacts,
    CriterionKind,
    DraftFacts,
    LotFacts,
    Milestone,
    PriceFormula,
    PriceModel,
    StaffTransfer,
    TieBreak,
    TimetableFacts,
)
from procurement.calloffs.drafting.types.joint import PartnerFacts
from procurement.framework.types import CategoryFacts, FrameworkState, Regime, Reservation

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MARKET, DPS = Regime.DYNAMIC_MARKET, Regime.DPS
LOT = LotFacts(
    number=1,
    need_areas=frozenset({"accommodation"}),
    services=frozenset({("accommodation", "low")}),
    places=frozenset({"york"}),
    regions=frozenset({"north"}),
    cohorts=frozenset({"women"}),
    stages=frozenset({"community"}),
    volumes={("accommodation", "low"): 120},
    term_months=24,
    starts_on=date(2026, 10, 1),
    budget=Decimal(240_000),
    eligible_members=3,
)
CRITERIA = (
    CriterionFacts("method", CriterionKind.QUALITY, Decimal("50")),
    CriterionFacts("social", CriterionKind.SOCIAL_VALUE, Decimal("10")),
    CriterionFacts("price", CriterionKind.PRICE, Decimal("40"), questions=0),
)
DRAFT = DraftFacts(
    regime=MARKET,
    state=CallOffState.APPROVED,
    framework_ends_on=date(2030, 1, 1),
    need="People leave prison without an address",
    categories=(CategoryFacts("acc", "accommodation", frozenset({"north"})),),
    available_services=frozenset({("accommodation", "low"), ("accommodation", "high")}),
    deadline=datetime(2026, 6, 11, 11, tzinfo=UTC),
    lots=(LOT,),
    lots_considered="One lot: the area is too small to divide",
    criteria=CRITERIA,
    tie_break=TieBreak.HIGHER_QUALITY,
    drafters=frozenset({1}),
    officers=frozenset({2, 3, 4}),
    evaluators=frozenset({5, 6}),
    approver=7,
    declarations=dict.fromkeys(range(1, 8), False),
    conflicts_assessed=True,
    staff_transfer=StaffTransfer.DOES_NOT_APPLY,
    delegations=(DelegationFacts(7, date(2026, 1, 1)),),
)


def codes(reasons):
    return [reason.code for reason in reasons]


def test_a_whole_draft_is_published():
    assert reasons_not_to_publish(DRAFT, NOW) == []
    assert reasons_not_to_publish(replace(DRAFT, regime=DPS, conflicts_assessed=False), NOW) == []
    assert reasons_not_to_approve(replace(DRAFT, state=CallOffState.DRAFT), NOW, approver=7) == []


def lot(**changes):
    return {"lots": (replace(LOT, **changes),)}


def criteria(*weights):
    return {
        "criteria": tuple(
            replace(criterion, weight=Decimal(weight))
            for criterion, weight in zip(CRITERIA, weights, strict=True)
        )
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"deadline": datetime(2026, 6, 10, 22, 59, tzinfo=UTC)}, "tender_period_too_short"),
        ({"deadline": None}, "no_deadline"),
        (criteria("50", "10", "39.99"), "criteria_do_not_sum"),
        (criteria("50.01", "10", "40"), "criteria_do_not_sum"),
        (criteria("60", "0", "40"), "criterion_without_weight"),
        ({"criteria": (replace(CRITERIA[0], questions=0), *CRITERIA[1:])}, "criterion_without_question"),
        ({"tie_break": None}, "no_tie_break"),
        ({"need": " "}, "no_need"),
        ({"lots_considered": "  "}, "lots_not_considered"),
        ({"lots": ()}, "no_lot"),
        ({"officers": frozenset({2, 3})}, "too_few_officers"),
        ({"evaluators": frozenset({5})}, "too_few_evaluators"),
        ({"approver": None}, "not_approved"),
        ({"approver": 1}, "approver_drafted_it"),
        ({"declarations": dict.fromkeys(range(1, 7), False)}, "conflict_not_declared"),
        ({"declarations": dict.fromkeys(range(1, 8), False) | {5: True}}, "person_in_conflict"),
        ({"conflicts_assessed": False}, "conflicts_not_assessed"),
        ({"state": CallOffState.DRAFT}, "not_from_this_state"),
        ({"state": CallOffState.PUBLISHED}, "not_from_this_state"),
        ({"framework_state": FrameworkState.CEASED}, "framework_ceased"),
        ({"framework_ends_on": date(2026, 6, 10)}, "deadline_after_framework"),
        ({"questions_close_at": datetime(2026, 6, 11, 11, tzinfo=UTC)}, "questions_close_out_of_order"),
        ({"price_formula": PriceFormula.OPTIMAL_PRICE}, "no_optimal_price"),
        (
            {"price_model": PriceModel.FIXED_PRICE}
            | {"lots": (replace(LOT, fixed_prices={("accommodation", "low"): Decimal(900)}),)},
            "price_model_and_formula_differ",
        ),
        ({"payment_days": 31}, "payment_too_late"),
        ({"staff_transfer": None}, "staff_transfer_not_said"),
        ({"staff_transfer": StaffTransfer.APPLIES}, "staff_transfer_not_described"),
        ({"tender_days": 11}, "tender_period_too_short"),
        ({"partners": (PartnerFacts(2, "Other", Decimal(40), True),)}, "lead_without_share"),
        (
            {"partners": (PartnerFacts(2, "Other", Decimal(40), True),), "lead_share": Decimal(59)},
            "shares_do_not_sum",
        ),
        (
            {"partners": (PartnerFacts(2, "Other", Decimal(40)),), "lead_share": Decimal(60)},
            "partner_has_not_approved",
        ),
        (lot(ranges={("accommodation", "low"): (121, None)}), "range_without_volume"),
        (lot(ranges={("accommodation", "low"): (None, 119)}), "range_without_volume"),
        (lot(mobilisation_weeks=30), "mobilisation_does_not_fit"),
        (
            lot(reserved_for=Reservation.PUBLIC_MUTUAL, extensions=4, extension_months=12),
            "reserved_term_too_long",
        ),
        ({"price_formula": PriceFormula.PRICE_PER_QUALITY_POINT}, "price_weighted_without_formula"),
        (lot(places=frozenset()), "lot_without_place"),
        (lot(cohorts=frozenset()), "lot_without_cohort"),
        (lot(stages=frozenset()), "lot_without_stage"),
        (lot(term_months=0), "lot_without_term"),
        (lot(budget=None), "lot_without_budget"),
        (lot(starts_on=None), "lot_without_start"),
        (lot(starts_on=date(2026, 6, 11)), "starts_before_bids_close"),
        (lot(volumes={}), "no_volume"),
        (lot(regions=frozenset({"south"})), "no_category_for_lot"),
        (lot(eligible_members=1), "few_eligible_members"),
        (
            lot(
                services=frozenset({("accommodation", "medium")}),
                volumes={("accommodation", "medium"): 1},
            ),
            "complexity_not_available",
        ),
    ],
)
def test_each_defect_is_the_one_reason_given(changes, code):
    assert codes(reasons_not_to_publish(replace(DRAFT, **changes), NOW)) == [code]


def test_few_members_pass_with_a_reason():
    few = replace(LOT, eligible_members=1, few_members_reason="Only one member works in the county")
    assert reasons_not_to_publish(replace(DRAFT, lots=(few,)), NOW) == []


def test_a_fixed_price_lot_competes_on_quality_alone():
    fixed = replace(
        DRAFT,
        price_model=PriceModel.FIXED_PRICE,
        price_formula=PriceFormula.QUALITY_ONLY,
        lots=(replace(LOT, fixed_prices={("accommodation", "low"): Decimal(900)}),),
        criteria=(
            replace(CRITERIA[0], weight=Decimal(90)),
            CRITERIA[1],
        ),
    )
    assert reasons_not_to_publish(fixed, NOW) == []


def test_the_drafter_cannot_approve_and_an_unknown_approver_declares_first():
    draft = replace(DRAFT, state=CallOffState.DRAFT, approver=None)
    assert codes(reasons_not_to_approve(draft, NOW, approver=1)) == ["approver_drafted_it", "no_delegation"]
    assert codes(reasons_not_to_approve(draft, NOW, approver=99)) == [
        "conflict_not_declared",
        "no_delegation",
    ]


@pytest.mark.parametrize("regime", list(Regime))
def test_the_tender_period_names_the_provision_of_its_regime(regime):
    short = replace(DRAFT, regime=regime, deadline=NOW + timedelta(days=5))
    (reason,) = reasons_not_to_publish(short, NOW)
    assert reason.source == {MARKET: "PA 2023 s.54", DPS: "PCR 2015 reg 34(11)"}[regime]
    assert reason.params["earliest_day"] == date(2026, 6, 11)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_ten_whole_days_lie_between_invitation_and_deadline(invited):
    earliest = earliest_deadline_day(invited)
    midnight = datetime(earliest.year, earliest.month, earliest.day, tzinfo=UTC)
    assert midnight - invited > timedelta(days=9)


@given(st.lists(st.decimals(0, 100, places=2), min_size=3, max_size=3))
def test_weights_pass_exactly_when_they_are_a_hundred(weights):
    found = codes(reasons_not_to_publish(replace(DRAFT, **criteria(*weights)), NOW))
    assert ("criteria_do_not_sum" in found) == (sum(weights) != 100)


def test_a_deadline_moves_later_for_everyone_with_a_reason_while_it_is_open():
    old = datetime(2026, 6, 11, 11, tzinfo=UTC)
    later = old + timedelta(days=2)

    def why(new=later, state=CallOffState.PUBLISHED, now=NOW, reason="The portal was down"):
        return codes(reasons_not_to_move_deadline(state, MARKET, old, new, now, reason))

    assert why() == []
    assert why(state=CallOffState.PAUSED, now=old + timedelta(hours=1)) == []
    assert why(new=old) == ["deadline_not_later"]
    assert why(reason=" ") == ["extension_without_reason"]
    assert why(now=old) == ["not_open"]
    assert why(state=CallOffState.QUALITY_OPENED) == ["not_open"]
    assert why(state=CallOffState.PAUSED, now=later) == ["deadline_in_past"]


TIMES = TimetableFacts(
    regime=MARKET,
    invited_at=datetime(2025, 11, 3, 9, tzinfo=UTC),
    questions_close_at=datetime(2025, 11, 10, 12, tzinfo=UTC),
    deadline=datetime(2025, 11, 17, 12, tzinfo=UTC),
    standstill=True,
    starts_on=date(2026, 4, 1),
)


def by_milestone(facts):
    return {event.milestone: event for event in timetable(facts)}


def test_the_standstill_of_a_published_notice_is_the_published_check_value():
    happened = {Milestone.AWARD_NOTICE_DUE: datetime(2025, 12, 22, 10, tzinfo=UTC)}
    events = by_milestone(replace(TIMES, happened=happened))
    assert events[Milestone.AWARD_NOTICE_DUE].done
    assert events[Milestone.STANDSTILL_ENDS].on == date(2026, 1, 6)
    assert events[Milestone.STANDSTILL_ENDS].at == datetime(2026, 1, 7, tzinfo=UTC)
    assert events[Milestone.CONTRACT_FROM].on == date(2026, 1, 7)


@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize("standstill", [True, False])
def test_every_milestone_follows_the_one_before(regime, standstill):
    events = list(timetable(replace(TIMES, regime=regime, standstill=standstill)))
    days = [event.on for event in events]
    assert None not in days
    before_the_end = [e for e in events if e.milestone is not Milestone.SERVICE_STARTS]
    assert [e.on for e in before_the_end] == sorted(e.on for e in before_the_end)
    named = [event.milestone for event in events]
    assert len(named) == len(set(named))
    assert (Milestone.STANDSTILL_ENDS in named) == standstill
    notice, contract = named.index(Milestone.AWARD_NOTICE_DUE), named.index(Milestone.CONTRACT_FROM)
    assert (notice < contract) == (regime is MARKET)


def test_beyond_the_bank_holidays_days_are_open_and_nothing_breaks():
    far = replace(
        TIMES,
        invited_at=datetime(2028, 12, 1, tzinfo=UTC),
        questions_close_at=None,
        deadline=datetime(2028, 12, 28, 12, tzinfo=UTC),
    )
    events = by_milestone(far)
    assert events[Milestone.BIDS_CLOSE].on == date(2028, 12, 28)
    assert events[Milestone.QUALITY_OPENS].on == date(2028, 12, 29)
    assert events[Milestone.SCORES_DUE].on is None
    assert events[Milestone.CONTRACT_FROM].on is None


@pytest.mark.parametrize(
    ("regime", "started", "last"),
    [
        (MARKET, date(2025, 7, 30), date(2025, 8, 11)),
        (MARKET, date(2025, 4, 15), date(2025, 4, 28)),
        (DPS, date(2026, 6, 1), date(2026, 6, 11)),
        (DPS, date(2026, 6, 3), date(2026, 6, 15)),  # the tenth day is a Saturday
    ],
)
def test_signing_waits_until_the_last_standstill_day_is_over(regime, started, last):
    assert standstill_last_day(regime, started) == last
    assert first_signing_moment(regime, started) == datetime(last.year, last.month, last.day, 23, tzinfo=UTC)
