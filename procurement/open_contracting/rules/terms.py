"""The terms of a call-off as they stood at a moment of its history."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from procurement.calloffs.drafting.types import Amendable, AmendedField, CallOffTag, Change
from procurement.open_contracting.rules.parts import end_of, start_of
from procurement.open_contracting.types import CallOffFacts, Happening, LotFacts


def terms_after(facts: CallOffFacts, history: Sequence[Happening]) -> Amendable:
    """The terms as they stood after the history: later changes are taken back, the last first."""
    so_far = {int(event.details["number"]) for event in history if event.tag == CallOffTag.AMENDED}
    moved = {event.at for event in history if event.tag == CallOffTag.EXTENDED}
    later: list[tuple[datetime, tuple[Change, ...]]] = [
        (at, changes) for number, (at, changes, _) in facts.amendments.items() if number not in so_far
    ]
    later += [
        (at, (Change(AmendedField.DEADLINE, before, None),))
        for at, (before, _) in facts.extensions.items()
        if at not in moved
    ]
    terms = facts.terms
    for _, changes in sorted(later, key=lambda one: one[0], reverse=True):
        for change in reversed(changes):
            terms = _taken_back(terms, change)
    return terms


def _taken_back(terms: Amendable, change: Change) -> Amendable:
    """The terms before a change; what releases do not tell of, such as a range of volumes, is left alone."""
    if change.lot is None:
        return terms.replaced(**{str(change.field): change.before})
    lot = terms.lots[change.lot]
    if change.field is AmendedField.VOLUME and change.service is not None:
        lot = lot.replaced(volumes={**lot.volumes, change.service: change.before})
    elif change.service is None:
        lot = lot.replaced(**{str(change.field): change.before})
    return terms.replaced(lots={**terms.lots, change.lot: lot})


def period_of(starts_on: date, lot: LotFacts) -> dict[str, Any]:
    """From when to when a lot is provided, and to when at the most."""
    found: dict[str, Any] = {"startDate": start_of(starts_on)}
    if lot.term_months:
        longest = lot.term_months + lot.extensions * (lot.extension_months or 0)
        found["durationInMonths"] = lot.term_months
        found["endDate"] = end_of(_after(starts_on, lot.term_months) - timedelta(days=1))
        if longest > lot.term_months:
            found["maxExtentDate"] = end_of(_after(starts_on, longest) - timedelta(days=1))
    return found


def _after(day: date, months: int) -> date:
    """The same day so many months later, or the first of the next month where there is no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    try:
        return day.replace(year=day.year + year, month=month + 1)
    except ValueError:
        return _after(day.replace(day=1), months + 1)
