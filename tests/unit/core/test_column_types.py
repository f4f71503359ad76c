"""Moments and exact numbers on their way into a database and out of it."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import dialect as postgresql
from sqlalchemy.dialects.sqlite import dialect as sqlite

from core.db import FixedDecimal, UtcDateTime
from core.identifiers import ALPHABET, drawn_from, new_public_id

LONDON = ZoneInfo("Europe/London")
DIALECTS: tuple[sa.Dialect, ...] = (sqlite(), postgresql())
dialects = st.sampled_from(DIALECTS)
zones: st.SearchStrategy[tzinfo] = st.one_of(
    st.just(UTC),
    st.just(LONDON),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
NAIVE = datetime(2026, 9, 1, 12)  # noqa: DTZ001
moments = st.datetimes(NAIVE.replace(year=1970), NAIVE.replace(year=2100), timezones=zones)
# PostgreSQL and SQLite keep 64 bits.
stored = st.integers(-(2**63), 2**63 - 1)


@given(moment=st.datetimes(), dialect=dialects)
def test_a_naive_moment_is_refused(moment: datetime, dialect: sa.Dialect) -> None:
    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(moment, dialect)


@given(moment=moments, dialect=dialects)
def test_a_moment_comes_back_as_the_same_moment_in_utc(moment: datetime, dialect: sa.Dialect) -> None:
    kept = UtcDateTime().process_bind_param(moment, dialect)
    back = UtcDateTime().process_result_value(kept, dialect)
    assert back is not None
    # Two local times of one moment differ only in `fold` when the clock goes back: compared in UTC.
    assert back == moment.astimezone(UTC)
    assert back.utcoffset() == timedelta(0)


@given(first=moments, second=moments)
def test_moments_are_ordered_in_sqlite_as_in_time(first: datetime, second: datetime) -> None:
    one, other = (UtcDateTime().process_bind_param(each, DIALECTS[0]) for each in (first, second))
    assert one is not None
    assert other is not None
    assert (one < other) == (first.astimezone(UTC) < second.astimezone(UTC))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)
def test_the_hour_that_comes_twice_is_two_hours(dialect: sa.Dialect) -> None:
    """On 25 October 2026 the clocks in London go back at 02:00: 01:30 is two moments."""
    summer = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)
    winter = summer.replace(fold=1)
    kept = [UtcDateTime().process_bind_param(one, dialect) for one in (summer, winter)]
    back = [UtcDateTime().process_result_value(one, dialect) for one in kept]
    assert back == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)
def test_nothing_stays_nothing(dialect: sa.Dialect) -> None:
    for kind in (UtcDateTime(), FixedDecimal(2)):
        assert kind.process_bind_param(None, dialect) is None
        assert kind.process_result_value(None, dialect) is None


@given(number=stored, places=st.integers(0, 6), dialect=dialects)
def test_every_number_that_can_be_kept_is_kept_exactly(number: int, places: int, dialect: sa.Dialect) -> None:
    kind = FixedDecimal(places)
    value = kind.process_result_value(number, dialect)
    assert value is not None
    assert kind.process_bind_param(value, dialect) == number
    assert -value.as_tuple().exponent <= places


@given(value=st.decimals(-(10**15), 10**15, places=2), dialect=dialects)
def test_pounds_are_kept_as_pence(value: Decimal, dialect: sa.Dialect) -> None:
    assert FixedDecimal(2).process_bind_param(value, dialect) == value * 100


@given(
    pence=st.integers(-(10**15), 10**15), more=st.integers(1, 9), beyond=st.integers(1, 8), dialect=dialects
)
def test_more_places_than_the_column_has_are_refused(
    pence: int, more: int, beyond: int, dialect: sa.Dialect
) -> None:
    """Rounding is a decision, never the database's."""
    value = Decimal(pence).scaleb(-2) + Decimal(more).scaleb(-2 - beyond)
    with pytest.raises(ValueError, match="more than 2 decimal places"):
        FixedDecimal(2).process_bind_param(value, dialect)


@pytest.mark.parametrize("value", [0.5, 1.0, float("nan")])
def test_a_binary_fraction_is_refused_even_where_it_would_fit(value: float) -> None:
    with pytest.raises(TypeError, match="binary fraction"):
        FixedDecimal(2).process_bind_param(value, DIALECTS[0])


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        FixedDecimal(2).process_bind_param(Decimal(value), DIALECTS[0])


@given(seed=st.integers(), prefix=st.sampled_from(["CO", "OR", "BD"]))
def test_a_public_identifier_can_be_read_out_over_the_telephone(seed: int, prefix: str) -> None:
    with drawn_from(Random(seed)):
        drawn = new_public_id(prefix)
    assert re.fullmatch(f"{prefix}-[{ALPHABET}]{{8}}", drawn)
    assert not set("ILOU").intersection(drawn.partition("-")[2])


def test_the_alphabet_is_five_bits_a_character() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 32


def test_public_identifiers_do_not_repeat_outside_of_a_story() -> None:
    assert len({new_public_id("CO") for _ in range(5000)}) == 5000
