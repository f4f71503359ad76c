"""A supply chain as CSV and XLSX: what its lead and the authority see of it, terms included."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalogue.partners.queries import ChainRow
from core.calendar import london_date
from core.spreadsheet import write_csv, write_xlsx

HEADER = (
    "Partner",
    "Kind",
    "Tier",
    "Under",
    "State",
    "Who must act next",
    "Need areas",
    "Regions",
    "What it does",
    "Share of the work, percent",
    "Management fee, percent",
    "Paid within, days",
    "First day",
    "Last day",
    "Confirmed on",
    "Declared on",
    "Reference",
)


def chain_table(
    rows: Iterable[ChainRow], *, kinds: Mapping[Any, str], states: Mapping[Any, Any], steps: Mapping[Any, str]
) -> list[tuple[Any, ...]]:
    """One row for each link in the order of the tree, codes replaced by the words of the page."""
    return [
        (
            row.link.called,
            kinds[row.link.kind],
            row.link.tier,
            row.link.parent.called if row.link.parent is not None else row.link.lead.name,
            states[row.link.state][0],
            steps[row.step],
            "; ".join(need.name for need in row.link.need_areas),
            "; ".join(place.name for place in row.link.places),
            row.link.part,
            row.link.share_percent,
            row.link.fee_percent,
            row.link.payment_days,
            row.link.starts_on.isoformat(),
            row.link.ends_on.isoformat() if row.link.ends_on else "",
            london_date(row.link.confirmed_at).isoformat() if row.link.confirmed_at else "",
            london_date(row.declared_at).isoformat() if row.declared_at else "",
            row.link.public_id,
        )
        for row in rows
    ]


def chain_csv(table: Iterable[Sequence[Any]]) -> str:
    """The rows as CSV, with a mark at its start so that spreadsheets read accents right."""
    return "\ufeff" + write_csv(HEADER, table)


def chain_xlsx(table: Iterable[Sequence[Any]]) -> bytes:
    """The rows as a workbook of one sheet."""
    return write_xlsx([("Supply chain", HEADER, table)])
