"""Scoring: drafts that save at every step, submitted scores that never change, consensus with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from core.actor import Actor
from core.reasons import Reason, refuse_if
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Criterion
from procurement.calloffs.drafting.types import CallOffEvent, Duty
from procurement.calloffs.evaluation.models import Consensus, Score, ScoreDraft
from procurement.calloffs.evaluation.queries.scoped import all_standing, declarations, has_duty
from procurement.calloffs.evaluation.queries.scores import (
    consensus_facts,
    own_drafts,
    own_scores,
    panel_of,
)
from procurement.calloffs.evaluation.rules import (
    DEFAULT_SCALE,
    reasons_not_to_agree,
    reasons_not_to_complete_scoring,
    reasons_not_to_lock,
    reasons_not_to_score,
)
from procurement.calloffs.evaluation.services.steps import lock, take_step, tell
from procurement.calloffs.evaluation.types import EvaluationTag


@dataclass(frozen=True)
class Given:
    """What an evaluator says of one bid on one criterion, as far as they have got."""

    score: int | None
    reason: str


def save_drafts(
    session: Session,
    *,
    call_off: CallOff,
    criterion: Criterion,
    given: Mapping[int, Given],
    actor: Actor,
    now: datetime,
) -> None:
    """Save drafts by bid key, whatever is filled in. Bids already scored are left as they are."""
    drafts = own_drafts(session, criterion_id=criterion.id, person_id=_person(actor))
    scored = own_scores(session, criterion_id=criterion.id, person_id=_person(actor))
    refuse_if(_reasons(call_off, actor, Given(None, ""), submitted=False, submitting=False))
    for bid in all_standing(session, call_off):
        if bid.id not in given or bid.id in scored:
            continue
        said = given[bid.id]
        refuse_if(
            reason
            for reason in _reasons(call_off, actor, said, submitted=False, submitting=False)
            if reason.code == "score_off_the_scale"
        )
        draft = drafts.get(bid.id)
        if draft is None:
            if said.score is None and not said.reason:
                continue
            draft = ScoreDraft(criterion_id=criterion.id, bid_id=bid.id, person_id=_person(actor))
            session.add(draft)
        draft.score = None if said.score is None else Decimal(said.score)
        draft.reason = said.reason
        draft.changed_at = now
    session.flush()


def submit_scores(
    session: Session, *, call_off: CallOff, criterion: Criterion, actor: Actor, now: datetime
) -> int:
    """Submit one's drafts on a criterion, for every bid at once; return how many. They never change after.

    Raises Refused with a reason for each bid that lacks its score or reason, naming the bid.
    """
    lock(session, call_off)
    drafts = own_drafts(session, criterion_id=criterion.id, person_id=_person(actor))
    scored = own_scores(session, criterion_id=criterion.id, person_id=_person(actor))
    owing = [bid for bid in all_standing(session, call_off) if bid.id not in scored]
    reasons = []
    for bid in owing:
        draft = drafts.get(bid.id)
        said = _said(draft)
        for reason in _reasons(call_off, actor, said, submitted=False, submitting=True):
            reasons.append(Reason(reason.code, {**reason.params, "bid": bid.public_id}, reason.source))
    if not owing:
        reasons.append(Reason("score_already_submitted"))
    refuse_if(reasons)
    for bid in owing:
        draft = drafts[bid.id]
        session.add(
            Score(
                criterion_id=criterion.id,
                bid_id=bid.id,
                person_id=_person(actor),
                score=draft.score,
                reason=draft.reason,
                at=now,
            )
        )
        session.delete(draft)
    details = {"criterion": criterion.position, "bids": [bid.public_id for bid in owing]}
    tell(session, EvaluationTag.SCORES_SUBMITTED, call_off, actor=actor, now=now, details=details)
    session.flush()
    return len(owing)


def complete_scoring(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> None:
    """End scoring when every evaluator has scored every bid on every criterion."""
    lock(session, call_off)
    refuse_if(reasons_not_to_complete_scoring(panel_of(session, call_off).facts(call_off)))
    take_step(call_off, CallOffEvent.COMPLETE_SCORING, now)
    tell(session, EvaluationTag.SCORING_COMPLETED, call_off, actor=actor, now=now)


def agree(
    session: Session,
    *,
    call_off: CallOff,
    criterion: Criterion,
    bid: Bid,
    score: int | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Consensus:
    """Record the panel's consensus on a criterion of a bid, with its reason; an earlier one is kept."""
    lock(session, call_off)
    panel = panel_of(session, call_off)
    facts = consensus_facts(panel, criterion.id, criterion.name, bid)
    proposed = replace(facts, agreed=score, reason=reason)
    refuse_if(
        reasons_not_to_agree(
            proposed,
            state=call_off.state,
            scale_most=DEFAULT_SCALE.most,
            declared_conflict=declarations(call_off).get(_person(actor)),
        )
    )
    assert score is not None
    before = panel.consensus.get((criterion.id, bid.id))
    if before is not None and (before.score, before.reason) == (Decimal(score), reason):
        return before
    row = Consensus(
        criterion_id=criterion.id,
        bid_id=bid.id,
        number=before.number + 1 if before else 1,
        score=Decimal(score),
        reason=reason,
        author_id=_person(actor),
        at=now,
    )
    session.add(row)
    tell(
        session,
        EvaluationTag.CONSENSUS_REACHED,
        call_off,
        actor=actor,
        now=now,
        subject=row,
        details={
            "bid": bid.public_id,
            "criterion": criterion.position,
            "number": row.number,
            "score": score,
            "replaces": int(before.score) if before else None,
        },
    )
    return row


def lock_quality(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> None:
    """Lock quality: from here no score changes, and prices may be opened."""
    lock(session, call_off)
    panel = panel_of(session, call_off)
    refuse_if(reasons_not_to_lock(panel.facts(call_off)))
    take_step(call_off, CallOffEvent.LOCK_QUALITY, now)
    agreed = [
        {"bid": bid.public_id, "criterion": c.position, "score": panel.consensus[c.id, bid.id].score}
        for c in call_off.criteria
        for bid in panel.bids
    ]
    details = {"consensus": agreed}
    tell(session, EvaluationTag.QUALITY_LOCKED, call_off, actor=actor, now=now, details=details)


def _said(draft: ScoreDraft | None) -> Given:
    if draft is None:
        return Given(None, "")
    return Given(None if draft.score is None else int(draft.score), draft.reason)


def _reasons(
    call_off: CallOff, actor: Actor, said: Given, *, submitted: bool, submitting: bool
) -> list[Reason]:
    return reasons_not_to_score(
        state=call_off.state,
        assigned=has_duty(call_off, actor.person_id, Duty.EVALUATOR),
        declared_conflict=declarations(call_off).get(_person(actor)),
        submitted=submitted,
        score=said.score,
        scale_most=DEFAULT_SCALE.most,
        reason=said.reason,
        submitting=submitting,
    )


def _person(actor: Actor) -> int:
    assert actor.person_id is not None
    return actor.person_id
