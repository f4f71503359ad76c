"""After opening: what one bidder may be asked, which figures are corrected, when a bid is set aside."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from core.reasons import Reason
from procurement.calloffs.drafting.types import CallOffState
from procurement.calloffs.evaluation.rules.deciding import has_reason
from procurement.calloffs.evaluation.rules.rounding import PLACES, rounded
from procurement.calloffs.evaluation.types import AbnormallyLowTest, CorrectionRule, InquiryKind, NoBid
from procurement.framework.rules import PENDING_STATES
from procurement.framework.types import ApplicationState, Regime

LEAST_TIME_TO_ANSWER = timedelta(hours=24)
"""House rule: how long a bidder has at least to answer a question after opening."""

_LOW = "PCR 2015 reg 69; PA 2023 s.19(3)-(5)"
_PENDING = "PA 2023 s.34(4), (5)"
OPEN_CASES = frozenset(
    {
        CallOffState.QUALITY_OPENED,
        CallOffState.QUALITY_SCORED,
        CallOffState.CONSENSUS,
        CallOffState.PRICE_OPENED,
    }
)
"""From the opening of the answers until an award is recommended; a recommendation goes back first."""


def reasons_not_to_ask(
    *,
    kind: InquiryKind,
    state: CallOffState,
    question: str,
    answer_by: datetime | None,
    now: datetime,
    already_open: bool,
    removed: bool,
) -> list[Reason]:
    """Why one bidder is not asked: the time, the words, the time to answer, a question still open."""
    reasons = []
    late = kind is InquiryKind.LOW_PRICE and state is not CallOffState.PRICE_OPENED
    if state not in OPEN_CASES or late:
        reasons.append(Reason("not_the_time_to_ask", {"state": str(state)}))
    if removed:
        reasons.append(Reason("bid_is_removed"))
    if already_open:
        reasons.append(Reason("asked_already"))
    if not has_reason(question):
        reasons.append(Reason("nothing_asked"))
    if answer_by is None or answer_by < now + LEAST_TIME_TO_ANSWER:
        hours = int(LEAST_TIME_TO_ANSWER.total_seconds() // 3600)
        reasons.append(Reason("answer_by_too_soon", {"hours": hours}, "house rule"))
    return reasons


def reasons_not_to_answer(
    *, answer: str, answer_by: datetime, now: datetime, answered: bool, decided: bool, removed: bool
) -> list[Reason]:
    """Why a bidder's answer is not taken: once, in time, with something said."""
    reasons = []
    if answered:
        reasons.append(Reason("answered_already"))
    elif now >= answer_by or decided:
        reasons.append(Reason("answer_too_late", {"answer_by": answer_by}))
    if removed:
        reasons.append(Reason("bid_is_removed"))
    if not answer.strip():
        reasons.append(Reason("nothing_answered"))
    return reasons


def reasons_not_to_decide(
    *,
    state: CallOffState,
    answered: bool,
    answer_by: datetime,
    now: datetime,
    decided: bool,
    accepted: bool | None,
    reason: str,
    removed: bool,
) -> list[Reason]:
    """Why an answer is not decided on: the bidder is heard first, or has let its time pass."""
    reasons = []
    if state not in OPEN_CASES:
        reasons.append(Reason("not_the_time_to_decide", {"state": str(state)}))
    if decided:
        reasons.append(Reason("decided_already"))
    if removed:
        reasons.append(Reason("bid_is_removed"))
    if not answered and now < answer_by:
        reasons.append(Reason("bidder_not_heard", {"answer_by": answer_by}, _LOW))
    if accepted is None:
        reasons.append(Reason("nothing_decided"))
    if not has_reason(reason):
        reasons.append(Reason("decision_without_reason"))
    return reasons


def reasons_not_to_correct(
    *,
    state: CallOffState,
    rule: CorrectionRule | None,
    before: Decimal,
    after: Decimal | None,
    people: int,
    parts: Decimal | None,
    reason: str,
    removed: bool = False,
) -> list[Reason]:
    """Why a unit price (pounds per person) is not corrected to `after`.

    Only slips whose right figure follows from the bid itself: `people` is the volume that was priced,
    `parts` what the bid's own parts add up to. A better figure is never taken.
    """
    reasons = []
    if state is not CallOffState.PRICE_OPENED:
        reasons.append(Reason("not_the_time_to_correct", {"state": str(state)}))
    if removed:
        reasons.append(Reason("bid_is_removed"))
    if rule is None:
        reasons.append(Reason("correction_rule_not_chosen"))
    if after is None or after <= 0 or after == before:
        reasons.append(Reason("corrected_price_missing"))
    elif rule is not None and not _follows(rule, before, after, people, parts):
        reasons.append(Reason("correction_does_not_follow", {"rule": str(rule), "parts": parts}))
    if not has_reason(reason):
        reasons.append(Reason("correction_without_reason"))
    return reasons


def _follows(
    rule: CorrectionRule, before: Decimal, after: Decimal, people: int, parts: Decimal | None
) -> bool:
    if rule is CorrectionRule.DECIMAL_POINT:
        ratio = Fraction(after) / Fraction(before)
        return any(ratio == Fraction(10) ** power for power in (-4, -3, -2, -1, 1, 2, 3, 4))
    if rule is CorrectionRule.TOTAL_FOR_VOLUME:
        return people > 1 and after == rounded(Fraction(before) / people, PLACES)
    return parts is not None and after == parts


def reasons_not_to_remove(
    *,
    state: CallOffState,
    cause: NoBid | None,
    reason: str,
    removed: bool,
    regime: Regime,
    application: ApplicationState | None,
    exception_reason: str = "",
    low_price_refused: bool = False,
) -> list[Reason]:
    """Why a bid is not withdrawn or set aside after opening.

    A bidder whose application is pending is decided on first; in a dynamic market the exception of
    exceptional complexity may be recorded instead (s.34(5)). A low price is set aside only by deciding on
    the bidder's answer.
    """
    reasons = []
    if state not in OPEN_CASES:
        reasons.append(Reason("not_the_time_to_remove", {"state": str(state)}))
    if removed:
        reasons.append(Reason("bid_is_removed"))
    if cause is None:
        reasons.append(Reason("cause_not_chosen"))
    if cause is NoBid.ABNORMALLY_LOW and not low_price_refused:
        reasons.append(Reason("low_price_not_heard", source=_LOW))
    if cause is NoBid.NOT_ADMITTED and application in (None, ApplicationState.ADMITTED):
        reasons.append(Reason("bidder_is_member"))
    if cause is not NoBid.WITHDRAWN and application in PENDING_STATES:
        excepted = regime is Regime.DYNAMIC_MARKET and has_reason(exception_reason)
        if not excepted:
            reasons.append(Reason("application_is_pending", {"regime": str(regime)}, _PENDING))
    if not has_reason(reason):
        reasons.append(Reason("removal_without_reason"))
    return reasons


def low_prices_open(flagged: Iterable[str], asked: Iterable[str], decided: Collection[str]) -> frozenset[str]:
    """The bids whose low price is not settled: flagged or asked about, and not decided."""
    return frozenset(bid for bid in (*flagged, *asked) if bid not in decided)


def reasons_not_to_test(tests: Iterable[AbnormallyLowTest]) -> list[Reason]:
    """Why these tests of low prices are not kept: each needs a percentage between 0 and 100."""
    reasons = []
    for number, test in enumerate(tests, start=1):
        if test.below_mean is None and test.below_next is None:
            reasons.append(Reason("test_without_percentage", {"number": number}))
        for value in (test.below_mean, test.below_next):
            if value is not None and not 0 < value < 100:
                reasons.append(Reason("test_out_of_range", {"number": number}))
    return reasons
