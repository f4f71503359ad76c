"""What programs read: the directory against the standard's schemas, one offer as JSON and PDF, ETags."""

import io
import json
from decimal import Decimal
from typing import Any

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from benchmarks.world import build
from catalogue.offers import services
from catalogue.offers.exports.validation import formats_in, problems, validator_for
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.facts import COMMERCIAL_FIELDS, PUBLIC_FIELDS, field_names
from catalogue.offers.rules.identifiers import uuid_of
from catalogue.offers.types import RemoteDelivery
from catalogue.reference.types import Complexity
from catalogue.suppliers.services import save_profile
from tests.factories import NOW, make_organisation
from tests.factories_offers import manager_actor, published_offer, supplier_actor
from tests.integration.offers.pages import text_of
from tests.integration.offers.test_offer_pages import statements_of
from tests.shared_data import DIRECTORY_SCHEMAS

BASE = "/feeds/open-referral"
KINDS = ("service", "organization", "service_at_location")
SECRETS = ("7654", "7,654", "98765", "98,765")


def publish(session: Session, **content: Any) -> OfferVersion:
    """Publish an offer whose price and places are easily recognised where they must not be."""
    return published_offer(session, unit_price=Decimal("7654.32"), places_a_year=98765, **content)


def read(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, address
    assert response.mimetype == "application/json"
    return json.loads(response.get_data(as_text=True))


def whole(client: FlaskClient, name: str, size: int = 100) -> list[dict[str, Any]]:
    """A list read page by page, as the standard's envelope says how."""
    found: list[dict[str, Any]] = []
    number, last = 1, 1
    while number <= last:
        page = read(client, f"{BASE}/{name}?page={number}&per_page={size}")
        last = page["total_pages"]
        assert page["page_number"] == number
        assert page["first_page"] == (number == 1)
        assert page["last_page"] == (number == last)
        assert page["empty"] == (not page["contents"])
        assert page["size"] == len(page["contents"])
        found += page["contents"]
        number += 1
    assert page["total_items"] == len(found)
    return found


def test_the_schemas_are_found() -> None:
    """They lie beside the checkout, never inside it; without them the directory has not been validated."""
    names = sorted(path.stem for path in DIRECTORY_SCHEMAS.glob("*.json"))
    assert names == sorted(KINDS), f"the directory is not validated: no schemas in {DIRECTORY_SCHEMAS}"


def test_the_validator_sees_what_is_wrong() -> None:
    validator = validator_for(DIRECTORY_SCHEMAS, "service")
    right = {"id": uuid_of("OF-00000001"), "name": "A service", "status": "active"}
    assert problems(validator, [right]) == []
    for wrong in (
        {"id": "OF-00000001"},
        {"status": "open"},
        {"url": "nowhere"},
        {"last_modified": "yesterday"},
        {"last_modified": "2026-01-01T10:00:00"},
        {"email": "nobody"},
        {"minimum_age": "18"},
        {"service_areas": [{"name": "Kent"}]},
        {"organization": {"id": right["id"], "name": "No description"}},
    ):
        assert problems(validator, [right | wrong]), wrong
    del right["name"]
    assert len(problems(validator, [right])) == 1


def test_every_format_of_the_schemas_is_checked() -> None:
    for kind in KINDS:
        validator = validator_for(DIRECTORY_SCHEMAS, kind)
        assert validator.format_checker is not None
        assert formats_in(validator.schema) <= set(validator.format_checker.checkers)


def test_several_hundred_offers_are_valid_entry_by_entry(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    build(session, suppliers=60, offer_count=400, contract_count=1)
    session.execute(sa.update(OfferVersion).where(OfferVersion.id % 5 == 0).values(women_only=True))
    _make_remote(session, sa.column("id") % 7 == 0)
    session.commit()
    validators = {kind: validator_for(DIRECTORY_SCHEMAS, kind) for kind in KINDS}
    services_read = whole(client, "services")
    assert len(services_read) == 400
    assert len({entry["id"] for entry in services_read}) == 400
    assert problems(validators["service"], services_read) == []
    organisations = whole(client, "organizations", size=25)
    assert problems(validators["organization"], organisations) == []
    assert {entry["organization_id"] for entry in services_read} == {entry["id"] for entry in organisations}
    located = whole(client, "service_at_locations")
    assert len(located) == 400 // 7
    assert problems(validators["service_at_location"], located) == []
    one = read(client, f"{BASE}/organizations/{organisations[0]['id']}")
    assert problems(validators["organization"], [one]) == []
    assert len(one["services"]) >= 1
    terms = {term["id"]: term["name"] for term in whole(client, "taxonomy_terms")}
    used = {attribute["taxonomy_term_id"] for entry in services_read for attribute in entry["attributes"]}
    assert used <= set(terms)
    for entry in services_read[::50]:
        assert read(client, f"{BASE}/services/{entry['id']}") == entry
    result = app.test_cli_runner().invoke(args=["offers", "feed", "--validate", str(DIRECTORY_SCHEMAS)])
    assert result.exit_code == 0, result.output
    assert "400 of service" in result.output


def _make_remote(session: Session, which: Any) -> None:
    """Let some versions be given at a distance alone."""
    session.execute(sa.update(OfferVersion).where(which).values(remote=RemoteDelivery.ONLY))


def test_an_offer_with_everything_is_valid_and_says_what_it_should(
    session: Session, client: FlaskClient
) -> None:
    supplier = supplier_actor(session, make_organisation(session, name="Invented Rooms"))
    save_profile(
        session,
        actor=supplier,
        now=NOW,
        companies_house_number="01234567",
        charity_number="1234567",
        voluntary_sector=True,
        website="https://rooms.example",
        summary="We find rooms.",
    )
    version = publish(
        session,
        actor=supplier,
        title="Rooms for young women",
        cohorts=["women", "young-adults"],
        women_only=True,
        places=["region:A", "pfa:kent", "pdu:surrey"],
        complexities=list(Complexity),
    )
    _make_remote(session, OfferVersion.id == version.id)
    session.expire_all()
    entry = read(client, f"{BASE}/services/{uuid_of(version.offer.public_id)}")
    assert problems(validator_for(DIRECTORY_SCHEMAS, "service"), [entry]) == []
    assert entry["name"] == "Rooms for young women"
    assert entry["assured_date"] == NOW.date().isoformat()
    assert entry["status"] == "active"
    assert (entry["minimum_age"], entry.get("maximum_age")) == (18, None)
    assert {area["name"] for area in entry["service_areas"]} == {"Surrey", "Kent", "North East"}
    terms = {attribute["taxonomy_term"]["term"] for attribute in entry["attributes"]}
    assert {"accommodation", "low", "medium", "high", "women", "women-only", "address-withheld"} <= terms
    numbers = [row["identifier"] for row in entry["organization"]["organization_identifiers"]]
    assert numbers == ["01234567", "1234567"]
    located = entry["service_at_locations"][0]["location"]
    assert located["location_type"] == "virtual"
    assert "addresses" not in located


def test_nothing_commercial_and_nothing_that_is_not_listed(session: Session, client: FlaskClient) -> None:
    version = publish(session)
    public_id, key = version.offer.public_id, uuid_of(version.offer.public_id)
    addresses = [
        f"/catalogue/{public_id}.json",
        f"{BASE}/services",
        f"{BASE}/services/{key}",
        f"{BASE}/organizations/{uuid_of(version.offer.supplier.public_id)}",
    ]
    for address in addresses:
        text = client.get(address).get_data(as_text=True)
        assert version.title in text
        for secret in (*SECRETS, *COMMERCIAL_FIELDS):
            assert secret not in text, (address, secret)
    pdf = pypdf.PdfReader(io.BytesIO(client.get(f"/catalogue/{public_id}.pdf").get_data()))
    words = " ".join(page.extract_text() for page in pdf.pages)
    assert not any(secret in words for secret in SECRETS)
    services.suspend_offer(
        session, actor=manager_actor(session), now=NOW, version=version, reason="A complaint."
    )
    session.commit()
    assert whole(client, "services") == []
    assert whole(client, "organizations") == []
    for address in (*addresses[:1], *addresses[2:], f"/catalogue/{public_id}.pdf"):
        assert client.get(address).status_code == 404, address


def test_pages_that_do_not_exist_are_not_found(session: Session, client: FlaskClient) -> None:
    publish(session)
    for query in ("page=0", "page=2", "page=x", "per_page=0", "per_page=101", "per_page=x", "per_page=²"):
        assert client.get(f"{BASE}/services?{query}").status_code == 404, query
    for key in ("x", "00000000-0000-0000-0000-000000000000", uuid_of("OF-00000001"), uuid_of("OR-00000001")):
        assert client.get(f"{BASE}/services/{key}").status_code == 404
        assert client.get(f"{BASE}/organizations/{key}").status_code == 404


def test_one_offer_as_json_has_the_documented_shape(session: Session, client: FlaskClient) -> None:
    version = publish(session, places=["pfa:kent"])
    public_id = version.offer.public_id
    response = client.get(f"/catalogue/{public_id}.json")
    document = json.loads(response.get_data(as_text=True))
    assert set(document) == {
        "format",
        "id",
        "version",
        "published_on",
        "assured_on",
        "need_area",
        "supplier",
        "content",
        "names",
        "links",
    }
    assert (document["format"], document["id"], document["version"]) == ("throughgate-offer/1", public_id, 1)
    said = set(document["content"]) | set(document["content"]["levels"]["low"])
    assert said == PUBLIC_FIELDS & field_names()
    assert document["content"]["places"] == ["pfa:kent"]
    assert document["names"]["places"] == {"pfa:kent": "Kent"}
    answers = document["content"]["levels"]["low"]["answers"]
    assert set(answers) == set(document["names"]["answers"])
    assert {answer["response"] for answer in answers.values()} == {"met"}
    relations = {link["rel"] for link in document["links"]}
    assert relations == {"self", "canonical", "alternate", "collection", "describedby"}
    assert 'rel="describedby"' in " ".join(response.headers.get_all("Link"))
    page = text_of(client.get("/data"))
    for name in said:
        assert name in page, f"{name} is not told on the page on data"


def test_asking_again_costs_nothing_until_something_changes(session: Session, client: FlaskClient) -> None:
    supplier = supplier_actor(session)
    version = publish(session, actor=supplier)
    addresses = (
        f"/catalogue/{version.offer.public_id}.json",
        f"{BASE}/services",
        f"/catalogue/{version.offer.public_id}.pdf",
    )
    for address in addresses:
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304), address
        assert again.get_data() == b""
    assert client.get(addresses[0]).headers["Cache-Control"] == "public, max-age=300"
    tag = client.get(addresses[0]).headers["ETag"]
    newer = services.start_new_version(session, actor=supplier, now=NOW, offer=version.offer)
    services.save_title(session, actor=supplier, version=newer, title="Other rooms", summary="Other words.")
    services.submit_offer(session, actor=supplier, now=NOW, version=newer)
    services.publish_offer(session, actor=manager_actor(session), now=NOW, version=newer)
    session.commit()
    assert client.get(addresses[0], headers={"If-None-Match": tag}).status_code == 200


def test_the_pdf_is_tagged_and_says_what_the_page_says(session: Session, client: FlaskClient) -> None:
    version = publish(session, title="Rooms with a key")
    response = client.get(f"/catalogue/{version.offer.public_id}.pdf")
    assert response.mimetype == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(response.get_data()))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for said in ("Rooms with a key", version.offer.public_id, "Six sessions.", "Kent", "Met"):
        assert said in words


@pytest.mark.parametrize("name", ["services", "organizations", "service_at_locations", "taxonomy_terms"])
def test_a_page_needs_the_same_number_of_statements_however_much_is_on_it(
    session: Session, client: FlaskClient, name: str
) -> None:
    published_offer(session, title="One")
    _make_remote(session, sa.true())
    session.commit()
    session.expunge_all()
    few = statements_of(session, lambda: client.get(f"{BASE}/{name}"))
    for number in range(4):
        published_offer(
            session, title=f"More {number}", places=["pfa:kent", "region:A"], cohorts=["men", "women"]
        )
    _make_remote(session, sa.true())
    session.commit()
    session.expunge_all()
    assert statements_of(session, lambda: client.get(f"{BASE}/{name}")) == few
