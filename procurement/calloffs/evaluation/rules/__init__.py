"""The law of evaluation: opening, scoring, ranking, deciding; arithmetic in decimals, rounded once."""

from procurement.calloffs.evaluation.rules.cases import (
    OPEN_CASES,
    low_prices_open,
    reasons_not_to_answer,
    reasons_not_to_ask,
    reasons_not_to_correct,
    reasons_not_to_decide,
    reasons_not_to_remove,
    reasons_not_to_test,
)
from procurement.calloffs.evaluation.rules.deciding import (
    LEAST_REASON_WORDS,
    has_reason,
    reasons_not_to_agree,
    reasons_not_to_approve_award,
    reasons_not_to_complete_scoring,
    reasons_not_to_contract,
    reasons_not_to_lock,
    reasons_not_to_publish_notice,
    reasons_not_to_recommend,
    reasons_not_to_score,
    reasons_not_to_send_summaries,
    reasons_of_conflict,
    spread,
)
from procurement.calloffs.evaluation.rules.integrity import review_prompts
from procurement.calloffs.evaluation.rules.opening import OFFICERS_NEEDED, reasons_not_to_open
from procurement.calloffs.evaluation.rules.panels import (
    LEAST_SCORERS,
    predecessors,
    reasons_not_to_replace,
    reasons_not_to_set_panel,
    standing_scores,
)
from procurement.calloffs.evaluation.rules.pricing import (
    ABNORMALLY_LOW_TESTS,
    abnormally_low,
    evaluated_price,
    price_scores,
)
from procurement.calloffs.evaluation.rules.ranking import (
    orders_of,
    quality_scores,
    rank,
    weighted,
)
from procurement.calloffs.evaluation.rules.rounding import PLACES, rounded
from procurement.calloffs.evaluation.rules.sensitivity import sensitivity

__all__ = [
    "ABNORMALLY_LOW_TESTS",
    "LEAST_REASON_WORDS",
    "LEAST_SCORERS",
    "OFFICERS_NEEDED",
    "OPEN_CASES",
    "PLACES",
    "abnormally_low",
    "evaluated_price",
    "has_reason",
    "low_prices_open",
    "orders_of",
    "predecessors",
    "price_scores",
    "quality_scores",
    "rank",
    "reasons_not_to_agree",
    "reasons_not_to_answer",
    "reasons_not_to_approve_award",
    "reasons_not_to_ask",
    "reasons_not_to_complete_scoring",
    "reasons_not_to_contract",
    "reasons_not_to_correct",
    "reasons_not_to_decide",
    "reasons_not_to_lock",
    "reasons_not_to_open",
    "reasons_not_to_publish_notice",
    "reasons_not_to_recommend",
    "reasons_not_to_remove",
    "reasons_not_to_replace",
    "reasons_not_to_score",
    "reasons_not_to_send_summaries",
    "reasons_not_to_set_panel",
    "reasons_not_to_test",
    "reasons_of_conflict",
    "review_prompts",
    "rounded",
    "sensitivity",
    "spread",
    "standing_scores",
    "weighted",
]
