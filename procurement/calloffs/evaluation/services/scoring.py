"""Scoring: drafts that save at every step, submitted scores that never change, consensus with its reason."""

from collections.abc import Mapping, Sequence
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
from procurement.calloffs.evaluation.queries.scoped import declarations, has_duty
from procurement.calloffs.evaluation.queries.scores import Place, consensus_facts, own_drafts, panel_of
from procurement.calloffs.evaluation.rules import (
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
    """Save drafts on one question by bid key, whatever is filled in.

    Bids that one has scored, or is not asked to score, are left as they are. Raises Refused.
    """
    _save(session, call_off, {(criterion.id, bid): said for bid, said in given.items()}, actor, now)


def save_bid_drafts(
    session: Session,
    *,
    call_off: CallOff,
    bid: Bid,
    given: Mapping[int, Given],
    actor: Actor,
    now: datetime,
) -> None:
    """Save drafts on one bid by criterion key, as `save_drafts` does."""
    _save(session, call_off, {(criterion, bid.id): said for criterion, said in given.items()}, actor, now)


def submit_scores(
    session: Session, *, call_off: CallOff, criterion: Criterion, actor: Actor, now: datetime
) -> int:
    """Submit one's drafts on a criterion, for every bid at once; return how many. They never change after.

    Raises Refused with a reason for each bid that lacks its score or reason, naming the bid.
    """
    return _submit(session, call_off, [criterion], None, actor, now)


def submit_bid_scores(session: Session, *, call_off: CallOff, bid: Bid, actor: Actor, now: datetime) -> int:
    """Submit one's drafts on a bid, for every question at once, as `submit_scores` does.

    Each reason names its question by position.
    """
    return _submit(session, call_off, call_off.criteria, bid, actor, now)


def _save(
    session: Session, call_off: CallOff, given: Mapping[Place, Given], actor: Actor, now: datetime
) -> None:
    refuse_if(_reasons(call_off, actor, Given(None, "")))
    panel, person = panel_of(session, call_off), _person(actor)
    drafts = own_drafts(session, call_off=call_off, person_id=person)
    for criterion in call_off.criteria:
        for bid in panel.owed_by(person, criterion.id):
            said = given.get((criterion.id, bid.id))
            if said is None:
                continue
            refuse_if(_reasons(call_off, actor, said, criterion))
            draft = drafts.get((criterion.id, bid.id))
            if draft is None:
                if said.score is None and not said.reason:
                    continue
                draft = ScoreDraft(criterion_id=criterion.id, bid_id=bid.id, person_id=person)
                session.add(draft)
            draft.score = None if said.score is None else Decimal(said.score)
            draft.reason = said.reason
            draft.changed_at = now
    session.flush()


def _submit(
    session: Session,
    call_off: CallOff,
    criteria: Sequence[Criterion],
    only: Bid | None,
    actor: Actor,
    now: datetime,
) -> int:
    lock(session, call_off)
    refuse_if(_reasons(call_off, actor, Given(None, "")))
    panel, person = panel_of(session, call_off), _person(actor)
    drafts = own_drafts(session, call_off=call_off, person_id=person)
    owing = [
        (criterion, bid)
        for criterion in criteria
        for bid in panel.owed_by(person, criterion.id)
        if only is None or bid.id == only.id
    ]
    reasons = []
    for criterion, bid in owing:
        said = _said(drafts.get((criterion.id, bid.id)))
        where = {"bid": bid.public_id, "position": criterion.position}
        for reason in _reasons(call_off, actor, said, criterion, submitting=True):
            reasons.append(Reason(reason.code, {**reason.params, **where}, reason.source))
    if not owing:
        asked = any(panel.asked_of(person, criterion.id) for criterion in criteria)
        reasons.append(Reason("score_already_submitted" if asked else "not_asked_to_score"))
    refuse_if(reasons)
    for criterion, bid in owing:
        draft = drafts[criterion.id, bid.id]
        session.add(
            Score(
                criterion_id=criterion.id,
                bid_id=bid.id,
                person_id=person,
                score=draft.score,
                reason=draft.reason,
                at=now,
            )
        )
        session.delete(draft)
    for criterion in criteria:
        bids = [bid.public_id for one, bid in owing if one is criterion]
        if bids:
            details = {"criterion": criterion.position, "bids": bids}
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
    facts = consensus_facts(panel, criterion, bid)
    proposed = replace(facts, agreed=score, reason=reason)
    refuse_if(
        reasons_not_to_agree(
            proposed,
            state=call_off.state,
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
    call_off: CallOff,
    actor: Actor,
    said: Given,
    criterion: Criterion | None = None,
    *,
    submitting: bool = False,
) -> list[Reason]:
    return reasons_not_to_score(
        state=call_off.state,
        assigned=has_duty(call_off, actor.person_id, Duty.EVALUATOR),
        declared_conflict=declarations(call_off).get(_person(actor)),
        submitted=False,
        score=said.score if criterion is not None else None,
        scale_most=criterion.scoring_scale.most if criterion is not None else 0,
        reason=said.reason,
        submitting=submitting,
    )


def _person(actor: Actor) -> int:
    assert actor.person_id is not None
    return actor.person_id
