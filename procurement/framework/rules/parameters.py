"""The rules of a framework as parameters with value, unit and source: the set of each regime, and their text.

Each entry comes from the texts that `conditions` and `admission` enforce. A framework keeps a copy, which
freezes at its publication; `house rule` marks what is ours where the law is silent.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.reasons import Reason
from procurement.framework.rules.admission import (
    DPS_DECISION_DAYS,
    DPS_DECISION_DAYS_WITH_REASON,
    OWN_TARGET_DAYS,
    OWN_TARGET_DAYS_WITH_REASON,
)
from procurement.framework.rules.conditions import (
    DPS_FIRST_WINDOW_DAYS,
    HIGHEST_TURNOVER_MULTIPLE,
    lint_conditions,
)
from procurement.framework.types import ConditionFacts, Regime, RuleParameter, RuleUnit, RuleValue

WORKING_DAYS, DAYS, YEARS = RuleUnit.WORKING_DAYS, RuleUnit.DAYS, RuleUnit.YEARS
YES_NO, PERCENT, POUNDS, TIMES = RuleUnit.YES_NO, RuleUnit.PERCENT, RuleUnit.POUNDS, RuleUnit.TIMES

FIXED: Mapping[str, bool] = {}
TEMPTING: Mapping[str, bool] = {"asked": True}
VARIES: Mapping[str, bool] = {"may_vary": True, "asked": True}

_DPS = (
    RuleParameter("open_all_its_life", True, YES_NO, "PCR 2015 reg 34(15)", **FIXED),
    RuleParameter("member_cap", None, RuleUnit.MEMBERS, "PCR 2015 reg 34(2)", **TEMPTING),
    RuleParameter("first_window_days", DPS_FIRST_WINDOW_DAYS, DAYS, "PCR 2015 reg 34(11)", **VARIES),
    RuleParameter("decision_days", DPS_DECISION_DAYS, WORKING_DAYS, "PCR 2015 reg 34(16)", **FIXED),
    RuleParameter(
        "decision_days_with_reason",
        DPS_DECISION_DAYS_WITH_REASON,
        WORKING_DAYS,
        "PCR 2015 reg 34(17)",
        **FIXED,
    ),
    RuleParameter("joining_fee", Decimal(0), POUNDS, "PCR 2015 reg 34(29)", **TEMPTING),
    RuleParameter("award_fee_percent", Decimal(0), PERCENT, "PCR 2015 reg 34(29)", **TEMPTING),
    RuleParameter("turnover_multiple", HIGHEST_TURNOVER_MULTIPLE, TIMES, "PCR 2015 reg 58(9)", **VARIES),
    RuleParameter("mandatory_exclusion_years", 5, YEARS, "PCR 2015 reg 57(11)", **FIXED),
    RuleParameter("discretionary_exclusion_years", 3, YEARS, "PCR 2015 reg 57(12)", **FIXED),
    RuleParameter(
        "representation_days", 10, WORKING_DAYS, "PCR 2015 reg 57; length is a house rule", **VARIES
    ),
    RuleParameter("reasons_before_removal", True, YES_NO, "house rule", **FIXED),
    RuleParameter(
        "suspension_stops_invitations", True, YES_NO, "house rule: what is published binds", **VARIES
    ),
    RuleParameter("tender_days", 10, DAYS, "PCR 2015 reg 34(11)", **FIXED),
    RuleParameter("standstill_days", 10, DAYS, "PCR 2015 regs 86, 87: only where chosen", **FIXED),
)

_DYNAMIC_MARKET = (
    RuleParameter("open_all_its_life", True, YES_NO, "PA 2023 s.36(7)", **FIXED),
    RuleParameter("member_cap", None, RuleUnit.MEMBERS, "PA 2023 s.36(7)", **TEMPTING),
    RuleParameter(
        "decision_days",
        OWN_TARGET_DAYS,
        WORKING_DAYS,
        "PA 2023 s.36: reasonable period; own target",
        **VARIES,
    ),
    RuleParameter(
        "decision_days_with_reason",
        OWN_TARGET_DAYS_WITH_REASON,
        WORKING_DAYS,
        "PA 2023 s.36: reasonable period; own target",
        **VARIES,
    ),
    RuleParameter("joining_fee", Decimal(0), POUNDS, "PA 2023 s.38", **TEMPTING),
    RuleParameter(
        "award_fee_percent", Decimal(0), PERCENT, "PA 2023 s.38: on award, a fixed percentage", **VARIES
    ),
    RuleParameter("turnover_multiple", Decimal(0), TIMES, "PA 2023 s.36: proportionate", **VARIES),
    RuleParameter("asks_audited_accounts", False, YES_NO, "PA 2023 s.36", **TEMPTING),
    RuleParameter("asks_insurance_before_award", False, YES_NO, "PA 2023 s.36", **TEMPTING),
    RuleParameter("asks_earlier_award", False, YES_NO, "PA 2023 s.36", **TEMPTING),
    RuleParameter("equivalents_allowed", True, YES_NO, "PA 2023 s.36", **TEMPTING),
    RuleParameter("mandatory_exclusion_years", 5, YEARS, "PA 2023 Sch 6", **FIXED),
    RuleParameter("discretionary_exclusion_years", 5, YEARS, "PA 2023 Sch 7", **FIXED),
    RuleParameter(
        "short_exclusion_years",
        3,
        YEARS,
        "PA 2023 Sch 7: insolvency, competition, misconduct, breach",
        **FIXED,
    ),
    RuleParameter("representation_days", 10, WORKING_DAYS, "PA 2023 s.58; length is a house rule", **VARIES),
    RuleParameter("reasons_before_removal", True, YES_NO, "PA 2023 s.37", **FIXED),
    RuleParameter(
        "suspension_stops_invitations", True, YES_NO, "house rule: what is published binds", **VARIES
    ),
    RuleParameter("tender_days", 10, DAYS, "house rule; PA 2023 s.54 where it applies", **VARIES),
    RuleParameter("standstill_working_days", 8, WORKING_DAYS, "PA 2023 s.51: only where chosen", **FIXED),
)

PARAMETERS: Mapping[Regime, Mapping[str, RuleParameter]] = {
    Regime.DPS: {parameter.code: parameter for parameter in _DPS},
    Regime.DYNAMIC_MARKET: {parameter.code: parameter for parameter in _DYNAMIC_MARKET},
}

LINTED = frozenset(
    {
        *("member_cap", "joining_fee", "award_fee_percent", "turnover_multiple", "first_window_days"),
        *("asks_audited_accounts", "asks_insurance_before_award", "asks_earlier_award"),
        "equivalents_allowed",
    }
)
"""Parameters on which `lint_conditions` says which provision forbids a value."""


def written(parameters: Mapping[str, RuleParameter]) -> dict[str, Any]:
    """The parameters as a framework's row keeps them; amounts and factors as text, exact."""
    return {
        code: {
            "value": str(p.value) if isinstance(p.value, Decimal) else p.value,
            "unit": str(p.unit),
            "source": p.source,
            "may_vary": p.may_vary,
        }
        for code, p in parameters.items()
    }


def read(rules: Mapping[str, Any], regime: Regime) -> dict[str, RuleParameter]:
    """The parameters of a framework from its row, in the order of the regime's set."""
    known = PARAMETERS[regime]
    found = {
        code: RuleParameter(
            code,
            rule_value(rules, code),
            RuleUnit(rules[code]["unit"]),
            rules[code]["source"],
            rules[code]["may_vary"],
            known[code].asked if code in known else False,
        )
        for code in rules
    }
    order = {code: number for number, code in enumerate(known)}
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def rule_value(rules: Mapping[str, Any], code: str, default: RuleValue = None) -> Any:
    """One value of a framework's rules (`Framework.rules`) by its code; `default` where it has none."""
    entry = rules.get(code)
    if entry is None:
        return default
    value = entry["value"]
    if isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation:
            raise ValueError(f"rule {code} has the value {value!r}") from None
    return value


def reasons_against_rules(
    regime: Regime, rules: Mapping[str, Any], *, ends_on: date | None = None, noticed_on: date | None = None
) -> list[Reason]:
    """What the regime forbids of a framework's rules: each reason names the parameter in `rule`.

    Of the linted parameters the provision is named; any other that may not vary stays as the set has it.
    """
    return [
        *lint_conditions(condition_facts(regime, rules, ends_on=ends_on, noticed_on=noticed_on)),
        *_fixed_values_changed(regime, rules),
        *_targets_out_of_order(rules),
    ]


def condition_facts(
    regime: Regime, rules: Mapping[str, Any], *, ends_on: date | None, noticed_on: date | None
) -> ConditionFacts:
    """The conditions as the lint reads them."""
    return ConditionFacts(
        regime=regime,
        member_cap=rule_value(rules, "member_cap"),
        first_window_days=rule_value(rules, "first_window_days"),
        joining_fee=rule_value(rules, "joining_fee"),
        award_fee_percent=rule_value(rules, "award_fee_percent"),
        turnover_multiple=rule_value(rules, "turnover_multiple"),
        asks_audited_accounts=bool(rule_value(rules, "asks_audited_accounts", False)),
        asks_insurance_before_award=bool(rule_value(rules, "asks_insurance_before_award", False)),
        asks_earlier_award_by=bool(rule_value(rules, "asks_earlier_award", False)),
        equivalents_allowed=bool(rule_value(rules, "equivalents_allowed", True)),
        ends_on=ends_on,
        established_before_2025_02_24=noticed_on is not None and noticed_on < DPS_NOTICED_BEFORE,
    )


def _fixed_values_changed(regime: Regime, rules: Mapping[str, Any]) -> Iterator[Reason]:
    for code, parameter in PARAMETERS[regime].items():
        if parameter.may_vary or code in LINTED:
            continue
        if rule_value(rules, code) != parameter.value:
            yield Reason("rule_may_not_vary", {"rule": code}, parameter.source)


def _targets_out_of_order(rules: Mapping[str, Any]) -> Iterator[Reason]:
    usual, longer = (rule_value(rules, code) for code in ("decision_days", "decision_days_with_reason"))
    if usual is not None and longer is not None and longer < usual:
        yield Reason("longer_decision_is_shorter", {"rule": "decision_days_with_reason", "days": usual})


DPS_NOTICED_BEFORE = date(2025, 2, 24)
"""A dynamic purchasing system was established or noticed before this day, or it is none (SI 2024/716)."""
