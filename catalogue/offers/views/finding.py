"""The public catalogue: search and filters, one offer, the result as a file; no price, no capacity."""

from datetime import UTC, datetime

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.offers import exports, queries
from catalogue.offers.forms.words import FACET_WORDS
from catalogue.offers.rules.content import public_content
from catalogue.offers.rules.finding import complexity_bit, features, has_bit
from catalogue.offers.types import FACETS, CatalogueFilter, CatalogueSort
from catalogue.offers.views import offers
from catalogue.offers.views.comparing import MOST, chosen_offers
from catalogue.reference.types import Complexity
from catalogue.suppliers import queries as suppliers
from core import clock
from core.db import db
from core.web.access import public
from core.web.filters import page_url, public_url
from core.web.paging import page_number

MOST_LETTERS = 200
IN_NO_FEED = ("page", "sort", "compare")
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
UNKNOWN_WORDS = {
    "need": "There is no need area “{code}”",
    "complexity": "There is no complexity “{code}”",
    "cohort": "There is no group of people “{code}”",
    "stage": "There is no stage “{code}”",
    "place": "There is no region or police force area “{code}”",
    **dict.fromkeys(FACETS, "There is no choice “{code}”"),
}


def _asked() -> tuple[CatalogueFilter, CatalogueSort, list[tuple[str, str]]]:
    """What the address asks for, and what in it cannot be meant (kind, code)."""
    values = {
        kind: tuple(dict.fromkeys(code for code in request.args.getlist(kind) if code))
        for kind in ("need", "complexity", "cohort", "stage", *FACETS)
    }
    known = tuple(code for code in values["complexity"] if code in tuple(Complexity))
    sort = request.args.get("sort", "")
    found = CatalogueFilter(
        words=request.args.get("words", "").replace("\x00", "").strip()[:MOST_LETTERS],
        needs=values["need"],
        complexities=tuple(Complexity(code) for code in known),
        place=request.args.get("place", ""),
        cohorts=values["cohort"],
        stages=values["stage"],
        facets={kind: values[kind] for kind in FACETS if values[kind]},
    )
    unknown = [("complexity", code) for code in values["complexity"] if code not in known]
    return found, CatalogueSort(sort) if sort in tuple(CatalogueSort) else CatalogueSort.TITLE, unknown


@offers.get("/catalogue")
@public
def catalogue() -> ResponseReturnValue:
    """Search the published offers."""
    found, sort, unknown = _asked()
    choices = queries.catalogue_choices(db.session)
    unknown += choices.unknown(found)
    page = queries.find_offers(db.session, found, choices, sort=sort, number=page_number())
    if page.number > page.last:
        abort(404)
    basket = chosen_offers()
    shown = render_template(
        "offers/catalogue.html",
        page=page,
        found=found,
        sort=sort,
        sorts=tuple(CatalogueSort),
        choices=choices,
        counts=queries.catalogue_counts(db.session, found, choices),
        chosen=_chosen(found, choices),
        basket=basket,
        basket_titles=queries.listed_titles(db.session, basket) if basket else {},
        most_compared=MOST,
        problems=[UNKNOWN_WORDS[kind].format(code=code[:60]) for kind, code in unknown],
        error_title=bool(unknown),
        facet_words=FACET_WORDS,
        has_bit=has_bit,
        complexity_bit=complexity_bit,
    )
    return shown, 404 if unknown else 200


def _chosen(found: CatalogueFilter, choices: queries.Choices) -> list[tuple[str, str, str]]:
    """The filters in force as (kind in words, choice in words, address without it)."""
    names = {row.code: row.name for rows in (choices.needs, choices.cohorts, choices.stages) for row in rows}
    names |= {place.code: place.name for place in (*choices.regions, *choices.police_force_areas)}
    names |= {complexity.value: complexity.value.capitalize() for complexity in Complexity}
    names |= {choice.code: choice.name for rows in choices.facets.values() for choice in rows if choice.name}
    lines = []
    if found.words:
        lines.append(("Words", found.words, page_url(words=None, page=None)))
    for parameter, words, codes in (
        ("need", "Need area", found.needs),
        ("complexity", "Complexity", found.complexities),
        ("place", "Place", (found.place,) if found.place else ()),
        ("cohort", "Who it is for", found.cohorts),
        ("stage", "Stage", found.stages),
        *((kind, FACET_WORDS[kind][0], codes) for kind, codes in found.facets.items()),
    ):
        called = FACET_WORDS[parameter][1] if parameter in FACET_WORDS else {}
        for code in codes:
            rest = [str(other) for other in codes if other != code]
            without = page_url(**{parameter: rest, "page": None})
            lines.append((words, called.get(code) or names.get(str(code), str(code)), without))
    return lines


def _export() -> list[exports.CatalogueRow]:
    found, sort, unknown = _asked()
    choices = queries.catalogue_choices(db.session)
    if unknown or choices.unknown(found):
        abort(404)
    return exports.catalogue_rows(queries.every_found_offer(db.session, found, choices, sort=sort), choices)


@offers.get("/catalogue.csv")
@public
def catalogue_csv() -> ResponseReturnValue:
    """The result as CSV."""
    return Response(
        exports.catalogue_csv(_export()),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=catalogue-{clock.today()}.csv"},
    )


@offers.get("/catalogue.xlsx")
@public
def catalogue_xlsx() -> ResponseReturnValue:
    """The result as a workbook."""
    return Response(
        exports.catalogue_xlsx(_export()),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f"attachment; filename=catalogue-{clock.today()}.xlsx"},
    )


@offers.get("/catalogue.atom")
@public
def catalogue_atom() -> ResponseReturnValue:
    """The newest offers of a search, for a feed reader: a search is saved by following it."""
    found, _, unknown = _asked()
    choices = queries.catalogue_choices(db.session)
    if unknown or choices.unknown(found):
        abort(404)
    page = queries.find_offers(db.session, found, choices, sort=CatalogueSort.NEWEST)
    asked = {name: request.args.getlist(name) for name in request.args if name not in IN_NO_FEED}
    chosen = [words for _, words, _ in _chosen(found, choices)]
    feed = render_template(
        "offers/catalogue.atom",
        title=f"Catalogue of services: {', '.join(chosen)}" if chosen else "Catalogue of services",
        address=public_url("offers.catalogue_atom", **asked),
        page_address=public_url("offers.catalogue", **asked),
        # With nothing in it, a feed has never changed.
        updated=page.rows[0].published_at if page.rows else NEVER,
        rows=page.rows,
    )
    response = Response(
        feed, mimetype="application/atom+xml", headers={"Cache-Control": "public, max-age=300"}
    )
    response.add_etag()
    response.make_conditional(request)
    return response


@offers.get("/catalogue/<offer>")
@public
def published(offer: str) -> ResponseReturnValue:
    """One published offer, item by item."""
    version = queries.published_version(db.session, offer)
    if version is None:
        abort(404)
    assurance = queries.assurance_of(db.session, version.offer_id)
    return render_template(
        "offers/published.html",
        version=version,
        assured_on=assurance.assured_on if assurance else None,
        # Prices and places a year are taken out before the page is made, not left out by it.
        content=public_content(queries.content_of(version)),
        features=features,
        today=clock.today(),
        names=queries.names_for(db.session, version.offer.need_area),
        profile=suppliers.profile_of(db.session, version.offer.supplier_id),
    )
