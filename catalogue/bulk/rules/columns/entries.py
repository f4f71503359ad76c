"""The columns of the sheets beside that of offers: levels, and what stands under an offer or a level."""

from typing import Any

from catalogue.bulk.rules.columns.kinds import (
    Column,
    Kind,
    Part,
    choice,
    choices,
    date,
    key,
    long_text,
    note,
    of_sheet,
    percent,
    pounds,
    text,
    whole,
)
from catalogue.bulk.rules.columns.offers import FINGERPRINT, OFFER, SEVERAL
from catalogue.bulk.types import Sheet
from catalogue.offers.types import (
    CostKind,
    Evidence,
    EvidenceKind,
    ItemAnswer,
    ItemResponse,
    Method,
    OutcomeTarget,
    Output,
    OutputUnit,
    PriceBand,
)
from catalogue.reference.types import Complexity, Phase

COST_NAMES = {
    CostKind.STAFF: "staff",
    CostKind.PREMISES: "premises",
    CostKind.MATERIALS: "materials",
    CostKind.TRAVEL: "travel",
    CostKind.PARTNERS: "partners",
    CostKind.OTHER: "other",
}
COMPLEXITY, ITEM, NUMBER = "Complexity", "Item", "Number"

_offer = key(OFFER, "offer", "As on the sheet Offers.", characters=60)
_complexity = key(COMPLEXITY, "complexity", "As on the sheet Levels.", list="complexities", of=Complexity)
_number = key(NUMBER, "number", "1 for the first, 2 for the second, and so on.", least=1, most=100)

LEVEL_COLUMNS = of_sheet(
    Sheet.LEVELS,
    _offer,
    key(COMPLEXITY, "complexity", "One row for each that you offer.", list="complexities", of=Complexity),
    long_text(
        "More on outputs",
        "outputs",
        "What the rows of the sheet Outputs cannot say. May be empty.",
        words=300,
    ),
    choices(
        "Minimum outcomes",
        "outcomes",
        f"Codes from the sheet Minimum outcomes, of the offer's need area. {SEVERAL}",
        list="outcomes",
        width=28,
    ),
    long_text(
        "How outcomes are shown",
        "outcomes_text",
        "How you will know, and show, that an outcome was reached. May be empty.",
        words=300,
    ),
    long_text(
        "How it differs at this complexity",
        "customisation",
        "How the service differs for people with this level of need.",
        words=300,
    ),
    pounds(
        "Price of a place",
        "unit_price",
        "Pounds for one person's place, overheads included, like 1250 or 1250.50.",
    ),
    whole(
        "Places a year",
        "places_a_year",
        "How many people you can serve in a year at this complexity. Empty where a shared pool says it.",
        least=1,
    ),
    choice(
        "Shared pool",
        "pool",
        "Whose places they are, if not the offer's own. Choose from the list.",
        list="pools",
        width=28,
    ),
    long_text(
        "Why a larger volume costs more", "band_reason", "Only if a volume price is higher.", words=100
    ),
    *(
        pounds(
            f"Cost of a place: {words}", f"cost_{kind}", "In pounds for one person's place. Only you see it."
        )
        for kind, words in COST_NAMES.items()
    ),
    percent("Overheads, percent", "overhead_percent", "Of the costs of a place. Or in pounds, not both."),
    pounds("Overheads, pounds", "overhead_pounds", "For one person's place. Or in percent, not both."),
    percent("Surplus, percent", "surplus_percent", "Surplus or contribution, of the full cost."),
)
ITEM_COLUMNS = of_sheet(
    Sheet.ITEMS,
    _offer,
    _complexity,
    key(
        ITEM,
        "item",
        "Its code, from the sheet Specification: of the same need area and complexity.",
        characters=60,
    ),
    note("What is asked (for reading)", "asked", "The words of the item.", width=60),
    choice("Answer", "response", "Choose from the list.", list="responses", of=ItemResponse),
    long_text(
        "How, or why not",
        "explanation",
        "Needed where an item is met another way or not offered.",
        words=200,
    ),
)
METHOD_COLUMNS = of_sheet(
    Sheet.METHODS,
    _offer,
    _complexity,
    key("Phase", "phase", "Choose from the list.", list="phases", of=Phase, width=24),
    long_text("How", "words", "What you do in this phase, step by step.", words=300),
    whole("Sessions", "sessions", "How many there are in this phase.", most=1_000),
    whole("Weeks", "weeks", "How long this phase takes.", most=1_000),
    whole("Contacts between sessions", "contacts", "Calls and messages.", most=1_000),
)
OUTPUT_COLUMNS = of_sheet(
    Sheet.OUTPUTS,
    _offer,
    _complexity,
    _number,
    text("What", "what", "What one person receives.", characters=200, width=34),
    whole("How many", "quantity", "For one person.", least=1),
    choice("Counted in", "unit", "Choose from the list.", list="units", of=OutputUnit),
    whole("By week", "by_week", "Counted from the start.", most=1_000),
)
MEASURE_COLUMNS = of_sheet(
    Sheet.MEASURES,
    _offer,
    _complexity,
    key("Outcome", "outcome", "One of those chosen on the sheet Levels.", list="outcomes"),
    long_text("How it is measured", "measure", "With what, when and by whom.", words=150),
    whole("Percent of people who reach it", "target_percent", "Of those who start, from 0 to 100.", most=100),
)
BAND_COLUMNS = of_sheet(
    Sheet.BANDS,
    _offer,
    _complexity,
    _number,
    whole("From places a year", "places_from", "How many must be bought in a year.", least=2),
    pounds("Price of a place", "unit_price", "Of every place of that year, in pounds."),
)
PEOPLE_COLUMNS = of_sheet(
    Sheet.PEOPLE,
    _offer,
    key("Group", "cohort", "One of those chosen on the sheet Offers.", list="cohorts", width=34),
    long_text("How it differs for a group", "words", "How the service is fitted to them.", words=300),
)
EVIDENCE_COLUMNS = of_sheet(
    Sheet.EVIDENCE,
    _offer,
    _number,
    choice("Kind", "kind", "Choose from the list.", list="evidence", of=EvidenceKind, width=28),
    choice(
        "Quality mark",
        "mark",
        "Only for the kind Quality mark. Choose from the list.",
        list="marks",
        width=28,
    ),
    text("Title", "title", "Up to 200 characters.", characters=200, width=34),
    whole("Year", "year", "When it was published or given.", least=1900, most=2200),
    date("Expires on", "expires_on", "The last day on which it holds, like 2027-03-31."),
    text("Address or citation", "reference", "Up to 200 characters.", characters=200, width=34),
    long_text("What it shows", "shows", "In plain words.", words=200),
)

POOL_COLUMNS = of_sheet(
    Sheet.POOLS,
    key(
        "Pool",
        "pool",
        "A shared pool that you have. A new one is made on its page.",
        list="pools",
        width=34,
    ),
    text("Name of the pool", "name", "Up to 200 characters.", characters=200, width=34),
    long_text("What it is made of", "made_of", "Such as staff or rooms.", words=100),
    whole("Places a year", "pool_places", "How many people all of it can serve in a year."),
    date("From", "effective_from", "The first day of new figures; a day that is over counts as today."),
    Column(
        FINGERPRINT,
        "fingerprint",
        "Do not change this. It shows whether a colleague changed the pool after you downloaded the file.",
        Kind.PRINT,
        hidden=True,
    ),
)
LIMIT_COLUMNS = of_sheet(
    Sheet.LIMITS,
    key("Pool", "pool", "As on the sheet Pools.", list="pools", width=34),
    choice("Region", "region", "Empty where the limit holds in all regions.", list="regions", width=28),
    choice(
        "Complexity",
        "level",
        "Empty where it holds for all complexities.",
        list="complexities",
        of=Complexity,
    ),
    whole("Most places a year", "most", "Of the pool, or of a wider limit. Empty takes the limit away."),
)

# A row without a figure; half of one is a problem of its row, and never reaches an offer.
NO_BAND: Any = PriceBand(None, None)  # ty: ignore[invalid-argument-type]
PARTS: tuple[Part, ...] = (
    Part(Sheet.ITEMS, Sheet.LEVELS, "answers", "item", ItemAnswer(None)),
    Part(Sheet.METHODS, Sheet.LEVELS, "methods", "phase", Method()),
    Part(Sheet.OUTPUTS, Sheet.LEVELS, "output_rows", "number", Output()),
    Part(Sheet.MEASURES, Sheet.LEVELS, "outcomes", "outcome", OutcomeTarget(), stays=True),
    Part(Sheet.BANDS, Sheet.LEVELS, "bands", "number", NO_BAND),
    Part(Sheet.PEOPLE, Sheet.OFFERS, "cohort_customisation", "cohort", ""),
    Part(Sheet.EVIDENCE, Sheet.OFFERS, "evidence", "number", Evidence()),
)
