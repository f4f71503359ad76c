"""Scores: an evaluator's own, the panel's progress, and the consensus on each criterion of each bid."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Criterion
from procurement.calloffs.drafting.types import Duty
from procurement.calloffs.evaluation.models import (
    Consensus,
    EvaluatorReplacement,
    Score,
    ScoreDraft,
    ScoringPanel,
)
from procurement.calloffs.evaluation.queries.scoped import all_standing, declarations, people_with
from procurement.calloffs.evaluation.rules import standing_scores
from procurement.calloffs.evaluation.types import ConsensusFacts, PanelFacts, Replaced

Place = tuple[int, int]
"""(criterion key, bid key)."""
Seat = tuple[int, int]
"""(criterion key, lot key)."""


@dataclass(frozen=True)
class Panel:
    """Everything a panel has said, by criterion and bid."""

    bids: Sequence[Bid]
    evaluators: frozenset[int]
    """The evaluators without a declared conflict."""
    seats: dict[Seat, frozenset[int]]
    """(criterion key, lot key) → who scores there."""
    few_reasons: dict[Seat, str]
    replacements: Sequence[EvaluatorReplacement]
    scores: dict[Place, dict[int, Score]]
    """Every submitted score by its author, those that count no more too."""
    consensus: dict[Place, Consensus]

    def seats_at(self, criterion_id: int, bid: Bid) -> frozenset[int]:
        """Who scores a question of a bid."""
        return self.seats.get((criterion_id, bid.lot_id), frozenset())

    def standing(self, criterion_id: int, bid: Bid) -> dict[int, Score]:
        """The scores that count, by whose seat they fill; one may be a predecessor's."""
        given = self.scores.get((criterion_id, bid.id), {})
        return standing_scores(sorted(self.seats_at(criterion_id, bid)), given, self.replaced)

    def overtaken(self, criterion_id: int, bid: Bid) -> list[Score]:
        """The scores that stay on record and count no more."""
        counting = {score.id for score in self.standing(criterion_id, bid).values()}
        given = self.scores.get((criterion_id, bid.id), {})
        return [score for score in given.values() if score.id not in counting]

    @property
    def replaced(self) -> list[Replaced]:
        """The replacements as the rules see them."""
        return [Replaced(row.leaver_id, row.successor_id, row.succession) for row in self.replacements]

    def asked_of(self, person_id: int, criterion_id: int, lot_id: int | None = None) -> list[Bid]:
        """The bids that a person scores on a criterion, in one lot or in all."""
        return [
            bid
            for bid in self.bids
            if lot_id in (None, bid.lot_id) and person_id in self.seats_at(criterion_id, bid)
        ]

    def done_by(self, person_id: int, criterion_id: int, lot_id: int | None = None) -> int:
        """On how many bids a person has scored a criterion, or has taken the score over."""
        return sum(
            person_id in self.standing(criterion_id, bid)
            for bid in self.asked_of(person_id, criterion_id, lot_id)
        )

    def owed_by(self, person_id: int, criterion_id: int) -> list[Bid]:
        """The bids on which a person has still to score a criterion."""
        return [
            bid
            for bid in self.asked_of(person_id, criterion_id)
            if person_id not in self.standing(criterion_id, bid)
        ]

    def agreed_on(self, criterion_id: int) -> int:
        """On how many bids the panel agrees about a criterion."""
        return sum((criterion_id, bid.id) in self.consensus for bid in self.bids)

    def facts(self, call_off: CallOff) -> PanelFacts:
        """The panel as its rules see it."""
        declared = declarations(call_off)
        return PanelFacts(
            state=call_off.state,
            evaluators=self.evaluators,
            declarations={person: declared[person] for person in self.evaluators if person in declared},
            consensus=tuple(
                consensus_facts(self, criterion, bid) for criterion in call_off.criteria for bid in self.bids
            ),
        )


def consensus_facts(panel: Panel, criterion: Criterion, bid: Bid) -> ConsensusFacts:
    """One criterion of one bid as the rules see it."""
    agreed = panel.consensus.get((criterion.id, bid.id))
    return ConsensusFacts(
        bid=bid.public_id,
        criterion=criterion.name,
        scores={person: int(score.score) for person, score in panel.standing(criterion.id, bid).items()},
        assigned=panel.seats_at(criterion.id, bid),
        agreed=int(agreed.score) if agreed else None,
        reason=agreed.reason if agreed else None,
        scale_most=criterion.scoring_scale.most,
        few_reason=panel.few_reasons.get((criterion.id, bid.lot_id), ""),
    )


def panel_of(session: Session, call_off: CallOff) -> Panel:
    """The panel: who scores what, their submitted scores, the latest consensus.

    Whoever has declared a conflict has no seat, from that moment on.
    """
    bids = all_standing(session, call_off)
    declared = declarations(call_off)
    evaluators = frozenset(
        row.person_id for row in people_with(call_off, Duty.EVALUATOR) if not declared.get(row.person_id)
    )
    chosen = panels_of(session, call_off)
    seats = {
        (criterion.id, lot.id): (
            evaluators & {person.id for person in chosen[criterion.id, lot.id].members}
            if (criterion.id, lot.id) in chosen
            else evaluators
        )
        for criterion in call_off.criteria
        for lot in call_off.lots
    }
    criteria = [criterion.id for criterion in call_off.criteria]
    scores: dict[Place, dict[int, Score]] = {}
    rows = session.scalars(
        sa.select(Score)
        .where(Score.criterion_id.in_(criteria))
        .options(joinedload(Score.person))
        .order_by(Score.criterion_id, Score.bid_id, Score.person_id)
    )
    for row in rows:
        scores.setdefault((row.criterion_id, row.bid_id), {})[row.person_id] = row
    consensus = {}
    agreed = session.scalars(
        sa.select(Consensus)
        .where(Consensus.criterion_id.in_(criteria))
        .options(joinedload(Consensus.author))
        .order_by(Consensus.criterion_id, Consensus.bid_id, Consensus.number)
    )
    for row in agreed:
        consensus[row.criterion_id, row.bid_id] = row
    few_reasons = {seat: row.few_reason for seat, row in chosen.items()}
    return Panel(bids, evaluators, seats, few_reasons, replacements_of(session, call_off), scores, consensus)


def panels_of(session: Session, call_off: CallOff) -> dict[Seat, ScoringPanel]:
    """(criterion key, lot key) → who was chosen to score there; every evaluator where nothing is said."""
    rows = session.scalars(
        sa.select(ScoringPanel)
        .where(ScoringPanel.lot_id.in_([lot.id for lot in call_off.lots]))
        .options(selectinload(ScoringPanel.members))
        .order_by(ScoringPanel.criterion_id, ScoringPanel.lot_id)
    )
    return {(row.criterion_id, row.lot_id): row for row in rows}


def replacements_of(session: Session, call_off: CallOff) -> Sequence[EvaluatorReplacement]:
    """Who was replaced, in the order in which it happened."""
    return session.scalars(
        sa.select(EvaluatorReplacement)
        .where(EvaluatorReplacement.call_off_id == call_off.id)
        .options(joinedload(EvaluatorReplacement.leaver), joinedload(EvaluatorReplacement.successor))
        .order_by(EvaluatorReplacement.at, EvaluatorReplacement.id)
    ).all()


def own_drafts(session: Session, *, call_off: CallOff, person_id: int) -> dict[Place, ScoreDraft]:
    """The scores that a person is still thinking about, by place; seen by that person alone."""
    rows = session.scalars(
        sa.select(ScoreDraft)
        .where(
            ScoreDraft.criterion_id.in_([criterion.id for criterion in call_off.criteria]),
            ScoreDraft.person_id == person_id,
        )
        .order_by(ScoreDraft.criterion_id, ScoreDraft.bid_id)
    )
    return {(row.criterion_id, row.bid_id): row for row in rows}


def agreed_scores(panel: Panel, call_off: CallOff, bid: Bid) -> dict[str, Decimal]:
    """Criterion (its key as text) → the consensus score of a bid. Raises KeyError where there is none."""
    return {str(criterion.id): panel.consensus[criterion.id, bid.id].score for criterion in call_off.criteria}
