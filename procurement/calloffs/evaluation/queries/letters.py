"""What each bidder is told, as plain values: its score and reason on each criterion, and the winner's."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.calendar import london_date
from core.jobs.types import JobStatus
from core.web.filters import format_date
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import LotState
from procurement.calloffs.evaluation.models import Award, BidRemoval, LetterRun, LotResult
from procurement.calloffs.evaluation.queries.cases import removals_of
from procurement.calloffs.evaluation.queries.results import all_awards_of, results_of, shows_price
from procurement.calloffs.evaluation.queries.scores import Panel, panel_of
from procurement.calloffs.evaluation.rules import weighted
from procurement.calloffs.evaluation.types import REMOVAL_WORDS, BidOutcome

HEADINGS = {
    BidOutcome.SUCCESSFUL: "Your bid was successful",
    BidOutcome.UNSUCCESSFUL: "Your bid was not successful",
    BidOutcome.BELOW_THRESHOLD: "Your bid did not reach a threshold",
    BidOutcome.SET_ASIDE: "The lot was not awarded",
    BidOutcome.REMOVED: "Your bid was not evaluated to the end",
}


def letter_run_of(session: Session, call_off: CallOff) -> LetterRun | None:
    """The latest asking for a call-off's letters, with its job."""
    return session.scalars(
        sa.select(LetterRun)
        .where(LetterRun.call_off_id == call_off.id)
        .options(joinedload(LetterRun.job, innerjoin=True))
        .order_by(LetterRun.id.desc())
        .limit(1)
    ).one_or_none()


def is_under_way(run: LetterRun) -> bool:
    """Whether the letters wait to be made, or are being made."""
    return run.job.status in (JobStatus.WAITING, JobStatus.RUNNING)


def letter_contents(session: Session, call_off: CallOff, now: datetime) -> dict[Bid, dict[str, Any]]:
    """The letter of each bid that was opened, in plain values that JSON keeps."""
    panel = panel_of(session, call_off)
    awards = all_awards_of(session, call_off)
    results = {row.bid_id: row for rows in results_of(session, call_off).values() for row in rows}
    contents = {}
    for bid in panel.bids:
        contents[bid] = _content(call_off, panel, results, bid, awards.get(bid.lot_id, []), now)
    # Whoever was set aside, or withdrew after opening, is told with everyone else.
    for removal in removals_of(session, call_off).values():
        contents[removal.bid] = _removed_content(call_off, panel, removal, awards, now)
    return contents


def _removed_content(
    call_off: CallOff, panel: Panel, removal: BidRemoval, awards: dict[int, list[Award]], now: datetime
) -> dict[str, Any]:
    """The letter about a bid that is evaluated no more: why, and the scores that were agreed before."""
    bid = removal.bid
    scored = [c for c in call_off.criteria if (c.id, bid.id) in panel.consensus]
    won = awards.get(bid.lot_id, [])
    winner = won[0].bid if won else None
    quality = sum(
        (weighted(panel.consensus[c.id, bid.id].score, c.weight, c.scoring_scale.most) for c in scored),
        Decimal(0),
    )
    return {
        "heading": HEADINGS[BidOutcome.REMOVED],
        "outcome": str(BidOutcome.REMOVED),
        "date": format_date(london_date(now)),
        "authority": call_off.authority.name,
        "supplier": bid.supplier.name,
        "call_off": call_off.public_id,
        "call_off_title": call_off.title,
        "bid": bid.public_id,
        "lot": bid.lot.number,
        "lot_title": bid.lot.title,
        "winner": " and ".join(award.bid.supplier.name for award in won) or None,
        "suppliers": len(won),
        "place": None,
        "share": None,
        "other_winners": [],
        "criteria": [
            _criterion(c, panel, bid, winner if winner and (c.id, winner.id) in panel.consensus else None)
            for c in scored
        ],
        "price": None,
        "quality": _points(quality),
        "total": _points(quality),
        "winner_total": None,
        "rank": None,
        "ranked": 0,
        "excluded_reason": f"{REMOVAL_WORDS[removal.cause]}. {removal.reason}".rstrip("."),
        "standstill": call_off.standstill and bid.lot.state is LotState.AWARDED,
        "regime": str(call_off.framework.regime),
    }


def _content(
    call_off: CallOff,
    panel: Panel,
    results: dict[int, LotResult],
    bid: Bid,
    awards: list[Award],
    now: datetime,
) -> dict[str, Any]:
    own = results[bid.id]
    winner = awards[0].bid if awards else None
    mine = next((award for award in awards if award.bid_id == bid.id), None)
    outcome = _outcome(own, awards, mine)
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
        "winner": " and ".join(award.bid.supplier.name for award in awards) or None,
        "suppliers": len(awards),
        "place": mine.rank if mine else None,
        "share": percent(mine.share) if mine and mine.share is not None else None,
        "other_winners": [
            _other_winner(call_off, panel, results[award.bid_id], award, priced) for award in awards[1:]
        ],
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


def percent(share: Decimal) -> str:
    """A share without needless zeros, with its sign: 60%, 33.34%."""
    text = f"{share:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def _other_winner(
    call_off: CallOff, panel: Panel, result: LotResult, award: Award, priced: bool
) -> dict[str, Any]:
    """A further supplier of the lot: its scores and their reasons, as its summary is owed to every bidder."""
    return {
        "name": award.bid.supplier.name,
        "place": award.rank,
        "share": percent(award.share) if award.share is not None else None,
        "criteria": [
            {
                "name": criterion.name,
                "score": int(panel.consensus[criterion.id, award.bid_id].score),
                "scale_most": criterion.scoring_scale.most,
                "reason": panel.consensus[criterion.id, award.bid_id].reason,
            }
            for criterion in call_off.criteria
        ],
        "price": _points(result.price) if priced else None,
        "total": _points(result.total),
    }


def _outcome(own: LotResult, awards: list[Award], mine: Award | None) -> BidOutcome:
    if not awards:
        return BidOutcome.SET_ASIDE
    if mine is not None:
        return BidOutcome.SUCCESSFUL
    return BidOutcome.UNSUCCESSFUL if own.rank is not None else BidOutcome.BELOW_THRESHOLD


def _points(value: Decimal) -> str:
    return f"{value:.2f}"
