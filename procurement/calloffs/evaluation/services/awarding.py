"""Recommending an award and approving it: two people, every check made again at the second step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from core.actor import Actor
from core.reasons import Reason, refuse_if
from core.states import step
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.queries import reasons_award_not_delegated
from procurement.calloffs.drafting.rules import CALL_OFF_STEPS, LOT_STEPS
from procurement.calloffs.drafting.rules.sharing import shares_for
from procurement.calloffs.drafting.types import (
    CallOffEvent,
    Duty,
    FailureCause,
    LotEvent,
    LotState,
    Sharing,
)
from procurement.calloffs.evaluation.models import Award
from procurement.calloffs.evaluation.queries.checks import BIDDER, checks_of, parties_of
from procurement.calloffs.evaluation.queries.results import (
    all_awards_of,
    application_of,
    low_prices_unsettled,
    rankings,
)
from procurement.calloffs.evaluation.queries.scoped import declarations, has_duty
from procurement.calloffs.evaluation.queries.scores import panel_of
from procurement.calloffs.evaluation.rules import (
    has_reason,
    reasons_not_to_approve_award,
    reasons_not_to_recommend,
)
from procurement.calloffs.evaluation.services.steps import fail_lot, lock, take_step, tell
from procurement.calloffs.evaluation.types import AwardFacts, CheckOutcome, EvaluationTag, Ranked


@dataclass(frozen=True)
class LotDecision:
    """What is recommended for a lot: a bid, or None to award it to nobody; why; what was checked.

    `others` are the bids that share the lot with it, by rank. `drawn` says that a draw was held between bids
    that the published rule left equal, and that `bid` won it (and then each of the others); the reason then
    names the witnesses.
    """

    bid: Bid | None
    reason: str
    exclusion_checked: bool = False
    drawn: bool = False
    others: tuple[Bid, ...] = ()

    @property
    def bids(self) -> tuple[Bid, ...]:
        """Every bid that is recommended, by its place."""
        return () if self.bid is None else (self.bid, *self.others)


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
    draws: dict[int, int] = {}
    for decision in decisions.values():
        if decision.drawn and decision.bid is not None:
            draws |= _draw(decision.bids, panel.bids)
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
            for facts in _facts(session, call_off, lot, ranked[lot.id], decision, actor):
                reasons.extend(_of_lot(lot, reasons_not_to_recommend(facts)))
            reasons.extend(_of_lot(lot, _too_many(lot, decision, ranked[lot.id])))
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
        shares = shares_of_award(lot, len(decision.bids))
        awards = [
            Award(
                lot_id=lot.id,
                bid_id=bid.id,
                rank=place,
                share=share,
                recommended_by_id=actor.person_id,
                recommended_at=now,
                reason=decision.reason,
            )
            for place, (bid, share) in enumerate(zip(decision.bids, shares, strict=True), start=1)
        ]
        session.add_all(awards)
        tell(
            session,
            EvaluationTag.RECOMMENDED,
            call_off,
            actor=actor,
            now=now,
            subject=awards[0],
            details={
                "lot": lot.number,
                "bid": decision.bid.public_id,
                "shares": [
                    {"bid": award.bid_id, "rank": award.rank, "share": award.share} for award in awards
                ],
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
    for rows in all_awards_of(session, call_off).values():
        for award in rows:
            session.delete(award)
    details = {"reason": reason}
    tell(session, EvaluationTag.RECOMMENDATION_RETURNED, call_off, actor=actor, now=now, details=details)
    session.flush()


def approve_award(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> None:
    """Approve all recommended awards, as the named approver and another person than recommended them."""
    lock(session, call_off)
    refuse_if(reasons_not_from(call_off, CallOffEvent.APPROVE_AWARD))
    panel = panel_of(session, call_off)
    awards = all_awards_of(session, call_off)
    reasons = list(_not_the_approver(call_off, actor))
    if not reasons:
        reasons += reasons_award_not_delegated(session, call_off, actor.person_id or 0, now)
    plain = rankings(session, call_off, panel)
    for lot in _open_lots(call_off):
        rows = awards[lot.id]
        bids = tuple(award.bid for award in rows)
        ranking = plain[lot.id]
        keys = {bid.public_id for bid in bids}
        if any(entry.key in keys and entry.tied_with for entry in ranking):
            # The recommendation rests on a recorded draw.
            ranking = rankings(session, call_off, panel, _draw(bids, panel.bids))[lot.id]
        decision = LotDecision(bids[0], rows[0].reason, exclusion_checked=True, others=bids[1:])
        for facts in _facts(
            session,
            call_off,
            lot,
            ranking,
            decision,
            actor,
            recommender=rows[0].recommended_by_id,
            approver=actor.person_id,
        ):
            reasons.extend(_of_lot(lot, reasons_not_to_approve_award(facts)))
    refuse_if(reasons)
    for lot in _open_lots(call_off):
        lot.state = step(LOT_STEPS, lot.state, LotEvent.AWARD)
        for award in awards[lot.id]:
            award.approved_by_id, award.approved_at = actor.person_id, now
            details = {
                "lot": lot.number,
                "bid": award.bid.public_id,
                "rank": award.rank,
                "share": award.share,
            }
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


def shares_of_award(lot: Lot, suppliers: int) -> tuple[Decimal | None, ...]:
    """The share of each supplier of a lot by rank, percent; None where one takes all it can."""
    if suppliers == 1 or lot.sharing in (None, Sharing.BY_RANK):
        return (None,) * suppliers
    return shares_for([Decimal(share) for share in lot.shares], suppliers)


def _draw(bids: tuple[Bid, ...], among: Sequence[Bid]) -> dict[int, int]:
    """The order of a recorded draw: the recommended in their order, all others of the lot after them."""
    order = {bid.id: place for place, bid in enumerate(bids, start=1)}
    return {bid.id: order.get(bid.id, len(bids) + 1) for bid in among if bid.lot_id == bids[0].lot_id}


def _too_many(lot: Lot, decision: LotDecision, ranking: tuple[Ranked, ...]) -> list[Reason]:
    """Why the number of suppliers is not as published: so many as were stated, or all that passed."""
    passed = sum(1 for entry in ranking if entry.rank is not None)
    due = min(lot.suppliers_wanted, passed)
    if len(decision.bids) == due or not due:
        return []
    return [Reason("not_as_many_as_published", {"suppliers": due, "given": len(decision.bids)})]


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
) -> list[AwardFacts]:
    prices = {entry.key: entry.price for entry in ranking}
    shares = shares_of_award(lot, len(decision.bids))
    checks = checks_of(session, [bid.id for bid in decision.bids])
    unsettled = low_prices_unsettled(session, call_off, ranking)
    found = []
    for place, bid in enumerate(decision.bids, start=1):
        parties = parties_of(session, call_off, bid)
        checked = checks.get(bid.id, {})
        outcome = {party.key: checked[party.key].outcome for party in parties if party.key in checked}
        own = outcome.pop(BIDDER, CheckOutcome.CLEAR if decision.exclusion_checked else None)
        others = [party for party in parties if party.key != BIDDER]
        found.append(
            AwardFacts(
                state=call_off.state,
                regime=call_off.framework.regime,
                ranking=ranking,
                winner=bid.public_id,
                place=place,
                recommender=recommender or actor.person_id,
                approver=approver,
                declarations=declarations(call_off),
                reason=decision.reason,
                winner_application=application_of(session, call_off, bid),
                parties_unchecked=tuple(party.name for party in others if party.key not in outcome),
                parties_excluded=tuple(
                    party.name for party in others if outcome.get(party.key) is CheckOutcome.EXCLUDED
                ),
                winner_excluded=None if own is None else own is CheckOutcome.EXCLUDED,
                # Said once, at the first place: it holds up the lot, not one winner.
                abnormally_low_open=unsettled if place == 1 else frozenset(),
                budget=lot.budget,
                value=_value(shares, [prices.get(one.public_id) for one in decision.bids], place),
            )
        )
    return found


def _value(shares: tuple[Decimal | None, ...], prices: list[Decimal | None], place: int) -> Decimal | None:
    """What is held against the budget at a place: all shares at the first, or all that a supplier asks."""
    if shares[0] is None:
        return prices[place - 1]
    if place > 1 or any(price is None for price in prices):
        return None
    parts = (
        price * share / 100
        for price, share in zip(prices, shares, strict=True)
        if price is not None and share is not None
    )
    return sum(parts, Decimal(0)).quantize(Decimal("0.01"))


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
