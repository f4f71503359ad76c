"""What the closed lists of a call-off are called on pages and in forms."""

from procurement.calloffs.drafting.types import (
    CallOffState,
    CriterionKind,
    Duty,
    LotState,
    Milestone,
    NoticeKind,
    PriceFormula,
    PriceModel,
    Role,
    StaffTransfer,
    TieBreak,
)
from procurement.framework.types import Reservation

STATE_WORDS = {
    CallOffState.DRAFT: "Draft",
    CallOffState.APPROVED: "Approved for publication",
    CallOffState.PUBLISHED: "Open for bids",
    CallOffState.CLOSED: "Closed for bids",
    CallOffState.QUALITY_OPENED: "Quality being scored",
    CallOffState.QUALITY_SCORED: "Quality scored",
    CallOffState.CONSENSUS: "Quality locked",
    CallOffState.PRICE_OPENED: "Price opened",
    CallOffState.RECOMMENDED: "Award recommended",
    CallOffState.AWARD_APPROVED: "Award approved",
    CallOffState.SUMMARIES_SENT: "Bidders told",
    CallOffState.AWARD_NOTICE: "Award notice published",
    CallOffState.STANDSTILL: "Standstill",
    CallOffState.CONTRACTED: "Under contract",
    CallOffState.PAUSED: "Paused",
    CallOffState.CANCELLED: "Cancelled",
}

STATE_COLOURS = {
    CallOffState.DRAFT: "grey",
    CallOffState.APPROVED: "blue",
    CallOffState.PUBLISHED: "green",
    CallOffState.CLOSED: "purple",
    CallOffState.PAUSED: "orange",
    CallOffState.CANCELLED: "red",
    CallOffState.CONTRACTED: "teal",
}
"""Where none is named: purple, for everything between the deadline and the contract."""

LOT_STATE_WORDS = {
    LotState.OPEN: "Open",
    LotState.FAILED: "Failed",
    LotState.RE_RUN: "Run again",
    LotState.AWARDED: "Awarded",
    LotState.CONTRACTED: "Under contract",
}

PRICE_MODEL_WORDS = {
    PriceModel.UNIT_PRICE: "A price per person",
    PriceModel.FIXED_PRICE: "A fixed price",
}
PRICE_MODEL_HINTS = {
    PriceModel.UNIT_PRICE: "Each bidder prices every need area and complexity of a lot.",
    PriceModel.FIXED_PRICE: "You state the price; bids compete on quality alone.",
}

FORMULA_WORDS = {
    PriceFormula.RELATIVE_LOWEST: "Relative to the lowest price",
    PriceFormula.MEAN_DEVIATION: "By the distance from the mean",
    PriceFormula.OPTIMAL_PRICE: "Between the highest price and an optimal one",
    PriceFormula.QUALITY_ONLY: "Quality only",
    PriceFormula.PRICE_PER_QUALITY_POINT: "Price per quality point",
}
FORMULA_HINTS = {
    PriceFormula.RELATIVE_LOWEST: "Weight × lowest price ÷ the bid’s price. At weight 40, prices of £100 and "
    "£105 score 40 and 38.10.",
    PriceFormula.MEAN_DEVIATION: "50 of 100 at the mean of all prices, one point more or less for each 1% "
    "below or above it, scaled to the weight.",
    PriceFormula.OPTIMAL_PRICE: "Weight × (highest price − the bid’s price) ÷ (highest price − optimal "
    "price). You state the optimal price.",
    PriceFormula.QUALITY_ONLY: "For a fixed price. Price carries no weight.",
    PriceFormula.PRICE_PER_QUALITY_POINT: "The price divided by the quality score; the lowest ranks first. "
    "Price carries no weight of its own.",
}

TIE_BREAK_WORDS = {
    TieBreak.HIGHER_QUALITY: "The higher quality score wins",
    TieBreak.LOWER_PRICE: "The lower price wins",
    TieBreak.FIRST_CRITERION: "The higher score on the heaviest criterion wins, then on the next",
    TieBreak.DRAW: "A recorded draw before two witnesses",
}

STAFF_TRANSFER_WORDS = {
    StaffTransfer.APPLIES: "Yes, as far as we know",
    StaffTransfer.DOES_NOT_APPLY: "No, as far as we know",
    StaffTransfer.NOT_KNOWN: "We do not know yet",
}
STAFF_TRANSFER_HINTS = {
    StaffTransfer.APPLIES: "Someone delivers this service now, and staff assigned to it would go over.",
    StaffTransfer.DOES_NOT_APPLY: "Nobody delivers it now, or no staff are assigned to it.",
    StaffTransfer.NOT_KNOWN: "Bidders take advice of their own; what the present provider says goes to all.",
}

RESERVATION_WORDS = {
    Reservation.SUPPORTED_EMPLOYMENT: "Only supported employment providers",
    Reservation.PUBLIC_MUTUAL: "Only public service mutuals",
}
RESERVATION_HINTS = {
    Reservation.SUPPORTED_EMPLOYMENT: "At least 30% of their workers are disabled or disadvantaged "
    "(PCR 2015 reg 20; PA 2023 s.32).",
    Reservation.PUBLIC_MUTUAL: "Run with their staff for a public service; for light touch services and a "
    "limited term (PCR 2015 reg 77; PA 2023 s.33).",
}

CRITERION_WORDS = {CriterionKind.QUALITY: "Quality", CriterionKind.SOCIAL_VALUE: "Social value"}

DUTY_WORDS = {
    Duty.DRAFTER: "Drafter",
    Duty.OPENING_OFFICER: "Opening officer",
    Duty.EVALUATOR: "Evaluator",
    Duty.APPROVER: "Approver",
}
DUTY_HINTS = {
    Duty.DRAFTER: "Wrote or changed this draft.",
    Duty.OPENING_OFFICER: "Any two of at least three open the quality envelopes, and later the prices.",
    Duty.EVALUATOR: "At least two score every bid, each for themselves.",
    Duty.APPROVER: "Approves the publication, and the award that another person recommends. Not a drafter.",
}

ROLE_WORDS = {
    Role.COMMISSIONER: "Commissioner",
    Role.SUPPLIERS: "Suppliers",
    Role.OFFICERS: "Opening officers",
    Role.EVALUATORS: "Evaluators",
    Role.APPROVER: "Approver",
}

MILESTONE_WORDS = {
    Milestone.INVITATION: "Published, and members invited",
    Milestone.QUESTIONS_CLOSE: "Questions close",
    Milestone.ANSWERS_DUE: "Answers to all questions",
    Milestone.BIDS_CLOSE: "Bids close",
    Milestone.QUALITY_OPENS: "Quality envelopes opened",
    Milestone.SCORES_DUE: "Individual scores complete",
    Milestone.CONSENSUS_DUE: "Consensus reached and quality locked",
    Milestone.PRICE_OPENS: "Price envelopes opened",
    Milestone.RECOMMENDATION_DUE: "Award recommended",
    Milestone.AWARD_DECISION_DUE: "Award decided",
    Milestone.SUMMARIES_DUE: "Every bidder told its result and why",
    Milestone.AWARD_NOTICE_DUE: "Award notice published",
    Milestone.STANDSTILL_ENDS: "Standstill ends",
    Milestone.CONTRACT_FROM: "Contract may be made",
    Milestone.CONTRACT_NOTICE_DUE: "Contract details notice due",
    Milestone.SERVICE_STARTS: "Service starts",
}

NOTICE_WORDS = {
    NoticeKind.RETURNED: "Returned to draft",
    NoticeKind.PAUSED: "Paused",
    NoticeKind.RESUMED: "Went on",
    NoticeKind.EXTENDED: "Deadline moved for everyone",
    NoticeKind.CANCELLED: "Cancelled",
}

WORDS = {
    "STATE_WORDS": STATE_WORDS,
    "STATE_COLOURS": STATE_COLOURS,
    "LOT_STATE_WORDS": LOT_STATE_WORDS,
    "PRICE_MODEL_WORDS": PRICE_MODEL_WORDS,
    "FORMULA_WORDS": FORMULA_WORDS,
    "FORMULA_HINTS": FORMULA_HINTS,
    "TIE_BREAK_WORDS": TIE_BREAK_WORDS,
    "STAFF_TRANSFER_WORDS": STAFF_TRANSFER_WORDS,
    "RESERVATION_WORDS": RESERVATION_WORDS,
    "CRITERION_WORDS": CRITERION_WORDS,
    "DUTY_WORDS": DUTY_WORDS,
    "DUTY_HINTS": DUTY_HINTS,
    "ROLE_WORDS": ROLE_WORDS,
    "MILESTONE_WORDS": MILESTONE_WORDS,
    "NOTICE_WORDS": NOTICE_WORDS,
}
"""All of them, as the templates are given them."""
