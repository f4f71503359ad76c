"""Results: the ranking recomputed from what is recorded, awards, letters."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.actor import Actor
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Invitation, Lot
from procurement.calloffs.drafting.types import CriterionKind, PriceFormula, PriceModel
from procurement.calloffs.evaluation.models import Award, Letter, LotResult
from procurement.calloffs.evaluation.queries.cases import inquiries_of, low_price_tests
from procurement.calloffs.evaluation.queries.opened import opened_prices
from procurement.calloffs.evaluation.queries.scores import Panel, agreed_scores
from procurement.calloffs.evaluation.rules import (
    ABNORMALLY_LOW_TESTS,
    abnormally_low,
    evaluated_price,
    low_prices_open,
    rank,
    sensitivity,
)
from procurement.calloffs.evaluation.types import (
    AbnormallyLowTest,
    InquiryKind,
    PriceRule,
    Prompt,
    Ranked,
    ScoredBid,
    Sensitivity,
    WeightedCriterion,
)
from procurement.framework.models import Application
from procurement.framework.types import ApplicationState


def price_rule(call_off: CallOff) -> PriceRule:
    """The published way from prices to scores."""
    return PriceRule(call_off.price_formula, call_off.price_weight or Decimal(0), call_off.optimal_price)


def weighted_criteria(call_off: CallOff) -> list[WeightedCriterion]:
    """The published criteria, price last."""
    criteria = [
        WeightedCriterion(
            str(criterion.id),
            criterion.kind,
            criterion.weight,
            criterion.threshold,
            criterion.scoring_scale.most,
        )
        for criterion in call_off.criteria
    ]
    if call_off.price_weight:
        criteria.append(WeightedCriterion("price", CriterionKind.PRICE, call_off.price_weight))
    return criteria


def rankings(
    session: Session, call_off: CallOff, panel: Panel, draws: Mapping[int, int] | None = None
) -> dict[int, tuple[Ranked, ...]]:
    """Lot key → its ranking, computed from the consensus and the opened prices.

    `draws` gives bids (by key) their place in a recorded draw. Raises Refused while prices are sealed.
    """
    assert call_off.tie_break is not None
    return {
        lot: rank(bids, weighted_criteria(call_off), price_rule(call_off), call_off.tie_break)
        for lot, bids in scored_bids(session, call_off, panel, draws).items()
    }


def scored_bids(
    session: Session, call_off: CallOff, panel: Panel, draws: Mapping[int, int] | None = None
) -> dict[int, list[ScoredBid]]:
    """Lot key → what is ranked: each standing bid with its consensus and evaluated price.

    Raises Refused while prices are sealed.
    """
    priced = call_off.price_model is PriceModel.UNIT_PRICE
    prices = opened_prices(session, call_off, panel.bids)
    found = {}
    for lot in call_off.lots:
        volumes = {(v.need_area.code, str(v.complexity)): v.people_a_year for v in lot.volumes}
        assert lot.term_months is not None
        found[lot.id] = [
            ScoredBid(
                key=bid.public_id,
                consensus=agreed_scores(panel, call_off, bid),
                price=evaluated_price(prices[bid.id], volumes, months=lot.term_months) if priced else None,
                draw=(draws or {}).get(bid.id),
            )
            for bid in panel.bids
            if bid.lot_id == lot.id
        ]
    return found


def sensitivities(session: Session, call_off: CallOff, panel: Panel) -> dict[int, Sensitivity | None]:
    """Lot key → how close its outcome is. Raises Refused while prices are sealed."""
    assert call_off.tie_break is not None
    return {
        lot: sensitivity(bids, weighted_criteria(call_off), price_rule(call_off), call_off.tie_break)
        for lot, bids in scored_bids(session, call_off, panel).items()
    }


def prompts_of(
    ranking: Sequence[Ranked], tests: Sequence[AbnormallyLowTest] = ABNORMALLY_LOW_TESTS
) -> dict[str, Prompt]:
    """The bids whose price is low enough to ask about, among those ranked, by the call-off's tests."""
    prices = {entry.key: entry.price for entry in ranking if entry.rank and entry.price is not None}
    return {prompt.bid: prompt for prompt in abnormally_low(prices, tests)}


def low_prices_unsettled(session: Session, call_off: CallOff, ranking: Sequence[Ranked]) -> frozenset[str]:
    """The bids of a ranking whose low price is flagged or asked about, and not decided."""
    here = {entry.key for entry in ranking}
    asked = inquiries_of(session, call_off, InquiryKind.LOW_PRICE)
    return low_prices_open(
        prompts_of(ranking, low_price_tests(session, call_off)),
        [row.bid.public_id for row in asked if row.bid.public_id in here and row.decision is None],
        {row.bid.public_id for row in asked if row.decision is not None},
    )


def results_of(session: Session, call_off: CallOff) -> dict[int, list[LotResult]]:
    """Lot key → its results as they were written, best first, the unranked last."""
    found: dict[int, list[LotResult]] = {lot.id: [] for lot in call_off.lots}
    rows = session.scalars(
        sa.select(LotResult)
        .where(LotResult.lot_id.in_(found))
        .options(joinedload(LotResult.bid).joinedload(Bid.supplier))
        .order_by(LotResult.lot_id, LotResult.rank.is_(None), LotResult.rank, LotResult.bid_id)
    )
    for row in rows:
        found[row.lot_id].append(row)
    return found


def awards_of(session: Session, call_off: CallOff) -> dict[int, Award]:
    """Lot key → the award that is recommended or approved, the first where the lot has several suppliers."""
    return {key: rows[0] for key, rows in all_awards_of(session, call_off).items()}


def all_awards_of(session: Session, call_off: CallOff) -> dict[int, list[Award]]:
    """Lot key → its awards that are recommended or approved, by rank; lots without any are left out."""
    rows = session.scalars(
        sa.select(Award)
        .where(Award.lot_id.in_([lot.id for lot in call_off.lots]))
        .options(
            joinedload(Award.bid).joinedload(Bid.supplier),
            joinedload(Award.recommended_by),
            joinedload(Award.approved_by),
        )
        .order_by(Award.lot_id, Award.rank)
    )
    found: dict[int, list[Award]] = {}
    for row in rows:
        found.setdefault(row.lot_id, []).append(row)
    return found


def application_of(session: Session, call_off: CallOff, bid: Bid) -> ApplicationState | None:
    """The state of a bidder's application where it bid while that was pending; None for a member."""
    invitation = session.get(Invitation, (bid.lot_id, bid.supplier_id))
    if invitation is None or invitation.invited:
        return None
    return session.scalars(
        sa.select(Application.state)
        .where(Application.framework_id == call_off.framework_id, Application.supplier_id == bid.supplier_id)
        .order_by(Application.id.desc())
        .limit(1)
    ).one_or_none()


def letters_of(session: Session, call_off: CallOff) -> Sequence[Letter]:
    """The letters that were sent, by lot and bid."""
    return session.scalars(
        sa.select(Letter)
        .join(Bid, Bid.id == Letter.bid_id)
        .join(Lot, Lot.id == Bid.lot_id)
        .where(Letter.call_off_id == call_off.id)
        .options(joinedload(Letter.supplier), joinedload(Letter.document))
        .order_by(Lot.number, Letter.id)
    ).all()


def letter_of(session: Session, *, actor: Actor, bid_public_id: str) -> Letter | None:
    """The letter about a bid: for the bidder itself and for the authority that sent it."""
    return session.scalars(
        sa.select(Letter)
        .join(Bid, Bid.id == Letter.bid_id)
        .join(CallOff, CallOff.id == Letter.call_off_id)
        .where(
            Bid.public_id == bid_public_id,
            sa.or_(
                Letter.supplier_id == actor.organisation_id, CallOff.authority_id == actor.organisation_id
            ),
        )
        .options(joinedload(Letter.document))
        .order_by(Letter.id)
        .limit(1)
    ).one_or_none()


def shows_price(formula: PriceFormula) -> bool:
    """Whether a formula makes a weighted price score."""
    return formula not in (PriceFormula.QUALITY_ONLY, PriceFormula.PRICE_PER_QUALITY_POINT)
