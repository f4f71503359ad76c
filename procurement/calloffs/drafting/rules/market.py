"""The market check: what a lot would be if one thing of it were changed, and what the record lets expect."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from procurement.calloffs.drafting.rules.publishing import lot_need
from procurement.calloffs.drafting.types import LotFacts
from procurement.calloffs.drafting.types.market import (
    Alternative,
    BidRate,
    Expectation,
    PastInvitation,
    Widening,
    WideningKind,
)
from procurement.framework.rules import in_band, invitation_decision
from procurement.framework.types import CategoryFacts, FrameworkFacts, LotNeed, SupplierFacts

FEWEST_INVITATIONS = 5
"""Below so many past invitations a rate says nothing."""
_PENNY, _TENTH = Decimal("0.01"), Decimal("0.1")


def alternatives(lot: LotFacts, categories: Collection[CategoryFacts]) -> Iterator[Alternative]:
    """The lot with one thing changed, each in turn; its value follows the share of people that is left.

    A region fewer leaves the value as it is: how its people are spread over regions is not known.
    """
    need = lot_need(lot)
    for region in sorted(lot.regions) if len(lot.regions) > 1 else ():
        yield Alternative(WideningKind.WITHOUT_REGION, replace(need, regions=lot.regions - {region}), region)
    for need_area in sorted(lot.need_areas) if len(lot.need_areas) > 1 else ():
        kept = {service for service in lot.services if service[0] == need_area}
        yield Alternative(WideningKind.NEED_AREA_ALONE, _of(need, lot, kept), need_area)
    for complexity in sorted({complexity for _, complexity in lot.services}):
        kept = {service for service in lot.services if service[1] != complexity}
        if kept:
            yield Alternative(WideningKind.WITHOUT_COMPLEXITY, _of(need, lot, kept), complexity)
    for value in _values_in_other_bands(need, categories):
        yield Alternative(WideningKind.OTHER_BAND, replace(need, value=value))
    if lot.extensions and lot.budget:
        yield Alternative(WideningKind.WITHOUT_EXTENSIONS, replace(need, value=lot.budget))
    if need.reserved_for is not None:
        yield Alternative(WideningKind.WITHOUT_RESERVATION, replace(need, reserved_for=None))


def widenings(
    lot: LotFacts,
    suppliers: Mapping[int, SupplierFacts],
    framework: FrameworkFacts,
    today: date,
) -> list[Widening]:
    """The alternatives that bring further eligible members, those that bring most first.

    Waiting for the decision on pending applications is one of them: it counts those that nothing else bars.
    """
    eligible, pending = set(), set()
    need = lot_need(lot)
    for key, supplier in suppliers.items():
        decision = invitation_decision(need, supplier, framework, today)
        if decision.invited:
            eligible.add(key)
        elif {reason.code for reason in decision.reasons} == {"application_pending"}:
            pending.add(key)
    found = []
    for alternative in alternatives(lot, framework.categories):
        then = {
            key
            for key, supplier in suppliers.items()
            if invitation_decision(alternative.need, supplier, framework, today).invited
        }
        found.append(Widening(alternative, len(then), len(then - eligible)))
    if pending:
        decided = Alternative(WideningKind.PENDING_DECIDED, need)
        found.append(Widening(decided, len(eligible) + len(pending), len(pending)))
    return sorted((one for one in found if one.further), key=lambda one: -one.further)


def expected_bidders(
    record: Iterable[PastInvitation], members: Collection[int], days: int | None = None
) -> Expectation:
    """How many of these members will bid if they do as often as they did when invited before.

    Their past invitations are the base; with fewer than `FEWEST_INVITATIONS` nothing is said. `days` is the
    tender period of the call-off, to compare call-offs that were open longer with the others.
    """
    eligible = set(members)
    past = [one for one in record if one.supplier in eligible]
    rate = bid_rate(past)
    expected = None
    if rate.rate is not None:
        expected = (Decimal(rate.bids * len(eligible)) / rate.invitations).quantize(_TENTH, ROUND_HALF_UP)
    if days is None:
        return Expectation(len(eligible), rate, expected)
    longer = bid_rate([one for one in past if one.tender_days > days])
    others = bid_rate([one for one in past if one.tender_days <= days])
    return Expectation(len(eligible), rate, expected, days, longer, others)


def bid_rate(past: Collection[PastInvitation]) -> BidRate:
    """The percentage of invitations that led to a bid, whole and rounded once; None below the least base."""
    bids = sum(one.bid for one in past)
    if len(past) < FEWEST_INVITATIONS:
        return BidRate(len(past), bids)
    percent = (Decimal(100 * bids) / len(past)).quantize(Decimal(1), ROUND_HALF_UP)
    return BidRate(len(past), bids, percent)


def _of(need: LotNeed, lot: LotFacts, kept: Collection[tuple[str, str]]) -> LotNeed:
    """The need of a lot that keeps only some of its services, its value by their share of the people."""
    areas = frozenset(need_area for need_area, _ in kept)
    everyone = sum(lot.volumes.values())
    value = need.value
    if everyone:
        people = sum(lot.volumes.get(service, 0) for service in kept)
        value = (need.value * people / everyone).quantize(_PENNY, ROUND_HALF_UP)
    return replace(need, need_areas=areas, value=value, holds_all=need.holds_all and len(areas) > 1)


def _values_in_other_bands(need: LotNeed, categories: Collection[CategoryFacts]) -> Iterator[Decimal]:
    """The nearest value in each band of the lot's need areas and regions that it is not in."""
    seen = set()
    for category in categories:
        if category.need_area not in need.need_areas or not category.regions & need.regions:
            continue
        if in_band(category, need.value):
            continue
        below = category.value_below
        value = category.value_from if below is None or need.value < below else below - _PENNY
        if value > 0 and value not in seen:
            seen.add(value)
            yield value
