"""Comparing up to four published offers, fact by fact and item by item: page, CSV, XLSX."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.offers import exports, queries
from catalogue.offers.forms import facts as facts_words
from catalogue.offers.forms.words import COMPLEXITY_WORDS
from catalogue.offers.models import OfferVersion
from catalogue.offers.queries import Names
from catalogue.offers.rules.content import public_content
from catalogue.offers.rules.facts import COMPLEXITIES, Aligned, Facts, aligned, facts
from catalogue.offers.types import OfferPermission
from catalogue.offers.views import offers
from catalogue.offers.views.changes import reading_order
from catalogue.reference.types import Complexity
from core import clock
from core.db import db
from core.web.access import public, requires
from core.web.filters import format_date

MOST = 4
READ_AT_MOST = 12
"""Offers named in an address beyond these are not even looked at."""


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """One row: what it is called, what each offer says (a line for each thing), whether they differ."""

    label: str
    cells: list[list[str]]
    differs: bool


@dataclass(frozen=True)
class Comparison:
    """Offers side by side: who they are, and their facts under headings."""

    versions: list[OfferVersion]
    sections: list[tuple[str, list[ComparedFact]]]

    @property
    def differing(self) -> int:
        return sum(fact.differs for _, found in self.sections for fact in found)

    def only_differing(self) -> list[tuple[str, list[ComparedFact]]]:
        narrowed = [(heading, [fact for fact in found if fact.differs]) for heading, found in self.sections]
        return [(heading, found) for heading, found in narrowed if found]


def chosen_offers() -> list[str]:
    """The offers that an address names for comparing, each once: the basket, kept in no other place."""
    return list(dict.fromkeys(code for code in request.args.getlist("compare") if code))[:READ_AT_MOST]


def compared(versions: list[OfferVersion], *, commercial: bool) -> Comparison:
    """The offers side by side; prices and places a year only for those who may see them."""
    names: dict[int, Names] = {}
    for version in versions:
        need = version.offer.need_area
        if need.id not in names:
            names[need.id] = queries.names_for(db.session, need)
    own = [names[version.offer.need_area_id] for version in versions]
    contents = [queries.content_of(version) for version in versions]
    if not commercial:
        contents = [public_content(content) for content in contents]
    said = [facts(content, commercial=commercial) for content in contents]
    rows = [row for row in aligned(said) if row.key.name != "title"]  # It heads the column.
    items = {code: number for found in names.values() for number, code in enumerate(found.items)}
    rows.sort(key=lambda row: (reading_order(row.key), items.get(row.key.part, 0)))
    sections = [
        (heading, [_row(row, own, said) for row in group])
        for heading, group in groupby(rows, key=lambda row: facts_words.heading(row.key))
    ]
    assurances = queries.assurances_of(db.session, [version.offer_id for version in versions])
    first = [
        ("Supplier", [version.offer.supplier.name for version in versions]),
        ("Need area", [version.offer.need_area.name for version in versions]),
        (
            "Last confirmed by the supplier",
            [
                format_date(assurances[version.offer_id].assured_on) if version.offer_id in assurances else ""
                for version in versions
            ],
        ),
    ]
    heads = [ComparedFact(label, [[cell] for cell in cells], len(set(cells)) > 1) for label, cells in first]
    if commercial:
        sections.append(("Places under contract today", _committed(versions)))
    return Comparison(versions, [("The offers", heads), *sections])


def _row(row: Aligned, names: Sequence[Names], offers_said: Sequence[Facts]) -> ComparedFact:
    cells = []
    for value, own, said in zip(row.values, names, offers_said, strict=True):
        found = said.get(COMPLEXITIES)
        offered = found if isinstance(found, tuple) else ()
        if value is not None:
            cells.append(facts_words.lines(own, row.key, value))
        elif row.key.complexity is not None and row.key.complexity not in offered:
            cells.append([f"{COMPLEXITY_WORDS[row.key.complexity]} complexity is not offered"])
        elif row.key.name == "answers" and row.key.part not in own.items:
            cells.append(["Not an item of this need area"])
        else:
            cells.append([facts_words.NOTHING])
    known = next(
        (own for own in names if row.key.part in own.items or row.key.part in own.outcomes), names[0]
    )
    return ComparedFact(facts_words.label(known, row.key), cells, row.differs)


def _committed(versions: list[OfferVersion]) -> list[ComparedFact]:
    today = clock.today()
    found = queries.committed_places(db.session, today)
    rows = []
    for complexity in Complexity:
        cells = [found.get((version.offer_id, complexity), 0) for version in versions]
        if any(cells):
            shown = [[f"{places:,} a year"] for places in cells]
            rows.append(
                ComparedFact(f"{COMPLEXITY_WORDS[complexity]} complexity", shown, len(set(cells)) > 1)
            )
    return rows or [ComparedFact("Any complexity", [["None"] for _ in versions], False)]


def _page(*, commercial: bool) -> ResponseReturnValue:
    chosen = chosen_offers()
    titles = queries.listed_titles(db.session, chosen)
    missing = len(chosen) - len(titles)
    too_many = len(titles) > MOST
    comparison = None
    if titles and not too_many:
        comparison = compared(queries.listed_versions(db.session, list(titles)), commercial=commercial)
    only = request.args.get("only") == "differences"
    page = render_template(
        "offers/compare.html",
        titles=titles,
        missing=missing,
        too_many=too_many,
        most=MOST,
        comparison=comparison,
        sections=comparison and (comparison.only_differing() if only else comparison.sections),
        only=only,
        commercial=commercial,
        rest={name: request.args.getlist(name) for name in request.args if name not in ("compare", "only")},
        error_title=too_many,
    )
    return page, 422 if too_many else 200


@offers.get("/catalogue/compare")
@public
def compare() -> ResponseReturnValue:
    """Up to four offers side by side, as anyone may read them."""
    return _page(commercial=False)


@offers.get("/catalogue/compare/commercial")
@requires(OfferPermission.READ_COMMERCIAL)
def compare_commercial() -> ResponseReturnValue:
    """The same with prices and places a year, for an authority."""
    return _page(commercial=True)


def _rows() -> tuple[list[str], list[list[str]]]:
    """The public comparison as a table: a header and a row for each fact."""
    versions = queries.listed_versions(db.session, chosen_offers()[:MOST])
    if not versions:
        abort(404)
    comparison = compared(versions, commercial=False)
    named = [f"{version.title} ({version.offer.public_id})" for version in versions]
    return ["Part", "Fact", *named, "Differs"], [
        [heading, fact.label, *("; ".join(cell) for cell in fact.cells), "yes" if fact.differs else "no"]
        for heading, found in comparison.sections
        for fact in found
    ]


@offers.get("/catalogue/compare.csv")
@public
def compare_csv() -> ResponseReturnValue:
    """The public comparison as CSV."""
    return Response(
        exports.table_csv(*_rows()),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=comparison-{clock.today()}.csv"},
    )


@offers.get("/catalogue/compare.xlsx")
@public
def compare_xlsx() -> ResponseReturnValue:
    """The public comparison as a workbook."""
    return Response(
        exports.table_xlsx("Comparison", *_rows()),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f"attachment; filename=comparison-{clock.today()}.xlsx"},
    )
