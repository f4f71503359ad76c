"""A supplier's own offers and the queue of the framework manager as lists: filtered, sorted, as files."""

from enum import StrEnum
from typing import TypeVar

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.offers import exports, queries
from catalogue.offers.forms.words import (
    OWN_SORT_WORDS,
    REVIEW_KIND_WORDS,
    REVIEW_SORT_WORDS,
    STATE_WORDS,
)
from catalogue.offers.types import (
    OfferPermission,
    OfferState,
    OwnFilter,
    OwnSort,
    ReviewFilter,
    ReviewKind,
    ReviewSort,
)
from catalogue.offers.views import offers
from catalogue.offers.views.confirming import assurance_shown
from catalogue.reference import queries as reference
from core import clock
from core.calendar import london_date
from core.db import db
from core.web.access import current_actor, requires
from core.web.paging import page_number

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_LETTERS = 200
Choice = TypeVar("Choice", bound=StrEnum)


def _one_of(name: str, choices: type[Choice]) -> Choice | None:
    """What the address chooses; nothing chosen is None, and what does not exist is no page."""
    text = request.args.get(name, "")
    if not text:
        return None
    if text not in tuple(choices):
        abort(404)
    return choices(text)


def _words() -> str:
    return request.args.get("words", "").strip()[:MOST_LETTERS]


def _need() -> str:
    code = request.args.get("need", "")
    if code and code not in {need.code for need in reference.need_areas(db.session)}:
        abort(404)
    return code


def _file(name: str, kind: str, header: list[str], rows: list[list[str]]) -> Response:
    if kind == "csv":
        text: str | bytes = exports.table_csv(header, rows)
    else:
        text = exports.table_xlsx(name.capitalize(), header, rows)
    return Response(
        text,
        mimetype="text/csv" if kind == "csv" else XLSX,
        headers={"Content-Disposition": f"attachment; filename={name}-{clock.today()}.{kind}"},
    )


def _own_asked() -> OwnFilter:
    return OwnFilter(
        words=_words(),
        need=_need(),
        state=_one_of("state", OfferState),
        sort=_one_of("sort", OwnSort) or OwnSort.URGENT,
    )


@offers.get("/offers")
@requires(OfferPermission.READ)
def own() -> ResponseReturnValue:
    """The organisation's offers, what needs them first."""
    asked = _own_asked()
    page = queries.own_offers(db.session, actor=current_actor(), number=page_number(), asked=asked)
    if page.number > page.last:
        abort(404)
    assurances = queries.assurances_of(db.session, [found.id for found, _ in page.rows])
    return render_template(
        "offers/own.html",
        page=page,
        asked=asked,
        any_filter=bool(asked.words or asked.need or asked.state),
        needs=reference.need_areas(db.session),
        sorts=OWN_SORT_WORDS,
        assurances={key: assurance_shown(found) for key, found in assurances.items()},
    )


@offers.get("/offers.<any(csv, xlsx):ending>")
@requires(OfferPermission.READ)
def own_file(ending: str) -> ResponseReturnValue:
    """The same list as a file, all of it."""
    page = queries.own_offers(db.session, actor=current_actor(), asked=_own_asked(), size=None)
    assurances = queries.assurances_of(db.session, [offer.id for offer, _ in page.rows])
    header = [
        "Offer",
        "Service",
        "Need area",
        "Newest version",
        "State",
        "In the catalogue since",
        "Confirmed on",
    ]
    rows = []
    for offer, version in page.rows:
        standing = next((one for one in offer.versions if one.state is OfferState.PUBLISHED), None)
        assurance = assurances.get(offer.id)
        listed = standing if assurance and not assurance.hidden_on else None
        rows.append(
            [
                offer.public_id,
                version.title,
                offer.need_area.name,
                str(version.number),
                STATE_WORDS[version.state],
                london_date(listed.published_at).isoformat() if listed and listed.published_at else "",
                assurance.assured_on.isoformat() if assurance and standing else "",
            ]
        )
    return _file("our-offers", ending, header, rows)


def _review_asked() -> ReviewFilter:
    return ReviewFilter(
        words=_words(),
        need=_need(),
        kind=_one_of("kind", ReviewKind),
        sort=_one_of("sort", ReviewSort) or ReviewSort.WAIT,
    )


@offers.get("/offer-reviews")
@requires(OfferPermission.REVIEW)
def review_queue() -> ResponseReturnValue:
    """Submitted versions, the longest wait first."""
    asked = _review_asked()
    page = queries.submitted_versions(db.session, number=page_number(), asked=asked)
    if page.number > page.last:
        abort(404)
    return render_template(
        "offers/review_queue.html",
        page=page,
        asked=asked,
        any_filter=bool(asked.words or asked.need or asked.kind),
        needs=reference.need_areas(db.session),
        sorts=REVIEW_SORT_WORDS,
        kinds=REVIEW_KIND_WORDS,
        following=queries.next_to_review(db.session) if "decided" in request.args else None,
        today=clock.today(),
    )


@offers.get("/offer-reviews.<any(csv, xlsx):ending>")
@requires(OfferPermission.REVIEW)
def review_file(ending: str) -> ResponseReturnValue:
    """The same queue as a file, all of it."""
    asked = _review_asked()
    page = queries.submitted_versions(db.session, asked=asked, size=None)
    header = [
        "Offer",
        "Version",
        "Service",
        "Supplier",
        "Need area",
        "Returned before",
        "Submitted on",
        "Days waiting",
    ]
    rows = []
    for version in page.rows:
        submitted = london_date(version.submitted_at) if version.submitted_at else clock.today()
        rows.append(
            [
                version.offer.public_id,
                str(version.number),
                version.title,
                version.offer.supplier.name,
                version.offer.need_area.name,
                "yes" if version.return_reasons else "no",
                submitted.isoformat(),
                str((clock.today() - submitted).days),
            ]
        )
    return _file("offers-to-review", ending, header, rows)
