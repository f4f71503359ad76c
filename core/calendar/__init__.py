"""Working days of the two procurement regimes, and wall-clock times in Europe/London."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

LONDON = ZoneInfo("Europe/London")
SATURDAY = 5


class WorkingDays(StrEnum):
    """Whose working days are counted, and from which day."""

    PA2023 = "pa2023"
    """PA 2023 s.123: no bank holiday in any part of the United Kingdom; the first day counts as day one."""
    PCR2015 = "pcr2015"
    """PCR 2015 reg 2: England and Wales, Christmas Day and Good Friday; counting starts on the next day."""


class BeyondCalendar(ValueError):
    """A working day was asked for that the bank holiday data does not reach."""


class NoSuchTime(ValueError):
    """The clocks go forward over this wall-clock time: it never happens."""


class AmbiguousTime(ValueError):
    """The clocks go back over this wall-clock time: it happens twice, and nobody said which is meant."""


def is_working_day(day: date, regime: WorkingDays | str) -> bool:
    """Whether `day` is a working day under the regime. Raises BeyondCalendar outside the data."""
    holidays, first, last = _holidays(WorkingDays(regime))
    if not first <= day <= last:
        raise BeyondCalendar(f"bank holidays are known from {first} to {last}, not on {day}")
    return day.weekday() < SATURDAY and day not in holidays


def add_working_days(start: date, days: int, regime: WorkingDays | str) -> date:
    """The date on which the period of `days` working days ends.

    Under `pa2023` the period begins with `start` itself (s.51(3): the day of the notice is day one); under
    `pcr2015` with the day after. A first day that is no working day is not counted.
    Raises BeyondCalendar when any day of the period lies outside the bank holiday data.
    """
    if days < 1:
        raise ValueError("a period has at least one working day")
    regime = WorkingDays(regime)
    day = start if regime is WorkingDays.PA2023 else start + timedelta(days=1)
    left = days
    while True:
        left -= is_working_day(day, regime)
        if left == 0:
            return day
        day += timedelta(days=1)


def working_days_between(start: date, end: date, regime: WorkingDays | str) -> int:
    """How many working days of the period that starts with `start` have passed when `end` is over."""
    regime = WorkingDays(regime)
    day = start if regime is WorkingDays.PA2023 else start + timedelta(days=1)
    counted = 0
    while day <= end:
        counted += is_working_day(day, regime)
        day += timedelta(days=1)
    return counted


def from_london(wall: datetime, *, fold: int | None = None) -> datetime:
    """The UTC time of a wall-clock time (naive) in London.

    At the clock changes: raises NoSuchTime for the hour in March that is skipped, and AmbiguousTime for
    the hour in October that happens twice unless `fold` says which one (0 the first, 1 the second).
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall-clock time has no time zone")
    first, second = (wall.replace(tzinfo=LONDON, fold=number) for number in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != wall:
        raise NoSuchTime(f"the clocks skip {wall:%H:%M on %d %B %Y}")
    if fold is None:
        raise AmbiguousTime(f"{wall:%H:%M on %d %B %Y} happens twice")
    return (second if fold else first).astimezone(UTC)


def to_london(moment: datetime) -> datetime:
    """An aware moment on London's wall clock (still aware)."""
    if moment.tzinfo is None:
        raise ValueError("a moment has a time zone")
    return moment.astimezone(LONDON)


def london_date(moment: datetime) -> date:
    """The calendar day on which an aware moment falls in London."""
    return to_london(moment).date()


def end_of_day(day: date) -> datetime:
    """The UTC moment at which `day` is over in London: the following midnight, itself no longer in it."""
    return from_london(datetime.combine(day + timedelta(days=1), time.min))


@cache
def _holidays(regime: WorkingDays) -> tuple[frozenset[date], date, date]:
    # The package's own default division is the intersection of the three, which neither regime means; and
    # beyond its data it answers "working day", so the years that every division knows are kept beside.
    bundled = BankHolidays(use_cached_holidays=True)
    everywhere = {
        division: {event["date"] for event in bundled.get_holidays(division=division)}
        for division in BankHolidays.ALL_DIVISIONS
    }
    if regime is WorkingDays.PA2023:
        days = frozenset().union(*everywhere.values())
    else:
        # Good Friday and Christmas Day are in the division's list, save a Christmas Day at a weekend.
        days = frozenset(everywhere[BankHolidays.ENGLAND_AND_WALES])
    first = max(min(dates).year for dates in everywhere.values())
    last = min(max(dates).year for dates in everywhere.values())
    return days, date(first, 1, 1), date(last, 12, 31)
