"""Who is invited to a lot: active membership of category × region × value band, and nothing else."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from core.reasons import Reason
from procurement.framework.rules.admission import reasons_not_open
from procurement.framework.types import (
    CategoryFacts,
    Decision,
    FrameworkFacts,
    LotNeed,
    MemberState,
    Regime,
    Reservation,
    SupplierFacts,
)

RESERVED = {
    (Regime.DPS, Reservation.SUPPORTED_EMPLOYMENT): "PCR 2015 reg 20",
    (Regime.DPS, Reservation.PUBLIC_MUTUAL): "PCR 2015 reg 77",
    (Regime.DYNAMIC_MARKET, Reservation.SUPPORTED_EMPLOYMENT): "PA 2023 s.32",
    (Regime.DYNAMIC_MARKET, Reservation.PUBLIC_MUTUAL): "PA 2023 s.33",
}
"""The provision that lets a lot be reserved, by regime and kind of organisation."""

NOT_MADE_GOOD = ("suspended", "removed")
"""What a consortium does not make good: nobody comes back through a partner's membership."""


def in_band(category: CategoryFacts, value: Decimal) -> bool:
    """Whether a lot worth `value` pounds over its term falls in the category's band."""
    return category.value_from <= value and (category.value_below is None or value < category.value_below)


def categories_for(
    categories: Iterable[CategoryFacts], need_area: str, region: str, value: Decimal
) -> tuple[CategoryFacts, ...]:
    """The categories that a lot of this need area, region and value belongs to, by code.

    More than one where bands overlap: membership of any of them is enough. None where nothing is let.
    """
    return tuple(
        sorted(
            (
                category
                for category in categories
                if category.need_area == need_area and region in category.regions and in_band(category, value)
            ),
            key=lambda category: category.code,
        )
    )


def category_for(
    categories: Iterable[CategoryFacts], need_area: str, region: str, value: Decimal
) -> CategoryFacts | None:
    """The first category by code that a lot of this need area, region and value (pounds) belongs to."""
    found = categories_for(categories, need_area, region, value)
    return found[0] if found else None


def reasons_lot_outside_framework(lot: LotNeed, framework: FrameworkFacts) -> list[Reason]:
    """Why a lot cannot be called off from the framework at all, whoever its members are."""
    reasons = []
    if not lot.need_areas:
        reasons.append(Reason("lot_without_need_area"))
    if not lot.regions:
        reasons.append(Reason("lot_without_region"))
    if len(lot.need_areas) > 1 and not lot.holds_all:
        reasons.append(
            Reason(
                "lot_names_several_categories",
                {"need_areas": sorted(lot.need_areas)},
                "PCR 2015 reg 34(21); house rule",
            )
        )
    for need_area in sorted(lot.need_areas):
        for region in sorted(lot.regions):
            if not categories_for(framework.categories, need_area, region, lot.value):
                reasons.append(
                    Reason(
                        "no_category_for_lot",
                        {"need_area": need_area, "region": region, "value": lot.value},
                    )
                )
    return reasons


def invitation_decision(
    lot: LotNeed, supplier: SupplierFacts, framework: FrameworkFacts, today: date
) -> Decision:
    """Whether a supplier is invited to a lot: active membership and nothing else decides, never its offers.

    Needed for every need area of the lot × every region its places lie in: an active membership of a category
    whose band holds the lot's value (PCR 2015 reg 34(21), (22); the same as a house rule under the 2023 Act);
    a suspended one too, where the published terms do not say that a suspension stops invitations.
    Where the lot says that a bidder or its consortium holds all its categories, what a member of the
    consortium holds counts for a supplier that holds some of them itself, and never in the place of a
    membership that is suspended or removed.
    Reasons, one for each pair that lacks it: `suspended`, `removed`, `application_pending`,
    `member_other_band` (member there for lots of another value), `member_other_region` (member for the need
    elsewhere), `not_member`, `lot_is_reserved` (for a kind of organisation that the supplier is not); and
    `framework_expired` with the other states of a closed framework.
    """
    source = "PCR 2015 reg 34(21), (22)" if framework.regime is Regime.DPS else "house rule (PA 2023 s.34)"
    closed = reasons_not_open(framework, today)
    if closed:
        return Decision(False, tuple(closed))
    outside = reasons_lot_outside_framework(lot, framework)
    if outside:
        return Decision(False, tuple(outside))

    reasons, own, through = [], 0, []
    if lot.reserved_for is not None and lot.reserved_for not in supplier.kinds:
        provision = RESERVED[framework.regime, lot.reserved_for]
        reasons.append(Reason("lot_is_reserved", {"reserved_for": str(lot.reserved_for)}, provision))
    for need_area in sorted(lot.need_areas):
        of_need = {category.code for category in framework.categories if category.need_area == need_area}
        for region in sorted(lot.regions):
            wanted = {
                category.code
                for category in categories_for(framework.categories, need_area, region, lot.value)
            }
            code = _what_is_lacking(supplier, of_need, wanted, region, framework.suspension_stops_invitations)
            if code is None:
                own += 1
                continue
            reason = Reason(code, {"need_area": need_area, "region": region}, source)
            held = code not in NOT_MADE_GOOD and _consortium_holds(supplier, wanted, region)
            (through if lot.holds_all and held else reasons).append(reason)
    if not own:
        reasons += through
    return Decision(not reasons, tuple(reasons))


def _consortium_holds(supplier: SupplierFacts, wanted: set[str], region: str) -> bool:
    return any(
        m.category in wanted and m.region == region and m.state is MemberState.ACTIVE
        for m in supplier.consortium
    )


def _what_is_lacking(
    supplier: SupplierFacts, of_need: set[str], wanted: set[str], region: str, suspension_stops: bool
) -> str | None:
    """The code of the nearest reason, or None where an active membership is held.

    A suspended one is as good where the published terms do not let a suspension stop invitations.
    """
    here = {m.state for m in supplier.memberships if m.category in wanted and m.region == region}
    if MemberState.ACTIVE in here:
        return None
    if MemberState.SUSPENDED in here:
        return "suspended" if suspension_stops else None
    if any((category, region) in supplier.pending for category in wanted):
        return "application_pending"
    if MemberState.REMOVED in here:
        return "removed"
    active = [m for m in supplier.memberships if m.category in of_need and m.state is MemberState.ACTIVE]
    if any(m.region == region for m in active):
        return "member_other_band"
    if active:
        return "member_other_region"
    return "not_member"
