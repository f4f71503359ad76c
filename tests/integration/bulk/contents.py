"""Contents of offers drawn at random from the table of columns, so that a new column is drawn as well."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from catalogue.bulk.rules.cells import settled
from catalogue.bulk.rules.columns import PARTS, Column, Kind, Part, content_columns
from catalogue.bulk.rules.planning import Surroundings
from catalogue.bulk.types import HeldOffer, Sheet, WorkbookContent, WorkbookLevel
from catalogue.offers.rules.content import GROUP_FACTS
from catalogue.offers.rules.finding import normalised_places
from catalogue.offers.types import (
    DeliveryMode,
    Evidence,
    EvidenceKind,
    Indexation,
    OfferState,
)
from catalogue.reference.types import Availability, Complexity, Phase

NEW, LATE = date(1990, 1, 1), date(2100, 12, 31)
TEXTS = st.one_of(
    # What the forms leave out and PostgreSQL refuses is in no offer.
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(
        [
            "=1+1",
            "+44 20 7946 0000",
            "-5 degrees",
            "@here",
            "\ttabbed",
            "\rreturned",
            "'=quoted",
            "''-twice",
            "two\r\nlines",
            "_x0041_",
            "_x000D_",
            "007",
            "1.50",
            "TRUE",
            "#REF!x",
            "Môn; Gwynedd, “quoted”",
            "<b>&amp;</b>",
            "\ufffe\uffffedge",
            "a\x0bb\x01c",
            "1/2",
            "x" * 199,
        ]
    ),
)


def values(column: Column, around: Surroundings) -> st.SearchStrategy[Any]:
    """Whatever a field may hold."""
    empty = st.none()
    match column.kind:
        case Kind.TEXT:
            # What was never saved from a page with spaces at its ends, nor beyond the page's own limit.
            return TEXTS.map(lambda text: text[: column.characters or 1000].strip())
        case Kind.WHOLE:
            return empty | st.integers(column.least, column.most)
        case Kind.POUNDS:
            return empty | st.decimals(0, 100_000, places=2)
        case Kind.PERCENT:
            return empty | st.decimals(0, 1000, places=4)
        case Kind.CHOICE:
            if not around.lists[column.list].labels:
                return st.just("")
            codes = st.sampled_from(sorted(around.lists[column.list].labels))
            return (st.just("") if column.of is None else empty) | codes.map(column.of or str)
        case Kind.CHOICES:
            known = around.lists[column.list]
            codes = sorted(set(known.labels) - known.ended)
            return st.frozensets(st.sampled_from(codes), max_size=6) if codes else st.just(frozenset())
        case Kind.YES_NO:
            return st.none() | st.booleans() if column.unsaid else st.booleans()
        case Kind.DATE:
            return empty | st.dates(min_value=NEW, max_value=LATE)
    raise AssertionError(column.kind)


def entries(part: Part, keys: list[Any], around: Surroundings) -> st.SearchStrategy[Any]:
    """Entries of a field, none of which says nothing."""
    columns = content_columns(part.sheet)
    if is_dataclass(part.nothing):
        one = st.fixed_dictionaries({column.field: values(column, around) for column in columns}).map(
            lambda given: replace(part.nothing, **given)
        )
    else:
        one = values(columns[0], around)
    said = one.filter(lambda entry: part.stays or plain(entry) != plain(part.nothing))
    if part.key == "number":
        return st.lists(said, max_size=3).map(tuple)
    return st.dictionaries(st.sampled_from(keys), said, max_size=6) if keys else st.just({})


def plain(entry: Any) -> Any:
    """An entry with its texts as they are compared."""
    if not is_dataclass(entry):
        return settled(entry)
    texts = {
        one.name: settled(getattr(entry, one.name))
        for one in fields(entry)
        if isinstance(getattr(entry, one.name), str) and type(getattr(entry, one.name)) is str
    }
    return replace(entry, **texts)  # type: ignore[type-var]


@st.composite
def held_offers(draw: st.DrawFn, around: Surroundings, number: int = 1) -> HeldOffer:
    """An offer of any need area with any content that the pages could have saved."""
    need = draw(st.sampled_from(sorted(around.facts)))
    specification = around.facts[need].specification
    available = [
        one for one in Complexity if specification[one].availability is not Availability.NOT_AVAILABLE
    ]
    levels = {}
    for complexity in draw(st.lists(st.sampled_from(available), unique=True)):
        given = {
            column.field: draw(values(column, around))
            for column in content_columns(Sheet.LEVELS)
            if column.field != "outcomes"
        }
        keys = {
            "item": list(specification[complexity].items),
            "phase": list(Phase),
            "outcome": sorted(around.outcomes[need]),
        }
        for part in PARTS:
            if part.above is Sheet.LEVELS:
                given[part.field] = draw(entries(part, keys.get(part.key, []), around))
        bands = {band.places_from: band for band in given["bands"] if band.places_from and band.unit_price}
        given["bands"] = tuple(band for _, band in sorted(bands.items()))
        if given["overhead_percent"] is not None:
            given["overhead_pounds"] = None
        levels[complexity] = WorkbookLevel(**given)
    given = {column.field: draw(values(column, around)) for column in content_columns(Sheet.OFFERS)}
    keys = {"cohort": sorted(around.lists["cohorts"].labels)}
    for part in PARTS:
        if part.above is Sheet.OFFERS:
            given[part.field] = draw(entries(part, keys.get(part.key, []), around))
    given["evidence"] = tuple(
        replace(one, mark=one.mark if one.kind is EvidenceKind.QUALITY_MARK else "")
        for one in given["evidence"]
    )
    given["evidence"] = tuple(one for one in given["evidence"] if plain(one) != plain(Evidence()))
    given["cohort_customisation"] = {
        code: words for code, words in given["cohort_customisation"].items() if code in given["cohorts"]
    }
    if given["mode"] not in (DeliveryMode.GROUP, DeliveryMode.BOTH):
        given |= dict.fromkeys(GROUP_FACTS)
    sizes = (given["group_minimum"], given["group_maximum"])
    if None not in sizes:
        given["group_minimum"], given["group_maximum"] = sorted(sizes)
    if given["indexation"] is not Indexation.FIXED:
        given["indexation_percent"] = None
    if given["indexation"] in (None, Indexation.NONE):
        given["indexation_from"] = None
    given["places"] = frozenset(normalised_places(around.tree, given["places"]))
    content = WorkbookContent(**given, levels={one: levels[one] for one in Complexity if one in levels})
    return HeldOffer(
        offer_id=number,
        public_id=f"OF-{number:08d}",
        need_area=need,
        state=OfferState.DRAFT,
        version_id=number,
        number=1,
        row_version=1,
        content=content,
        reference=draw(
            st.just("") | st.sampled_from([f"mine-{number}", f"-{number}", f"{number}", f"@{number}"])
        ),
    )
