"""Which notice follows from what happened, by when it is to be published, and what it takes to mark it so."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from core.calendar import BeyondCalendar, WorkingDays, add_working_days, london_date
from core.reasons import Reason
from procurement.calloffs.drafting.types import CallOffTag
from procurement.calloffs.evaluation.types import EvaluationTag
from procurement.contracts.types import ContractTag
from procurement.framework.types import FrameworkTag, Regime
from procurement.notices.types import (
    CallOffHappening,
    Happening,
    NoticeKind,
    PlannedCallOffNotice,
    PlannedNotice,
)

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
_OF_CALL_OFFS: Mapping[Regime, Mapping[str, NoticeKind]] = {
    Regime.DYNAMIC_MARKET: {
        CallOffTag.PUBLISHED: NoticeKind.TENDER,
        CallOffTag.CANCELLED: NoticeKind.PROCUREMENT_TERMINATION,
        EvaluationTag.NOTICE_PUBLISHED: NoticeKind.AWARD,
        ContractTag.DIRECT_TRANSPARENCY: NoticeKind.TRANSPARENCY,
        ContractTag.DIRECT_NOTICE: NoticeKind.AWARD,
        # A contract is entered into once both parties have signed.
        ContractTag.IN_FORCE: NoticeKind.CONTRACT_DETAILS,
    },
    # The notice of the system covers its call-offs; only what comes of them is noticed.
    Regime.DPS: {ContractTag.IN_FORCE: NoticeKind.DPS_AWARD},
}
CALL_OFF_TAGS = frozenset(str(tag) for kinds in _OF_CALL_OFFS.values() for tag in kinds)
"""The events of call-offs that call for a notice."""
_WITH_THE_DEED = {
    NoticeKind.TENDER: "PA 2023 s.21: by it bidders are invited",
    NoticeKind.TRANSPARENCY: "PA 2023 s.44: before the award",
    NoticeKind.AWARD: "PA 2023 s.50: before the contract; a standstill begins with its day",
    NoticeKind.CONTRACT_CHANGE: "PA 2023 s.75: before the change",
}
_WITHIN_DAYS = {
    NoticeKind.CONTRACT_TERMINATION: (30, "PA 2023 s.80: 30 days after the end"),
    NoticeKind.DPS_AWARD: (30, "PCR 2015 reg 50, 75: 30 days after the contract"),
}
_AS_SOON_AS = {
    NoticeKind.PROCUREMENT_TERMINATION: "PA 2023 s.55",
    NoticeKind.DPS_CHANGE: "PCR 2015 reg 72(3)",
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


def planned_of_call_off(
    regime: Regime,
    happenings: Sequence[CallOffHappening],
    *,
    published_at: datetime | None,
    light_touch: bool,
) -> list[PlannedCallOffNotice]:
    """The notices that follow from a call-off's events, in their order; none before it was published."""
    found = []
    for one in happenings:
        kind = _OF_CALL_OFFS[regime].get(one.tag)
        if kind is None or published_at is None or one.at < published_at:
            continue
        day, source, house_rule = _due(kind, one.at, light_touch)
        found.append(PlannedCallOffNotice(kind, one, day, source, house_rule))
    return found


def _due(kind: NoticeKind, at: datetime, light_touch: bool) -> tuple[date | None, str, bool]:
    """By which day a notice of a call-off is to be published, the rule, and whether the day is ours."""
    on = london_date(at)
    if kind is NoticeKind.CONTRACT_DETAILS:
        days = DETAILS_DAYS if light_touch else DETAILS_DAYS_OTHERWISE
        return on + timedelta(days=days), f"PA 2023 s.53: {days} days after the contract", False
    if kind in _WITHIN_DAYS:
        days, source = _WITHIN_DAYS[kind]
        return on + timedelta(days=days), source, False
    if kind in _WITH_THE_DEED:
        return on, _WITH_THE_DEED[kind], False
    return due_on(at), _AS_SOON_AS[kind], True


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
