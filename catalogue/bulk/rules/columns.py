"""The columns of the workbook: which field of an offer's content each holds, and what may stand in it.

Reading, writing, checking, drop-downs and the page of instructions are all made from this one table. A field
of the content without a column fails a test, unless `WITHOUT_COLUMN` says why it has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catalogue.bulk.types import Sheet
from catalogue.offers.types import DeliveryMode, ItemAnswer, ItemResponse, RemoteDelivery
from catalogue.reference.types import Complexity


class Kind(StrEnum):
    KEY = "key"
    """Says to which offer, complexity or item the row belongs."""
    NOTE = "note"
    """Written to be read by people; what it holds is not read back."""
    PRINT = "print"
    """The fingerprint of what the offer said when the file was written."""
    TEXT = "text"
    WHOLE = "whole"
    POUNDS = "pounds"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``field`` is the name in OfferContent, LevelContent or ItemAnswer; ``list`` names the list
    of choices; ``words``, ``characters``, ``least`` and ``most`` are the limits that the pages have too."""

    sheet: Sheet
    heading: str
    kind: Kind
    field: str = ""
    hint: str = ""
    list: str = ""
    of: Callable[[str], Any] | None = None
    """What a code becomes, where the field holds an enumeration."""
    words: int | None = None
    characters: int | None = None
    least: int = 0
    most: int = 1_000_000
    unsaid: bool = False
    """Whether an empty cell of Yes and No says neither."""
    width: int = 18
    hidden: bool = False


OFFER, COMPLEXITY, ITEM, NEED_AREA = "Offer", "Complexity", "Item", "Need area"
FINGERPRINT, STATE, ASKED = "Fingerprint", "State (for reading)", "What is asked (for reading)"
_SEVERAL = "Several are parted by a semicolon."

COLUMNS: tuple[Column, ...] = (
    Column(
        Sheet.OFFERS,
        OFFER,
        Kind.KEY,
        "offer",
        "Of an offer you have: as it stands. Of a new one: a name of your own for it, like kent-housing.",
        characters=60,
    ),
    Column(Sheet.OFFERS, STATE, Kind.NOTE, "state", "Whether the offer is a draft, submitted or published."),
    Column(
        Sheet.OFFERS,
        NEED_AREA,
        Kind.KEY,
        "need_area",
        "Choose from the list. It stays the same for good.",
        list="need_areas",
        width=28,
    ),
    Column(
        Sheet.OFFERS,
        "Name of the service",
        Kind.TEXT,
        "title",
        "Up to 200 characters.",
        characters=200,
        width=34,
    ),
    Column(
        Sheet.OFFERS,
        "Summary",
        Kind.TEXT,
        "summary",
        "What you do, for whom and how it helps. Anyone can read this.",
        words=300,
        width=50,
    ),
    Column(
        Sheet.OFFERS,
        "Places served",
        Kind.CHOICES,
        "places",
        f"Codes or names from the sheet Places. {_SEVERAL}",
        list="places",
        width=40,
    ),
    Column(
        Sheet.OFFERS,
        "Groups of people",
        Kind.CHOICES,
        "cohorts",
        f"Every group that you are able to serve. {_SEVERAL}",
        list="cohorts",
        width=34,
    ),
    Column(Sheet.OFFERS, "For women only", Kind.YES_NO, "women_only", "Yes or No. Empty is No."),
    Column(
        Sheet.OFFERS,
        "Stages",
        Kind.CHOICES,
        "stages",
        f"When you work with people. {_SEVERAL}",
        list="stages",
        width=34,
    ),
    Column(
        Sheet.OFFERS,
        "Sentence types",
        Kind.CHOICES,
        "sentence_types",
        f"All, or those under which people may be referred. {_SEVERAL}",
        list="sentence_types",
        width=34,
    ),
    Column(
        Sheet.OFFERS,
        "Why a sentence type is left out",
        Kind.TEXT,
        "sentence_type_reason",
        "Leave empty when all are chosen.",
        words=150,
        width=34,
    ),
    Column(
        Sheet.OFFERS,
        "One to one or in groups",
        Kind.CHOICE,
        "mode",
        "Choose from the list.",
        list="modes",
        of=DeliveryMode,
    ),
    Column(Sheet.OFFERS, "Smallest group", Kind.WHOLE, "group_minimum", "Only for groups.", most=10_000),
    Column(
        Sheet.OFFERS, "Best size of a group", Kind.WHOLE, "group_optimum", "Only for groups.", most=10_000
    ),
    Column(Sheet.OFFERS, "Largest group", Kind.WHOLE, "group_maximum", "Only for groups.", most=10_000),
    Column(
        Sheet.OFFERS,
        "Given remotely",
        Kind.CHOICE,
        "remote",
        "How much is by telephone or video: none, part or only.",
        list="remote",
        of=RemoteDelivery,
    ),
    Column(
        Sheet.OFFERS,
        "Fitting the service to people",
        Kind.TEXT,
        "customisation",
        "By complexity and by group of people.",
        words=500,
        width=50,
    ),
    Column(
        Sheet.OFFERS,
        "Support before release",
        Kind.TEXT,
        "pre_release_support",
        "How many weeks before, how you reach in, and how you avoid repeating what the prison does.",
        words=500,
        width=50,
    ),
    Column(
        Sheet.OFFERS,
        FINGERPRINT,
        Kind.PRINT,
        "fingerprint",
        "Do not change this. It shows whether a colleague changed the offer after you downloaded the file.",
        hidden=True,
    ),
    Column(Sheet.LEVELS, OFFER, Kind.KEY, "offer", "As on the sheet Offers.", characters=60),
    Column(
        Sheet.LEVELS,
        COMPLEXITY,
        Kind.KEY,
        "complexity",
        "One row for each that you offer.",
        list="complexities",
        of=Complexity,
    ),
    Column(
        Sheet.LEVELS,
        "Outputs",
        Kind.TEXT,
        "outputs",
        "What one person receives: sessions, hours, weeks, reports.",
        words=300,
        width=50,
    ),
    Column(
        Sheet.LEVELS,
        "Minimum outcomes",
        Kind.CHOICES,
        "outcomes",
        f"Codes from the sheet Outcomes, of the offer's need area. {_SEVERAL}",
        list="outcomes",
        width=28,
    ),
    Column(
        Sheet.LEVELS,
        "How outcomes are shown",
        Kind.TEXT,
        "outcomes_text",
        "How you will know, and show, that an outcome was reached. May be empty.",
        words=300,
        width=50,
    ),
    Column(
        Sheet.LEVELS,
        "Price of a place",
        Kind.POUNDS,
        "unit_price",
        "Pounds for one person's place, overheads included, like 1250 or 1250.50.",
    ),
    Column(
        Sheet.LEVELS,
        "Places a year",
        Kind.WHOLE,
        "places_a_year",
        "How many people you can serve in a year at this complexity.",
        least=1,
    ),
    Column(Sheet.ITEMS, OFFER, Kind.KEY, "offer", "As on the sheet Offers.", characters=60),
    Column(
        Sheet.ITEMS,
        COMPLEXITY,
        Kind.KEY,
        "complexity",
        "As on the sheet Levels.",
        list="complexities",
        of=Complexity,
    ),
    Column(
        Sheet.ITEMS,
        ITEM,
        Kind.KEY,
        "item",
        "Its code, from the sheet Specification: of the same need area and complexity.",
        characters=60,
    ),
    Column(Sheet.ITEMS, ASKED, Kind.NOTE, "asked", "The words of the item.", width=60),
    Column(
        Sheet.ITEMS,
        "Answer",
        Kind.CHOICE,
        "response",
        "Choose from the list.",
        list="responses",
        of=ItemResponse,
    ),
    Column(
        Sheet.ITEMS,
        "How, or why not",
        Kind.TEXT,
        "explanation",
        "Needed where an item is met another way or not offered.",
        words=200,
        width=50,
    ),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet whose rows are entries of a field of what stands on the sheet ``above``.

    ``key`` is the field of the key that tells entries apart: of a list it is their number, from 1. An entry
    that says no more than ``nothing`` is none.
    """

    sheet: Sheet
    above: Sheet
    field: str
    key: str
    nothing: Any


PARTS: tuple[Part, ...] = (Part(Sheet.ITEMS, Sheet.LEVELS, "answers", "item", ItemAnswer(None)),)

ON_PAGES_ALONE = (
    "group_sessions",
    "individual_sessions",
    "session_minutes",
    "sessions_a_week",
    "intake",
    "cohort_customisation",
    "weeks_before_release",
    "reaches_in",
    "reach_in_visits",
    "meets_at_gate",
    "move_on_support",
    "beside_prison_services",
    "counts_as_rar",
    "rar_days",
    "rar_activity",
    "unmet_needs",
    "proportionate",
    "motivation",
    "links_onward",
    "languages",
    "interpreters",
    "volunteers",
    "mentoring",
    "volunteer_number",
    "volunteer_support",
    "evidence",
    "methods",
    "output_rows",
)
WITHOUT_COLUMN: Mapping[str, str] = {
    "levels": "the rows of the sheet Levels",
    **{part.field: f"the rows of the sheet {part.sheet}" for part in PARTS},
    **dict.fromkeys(ON_PAGES_ALONE, "written on the pages; a file leaves it as it is"),
}
"""Fields of the content that are no column, and what they are instead."""

BY_SHEET: Mapping[Sheet, tuple[Column, ...]] = {
    sheet: tuple(column for column in COLUMNS if column.sheet is sheet) for sheet in Sheet
}
CHOICE_WORDS: Mapping[str, str] = {
    DeliveryMode.GROUP: "In groups",
    DeliveryMode.BOTH: "One to one and in groups",
    ItemResponse.ANOTHER_WAY: "Met another way",
}
"""How choices are written that are not called as their code; a test holds them to the pages' words."""

HEADINGS: Mapping[tuple[Sheet, str], str] = {
    (column.sheet, column.field): column.heading for column in COLUMNS
}
MOST_ROWS: Mapping[Sheet, int] = {Sheet.OFFERS: 5_000, Sheet.LEVELS: 15_000, Sheet.ITEMS: 400_000}
"""More than this in one file is refused, so that one upload never holds the worker for long."""


def content_columns(sheet: Sheet) -> tuple[Column, ...]:
    """The columns of a sheet that hold what an offer says."""
    return tuple(column for column in BY_SHEET[sheet] if column.kind not in (Kind.KEY, Kind.NOTE, Kind.PRINT))
