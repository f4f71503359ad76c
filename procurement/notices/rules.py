"""Which notice follows from what happened, by when it is to be published, and what it takes to mark it so."""

from collections.abc import Iterable
from datetime import date, datetime

from core.calendar import BeyondCalendar, WorkingDays, add_working_days, london_date
from core.reasons import Reason
from procurement.framework.types import FrameworkTag
from procurement.notices.types import Happening, NoticeKind, PlannedNotice

PUBLISH_WITHIN = 5
"""Working days in which we mean to publish: the Act says as soon as reasonably practicable; a house rule."""

DETAILS_DAYS = 120
"""Days from a light-touch contract in which its details are published (PA 2023 s.53(1)(a))."""
DETAILS_DAYS_OTHERWISE = 30
"""The same for any other contract (PA 2023 s.53(1)(b))."""

_KINDS = {
    FrameworkTag.FRAMEWORK_ANNOUNCED: NoticeKind.INTENTION,
    FrameworkTag.FRAMEWORK_PUBLISHED: NoticeKind.ESTABLISHMENT,
    FrameworkTag.APPLICATION_ADMITTED: NoticeKind.MODIFICATION,
    FrameworkTag.MEMBER_REMOVED: NoticeKind.MODIFICATION,
    FrameworkTag.FRAMEWORK_CEASED: NoticeKind.CESSATION,
}
TAGS = frozenset(str(tag) for tag in _KINDS)
"""The events that call for a notice."""


def planned(happenings: Iterable[Happening]) -> list[PlannedNotice]:
    """The notices that follow, in the order of the events: one for each deed.

    A deed that removes a supplier from several places wrote one event for each place, all at one moment: they
    are one notice, which the first of them calls for.
    """
    found: list[PlannedNotice] = []
    removals: dict[tuple[str, str, datetime], int] = {}
    for one in happenings:
        removed = one.tag == FrameworkTag.MEMBER_REMOVED
        deed = (one.framework, one.supplier, one.at)
        if removed and deed in removals:
            earlier = found[removals[deed]]
            found[removals[deed]] = PlannedNotice(
                earlier.kind,
                earlier.event_id,
                earlier.at,
                earlier.framework,
                earlier.supplier,
                removed=(*earlier.removed, *one.choices),
            )
            continue
        if removed:
            removals[deed] = len(found)
        found.append(
            PlannedNotice(
                _KINDS[FrameworkTag(one.tag)],
                one.event_id,
                one.at,
                one.framework,
                one.supplier,
                admitted=one.choices if one.tag == FrameworkTag.APPLICATION_ADMITTED else (),
                removed=one.choices if removed else (),
            )
        )
    return found


def due_on(happened_at: datetime) -> date | None:
    """By which day a notice is to be published; None where the bank holidays are not known so far."""
    try:
        return add_working_days(london_date(happened_at), PUBLISH_WITHIN, WorkingDays.PA2023)
    except BeyondCalendar:
        return None


def reasons_not_to_mark(*, published: bool, reference: str) -> list[Reason]:
    """Why a notice cannot be marked as published with this reference."""
    if published:
        return [Reason("published_already")]
    return [] if reference.strip() else [Reason("reference_missing")]
