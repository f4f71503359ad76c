"""What the workbook of an evaluation is made of: plain values, lot by lot."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.web.filters import format_moment
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Criterion
from procurement.calloffs.drafting.types import CriterionKind, PriceModel
from procurement.calloffs.evaluation.queries.opened import opened_prices
from procurement.calloffs.evaluation.queries.results import (
    price_rule,
    rankings,
    scored_bids,
    weighted_criteria,
)
from procurement.calloffs.evaluation.queries.scores import Panel
from procurement.calloffs.evaluation.types import LotSheet, PriceRule, WeightedCriterion


def lot_sheets(session: Session, call_off: CallOff, panel: Panel) -> list[LotSheet]:
    """Each lot with a bid as the workbook needs it. Raises Refused while prices are sealed."""
    ranked, scored = rankings(session, call_off, panel), scored_bids(session, call_off, panel)
    prices = opened_prices(session, call_off, panel.bids)
    by_key = {bid.public_id: bid for bid in panel.bids}
    priced = call_off.price_model is PriceModel.UNIT_PRICE
    found = []
    for lot in call_off.lots:
        bids = scored[lot.id]
        if not bids:
            continue
        volumes = [volume for volume in lot.volumes if priced]
        assert lot.term_months is not None
        found.append(
            LotSheet(
                number=lot.number,
                title=lot.title,
                months=lot.term_months,
                services=[
                    (f"{one.need_area.name}, {one.complexity} complexity", one.people_a_year)
                    for one in volumes
                ],
                unit_prices=[
                    [prices[by_key[bid.key].id][one.need_area.code, str(one.complexity)] for one in volumes]
                    for bid in bids
                ]
                if priced
                else [],
                bids=bids,
                suppliers=[by_key[bid.key].supplier.name for bid in bids],
                ranking=ranked[lot.id],
            )
        )
    return found


def sheet_criteria(call_off: CallOff) -> tuple[list[tuple[str, WeightedCriterion]], PriceRule]:
    """The criteria by name, price left out, and the price rule."""
    names = {str(criterion.id): criterion.name for criterion in call_off.criteria}
    criteria = [
        (names[one.code], one) for one in weighted_criteria(call_off) if one.kind is not CriterionKind.PRICE
    ]
    return criteria, price_rule(call_off)


def score_rows(call_off: CallOff, panel: Panel) -> Iterator[Sequence[Any]]:
    """Every individual score with its reason, whether it counts, and the agreed one after them."""
    for criterion in call_off.criteria:
        for bid in panel.bids:
            counting = {score.id for score in panel.standing(criterion.id, bid).values()}
            for score in panel.scores.get((criterion.id, bid.id), {}).values():
                counts = "yes" if score.id in counting else "no, kept on record"
                yield (*_where(criterion, bid), score.person.name, score.score, counts, *_said(score))
            agreed = panel.consensus.get((criterion.id, bid.id))
            if agreed is not None:
                yield (*_where(criterion, bid), "Agreed", agreed.score, "agreed", *_said(agreed))


def _where(criterion: Criterion, bid: Bid) -> tuple[int, str, str, str]:
    return bid.lot.number, bid.public_id, bid.supplier.name, criterion.name


def _said(row: Any) -> tuple[str, str]:
    return row.reason, format_moment(row.at)
