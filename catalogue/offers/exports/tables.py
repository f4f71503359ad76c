"""The catalogue as CSV and XLSX: what the public page shows, never a price or a number of places a year."""

from collections.abc import Iterable, Sequence

from catalogue.offers.queries import Choices, FoundOffer
from catalogue.offers.rules.finding import complexity_bit, has_bit
from catalogue.reference.types import Complexity
from core.calendar import london_date
from core.spreadsheet import write_csv, write_xlsx

CatalogueRow = tuple[str, ...]
HEADER = (
    "Offer",
    "Service",
    "Supplier",
    "Need area",
    "Complexities",
    "Regions served wholly or in part",
    "Police force areas served wholly or in part",
    "Who it is for",
    "Stages",
    "Summary",
    "Published on",
    "Last confirmed on",
)


def catalogue_rows(found: Iterable[FoundOffer], choices: Choices) -> list[CatalogueRow]:
    """One row for each offer, codes replaced by words."""
    needs = {need.id: need.name for need in choices.needs}

    def named(bits: int, rows: Sequence) -> str:  # type: ignore[type-arg]
        return "; ".join(row.name for row in rows if has_bit(bits, row.position))

    return [
        (
            offer.public_id,
            offer.title,
            offer.supplier_name,
            needs[offer.need_area_id],
            "; ".join(
                complexity.value
                for complexity in Complexity
                if has_bit(offer.complexity_mask, complexity_bit(complexity))
            ),
            named(offer.region_mask, choices.regions),
            named(offer.police_force_area_mask, choices.police_force_areas),
            named(offer.cohort_mask, choices.cohorts),
            named(offer.stage_mask, choices.stages),
            offer.summary,
            london_date(offer.published_at).isoformat(),
            offer.assured_on.isoformat() if offer.assured_on else "",
        )
        for offer in found
    ]


def table_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Any rows as CSV, with a mark at its start so that spreadsheets read accents right."""
    return "\ufeff" + write_csv(header, rows)


def table_xlsx(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Any rows as a workbook of one sheet."""
    return write_xlsx([(name, header, rows)])


def catalogue_csv(rows: Iterable[CatalogueRow]) -> str:
    """The rows as CSV."""
    return table_csv(HEADER, rows)


def catalogue_xlsx(rows: Iterable[CatalogueRow]) -> bytes:
    """The rows as a workbook of one sheet."""
    return table_xlsx("Catalogue", HEADER, rows)
