"""How far back grounds for exclusion reach, in both regimes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.framework.rules.exclusion import (
    EVENT_TABLES,
    GROUNDS,
    GroundEvent,
    codes_of,
    counts_until,
    events_of,
    ground_outcome,
    standing_grounds,
    standing_of,
)
from procurement.framework.services import standard_questions
from procurement.framework.types import AssessmentOutcome, ExclusionKind, Regime

DPS, ACT = Regime.DPS, Regime.DYNAMIC_MARKET


@pytest.mark.parametrize(
    ("ground", "regime", "last"),
    [
        ("fraud-theft", DPS, date(2026, 3, 10)),
        ("fraud-theft", ACT, date(2026, 3, 10)),
        ("insolvency", DPS, date(2024, 3, 10)),
        ("insolvency", ACT, date(2024, 3, 10)),
        ("competition", ACT, date(2024, 3, 10)),
        ("professional-misconduct", ACT, date(2024, 3, 10)),
        ("breach-of-contract", ACT, date(2024, 3, 10)),
        ("labour-law", DPS, date(2024, 3, 10)),
        ("labour-law", ACT, date(2026, 3, 10)),
        ("national-security", ACT, date(2026, 3, 10)),
        ("national-security", DPS, None),
        ("cartel", DPS, None),
        ("unpaid-tax", ACT, None),
    ],
)
def test_each_ground_reaches_back_as_its_regime_says(ground: str, regime: Regime, last: date | None) -> None:
    assert counts_until(ground, date(2021, 3, 10), regime) == last


def test_an_event_counts_through_its_last_day_and_not_after() -> None:
    event = GroundEvent("insolvency", date(2023, 5, 2))
    on_the_day = standing_of(event, ACT, date(2026, 5, 2))
    assert (on_the_day.counts, on_the_day.until, on_the_day.source) == (
        True,
        date(2026, 5, 2),
        "PA 2023 Sch 7",
    )
    assert not standing_of(event, ACT, date(2026, 5, 3)).counts
    assert not standing_of(GroundEvent("cartel", date(2026, 1, 1)), DPS, date(2026, 1, 2)).counts


def test_a_leap_days_period_ends_in_february() -> None:
    assert counts_until("insolvency", date(2024, 2, 29), DPS) == date(2027, 2, 28)
    assert counts_until("fraud-theft", date(2024, 2, 29), DPS) == date(2029, 2, 28)


def test_grounds_stand_while_one_event_of_theirs_counts() -> None:
    events = [
        GroundEvent("fraud-theft", date(2015, 1, 1)),
        GroundEvent("fraud-theft", date(2024, 1, 1)),
        GroundEvent("bribery", date(2015, 1, 1)),
        GroundEvent("labour-law", date(2022, 1, 1)),
    ]
    assert standing_grounds(events, ACT, date(2026, 1, 1)) == ({"fraud-theft"}, {"labour-law"})
    assert standing_grounds(events, DPS, date(2026, 1, 1)) == ({"fraud-theft"}, set())


days = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@given(st.sampled_from(sorted(GROUNDS)), days, st.sampled_from(list(Regime)), st.integers(0, 5000))
def test_what_counts_no_longer_never_counts_again(
    ground: str, happened: date, regime: Regime, later: int
) -> None:
    event = GroundEvent(ground, happened)
    until = counts_until(ground, happened, regime)
    for today in (happened, happened + timedelta(days=later)):
        assert standing_of(event, regime, today).counts == (until is not None and today <= until)


@given(st.sampled_from(codes_of(ExclusionKind.DISCRETIONARY)), days)
def test_an_existing_system_never_reaches_further_back_than_the_act(ground: str, happened: date) -> None:
    old, new = counts_until(ground, happened, DPS), counts_until(ground, happened, ACT)
    if old is not None and new is not None:
        assert old <= new


@pytest.mark.parametrize("kind", list(ExclusionKind))
def test_the_questions_offer_exactly_these_grounds(kind: ExclusionKind) -> None:
    table = next(
        entry.question for entry in standard_questions() if entry.question.code == EVENT_TABLES[kind]
    )
    (column,) = [column for column in table.columns if column.code == "ground"]
    assert [choice.value for choice in column.choices] == list(codes_of(kind))


def test_an_answer_stands_while_one_of_its_events_counts() -> None:
    not_met, met = AssessmentOutcome.NOT_MET, AssessmentOutcome.MET
    old, new = GroundEvent("fraud-theft", date(2015, 1, 1)), GroundEvent("fraud-theft", date(2025, 1, 1))
    today = date(2026, 1, 1)
    assert ground_outcome(not_met, [old], ACT, today) is met
    assert ground_outcome(not_met, [old, new], ACT, today) is not_met
    assert ground_outcome(not_met, [], ACT, today) is not_met
    assert ground_outcome(met, [new], ACT, today) is met


def test_rows_that_cannot_be_read_are_no_events() -> None:
    rows = [
        {"ground": "tax", "date": "2024-02-30"},
        {"ground": "gossip", "date": "2024-02-03"},
        {"ground": "tax", "date": "2024-02-03", "who": "We", "what": "Late."},
    ]
    assert events_of(rows) == [GroundEvent("tax", date(2024, 2, 3), "We", "Late.")]


def test_every_ground_is_one_in_some_regime_and_mandatory_ones_reach_five_years() -> None:
    for code, ground in GROUNDS.items():
        assert code == ground.code
        assert ground.reach
        assert all(reach.source for reach in ground.reach.values())
        if ground.kind is ExclusionKind.MANDATORY:
            assert {reach.years for reach in ground.reach.values()} == {5}
