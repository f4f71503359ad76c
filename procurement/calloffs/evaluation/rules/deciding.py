"""What keeps scores from being taken, quality from being locked, a lot from being awarded or contracted."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from core.reasons import Reason
from procurement.calloffs.bids.rules import count_words
from procurement.calloffs.drafting.rules import CALL_OFF_STEPS, LEAST_EVALUATORS, first_signing_moment
from procurement.calloffs.drafting.types import CallOffEvent, CallOffState
from procurement.calloffs.evaluation.types import (
    AwardFacts,
    ConsensusFacts,
    PanelFacts,
    SigningFacts,
)
from procurement.framework.rules import PENDING_STATES
from procurement.framework.types import ApplicationState, Regime

LEAST_REASON_WORDS = 3
_CONFLICT = "PCR 2015 reg 24; PA 2023 s.81"


def reasons_not_to_score(
    *,
    state: CallOffState,
    assigned: bool,
    declared_conflict: bool | None,
    submitted: bool,
    score: int | None,
    scale_most: int,
    reason: str | None,
    submitting: bool,
) -> list[Reason]:
    """Why an evaluator's score on one criterion of one bid is not taken.

    A draft may lack its score or reason; a submitted one needs both, and never changes again.
    """
    reasons = []
    if state is not CallOffState.QUALITY_OPENED:
        reasons.append(Reason("not_open_for_scoring", {"state": str(state)}))
    if not assigned:
        reasons.append(Reason("not_assigned"))
    reasons.extend(_undeclared(None, declared_conflict))
    if submitted:
        reasons.append(Reason("score_already_submitted", source="house rule: scores are kept as given"))
    if score is not None and not 0 <= score <= scale_most:
        reasons.append(Reason("score_off_the_scale", {"score": score, "most": scale_most}))
    if submitting and score is None:
        reasons.append(Reason("score_missing"))
    if submitting and not has_reason(reason):
        reasons.append(Reason("score_without_reason"))
    return reasons


def reasons_not_to_complete_scoring(panel: PanelFacts) -> list[Reason]:
    """Why scoring is not over: scores that assigned evaluators still owe, evaluators who did not declare."""
    reasons = _step(panel.state, CallOffEvent.COMPLETE_SCORING)
    if not panel.consensus:
        reasons.append(Reason("no_bid_to_score"))
    if len(panel.evaluators) < LEAST_EVALUATORS:
        params = {"named": len(panel.evaluators), "least": LEAST_EVALUATORS}
        reasons.append(Reason("too_few_evaluators", params))
    reasons.extend(_declarations(panel.evaluators, panel.declarations))
    for item in panel.consensus:
        if not item.assigned:
            reasons.append(Reason("nobody_assigned", {"bid": item.bid, "criterion": item.criterion}))
        for person in sorted(item.assigned - set(item.scores)):
            params = {"bid": item.bid, "criterion": item.criterion, "person": person}
            reasons.append(Reason("score_outstanding", params))
        if len(item.assigned) == 1 and not has_reason(item.few_reason):
            reasons.append(Reason("one_scorer", {"bid": item.bid, "criterion": item.criterion}))
    return reasons


def reasons_not_to_lock(panel: PanelFacts) -> list[Reason]:
    """Why quality cannot be locked: each bid and criterion needs scores, consensus and its reason."""
    reasons = _step(panel.state, CallOffEvent.LOCK_QUALITY)
    reasons.extend(_declarations(panel.evaluators, panel.declarations))
    for item in panel.consensus:
        reasons.extend(_consensus(item))
    return reasons


def spread(scores: Mapping[int, int]) -> int:
    """How far the panel's scores lie apart, in steps of the scale."""
    return max(scores.values()) - min(scores.values()) if scores else 0


def reasons_not_to_agree(
    item: ConsensusFacts,
    *,
    state: CallOffState,
    declared_conflict: bool | None,
) -> list[Reason]:
    """Why a consensus score is not taken: the time, the author's conflicts, the scale, the reason."""
    reasons = []
    if state is not CallOffState.QUALITY_SCORED:
        reasons.append(Reason("not_open_for_consensus", {"state": str(state)}))
    reasons.extend(_undeclared(None, declared_conflict))
    reasons.extend(_consensus(item))
    return reasons


def reasons_not_to_recommend(award: AwardFacts) -> list[Reason]:
    """Why a lot is not ready to be recommended for award to `winner`."""
    return [*_step(award.state, CallOffEvent.RECOMMEND, award.regime), *_award(award)]


def reasons_not_to_approve_award(award: AwardFacts) -> list[Reason]:
    """Why the recommended award is not approved: everything a recommendation needs, and another person."""
    reasons = _step(award.state, CallOffEvent.APPROVE_AWARD, award.regime)
    if award.approver is None:
        reasons.append(Reason("no_approver"))
    elif award.approver == award.recommender:
        reasons.append(Reason("approver_recommended_it", {"person": award.approver}))
    else:
        reasons.extend(_undeclared(award.approver, award.declarations.get(award.approver)))
    return [*reasons, *_award(award)]


def reasons_not_to_send_summaries(
    state: CallOffState, regime: Regime, *, bidders: frozenset[str], with_letter: frozenset[str]
) -> list[Reason]:
    """Why the letters do not go out: every bidder gets one, all together (PA 2023 s.50; DPS: house rule)."""
    reasons = _step(state, CallOffEvent.SEND_SUMMARIES, regime)
    source = "PA 2023 s.50" if regime is Regime.DYNAMIC_MARKET else "house rule; PCR 2015 reg 55"
    for bidder in sorted(bidders - with_letter):
        reasons.append(Reason("bidder_without_letter", {"bidder": bidder}, source))
    return reasons


def reasons_not_to_publish_notice(
    state: CallOffState, regime: Regime, summaries_sent_at: datetime | None
) -> list[Reason]:
    """Why the award notice is not published: under the 2023 Act the summaries go first (s.50)."""
    reasons = _step(state, CallOffEvent.PUBLISH_AWARD_NOTICE, regime)
    if summaries_sent_at is None:
        source = "PA 2023 s.50" if regime is Regime.DYNAMIC_MARKET else "house rule"
        reasons.append(Reason("summaries_not_sent", source=source))
    return reasons


def reasons_not_to_contract(signing: SigningFacts, now: datetime) -> list[Reason]:
    """Why no contract is made at `now`: the order of the regime, a running standstill, a challenge.

    Raises BeyondCalendar where the standstill cannot be computed.
    """
    reasons = _step(signing.state, CallOffEvent.CONTRACT, signing.regime)
    market = signing.regime is Regime.DYNAMIC_MARKET
    if signing.summaries_sent_at is None or signing.summaries_sent_at > now:
        reasons.append(Reason("summaries_not_sent", source="PA 2023 s.50" if market else "house rule"))
    if market and (signing.award_notice_at is None or signing.award_notice_at > now):
        reasons.append(Reason("award_notice_not_published", source="PA 2023 s.50, 51"))
    if signing.standstill_chosen:
        source = "PA 2023 s.51" if market else "PCR 2015 reg 86, 87"
        if signing.standstill_started_on is None:
            reasons.append(Reason("standstill_not_started", source=source))
        else:
            first = first_signing_moment(
                signing.regime, signing.standstill_started_on, signing.standstill_days
            )
            if now < first:
                reasons.append(Reason("standstill_running", {"until": first}, source))
    if signing.challenged:
        reasons.append(Reason("challenged", source="PA 2023 s.101" if market else "PCR 2015 reg 95"))
    return reasons


def reasons_of_conflict(declared: bool | None) -> list[Reason]:
    """Why a person takes no part in deciding about bids: undeclared, or in conflict."""
    return list(_undeclared(None, declared))


def has_reason(text: str | None) -> bool:
    """Whether a reason says anything: at least three words."""
    return count_words(text or "") >= LEAST_REASON_WORDS


def _award(award: AwardFacts) -> Iterator[Reason]:
    places = {entry.key: entry for entry in award.ranking}
    winner = places.get(award.winner) if award.winner is not None else None
    if winner is None:
        yield Reason("winner_not_among_bids", {"bid": award.winner})
    elif winner.rank is None:
        params = {"bid": winner.key, "criteria": winner.below_threshold}
        yield Reason("winner_below_threshold", params)
    elif winner.rank > award.place:
        yield Reason("winner_not_first", {"bid": winner.key, "rank": winner.rank})
    elif winner.tied_with:
        yield Reason("tie_not_broken", {"bids": (winner.key, *winner.tied_with)})
    elif winner.rank < award.place:
        yield Reason("winners_out_of_order", {"bid": winner.key, "rank": winner.rank})
    if award.recommender is None:
        yield Reason("no_recommender")
    else:
        yield from _undeclared(award.recommender, award.declarations.get(award.recommender))
    if not has_reason(award.reason):
        yield Reason("award_without_reason", source="PCR 2015 reg 55; PA 2023 s.50")
    if award.winner_application in PENDING_STATES:
        yield Reason("winner_application_pending", source="PA 2023 s.34(4), (5)")
    elif award.winner_application is not None and award.winner_application is not ApplicationState.ADMITTED:
        yield Reason("winner_not_admitted", source="PA 2023 s.34")
    exclusion = "PA 2023 s.19, 28" if award.regime is Regime.DYNAMIC_MARKET else "PCR 2015 reg 57"
    if award.winner_excluded is None:
        yield Reason("exclusion_not_checked", source=exclusion)
    elif award.winner_excluded:
        yield Reason("winner_excluded", source=exclusion)
    for name in award.parties_unchecked:
        yield Reason("party_not_checked", {"bid": award.winner, "party": name}, exclusion)
    for name in award.parties_excluded:
        yield Reason("party_excluded", {"bid": award.winner, "party": name}, exclusion)
    for bid in sorted(award.abnormally_low_open):
        source = "PCR 2015 reg 69; PA 2023 s.19(3)-(5)"
        yield Reason("abnormally_low_not_decided", {"bid": bid}, source)
    if award.budget is not None and award.value is not None and award.value > award.budget:
        yield Reason("over_budget", {"value": award.value, "budget": award.budget})


def _consensus(item: ConsensusFacts) -> Iterator[Reason]:
    here = {"bid": item.bid, "criterion": item.criterion}
    for person in sorted(item.assigned - set(item.scores)):
        yield Reason("score_outstanding", here | {"person": person})
    if not item.assigned:
        yield Reason("nobody_assigned", here)
    elif len(item.assigned) == 1 and not has_reason(item.few_reason):
        yield Reason("one_scorer", here)
    if item.agreed is None:
        yield Reason("consensus_missing", here)
    elif not 0 <= item.agreed <= item.scale_most:
        yield Reason("score_off_the_scale", here | {"score": item.agreed, "most": item.scale_most})
    if item.agreed is not None and not has_reason(item.reason):
        yield Reason("consensus_without_reason", here)


def _step(state: CallOffState, event: CallOffEvent, regime: Regime = Regime.DYNAMIC_MARKET) -> list[Reason]:
    if (state, event) in CALL_OFF_STEPS[regime]:
        return []
    return [Reason("not_from_this_state", {"state": str(state), "event": str(event)})]


def _declarations(people: frozenset[int], declarations: Mapping[int, bool]) -> Iterator[Reason]:
    for person in sorted(people):
        yield from _undeclared(person, declarations.get(person))


def _undeclared(person: int | None, declared: bool | None) -> Iterator[Reason]:
    params = {"person": person}
    if declared is None:
        yield Reason("conflict_not_declared", params, _CONFLICT)
    elif declared:
        yield Reason("person_in_conflict", params, _CONFLICT)
