"""Lists of members as CSV and XLSX."""

from collections.abc import Iterable

from core.calendar import london_date
from core.spreadsheet import write_csv, write_xlsx
from procurement.framework.models import Member

HEADER = (
    "Supplier",
    "Supplier reference",
    "Category",
    "Category name",
    "Need area",
    "Region",
    "State",
    "Member since",
    "Reason",
)


def members_csv(members: Iterable[Member]) -> str:
    """The members as CSV text."""
    return write_csv(HEADER, _rows(members))


def members_xlsx(members: Iterable[Member]) -> bytes:
    """The members as a workbook."""
    return write_xlsx([("Members", HEADER, _rows(members))])


def _rows(members: Iterable[Member]) -> list[tuple[str, ...]]:
    return [
        (
            member.supplier.name,
            member.supplier.public_id,
            member.category.code,
            member.category.name,
            member.category.need_area.name,
            member.region.name,
            str(member.state),
            london_date(member.admitted_at).isoformat(),
            member.state_reason,
        )
        for member in members
    ]
