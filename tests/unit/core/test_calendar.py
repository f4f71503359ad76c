"""Working days of both regimes against published check values, and the clock changes."""

# ruff: noqa: DTZ001 — wall-clock times without a zone are what is tested

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import (
    AmbiguousTime,
    BeyondCalendar,
    NoSuchTime,
    WorkingDays,
    add_working_days,
    end_of_day,
    from_london,
    is_working_day,
    london_date,
    to_london,
    working_days_between,
)


@pytest.mark.parametrize(
    ("notice", "last"),
    [
        ("2025-12-22", "2026-01-06"),
        ("2025-07-30", "2025-08-11"),
        ("2025-03-13", "2025-03-25"),
        ("2025-04-15", "2025-04-28"),
    ],
)
def test_last_standstill_day_counts_the_notice_day_and_the_whole_kingdom(notice, last):
    assert add_working_days(date.fromisoformat(notice), 8, "pa2023") == date.fromisoformat(last)


def test_dps_decision_counts_from_the_next_day_in_england_and_wales():
    assert add_working_days(date(2025, 12, 22), 10, "pcr2015") == date(2026, 1, 8)


@pytest.mark.parametrize("regime", list(WorkingDays))
def test_good_friday_and_christmas_day_are_never_working_days(regime):
    good_fridays = [date(2024, 3, 29), date(2025, 4, 18), date(2026, 4, 3), date(2027, 3, 26)]
    christmas = [date(year, 12, 25) for year in range(2012, 2029)]
    assert not any(is_working_day(day, regime) for day in good_fridays + christmas)


def test_a_scottish_holiday_counts_in_one_regime_only():
    assert not is_working_day(date(2026, 1, 2), "pa2023")
    assert is_working_day(date(2026, 1, 2), "pcr2015")


@pytest.mark.parametrize("regime", list(WorkingDays))
@pytest.mark.parametrize("start", [date(2028, 12, 29), date(2029, 1, 2), date(2011, 12, 1)])
def test_refuses_to_compute_where_no_holidays_are_known(regime, start):
    with pytest.raises(BeyondCalendar):
        add_working_days(start, 3, regime)


def test_a_period_of_no_days_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        add_working_days(date(2026, 1, 5), 0, "pa2023")


@given(
    st.dates(date(2012, 1, 1), date(2028, 6, 1)),
    st.integers(1, 40),
    st.sampled_from(list(WorkingDays)),
)
def test_the_end_is_a_working_day_and_holds_exactly_that_many(start, days, regime):
    end = add_working_days(start, days, regime)
    assert is_working_day(end, regime)
    assert working_days_between(start, end, regime) == days
    assert working_days_between(start, end - timedelta(days=1), regime) == days - 1


def test_the_hour_skipped_in_march_is_refused():
    with pytest.raises(NoSuchTime):
        from_london(datetime(2026, 3, 29, 1, 30))
    assert from_london(datetime(2026, 3, 29, 2, 0)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert from_london(datetime(2026, 3, 29, 0, 59)) == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)


def test_the_hour_repeated_in_october_asks_which_one():
    wall = datetime(2026, 10, 25, 1, 30)
    with pytest.raises(AmbiguousTime):
        from_london(wall)
    assert from_london(wall, fold=0) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert from_london(wall, fold=1) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))
def test_every_moment_survives_the_way_to_london_and_back(naive):
    moment = naive.replace(tzinfo=UTC)
    wall = to_london(moment)
    assert from_london(wall.replace(tzinfo=None, fold=0), fold=wall.fold) == moment


def test_the_day_ends_at_londons_midnight():
    assert end_of_day(date(2026, 7, 1)) == datetime(2026, 7, 1, 23, 0, tzinfo=UTC)
    assert end_of_day(date(2026, 12, 1)) == datetime(2026, 12, 2, 0, 0, tzinfo=UTC)
    assert london_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)


def test_times_without_and_with_zones_are_not_mixed_up():
    with pytest.raises(ValueError, match="no time zone"):
        from_london(datetime(2026, 7, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="has a time zone"):
        to_london(datetime(2026, 7, 1))
