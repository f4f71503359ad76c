"""The terms of a call-off and its lots: payment, staff transfer, ranges, extensions, reservation."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core.reasons import Reason
from procurement.calloffs.drafting.rules.timetable import timetable
from procurement.calloffs.drafting.types import (
    DraftFacts,
    LotFacts,
    Milestone,
    PriceModel,
    StaffTransfer,
    TimetableFacts,
)
from procurement.framework.rules import RESERVED
from procurement.framework.types import Regime, Reservation

MOST_PAYMENT_DAYS = 30
PAYMENT = {Regime.DPS: "PCR 2015 reg 113", Regime.DYNAMIC_MARKET: "PA 2023 s.68, 73"}
STAFF_TRANSFER = "TUPE Regulations 2006 (SI 2006/246)"
MOST_MUTUAL_MONTHS = {Regime.DPS: 36, Regime.DYNAMIC_MARKET: 60}
"""The longest term of a contract reserved for mutuals, extensions included."""
_PENNY = Decimal("0.01")


def reasons_not_to_pay_so(regime: Regime, payment_days: int) -> list[Reason]:
    """Why an invoice may not be paid within so many days: thirty at most, and the same down the chain."""
    if 1 <= payment_days <= MOST_PAYMENT_DAYS:
        return []
    return [Reason("payment_too_late", {"days": payment_days, "most": MOST_PAYMENT_DAYS}, PAYMENT[regime])]


def longest_months(term_months: int, extensions: int, extension_months: int | None) -> int:
    """The months of a lot with every extension."""
    return term_months + extensions * (extension_months or 0)


def whole_value(lot: LotFacts) -> Decimal:
    """What a lot is worth in pounds with every extension, at the same budget a month; 0 without a budget.

    Options to extend count towards the value of a contract (PCR 2015 reg 6; PA 2023 Sch 3).
    """
    if not lot.budget or not lot.term_months:
        return lot.budget or Decimal(0)
    months = longest_months(lot.term_months, lot.extensions, lot.extension_months)
    return (lot.budget * months / lot.term_months).quantize(_PENNY, ROUND_HALF_UP)


def reasons_against_ranges(lot: LotFacts) -> Iterator[Reason]:
    """A range that does not hold its own expected volume, service by service."""
    for (need_area, complexity), (low, high) in sorted(lot.ranges.items()):
        people = lot.volumes.get((need_area, complexity), 0)
        if (low is not None and low > people) or (high is not None and high < people):
            service = {"lot": lot.number, "need_area": need_area, "complexity": complexity}
            yield Reason("range_without_volume", service | {"people": people}, "house rule")


def reasons_against_terms(draft: DraftFacts) -> Iterator[Reason]:
    """What the terms of the call-off itself lack."""
    yield from reasons_not_to_pay_so(draft.regime, draft.payment_days)
    if draft.staff_transfer is None:
        yield Reason("staff_transfer_not_said", source=STAFF_TRANSFER)
    elif draft.staff_transfer is StaffTransfer.APPLIES and not draft.staff_transfer_note.strip():
        yield Reason("staff_transfer_not_described", source=STAFF_TRANSFER)


def reasons_against_lot_terms(draft: DraftFacts, lot: LotFacts) -> Iterator[Reason]:
    """What the terms of a lot lack or break."""
    here = {"lot": lot.number}
    yield from reasons_against_ranges(lot)
    if draft.price_model is PriceModel.FIXED_PRICE:
        for need_area, complexity in sorted(lot.services - set(lot.fixed_prices)):
            service = here | {"need_area": need_area, "complexity": complexity}
            yield Reason("no_fixed_price", service, "the price model chosen")
    if lot.mobilisation_weeks and lot.starts_on is not None:
        first = contract_from(draft)
        if first is not None and first + timedelta(weeks=lot.mobilisation_weeks) > lot.starts_on:
            given = here | {"weeks": lot.mobilisation_weeks, "contract_from": first}
            yield Reason("mobilisation_does_not_fit", given, "house rule: the dates of the timetable")
    if lot.reserved_for is Reservation.PUBLIC_MUTUAL and lot.term_months:
        months = longest_months(lot.term_months, lot.extensions, lot.extension_months)
        most = MOST_MUTUAL_MONTHS[draft.regime]
        if months > most:
            source = RESERVED[draft.regime, lot.reserved_for]
            yield Reason("reserved_term_too_long", here | {"months": months, "most": most}, source)


def contract_from(draft: DraftFacts) -> date | None:
    """The first day on which the contract can be made by the timetable; None where that is not known yet."""
    if draft.deadline is None:
        return None
    facts = TimetableFacts(
        regime=draft.regime,
        deadline=draft.deadline,
        invited_at=draft.deadline,
        standstill=draft.standstill,
        standstill_days=draft.standstill_days,
    )
    days = {event.milestone: event.on for event in timetable(facts)}
    return days[Milestone.CONTRACT_FROM]
