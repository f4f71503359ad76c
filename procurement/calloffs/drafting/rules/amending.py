"""What may be amended after publication, what has changed, and why an amendment is refused."""

from collections.abc import Iterator
from datetime import datetime

from core.calendar import london_date
from core.reasons import Reason
from procurement.calloffs.drafting.rules.publishing import reasons_not_to_move_deadline
from procurement.calloffs.drafting.rules.states import state_at
from procurement.calloffs.drafting.types import Amendable, AmendedField, CallOffState, Change
from procurement.framework.types import Regime

SAME_FOR_ALL = "house rule: one change, one reason, told to everyone"
NOTICE = {Regime.DPS: "PCR 2015 reg 34(21)-(24)", Regime.DYNAMIC_MARKET: "PA 2023 s.21"}
OF_A_LOT = (
    AmendedField.DESCRIPTION,
    AmendedField.VOLUME_SOURCE,
    AmendedField.STARTS_ON,
    AmendedField.MOBILISATION,
)
OF_A_SERVICE = {
    AmendedField.VOLUME: "volumes",
    AmendedField.VOLUME_LOW: "lows",
    AmendedField.VOLUME_HIGH: "highs",
}
"""What is amended service by service, and the attribute of a lot that holds it."""


def changes_between(before: Amendable, after: Amendable) -> tuple[Change, ...]:
    """What differs, field by field, the call-off's own first and then lot by lot."""
    return tuple(_changes(before, after))


def reasons_not_to_amend(
    state: CallOffState, regime: Regime, before: Amendable, after: Amendable, now: datetime, reason: str
) -> list[Reason]:
    """Why a published call-off may not be amended so at `now` (aware UTC): everyone is told one reason."""
    return list(_reasons(state, regime, before, after, now, reason))


def _changes(before: Amendable, after: Amendable) -> Iterator[Change]:
    for field in (
        AmendedField.NEED,
        AmendedField.DATA_SHARING,
        AmendedField.STAFF_TRANSFER,
        AmendedField.DEADLINE,
        AmendedField.QUESTIONS_CLOSE,
    ):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield Change(field, old, new)
    for number, old_lot in sorted(before.lots.items()):
        new_lot = after.lots[number]
        for field in OF_A_LOT:
            old, new = getattr(old_lot, field), getattr(new_lot, field)
            if old != new:
                yield Change(field, old, new, lot=number)
        for field, attribute in OF_A_SERVICE.items():
            before_of, after_of = getattr(old_lot, attribute), getattr(new_lot, attribute)
            for service, people in sorted(before_of.items()):
                if after_of[service] != people:
                    yield Change(field, people, after_of[service], number, service)


def _reasons(
    state: CallOffState, regime: Regime, before: Amendable, after: Amendable, now: datetime, reason: str
) -> Iterator[Reason]:
    here = state_at(state, before.deadline, now)
    if here not in (CallOffState.PUBLISHED, CallOffState.PAUSED):
        yield Reason("not_open", {"state": str(here)}, SAME_FOR_ALL)
    if not changes_between(before, after):
        yield Reason("nothing_changed", source=SAME_FOR_ALL)
    if not reason.strip():
        yield Reason("reason_missing", source=SAME_FOR_ALL)
    if not after.need.strip():
        yield Reason("no_need", source=NOTICE[regime])
    if after.deadline != before.deadline:
        moved = reasons_not_to_move_deadline(state, regime, before.deadline, after.deadline, now, reason)
        yield from (found for found in moved if found.code in ("deadline_not_later", "deadline_in_past"))
    closes = after.questions_close_at
    if closes != before.questions_close_at and closes is not None and not now < closes < after.deadline:
        yield Reason(
            "questions_close_out_of_order", {"closes": closes, "deadline": after.deadline}, NOTICE[regime]
        )
    for number, lot in sorted(after.lots.items()):
        if lot.starts_on <= london_date(after.deadline):
            yield Reason(
                "starts_before_bids_close", {"lot": number, "starts_on": lot.starts_on}, NOTICE[regime]
            )
        for (need_area, complexity), people in sorted(lot.volumes.items()):
            service = {"lot": number, "need_area": need_area, "complexity": complexity}
            if people < 1:
                yield Reason("no_volume", service, NOTICE[regime])
            low, high = lot.lows.get((need_area, complexity)), lot.highs.get((need_area, complexity))
            if (low is not None and low > people) or (high is not None and high < people):
                yield Reason("range_without_volume", service | {"people": people}, "house rule")
