"""What other programs read: one offer as JSON, and all published offers as a directory of services.

Nothing here needs a sign-in and nothing here holds a price, a number of places or a partner. Answers carry an
ETag, so that whoever asks again for what has not changed is told so in a few bytes.
"""

import json
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from catalogue.offers import exports, queries
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.content import public_content
from catalogue.offers.rules.identifiers import public_id_of
from catalogue.reference import queries as reference
from catalogue.suppliers import queries as suppliers
from core import clock
from core.db import db
from core.web.access import public
from core.web.filters import public_url
from core.web.paging import page_number

feeds = Blueprint("feeds", __name__)

FRESH_SECONDS = 300
MOST_PER_PAGE = 100
STANDARD = "https://docs.openreferraluk.org/"
BASE = "/feeds/open-referral"


def _answer(document: Any, links: list[tuple[str, str, str]] | None = None) -> Response:
    """A JSON answer that may be kept for a while and asked for again by its ETag."""
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    response = Response(text, mimetype="application/json")
    for rel, href, kind in links or []:
        response.headers.add("Link", f'<{href}>; rel="{rel}"; type="{kind}"')
    # Set against the default of every page, which is to be kept by nobody.
    response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    response.make_conditional(request)  # Changes the answer itself.
    return response


@feeds.get("/catalogue/<offer>.json")
@public
def offer_json(offer: str) -> ResponseReturnValue:
    """One published offer as a document; its shape is told on the page on data."""
    version = queries.published_version(db.session, offer)
    if version is None:
        abort(404)
    public_id = version.offer.public_id
    links = [
        ("self", public_url("feeds.offer_json", offer=public_id), "application/json"),
        ("canonical", public_url("offers.published", offer=public_id), "text/html"),
        ("alternate", public_url("offers.published_pdf", offer=public_id), "application/pdf"),
        ("collection", public_url("feeds.services"), "application/json"),
        ("describedby", public_url("offers.data"), "text/html"),
    ]
    assurance = queries.assurance_of(db.session, version.offer_id)
    document = exports.offer_document(
        version,
        public_content(queries.content_of(version)),
        names=queries.names_for(db.session, version.offer.need_area),
        assured_on=assurance.assured_on if assurance else None,
        profile=suppliers.profile_of(db.session, version.offer.supplier_id),
        links=links,
    )
    return _answer(document, links)


def per_page() -> int:
    """How many entries a page is asked to have; anything but 1 to 100 is a page that does not exist."""
    text = request.args.get("per_page", "25")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_PER_PAGE:
        abort(404)
    return int(text)


def _page_answer(entries: list[dict[str, Any]], *, number: int, size: int, total: int) -> Response:
    """A page of a list in the standard's envelope, with links to the pages around it."""
    document = exports.page_envelope(entries, number=number, size=size, total=total)
    if number > document["total_pages"]:
        abort(404)
    links = [("describedby", public_url("offers.data"), "text/html")]
    endpoint = request.endpoint or ""
    for rel, other in (("prev", number - 1), ("next", number + 1)):
        if 1 <= other <= document["total_pages"]:
            links.append((rel, public_url(endpoint, page=other, per_page=size), "application/json"))
    return _answer(document, links)


def directory_for(versions: list[OfferVersion]) -> exports.Directory:
    """What the entries of some offers need beside them, in two queries."""
    assurances = queries.assurances_of(db.session, [version.offer_id for version in versions])
    return exports.Directory(
        page_of=lambda public_id: public_url("offers.published", offer=public_id),
        assured_on={key: assurance.assured_on for key, assurance in assurances.items()},
        profiles=queries.profiles_of(db.session, {version.offer.supplier_id for version in versions}),
        today=clock.today(),
    )


@feeds.get(BASE)
@public
def root() -> ResponseReturnValue:
    """What this directory is, and where its lists are."""
    lists = ("services", "organizations", "service_at_locations", "taxonomy_terms")
    return _answer(
        {
            "version": "3.0",
            "profile": STANDARD,
            "documentation": public_url("offers.data"),
            "lists": {name: public_url(f"feeds.{name}") for name in lists},
        }
    )


@feeds.get(f"{BASE}/services")
@public
def services() -> ResponseReturnValue:
    """A page of the published offers as services."""
    page = queries.directory_page(db.session, number=page_number(), size=per_page())
    directory = directory_for(list(page.rows))
    entries = [exports.service_entry(version, directory) for version in page.rows]
    return _page_answer(entries, number=page.number, size=page.size, total=page.total)


@feeds.get(f"{BASE}/services/<service>")
@public
def service(service: str) -> ResponseReturnValue:
    """One published offer as a service."""
    version = queries.directory_service(db.session, public_id_of(service) or "")
    if version is None:
        abort(404)
    return _answer(exports.service_entry(version, directory_for([version])))


@feeds.get(f"{BASE}/organizations")
@public
def organizations() -> ResponseReturnValue:
    """A page of the suppliers that have a published offer."""
    page = queries.directory_suppliers(db.session, number=page_number(), size=per_page())
    profiles = queries.profiles_of(db.session, [row.id for row in page.rows])
    entries = [exports.organization_entry(row, profiles.get(row.id)) for row in page.rows]
    return _page_answer(entries, number=page.number, size=page.size, total=page.total)


@feeds.get(f"{BASE}/organizations/<organization>")
@public
def organization(organization: str) -> ResponseReturnValue:
    """One supplier with its services."""
    found = queries.directory_supplier(db.session, public_id_of(organization) or "")
    if found is None:
        abort(404)
    organisation, versions = found
    directory = directory_for(list(versions))
    entry = exports.organization_entry(organisation, directory.profiles.get(organisation.id))
    entry["services"] = [exports.service_entry(version, directory) for version in versions]
    return _answer(entry)


@feeds.get(f"{BASE}/service_at_locations")
@public
def service_at_locations() -> ResponseReturnValue:
    """A page of the services that have a location: those given at a distance alone."""
    page = queries.directory_page(db.session, number=page_number(), size=per_page(), remote=True)
    entries = [entry for version in page.rows if (entry := exports.location_entry(version))]
    return _page_answer(entries, number=page.number, size=page.size, total=page.total)


@feeds.get(f"{BASE}/taxonomy_terms")
@public
def taxonomy_terms() -> ResponseReturnValue:
    """Every term that a service may carry: need, complexity, eligibility, stage, sentence type, access."""
    number, size = page_number(), per_page()
    entries = exports.taxonomy_entries(
        reference.need_areas(db.session),
        reference.cohorts(db.session),
        reference.stages(db.session),
        reference.sentence_types(db.session),
    )
    shown = entries[(number - 1) * size : number * size]
    return _page_answer(shown, number=number, size=size, total=len(entries))
