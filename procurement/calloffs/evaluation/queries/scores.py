"""Scores: an evaluator's own, the panel's progress, and the consensus on each criterion of each bid."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import Duty
from procurement.calloffs.evaluation.models import Consensus, Score, ScoreDraft
from procurement.calloffs.evaluation.queries.scoped import all_standing, declarations, people_with
from procurement.calloffs.evaluation.rules import DEFAULT_SCALE
from procurement.calloffs.evaluation.types import ConsensusFacts, PanelFacts

Place = tuple[int, int]
"""(criterion key, bid key)."""


@dataclass(frozen=True)
class Panel:
    """Everything a panel has said, by criterion and bid."""

    bids: Sequence[Bid]
    evaluators: frozenset[int]
    scores: dict[Place, dict[int, Score]]
    consensus: dict[Place, Consensus]

    def done_by(self, person_id: int, criterion_id: int) -> int:
        """How many bids a person has scored on a criterion."""
        return sum(person_id in self.scores.get((criterion_id, bid.id), {}) for bid in self.bids)

    def agreed_on(self, criterion_id: int) -> int:
        """On how many bids the panel agrees about a criterion."""
        return sum((criterion_id, bid.id) in self.consensus for bid in self.bids)

    def facts(self, call_off: CallOff) -> PanelFacts:
        """The panel as its rules see it."""
        declared = declarations(call_off)
        return PanelFacts(
            state=call_off.state,
            scale_most=DEFAULT_SCALE.most,
            evaluators=self.evaluators,
            declarations={person: declared[person] for person in self.evaluators if person in declared},
            consensus=tuple(
                consensus_facts(self, criterion.id, criterion.name, bid)
                for criterion in call_off.criteria
                for bid in self.bids
            ),
        )


def consensus_facts(panel: Panel, criterion_id: int, name: str, bid: Bid) -> ConsensusFacts:
    """One criterion of one bid as the rules see it."""
    place = (criterion_id, bid.id)
    agreed = panel.consensus.get(place)
    return ConsensusFacts(
        bid=bid.public_id,
        criterion=name,
        scores={person: int(score.score) for person, score in panel.scores.get(place, {}).items()},
        assigned=panel.evaluators,
        agreed=int(agreed.score) if agreed else None,
        reason=agreed.reason if agreed else None,
    )


def panel_of(session: Session, call_off: CallOff) -> Panel:
    """The panel: evaluators without a declared conflict, their submitted scores, the latest consensus."""
    bids = all_standing(session, call_off)
    declared = declarations(call_off)
    evaluators = frozenset(
        row.person_id for row in people_with(call_off, Duty.EVALUATOR) if not declared.get(row.person_id)
    )
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
    return Panel(bids, evaluators, scores, consensus)


def own_scores(session: Session, *, criterion_id: int, person_id: int) -> dict[int, Score]:
    """Bid key → the score that a person has submitted on a criterion."""
    rows = session.scalars(
        sa.select(Score)
        .where(Score.criterion_id == criterion_id, Score.person_id == person_id)
        .order_by(Score.bid_id)
    )
    return {row.bid_id: row for row in rows}


def own_drafts(session: Session, *, criterion_id: int, person_id: int) -> dict[int, ScoreDraft]:
    """Bid key → the score that a person is still thinking about; seen by that person alone."""
    rows = session.scalars(
        sa.select(ScoreDraft)
        .where(ScoreDraft.criterion_id == criterion_id, ScoreDraft.person_id == person_id)
        .order_by(ScoreDraft.bid_id)
    )
    return {row.bid_id: row for row in rows}


def agreed_scores(panel: Panel, call_off: CallOff, bid: Bid) -> dict[str, Decimal]:
    """Criterion (its key as text) → the consensus score of a bid. Raises KeyError where there is none."""
    return {str(criterion.id): panel.consensus[criterion.id, bid.id].score for criterion in call_off.criteria}
