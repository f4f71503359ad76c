"""How long it counts that a supplier said an offer is true, and what happens when that is not said again."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from catalogue.offers.types import Assurance, AssuranceEvent, AssuranceState, AssuranceTerms, TimedEvent

SUPPLIER, SERVICE = "supplier", "service"


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last day of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(since: date, today: date) -> int:
    """How many whole months have passed; 0 on every day of the first."""
    months = max((today.year - since.year) * 12 + today.month - since.month, 0)
    return months - 1 if months and months_later(since, months) > today else months


def stale_on(assured_on: date, terms: AssuranceTerms) -> date:
    """The first day on which a confirmation no longer counts."""
    return months_later(assured_on, terms.stale_after_months)


def assurance_events(assurance: Assurance, terms: AssuranceTerms) -> Iterator[TimedEvent]:
    """What has happened and is to come, were the supplier never to confirm again, in its order.

    An offer is never hidden sooner than its notice said: a notice that left late moves that day.
    """
    stale = stale_on(assurance.assured_on, terms)
    reminder = max(stale - timedelta(days=terms.reminder_days_before), assurance.assured_on)
    notice = assurance.noticed_on or stale
    hide = notice + timedelta(days=terms.hidden_days_after_notice)
    yield TimedEvent(assurance.reminded_on or reminder, SUPPLIER, AssuranceEvent.REMIND)
    yield TimedEvent(notice, SUPPLIER, AssuranceEvent.NOTICE)
    yield TimedEvent(assurance.hidden_on or hide, SERVICE, AssuranceEvent.HIDE)


def due_event(assurance: Assurance, terms: AssuranceTerms, today: date) -> AssuranceEvent | None:
    """The one thing to do today: the last that has come and was not done, and hiding only after its notice.

    A reminder that was missed is not made up for once the notice is due.
    """
    if assurance.hidden_on:
        return None
    come = {event.what for event in assurance_events(assurance, terms) if event.when <= today}
    if assurance.noticed_on:
        return AssuranceEvent.HIDE if AssuranceEvent.HIDE in come else None
    if AssuranceEvent.NOTICE in come:
        return AssuranceEvent.NOTICE
    if AssuranceEvent.REMIND in come and not assurance.reminded_on:
        return AssuranceEvent.REMIND
    return None


def assurance_state(assurance: Assurance, terms: AssuranceTerms, today: date) -> AssuranceState:
    """Whether an offer is confirmed, asks to be, is stale, or is hidden for that reason.

    Told by the day alone: an offer is stale on its day, whether or not anything has run since.
    """
    if assurance.hidden_on:
        return AssuranceState.HIDDEN
    come = {event.what for event in assurance_events(assurance, terms) if event.when <= today}
    if stale_on(assurance.assured_on, terms) <= today:
        return AssuranceState.STALE
    return AssuranceState.DUE if AssuranceEvent.REMIND in come else AssuranceState.CONFIRMED


def first_asked(terms: AssuranceTerms, today: date) -> date:
    """Offers confirmed on this day or before may have something due today."""
    # Months differ in length: a few days too many are asked about, and `due_event` says nothing for them.
    return months_later(today + timedelta(days=terms.reminder_days_before + 3), -terms.stale_after_months)
