"""Recommending an award and approving it: two people, every check made again at the second step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.actor import Actor
from core.reasons import Reason, refuse_if
from core.states import step
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.rules import CALL_OFF_STEPS, LOT_STEPS
from procurement.calloffs.drafting.types import (
    CallOffEvent,
    Duty,
    FailureCause,
    LotEvent,
    LotState,
)
from procurement.calloffs.evaluation.models import Award
from procurement.calloffs.evaluation.queries.results import application_of, awards_of, rankings
from procurement.calloffs.evaluation.queries.scoped import declarations, has_duty
from procurement.calloffs.evaluation.queries.scores import panel_of
from procurement.calloffs.evaluation.rules import (
    has_reason,
    reasons_not_to_approve_award,
    reasons_not_to_recommend,
)
from procurement.calloffs.evaluation.services.steps import fail_lot, lock, take_step, tell
from procurement.calloffs.evaluation.types import AwardFacts, EvaluationTag, Ranked


@dataclass(frozen=True)
class LotDecision:
    """What is recommended for a lot: a bid, or None to award it to nobody; why; what was checked.

    `drawn` says that a draw was held between bids that the published rule left equal, and that `bid` won it;
    the reason then names the witnesses.
    """

    bid: Bid | None
    reason: str
    exclusion_checked: bool = False
    drawn: bool = False


def recommend(
    session: Session,
    *,
    call_off: CallOff,
    decisions: Mapping[int, LotDecision],
    actor: Actor,
    now: datetime,
) -> None:
    """Recommend an award for each open lot (by its key), or that it is awarded to nobody.

    Raises Refused; each reason names its lot.
    """
    lock(session, call_off)
    panel = panel_of(session, call_off)
    draws = {
        bid.id: 1 if bid == decision.bid else 2
        for decision in decisions.values()
        if decision.drawn and decision.bid is not None
        for bid in panel.bids
        if bid.lot_id == decision.bid.lot_id
    }
    ranked = rankings(session, call_off, panel, draws)
    reasons: list[Reason] = []
    awarded = 0
    for lot in _open_lots(call_off):
        decision = decisions.get(lot.id)
        if decision is None:
            reasons.append(Reason("lot_not_decided", {"lot": lot.number}))
        elif decision.bid is None:
            if not has_reason(decision.reason):
                reasons.append(Reason("award_without_reason", {"lot": lot.number}))
        else:
            awarded += 1
            facts = _facts(session, call_off, lot, ranked[lot.id], decision, actor)
            reasons.extend(_of_lot(lot, reasons_not_to_recommend(facts)))
    if not reasons and not awarded:
        reasons.append(Reason("nothing_to_award"))
    refuse_if(reasons)

    for lot in _open_lots(call_off):
        decision = decisions[lot.id]
        if decision.bid is None:
            fail_lot(
                session,
                call_off,
                lot,
                FailureCause.NO_COMPLIANT_BID,
                actor=actor,
                now=now,
                reason=decision.reason,
            )
            continue
        award = Award(
            lot_id=lot.id,
            bid_id=decision.bid.id,
            recommended_by_id=actor.person_id,
            recommended_at=now,
            reason=decision.reason,
        )
        session.add(award)
        tell(
            session,
            EvaluationTag.RECOMMENDED,
            call_off,
            actor=actor,
            now=now,
            subject=award,
            details={
                "lot": lot.number,
                "bid": decision.bid.public_id,
                "reason": decision.reason,
                "exclusion_checked": decision.exclusion_checked,
                "drawn": decision.drawn,
                "ranking": [
                    {"bid": entry.key, "rank": entry.rank, "total": entry.total} for entry in ranked[lot.id]
                ],
            },
        )
    take_step(call_off, CallOffEvent.RECOMMEND, now)
    session.flush()


def return_recommendation(
    session: Session, *, call_off: CallOff, reason: str, actor: Actor, now: datetime
) -> None:
    """Send a recommendation back with a reason; what was recommended stays in the audit."""
    lock(session, call_off)
    reasons = [] if has_reason(reason) else [Reason("return_without_reason")]
    refuse_if([*reasons, *_not_the_approver(call_off, actor)])
    take_step(call_off, CallOffEvent.RETURN_RECOMMENDATION, now)
    for award in awards_of(session, call_off).values():
        session.delete(award)
    details = {"reason": reason}
    tell(session, EvaluationTag.RECOMMENDATION_RETURNED, call_off, actor=actor, now=now, details=details)
    session.flush()


def approve_award(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> None:
    """Approve all recommended awards, as the named approver and another person than recommended them."""
    lock(session, call_off)
    refuse_if(reasons_not_from(call_off, CallOffEvent.APPROVE_AWARD))
    panel = panel_of(session, call_off)
    awards = awards_of(session, call_off)
    reasons = list(_not_the_approver(call_off, actor))
    plain = rankings(session, call_off, panel)
    for lot in _open_lots(call_off):
        award = awards[lot.id]
        ranking = plain[lot.id]
        if any(entry.key == award.bid.public_id and entry.tied_with for entry in ranking):
            # The recommendation rests on a recorded draw.
            ranking = rankings(
                session,
                call_off,
                panel,
                {bid.id: 1 if bid.id == award.bid_id else 2 for bid in panel.bids if bid.lot_id == lot.id},
            )[lot.id]
        decision = LotDecision(award.bid, award.reason, exclusion_checked=True)
        facts = _facts(
            session,
            call_off,
            lot,
            ranking,
            decision,
            actor,
            recommender=award.recommended_by_id,
            approver=actor.person_id,
        )
        reasons.extend(_of_lot(lot, reasons_not_to_approve_award(facts)))
    refuse_if(reasons)
    for lot in _open_lots(call_off):
        award = awards[lot.id]
        award.approved_by_id, award.approved_at = actor.person_id, now
        lot.state = step(LOT_STEPS, lot.state, LotEvent.AWARD)
        details = {"lot": lot.number, "bid": award.bid.public_id}
        tell(
            session,
            EvaluationTag.AWARD_APPROVED,
            call_off,
            actor=actor,
            now=now,
            subject=award,
            details=details,
        )
    take_step(call_off, CallOffEvent.APPROVE_AWARD, now)
    session.flush()


def _facts(
    session: Session,
    call_off: CallOff,
    lot: Lot,
    ranking: tuple[Ranked, ...],
    decision: LotDecision,
    actor: Actor,
    *,
    recommender: int | None = None,
    approver: int | None = None,
) -> AwardFacts:
    assert decision.bid is not None
    entry = next((one for one in ranking if one.key == decision.bid.public_id), None)
    return AwardFacts(
        state=call_off.state,
        regime=call_off.framework.regime,
        ranking=ranking,
        winner=decision.bid.public_id,
        recommender=recommender or actor.person_id,
        approver=approver,
        declarations=declarations(call_off),
        reason=decision.reason,
        winner_application=application_of(session, call_off, decision.bid),
        winner_excluded=False if decision.exclusion_checked else None,
        budget=lot.budget,
        value=entry.price if entry else None,
    )


def reasons_not_from(call_off: CallOff, event: CallOffEvent) -> list[Reason]:
    """Why the event does not come now; empty when it does."""
    if (call_off.state, event) in CALL_OFF_STEPS[call_off.framework.regime]:
        return []
    return [Reason("not_from_this_state", {"state": str(call_off.state), "event": str(event)})]


def _open_lots(call_off: CallOff) -> list[Lot]:
    return [lot for lot in call_off.lots if lot.state is LotState.OPEN]


def _of_lot(lot: Lot, reasons: list[Reason]) -> list[Reason]:
    return [Reason(reason.code, {**reason.params, "lot": lot.number}, reason.source) for reason in reasons]


def _not_the_approver(call_off: CallOff, actor: Actor) -> list[Reason]:
    if has_duty(call_off, actor.person_id, Duty.APPROVER):
        return []
    return [Reason("not_the_named_approver", {"person": actor.person_id})]
