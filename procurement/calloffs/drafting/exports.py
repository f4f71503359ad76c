"""The list of call-offs as rows of a table, for CSV and XLSX; the dates of one as a calendar file."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from core.web.filters import format_date
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.queries import state_on
from procurement.calloffs.drafting.types import CallOffState, Milestone, TimedEvent

HEADER = (
    "Reference",
    "Title",
    "State",
    "Framework",
    "Lots",
    "Need areas",
    "Places",
    "Budget over the term (£)",
    "Deadline (UTC)",
    "Started",
)


def list_rows(
    call_offs: Iterable[CallOff], now: datetime, state_words: Mapping[CallOffState, str]
) -> list[tuple]:
    """One row for each call-off; money in pounds, empty where no lot has a budget."""
    return [
        (
            call_off.public_id,
            call_off.title,
            state_words[state_on(call_off, now)],
            call_off.framework.title,
            len(call_off.lots),
            "; ".join(sorted({v.need_area.name for lot in call_off.lots for v in lot.volumes})),
            "; ".join(sorted({place.name for lot in call_off.lots for place in lot.places})),
            sum(lot.budget for lot in call_off.lots if lot.budget is not None) or None,
            f"{call_off.deadline:%Y-%m-%d %H:%M}" if call_off.deadline else None,
            format_date(call_off.created_at),
        )
        for call_off in call_offs
    ]


def calendar_file(
    call_off: CallOff,
    events: Iterable[TimedEvent],
    words: Mapping[Milestone, str],
    address: str,
    now: datetime,
) -> bytes:
    """The dates of a call-off as an iCalendar file (RFC 5545); a date that is not known yet is left out.

    Each event keeps its identity from one download to the next, so that a calendar moves what has moved.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Throughgate//Call-off dates//EN")
    calendar.add("version", "2.0")
    for timed in events:
        if timed.on is None:
            continue
        event = Event()
        event.add("uid", f"{call_off.public_id}-{timed.milestone}@throughgate")
        event.add("dtstamp", now)
        event.add("summary", f"{words[timed.milestone]}: {call_off.title}")
        event.add("description", f"{timed.source[:1].upper()}{timed.source[1:]}")
        event.add("url", address)
        if timed.at is not None:
            event.add("dtstart", timed.at)
            event.add("dtend", timed.at)
        else:
            event.add("dtstart", timed.on)
            event.add("dtend", timed.on + timedelta(days=1))
        calendar.add_component(event)
    return calendar.to_ical()
