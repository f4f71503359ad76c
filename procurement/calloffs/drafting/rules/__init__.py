"""The law of call-offs before the deadline: steps, what keeps a draft from being published, the timetable."""

from procurement.calloffs.drafting.rules.amending import (
    changes_between,
    reasons_not_to_amend,
)
from procurement.calloffs.drafting.rules.burden import burden_of, words_per_unit
from procurement.calloffs.drafting.rules.editing import reasons_not_to_edit, reasons_not_to_name
from procurement.calloffs.drafting.rules.joint import (
    pounds_of_share,
    reasons_not_to_approve_as_partner,
)
from procurement.calloffs.drafting.rules.lots import outermost, reasons_outside_scope
from procurement.calloffs.drafting.rules.publishing import (
    LEAST_EVALUATORS,
    LEAST_OFFICERS,
    LEAST_TENDER_DAYS,
    call_off_value,
    earliest_deadline_day,
    lot_need,
    reasons_not_to_approve,
    reasons_not_to_move_deadline,
    reasons_not_to_publish,
)
from procurement.calloffs.drafting.rules.states import (
    CALL_OFF_STEPS,
    LOT_STEPS,
    STORED_STATES,
    outcome_is_public,
    public_state,
    state_at,
    stored,
)
from procurement.calloffs.drafting.rules.terms import (
    MOST_PAYMENT_DAYS,
    longest_months,
    reasons_against_ranges,
    reasons_not_to_pay_so,
    whole_value,
)
from procurement.calloffs.drafting.rules.timetable import (
    first_signing_moment,
    standstill_last_day,
    timetable,
)

__all__ = [
    "CALL_OFF_STEPS",
    "LEAST_EVALUATORS",
    "LEAST_OFFICERS",
    "LEAST_TENDER_DAYS",
    "LOT_STEPS",
    "MOST_PAYMENT_DAYS",
    "STORED_STATES",
    "burden_of",
    "call_off_value",
    "changes_between",
    "earliest_deadline_day",
    "first_signing_moment",
    "longest_months",
    "lot_need",
    "outcome_is_public",
    "outermost",
    "pounds_of_share",
    "public_state",
    "reasons_against_ranges",
    "reasons_not_to_amend",
    "reasons_not_to_approve",
    "reasons_not_to_approve_as_partner",
    "reasons_not_to_edit",
    "reasons_not_to_move_deadline",
    "reasons_not_to_name",
    "reasons_not_to_pay_so",
    "reasons_not_to_publish",
    "reasons_outside_scope",
    "standstill_last_day",
    "state_at",
    "stored",
    "timetable",
    "whole_value",
    "words_per_unit",
]
