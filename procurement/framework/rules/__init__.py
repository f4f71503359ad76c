"""The law of frameworks: setting up, admission, decision clocks, who is invited, what may be asked."""

from procurement.framework.rules.admission import (
    DPS_DECISION_DAYS,
    DPS_DECISION_DAYS_WITH_REASON,
    DPS_LAST_DAY,
    OWN_TARGET_DAYS,
    OWN_TARGET_DAYS_WITH_REASON,
    decision_clock,
    last_day,
    reasons_not_open,
    reasons_not_to_admit,
    reasons_not_to_decide,
    reasons_not_to_refuse,
    reasons_not_to_submit,
)
from procurement.framework.rules.assessment import (
    INCOME_QUESTION,
    assessment_facts,
    floor_code,
    floor_point,
    outcome_by_rule,
    reasons_against_decision,
    reasons_against_finding,
)
from procurement.framework.rules.conditions import (
    DPS_FIRST_WINDOW_DAYS,
    DPS_TURNOVER_MULTIPLE,
    lint_conditions,
)
from procurement.framework.rules.invitation import (
    categories_for,
    category_for,
    in_band,
    invitation_decision,
    reasons_lot_outside_framework,
)
from procurement.framework.rules.parameters import (
    DPS_NOTICED_BEFORE,
    PARAMETERS,
    reasons_against_rules,
    rule_value,
)
from procurement.framework.rules.setup import (
    is_cpv_code,
    is_light_touch,
    reasons_against_category,
    reasons_against_details,
    reasons_not_to_publish,
)
from procurement.framework.rules.states import APPLICATION_STEPS, MEMBER_STEPS, PENDING_STATES

__all__ = [
    "APPLICATION_STEPS",
    "DPS_DECISION_DAYS",
    "DPS_DECISION_DAYS_WITH_REASON",
    "DPS_FIRST_WINDOW_DAYS",
    "DPS_LAST_DAY",
    "DPS_NOTICED_BEFORE",
    "DPS_TURNOVER_MULTIPLE",
    "INCOME_QUESTION",
    "MEMBER_STEPS",
    "OWN_TARGET_DAYS",
    "OWN_TARGET_DAYS_WITH_REASON",
    "PARAMETERS",
    "PENDING_STATES",
    "assessment_facts",
    "categories_for",
    "category_for",
    "decision_clock",
    "floor_code",
    "floor_point",
    "in_band",
    "invitation_decision",
    "is_cpv_code",
    "is_light_touch",
    "last_day",
    "lint_conditions",
    "outcome_by_rule",
    "reasons_against_category",
    "reasons_against_decision",
    "reasons_against_details",
    "reasons_against_finding",
    "reasons_against_rules",
    "reasons_lot_outside_framework",
    "reasons_not_open",
    "reasons_not_to_admit",
    "reasons_not_to_decide",
    "reasons_not_to_publish",
    "reasons_not_to_refuse",
    "reasons_not_to_submit",
    "rule_value",
]
