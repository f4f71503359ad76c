"""What an authority does with bids: open, score, agree, award, tell everyone."""

from procurement.calloffs.evaluation.services.awarding import (
    LotDecision,
    approve_award,
    recommend,
    return_recommendation,
    shares_of_award,
)
from procurement.calloffs.evaluation.services.cases import (
    answer_inquiry,
    ask_bidder,
    correct_price,
    decide_answer,
    remove_bid,
    withdraw_opened_bid,
)
from procurement.calloffs.evaluation.services.ending import (
    ask_for_letters,
    publish_award_notice,
    send_letters,
)
from procurement.calloffs.evaluation.services.integrity import dismiss_prompt
from procurement.calloffs.evaluation.services.low_prices import set_low_price_tests
from procurement.calloffs.evaluation.services.opening import release_envelope
from procurement.calloffs.evaluation.services.panels import Chosen, replace_evaluator, set_panel
from procurement.calloffs.evaluation.services.scoring import (
    agree,
    complete_scoring,
    lock_quality,
    save_bid_drafts,
    save_drafts,
    submit_bid_scores,
    submit_scores,
)

__all__ = [
    "Chosen",
    "LotDecision",
    "agree",
    "answer_inquiry",
    "approve_award",
    "ask_bidder",
    "ask_for_letters",
    "complete_scoring",
    "correct_price",
    "decide_answer",
    "dismiss_prompt",
    "lock_quality",
    "publish_award_notice",
    "recommend",
    "release_envelope",
    "remove_bid",
    "replace_evaluator",
    "return_recommendation",
    "save_bid_drafts",
    "save_drafts",
    "send_letters",
    "set_low_price_tests",
    "set_panel",
    "shares_of_award",
    "submit_bid_scores",
    "submit_scores",
    "withdraw_opened_bid",
]
