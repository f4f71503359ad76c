"""What a framework's conditions may not ask: the lint of each regime. Nothing found is no legal advice."""

from collections.abc import Iterator
from decimal import Decimal

from core.reasons import Reason
from procurement.framework.rules.admission import DPS_LAST_DAY
from procurement.framework.types import ConditionFacts, Regime

HIGHEST_TURNOVER_MULTIPLE = Decimal(2)
"""The law's most for a DPS (PCR 2015 reg 58(9)); under the 2023 Act what we hold to be proportionate."""

DPS_FIRST_WINDOW_DAYS = 30


def lint_conditions(conditions: ConditionFacts) -> list[Reason]:
    """What in a framework's conditions its regime forbids. Nothing found is no legal advice."""
    dps = conditions.regime is Regime.DPS
    reasons = []
    if conditions.member_cap is not None:
        source = "PCR 2015 reg 34(2)" if dps else "PA 2023 s.36(7)"
        reasons.append(Reason("members_capped", {"cap": conditions.member_cap}, source))
    if conditions.admissions_close_on is not None:
        source = "PCR 2015 reg 34(15)" if dps else "PA 2023 s.36(7)"
        reasons.append(Reason("admissions_close", {"on": conditions.admissions_close_on}, source))
    if conditions.joining_fee:
        source = "PCR 2015 reg 34(29)" if dps else "PA 2023 s.38"
        reasons.append(Reason("fee_to_join", {"fee": conditions.joining_fee}, source))
    if dps:
        reasons.extend(_lint_dps(conditions))
    else:
        reasons.extend(_lint_dynamic_market(conditions))
    return reasons


def _lint_dps(conditions: ConditionFacts) -> Iterator[Reason]:
    if not conditions.established_before_2025_02_24:
        yield Reason("new_dps", source="SI 2024/716 reg 5")
    window = conditions.first_window_days
    if window is not None and window < DPS_FIRST_WINDOW_DAYS:
        params = {"days": window, "least": DPS_FIRST_WINDOW_DAYS}
        yield Reason("first_window_too_short", params, "PCR 2015 reg 34(11)")
    if conditions.award_fee_percent:
        yield Reason("fee_on_award", {"percent": conditions.award_fee_percent}, "PCR 2015 reg 34(29)")
    multiple = conditions.turnover_multiple
    if multiple is not None and multiple > HIGHEST_TURNOVER_MULTIPLE:
        params = {"multiple": multiple, "most": HIGHEST_TURNOVER_MULTIPLE}
        yield Reason("turnover_too_high", params, "PCR 2015 reg 58(9)")
    if conditions.ends_on is not None and conditions.ends_on > DPS_LAST_DAY:
        params = {"ends_on": conditions.ends_on, "last_day": DPS_LAST_DAY}
        yield Reason("ends_too_late", params, "SI 2024/716 reg 5")


def _lint_dynamic_market(conditions: ConditionFacts) -> Iterator[Reason]:
    multiple = conditions.turnover_multiple
    if multiple is not None and multiple > HIGHEST_TURNOVER_MULTIPLE:
        params = {"multiple": multiple, "most": HIGHEST_TURNOVER_MULTIPLE}
        yield Reason("turnover_too_high", params, "PA 2023 s.36: proportionate; twice is a house rule")
    if conditions.award_fee_percent and not conditions.award_fee_fixed:
        yield Reason("award_fee_not_fixed", {"percent": conditions.award_fee_percent}, "PA 2023 s.38")
    if conditions.asks_audited_accounts:
        yield Reason("audited_accounts", source="PA 2023 s.36")
    if conditions.asks_insurance_before_award:
        yield Reason("insurance_before_award", source="PA 2023 s.36")
    if conditions.asks_earlier_award_by:
        yield Reason("earlier_award_by_authority", source="PA 2023 s.36")
    if not conditions.equivalents_allowed:
        yield Reason("no_equivalents", source="PA 2023 s.36")
