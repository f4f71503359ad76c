"""How long a confirmation counts: each day on which something falls due, and the days on either side."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.offers.rules.assurance import (
    assurance_events,
    assurance_state,
    due_event,
    first_asked,
    months_later,
    stale_on,
    whole_months,
)
from catalogue.offers.types import Assurance, AssuranceEvent, AssuranceState, AssuranceTerms

TERMS = AssuranceTerms()
REMIND, NOTICE, HIDE = AssuranceEvent
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
terms = st.builds(
    AssuranceTerms,
    stale_after_months=st.integers(1, 36),
    reminder_days_before=st.integers(0, 60),
    hidden_days_after_notice=st.integers(1, 60),
)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 6, 1), 12, date(2027, 6, 1)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then


@pytest.mark.parametrize(
    ("since", "today", "months"),
    [
        (date(2026, 6, 1), date(2026, 6, 1), 0),
        (date(2026, 6, 1), date(2026, 6, 30), 0),
        (date(2026, 6, 1), date(2026, 7, 1), 1),
        (date(2026, 6, 15), date(2027, 8, 14), 13),
        (date(2026, 6, 15), date(2027, 8, 15), 14),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 6, 2), date(2026, 6, 1), 0),
    ],
)
def test_months_are_counted_when_they_are_over(since: date, today: date, months: int) -> None:
    assert whole_months(since, today) == months


@given(days, st.integers(0, 400))
def test_counting_months_undoes_adding_them(day: date, months: int) -> None:
    assert whole_months(day, months_later(day, months)) == months


@pytest.mark.parametrize(
    ("today", "state", "due"),
    [
        (date(2026, 6, 1), AssuranceState.CONFIRMED, None),
        (date(2027, 5, 1), AssuranceState.CONFIRMED, None),
        (date(2027, 5, 2), AssuranceState.DUE, REMIND),
        (date(2027, 5, 31), AssuranceState.DUE, REMIND),
        (date(2027, 6, 1), AssuranceState.STALE, NOTICE),
        (date(2028, 6, 1), AssuranceState.STALE, NOTICE),
    ],
)
def test_what_is_due_on_the_days_around_each_date(
    today: date, state: AssuranceState, due: AssuranceEvent | None
) -> None:
    fresh = Assurance(date(2026, 6, 1))
    assert assurance_state(fresh, TERMS, today) is state
    assert due_event(fresh, TERMS, today) is due


def test_hiding_waits_thirty_days_from_the_notice_however_late_that_was() -> None:
    late = Assurance(date(2026, 6, 1), noticed_on=date(2027, 9, 10))
    assert due_event(late, TERMS, date(2027, 10, 9)) is None
    assert due_event(late, TERMS, date(2027, 10, 10)) is HIDE
    hidden = Assurance(date(2026, 6, 1), noticed_on=date(2027, 9, 10), hidden_on=date(2027, 10, 10))
    assert due_event(hidden, TERMS, date(2030, 1, 1)) is None
    assert assurance_state(hidden, TERMS, date(2027, 10, 10)) is AssuranceState.HIDDEN


def test_nobody_is_reminded_twice() -> None:
    reminded = Assurance(date(2026, 6, 1), reminded_on=date(2027, 5, 2))
    assert due_event(reminded, TERMS, date(2027, 5, 20)) is None
    assert due_event(reminded, TERMS, date(2027, 6, 1)) is NOTICE


def follow(assured_on: date, terms: AssuranceTerms, awake: list[date]) -> dict[AssuranceEvent, date]:
    """What a worker that is awake on some days does, and when."""
    assurance, done = Assurance(assured_on), {}
    for today in awake:
        event = due_event(assurance, terms, today)
        if event is not None:
            assert event not in done
            done[event] = today
        assurance = Assurance(assured_on, done.get(REMIND), done.get(NOTICE), done.get(HIDE))
    return done


@given(days, terms, st.data())
def test_never_hidden_without_a_notice_long_enough_before(
    assured_on: date, terms: AssuranceTerms, data: st.DataObject
) -> None:
    offsets = data.draw(st.lists(st.integers(0, 1400), unique=True).map(sorted))
    done = follow(assured_on, terms, [assured_on + timedelta(days=offset) for offset in offsets])
    assert REMIND not in done or done[REMIND] < stale_on(assured_on, terms)
    assert NOTICE not in done or done[NOTICE] >= stale_on(assured_on, terms)
    if HIDE in done:
        assert done[HIDE] >= done[NOTICE] + timedelta(days=terms.hidden_days_after_notice)


@given(days, terms)
def test_awake_every_day_each_thing_happens_on_the_day_it_was_said_to(
    assured_on: date, terms: AssuranceTerms
) -> None:
    planned = list(assurance_events(Assurance(assured_on), terms))
    assert [event.when for event in planned] == sorted(event.when for event in planned)
    until = (planned[-1].when - assured_on).days + 3
    done = follow(assured_on, terms, [assured_on + timedelta(days=n) for n in range(until)])
    # With no days before, the reminder falls on the notice's day and is not made up for.
    expected = {event.what: event.when for event in planned}
    if expected[REMIND] == expected[NOTICE]:
        del expected[REMIND]
    assert done == expected


@given(days, days, terms)
def test_whatever_is_due_was_asked_about(assured_on: date, today: date, terms: AssuranceTerms) -> None:
    if due_event(Assurance(assured_on), terms, today) is not None:
        assert assured_on <= first_asked(terms, today)
