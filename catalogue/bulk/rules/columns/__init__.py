"""The columns of the workbook: which field of an offer's content each holds, and what may stand in it.

Reading, writing, checking, drop-downs and the page of instructions are all made from this one table. A field
of the content without a column fails a test, unless `WITHOUT_COLUMN` says why it has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from catalogue.bulk.rules.columns.entries import (
    BAND_COLUMNS,
    COMPLEXITY,
    EVIDENCE_COLUMNS,
    ITEM,
    ITEM_COLUMNS,
    LEVEL_COLUMNS,
    LIMIT_COLUMNS,
    MEASURE_COLUMNS,
    METHOD_COLUMNS,
    OUTPUT_COLUMNS,
    PARTS,
    PEOPLE_COLUMNS,
    POOL_COLUMNS,
)
from catalogue.bulk.rules.columns.kinds import Column, Kind, Part
from catalogue.bulk.rules.columns.offers import FINGERPRINT, NEED_AREA, OFFER, OFFER_COLUMNS
from catalogue.bulk.types import Sheet
from catalogue.offers.types import (
    DeliveryMode,
    EvidenceKind,
    Indexation,
    Intake,
    ItemResponse,
    RemoteDelivery,
)

__all__ = [
    "BY_SHEET",
    "CHOICE_WORDS",
    "COLUMNS",
    "COMPLEXITY",
    "FINGERPRINT",
    "HEADINGS",
    "ITEM",
    "MAY_LACK",
    "MOST_ROWS",
    "NEED_AREA",
    "OFFER",
    "PARTS",
    "WITHOUT_COLUMN",
    "Column",
    "Kind",
    "Part",
    "content_columns",
]

COLUMNS: tuple[Column, ...] = (
    *OFFER_COLUMNS,
    *LEVEL_COLUMNS,
    *ITEM_COLUMNS,
    *METHOD_COLUMNS,
    *OUTPUT_COLUMNS,
    *MEASURE_COLUMNS,
    *BAND_COLUMNS,
    *PEOPLE_COLUMNS,
    *EVIDENCE_COLUMNS,
    *POOL_COLUMNS,
    *LIMIT_COLUMNS,
)
BY_SHEET: Mapping[Sheet, tuple[Column, ...]] = {
    sheet: tuple(column for column in COLUMNS if column.sheet is sheet) for sheet in Sheet
}
HEADINGS: Mapping[tuple[Sheet, str], str] = {
    (column.sheet, column.field): column.heading for column in COLUMNS
}
WITHOUT_COLUMN: Mapping[str, str] = {
    "levels": "the rows of the sheet Levels",
    **{part.field: f"the rows of the sheet {part.sheet}" for part in PARTS},
}
"""Fields of the content that are no column, and what they are instead."""

MOST_ROWS: Mapping[Sheet, int] = {
    Sheet.OFFERS: 5_000,
    Sheet.LEVELS: 15_000,
    Sheet.ITEMS: 400_000,
    Sheet.METHODS: 45_000,
    Sheet.OUTPUTS: 100_000,
    Sheet.MEASURES: 100_000,
    Sheet.BANDS: 60_000,
    Sheet.PEOPLE: 50_000,
    Sheet.EVIDENCE: 50_000,
    Sheet.POOLS: 1_000,
    Sheet.LIMITS: 50_000,
}
"""More than this in one file is refused, so that one upload never holds the worker for long."""

MAY_LACK = frozenset({Sheet.POOLS, Sheet.LIMITS})
"""Sheets of their own matter: a file without them says nothing of pools of places."""

CHOICE_WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    DeliveryMode: {DeliveryMode.GROUP: "In groups", DeliveryMode.BOTH: "One to one and in groups"},
    ItemResponse: {ItemResponse.ANOTHER_WAY: "Met another way"},
    RemoteDelivery: {
        RemoteDelivery.NONE: "None of it",
        RemoteDelivery.PART: "Part of it",
        RemoteDelivery.ONLY: "All of it",
    },
    Indexation: {
        Indexation.NONE: "They stay the same",
        Indexation.CPI: "With the consumer price index (CPI), once a year",
        Indexation.FIXED: "By a fixed percentage, once a year",
    },
    Intake: {
        Intake.FIXED: "Everyone begins together",
        Intake.ROLLING: "People join as places come free",
    },
    EvidenceKind: {
        EvidenceKind.EVALUATION: "Evaluation of this service",
        EvidenceKind.OTHER: "Other, such as our own records",
    },
}
"""How choices are written that are not called as their code; a test holds them to the pages' words."""


def content_columns(sheet: Sheet) -> tuple[Column, ...]:
    """The columns of a sheet that hold what an offer says."""
    return tuple(column for column in BY_SHEET[sheet] if column.kind not in (Kind.KEY, Kind.NOTE, Kind.PRINT))
