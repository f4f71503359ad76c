"""Results written down: when prices open, and again whenever a correction or a removal changes them."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.evaluation.models import LotResult
from procurement.calloffs.evaluation.queries.cases import removals_of
from procurement.calloffs.evaluation.queries.results import rankings
from procurement.calloffs.evaluation.queries.scores import Panel
from procurement.calloffs.evaluation.types import REMOVAL_WORDS


def write_results(session: Session, call_off: CallOff, panel: Panel) -> None:
    """Compute the ranking and keep it; a bid that was removed keeps its figures and loses its rank."""
    by_public_id = {bid.public_id: bid for bid in panel.bids}
    names = {str(criterion.id): criterion.name for criterion in call_off.criteria}
    kept = {
        row.bid_id: row
        for row in session.scalars(
            sa.select(LotResult).where(LotResult.lot_id.in_([lot.id for lot in call_off.lots]))
        )
    }
    for lot_id, ranking in rankings(session, call_off, panel).items():
        for entry in ranking:
            bid = by_public_id[entry.key]
            row = kept.get(bid.id)
            if row is None:
                row = LotResult(bid_id=bid.id, lot_id=lot_id)
                session.add(row)
            missed = ", ".join(names.get(code, code) for code in entry.below_threshold)
            row.quality, row.price, row.total = entry.quality, entry.price_score, entry.total
            row.evaluated_price, row.rank = entry.price, entry.rank
            row.excluded_reason = f"Below the threshold: {missed}" if missed else ""
    for bid_id, removal in removals_of(session, call_off).items():
        if bid_id in kept:
            kept[bid_id].rank = None
            kept[bid_id].excluded_reason = REMOVAL_WORDS[removal.cause]
    session.flush()
