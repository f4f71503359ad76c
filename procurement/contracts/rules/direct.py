"""When a failed lot may be awarded directly, and what comes after what until there is a contract."""

from datetime import date, datetime

from core.calendar import london_date
from core.reasons import Reason
from procurement.calloffs.drafting.rules import first_signing_moment
from procurement.contracts.types import DirectFacts, DirectStep
from procurement.framework.types import Regime

LEAST_JUSTIFICATION_WORDS = 10
_SOURCE = {Regime.DYNAMIC_MARKET: "PA 2023 s.43", Regime.DPS: "PCR 2015 reg 32"}


def reasons_not_to_recommend_directly(
    regime: Regime,
    *,
    failed: bool,
    followed: bool,
    member: bool,
    priced: bool,
    dated: bool,
    justification: str,
    exclusion_note: str,
) -> list[Reason]:
    """Why a lot is not proposed for a direct award: no suitable tender came, justified, checked, priced."""
    source = _SOURCE[regime]
    reasons = []
    if not failed:
        reasons.append(Reason("lot_not_failed", source=source))
    if followed:
        reasons.append(Reason("followed_up_already"))
    if not dated:
        reasons.append(Reason("lot_not_whole"))
    if not member:
        reasons.append(Reason("supplier_unknown"))
    if not priced:
        reasons.append(Reason("price_missing"))
    if len(justification.split()) < LEAST_JUSTIFICATION_WORDS:
        reasons.append(Reason("not_justified", source=source))
    if len(exclusion_note.split()) < 3:
        source = "PA 2023 s.43, 57" if regime is Regime.DYNAMIC_MARKET else "PCR 2015 reg 57"
        reasons.append(Reason("exclusion_not_noted", source=source))
    return reasons


def next_step(facts: DirectFacts) -> DirectStep | None:
    """What comes next; None when there is a contract.

    2023 Act: approval, transparency notice (s.44), award notice (s.50), standstill where chosen (s.51), then
    the contract. DPS: approval, contract; the award notice follows it.
    """
    if facts.approved_at is None:
        return DirectStep.APPROVE
    if facts.regime is Regime.DYNAMIC_MARKET:
        if facts.transparency_notice_at is None:
            return DirectStep.TRANSPARENCY_NOTICE
        if facts.award_notice_at is None:
            return DirectStep.AWARD_NOTICE
    return DirectStep.CONTRACT if facts.contracted_at is None else None


def reasons_not_to_take(facts: DirectFacts, wanted: DirectStep, now: datetime) -> list[Reason]:
    """Why a step of a direct award does not come now."""
    if next_step(facts) is not wanted:
        return [Reason("not_the_time", {"step": str(wanted)})]
    reasons = []
    if wanted is DirectStep.APPROVE and facts.approver == facts.recommender:
        reasons.append(Reason("approver_recommended_it"))
    if wanted is DirectStep.CONTRACT:
        if facts.standstill and facts.regime is Regime.DYNAMIC_MARKET and facts.award_notice_at is not None:
            first = first_signing_moment(facts.regime, london_date(facts.award_notice_at))
            if now < first:
                reasons.append(Reason("standstill_running", {"until": _last_day(first)}, "PA 2023 s.51"))
        if facts.challenged:
            source = "PA 2023 s.101" if facts.regime is Regime.DYNAMIC_MARKET else "PCR 2015 reg 95"
            reasons.append(Reason("challenged", source=source))
    return reasons


def _last_day(first: datetime) -> date:
    return date.fromordinal(london_date(first).toordinal() - 1)
