"""What each bidder is told, as plain values: its score and reason on each criterion, and the winner's."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core.calendar import london_date
from core.web.filters import format_date
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import LotState
from procurement.calloffs.evaluation.models import LotResult
from procurement.calloffs.evaluation.queries.results import awards_of, results_of, shows_price
from procurement.calloffs.evaluation.queries.scores import Panel, panel_of
from procurement.calloffs.evaluation.rules import weighted
from procurement.calloffs.evaluation.types import BidOutcome

HEADINGS = {
    BidOutcome.SUCCESSFUL: "Your bid was successful",
    BidOutcome.UNSUCCESSFUL: "Your bid was not successful",
    BidOutcome.BELOW_THRESHOLD: "Your bid did not reach a threshold",
    BidOutcome.SET_ASIDE: "The lot was not awarded",
}


def letter_contents(session: Session, call_off: CallOff, now: datetime) -> dict[Bid, dict[str, Any]]:
    """The letter of each bid that was opened, in plain values that JSON keeps."""
    panel = panel_of(session, call_off)
    awards = awards_of(session, call_off)
    results = {row.bid_id: row for rows in results_of(session, call_off).values() for row in rows}
    contents = {}
    for bid in panel.bids:
        award = awards.get(bid.lot_id)
        winner = next((other for other in panel.bids if award and other.id == award.bid_id), None)
        contents[bid] = _content(call_off, panel, results, bid, winner, now)
    return contents


def _content(
    call_off: CallOff,
    panel: Panel,
    results: dict[int, LotResult],
    bid: Bid,
    winner: Bid | None,
    now: datetime,
) -> dict[str, Any]:
    own = results[bid.id]
    outcome = _outcome(bid, own, winner)
    lot = next(lot for lot in call_off.lots if lot.id == bid.lot_id)
    priced = shows_price(call_off.price_formula)
    return {
        "heading": HEADINGS[outcome],
        "outcome": str(outcome),
        "date": format_date(london_date(now)),
        "authority": call_off.authority.name,
        "supplier": bid.supplier.name,
        "call_off": call_off.public_id,
        "call_off_title": call_off.title,
        "bid": bid.public_id,
        "lot": lot.number,
        "lot_title": lot.title,
        "winner": winner.supplier.name if winner else None,
        "criteria": [_criterion(criterion, panel, bid, winner) for criterion in call_off.criteria],
        "price": (
            {
                "weight": _points(call_off.price_weight or Decimal(0)),
                "own": _points(own.price),
                "winner": _points(results[winner.id].price) if winner else None,
            }
            if priced
            else None
        ),
        "quality": _points(own.quality),
        "total": _points(own.total),
        "winner_total": _points(results[winner.id].total) if winner else None,
        "rank": own.rank,
        "ranked": sum(1 for row in results.values() if row.lot_id == bid.lot_id and row.rank is not None),
        "excluded_reason": own.excluded_reason,
        "standstill": call_off.standstill and lot.state is LotState.AWARDED,
        "regime": str(call_off.framework.regime),
    }


def _criterion(criterion: Any, panel: Panel, bid: Bid, winner: Bid | None) -> dict[str, Any]:
    own = panel.consensus[criterion.id, bid.id]
    best = panel.consensus[criterion.id, winner.id] if winner else None
    scale = criterion.scoring_scale
    most = scale.most
    return {
        "name": criterion.name,
        "weight": _points(criterion.weight),
        "score": int(own.score),
        "scale_most": most,
        "scale": list(scale.descriptors),
        "points": _points(weighted(own.score, criterion.weight, most)),
        "reason": own.reason,
        "winner_score": int(best.score) if best else None,
        "winner_points": _points(weighted(best.score, criterion.weight, most)) if best else None,
        "winner_reason": best.reason if best else None,
    }


def _outcome(bid: Bid, own: LotResult, winner: Bid | None) -> BidOutcome:
    if winner is None:
        return BidOutcome.SET_ASIDE
    if winner.id == bid.id:
        return BidOutcome.SUCCESSFUL
    return BidOutcome.UNSUCCESSFUL if own.rank is not None else BidOutcome.BELOW_THRESHOLD


def _points(value: Decimal) -> str:
    return f"{value:.2f}"
