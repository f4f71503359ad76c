"""The list of call-offs as rows of a table, for CSV and XLSX."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from core.web.filters import format_date
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.queries import state_on
from procurement.calloffs.drafting.types import CallOffState

HEADER = (
    "Reference",
    "Title",
    "State",
    "Framework",
    "Lots",
    "Need areas",
    "Places",
    "Budget over the term (£)",
    "Deadline (UTC)",
    "Started",
)


def list_rows(
    call_offs: Iterable[CallOff], now: datetime, state_words: Mapping[CallOffState, str]
) -> list[tuple]:
    """One row for each call-off; money in pounds, empty where no lot has a budget."""
    return [
        (
            call_off.public_id,
            call_off.title,
            state_words[state_on(call_off, now)],
            call_off.framework.title,
            len(call_off.lots),
            "; ".join(sorted({v.need_area.name for lot in call_off.lots for v in lot.volumes})),
            "; ".join(sorted({place.name for lot in call_off.lots for place in lot.places})),
            sum(lot.budget for lot in call_off.lots if lot.budget is not None) or None,
            f"{call_off.deadline:%Y-%m-%d %H:%M}" if call_off.deadline else None,
            format_date(call_off.created_at),
        )
        for call_off in call_offs
    ]
