"""Finding published offers: words, filters, counts, order, files; and that nothing commercial is public."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from itertools import product
from xml.etree import ElementTree

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import OfferListing, OfferVersion
from catalogue.offers.rules.finding import complexity_bit, has_bit
from catalogue.offers.types import CatalogueFilter, CatalogueSort
from catalogue.reference.types import Complexity
from catalogue.suppliers.services import save_profile
from tests.factories import NOW, make_organisation
from tests.factories_offers import manager_actor, published_offer, supplier_actor
from tests.integration.offers.pages import text_of
from tests.integration.offers.test_offer_pages import statements_of

LOW, MEDIUM, HIGH = Complexity.LOW, Complexity.MEDIUM, Complexity.HIGH


def publish(session: Session, title: str, **content: object) -> OfferVersion:
    return published_offer(session, title=title, **content)


@pytest.fixture
def catalogue(session: Session) -> list[OfferVersion]:
    """Eight offers that differ in everything that can be asked for."""
    return [
        publish(session, "Debt advice by post", need_area="finance", places=["region:A"]),
        publish(session, "Debt clinic", need_area="finance", complexities=[MEDIUM], places=["pfa:kent"]),
        publish(session, "Rooms first", cohorts=["women"], women_only=True, places=["nation:ew"]),
        publish(session, "Rooms for veterans", cohorts=["veterans", "men"], complexities=[LOW, HIGH]),
        publish(session, "Gate meetings", stages=["at-the-gate", "community"], places=["pdu:surrey"]),
        publish(session, "Môn family help", need_area="family", places=["pfa:north-wales"]),
        publish(session, "=HYPERLINK tricks", need_area="employment", places=["region:B"]),
        publish(
            session, "Zebra lifestyle", need_area="lifestyle", complexities=[MEDIUM], places=["region:A"]
        ),
    ]


def titles(session: Session, sort: CatalogueSort = CatalogueSort.TITLE, **asked: object) -> list[str]:
    choices = queries.catalogue_choices(session)
    page = queries.find_offers(session, CatalogueFilter(**asked), choices, sort=sort)  # type: ignore[arg-type]
    assert page.total == len(page.rows)
    return [row.title for row in page.rows]


ASKED: list[tuple[dict[str, object], list[str] | None]] = [
    ({"words": "debt"}, ["Debt advice by post", "Debt clinic"]),
    ({"words": "DEBT, clinic!"}, ["Debt clinic"]),
    ({"words": "clin"}, []),
    ({"words": "advices debts"}, ["Debt advice by post"]),
    ({"words": "clinics"}, ["Debt clinic"]),
    ({"words": "mon"}, ["Môn family help"]),
    ({"words": "Môn"}, ["Môn family help"]),
    ({"words": 'debt" OR NEAR(x) ; DROP'}, []),
    ({"words": "the of"}, None),
    ({"words": "()&|!*'"}, None),
    ({"needs": ("finance", "family")}, ["Debt advice by post", "Debt clinic", "Môn family help"]),
    ({"complexities": (HIGH,)}, ["Rooms for veterans"]),
    ({"complexities": (MEDIUM, HIGH)}, ["Debt clinic", "Rooms for veterans", "Zebra lifestyle"]),
    ({"place": "region:A"}, ["Debt advice by post", "Rooms first", "Zebra lifestyle"]),
    ({"place": "pfa:cleveland"}, ["Debt advice by post", "Rooms first", "Zebra lifestyle"]),
    ({"place": "pfa:surrey"}, ["Gate meetings", "Rooms first"]),
    ({"place": "pfa:sussex"}, ["Rooms first"]),
    ({"cohorts": ("women",)}, ["Rooms first"]),
    ({"cohorts": ("women", "veterans")}, ["Rooms first", "Rooms for veterans"]),
    ({"stages": ("at-the-gate",)}, ["Gate meetings"]),
    ({"needs": ("finance",), "complexities": (MEDIUM,), "place": "pfa:kent"}, ["Debt clinic"]),
    ({"needs": ("plumbing",)}, []),
    ({"place": "pfa:atlantis"}, []),
]
"""What is asked for, and what is found; None for everything."""


def test_what_is_asked_for_is_found(session: Session, catalogue: list[OfferVersion]) -> None:
    everything = sorted(version.title for version in catalogue)
    for asked, expected in ASKED:
        assert sorted(titles(session, **asked)) == (everything if expected is None else expected), asked


def test_counts_say_what_each_choice_would_find(session: Session, catalogue: list[OfferVersion]) -> None:
    choices = queries.catalogue_choices(session)
    for needs, complexities, place, words in product(
        ((), ("finance",)), ((), (MEDIUM,)), ("", "region:A"), ("debt",)
    ):
        asked = {"needs": needs, "complexities": complexities, "place": place, "words": words}
        counts = queries.catalogue_counts(session, CatalogueFilter(**asked), choices)  # type: ignore[arg-type]
        for need in choices.needs:
            found = titles(session, **{**asked, "needs": (need.code,)})
            assert counts.of("need", need.id) == len(found), (asked, need.code)
        for complexity in Complexity:
            found = titles(session, **{**asked, "complexities": (complexity,)})
            assert counts.of("complexity", complexity_bit(complexity)) == len(found)
        for cohort in choices.cohorts:
            found = titles(session, **{**asked, "cohorts": (cohort.code,)})
            assert counts.of("cohort", cohort.position) == len(found)
        for area in choices.police_force_areas[::7]:
            found = titles(session, **{**asked, "place": area.code})
            assert counts.of("police_force_area", area.position) == len(found)


def test_order_by_name_and_by_newest(session: Session) -> None:
    for number, title in enumerate(("Beta", "Alpha", "Gamma")):
        version = publish(session, title)
        listing = session.get_one(OfferListing, version.offer_id)
        listing.published_at = NOW + timedelta(days=number)
    session.flush()
    assert titles(session) == ["Alpha", "Beta", "Gamma"]
    assert titles(session, CatalogueSort.NEWEST) == ["Gamma", "Alpha", "Beta"]


def test_what_is_found_follows_every_step_of_an_offer(session: Session) -> None:
    supplier, manager = supplier_actor(session), manager_actor(session)
    version = published_offer(session, actor=supplier, title="Blue rooms")
    assert titles(session, words="blue") == ["Blue rooms"]
    newer = services.start_new_version(session, actor=supplier, now=NOW, offer=version.offer)
    services.save_title(session, actor=supplier, version=newer, title="Green rooms", summary="Other words.")
    services.submit_offer(session, actor=supplier, now=NOW, version=newer)
    assert titles(session, words="green") == []
    services.publish_offer(session, actor=manager, now=NOW, version=newer)
    assert titles(session, words="green") == ["Green rooms"]
    assert titles(session, words="blue") == []
    services.suspend_offer(session, actor=manager, now=NOW, version=newer, reason="A complaint.")
    assert titles(session, words="green") == []
    services.reinstate_offer(session, actor=manager, now=NOW, version=newer)
    assert titles(session, words="green") == ["Green rooms"]
    services.withdraw_offer(session, actor=supplier, now=NOW, version=newer)
    assert titles(session, words="green") == []
    assert titles(session) == []


def test_listings_hold_what_the_versions_serve(session: Session, catalogue: list[OfferVersion]) -> None:
    choices = queries.catalogue_choices(session)
    listing = session.get_one(OfferListing, catalogue[4].offer_id)
    regions = [place.code for place in choices.regions if has_bit(listing.region_mask, place.position)]
    areas = [
        place.code
        for place in choices.police_force_areas
        if has_bit(listing.police_force_area_mask, place.position)
    ]
    assert (len(regions), areas) == (1, ["pfa:surrey"])
    nation = session.get_one(OfferListing, catalogue[2].offer_id)
    assert nation.police_force_area_mask.bit_count() == 43
    assert nation.region_mask.bit_count() == 12


def test_the_catalogue_works_by_address_alone(client: FlaskClient, catalogue: list[OfferVersion]) -> None:
    page = client.get("/catalogue?words=debt&complexity=medium&place=pfa%3Akent")
    words = text_of(page)
    assert page.status_code == 200
    assert "1 offer" in words
    assert "Debt clinic" in words
    assert "Remove Complexity: Medium" in words
    assert 'href="/catalogue?words=debt&amp;place=pfa:kent"' in page.get_data(as_text=True)
    assert "No published offer matches." in text_of(client.get("/catalogue?words=nothingofthekind"))
    assert client.get("/catalogue?page=99").status_code == 404
    assert client.get("/catalogue?page=x").status_code == 404


def test_an_unknown_code_is_an_error_and_never_a_guess(client: FlaskClient) -> None:
    for query in (
        "need=plumbing",
        "complexity=huge",
        "place=pfa:atlantis",
        "place=pdu:surrey",
        "cohort=x",
        "stage=x",
    ):
        page = client.get(f"/catalogue?{query}")
        assert page.status_code == 404, query
        assert "There is no" in text_of(page)
        assert client.get(f"/catalogue.csv?{query}").status_code == 404


def test_odd_words_find_nothing_and_break_nothing(client: FlaskClient, catalogue: list[OfferVersion]) -> None:
    for words in (
        "%27%27",
        "%22*",
        "²",
        "a" * 500,
        "%F0%9F%98%80",
        "AND OR NOT",
        "-",
        "debt%20NEAR/3",
    ):
        assert client.get(f"/catalogue?words={words}").status_code == 200
    # No text of ours holds a NUL: the edge refuses it before the page is asked.
    for address in ("/catalogue/%00", "/catalogue?words=%00", "/catalogue?stage=%00"):
        assert client.get(address).status_code == 404
    assert client.get("/catalogue?sort=price").status_code == 200


def test_no_price_and_no_capacity_is_public(session: Session, client: FlaskClient) -> None:
    supplier = supplier_actor(session, make_organisation(session, name="Invented Rooms"))
    save_profile(
        session,
        actor=supplier,
        now=NOW,
        voluntary_sector=True,
        website="https://rooms.example",
        summary="Us.",
    )
    version = published_offer(
        session, actor=supplier, unit_price=Decimal("7654.32"), places_a_year=98765, title="Quiet rooms"
    )
    public = version.offer.public_id
    page = client.get(f"/catalogue/{public}")
    words = text_of(page)
    for shown in ("Quiet rooms", "Invented Rooms", "https://rooms.example", "Kent", "Six sessions."):
        assert shown in words
    book = openpyxl.load_workbook(io.BytesIO(client.get("/catalogue.xlsx").get_data()))
    cells = " ".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row)
    assert "Quiet rooms" in cells
    everything = [
        page.get_data(as_text=True),
        client.get("/catalogue").get_data(as_text=True),
        client.get("/catalogue.csv").get_data(as_text=True),
        cells,
    ]
    for text in everything:
        assert "Quiet rooms" in text
        for secret in ("7654", "7,654", "98765", "98,765", "765432"):
            assert secret not in text


def test_the_files_hold_the_result_without_formulas(
    client: FlaskClient, catalogue: list[OfferVersion]
) -> None:
    text = client.get("/catalogue.csv?need=employment").get_data(as_text=True)
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 2
    assert rows[1][1] == "'=HYPERLINK tricks"
    book = openpyxl.load_workbook(io.BytesIO(client.get("/catalogue.xlsx").get_data()))
    values = list(book.active.iter_rows(values_only=True))
    assert len(values) == 9
    assert not any(cell.data_type == "f" for row in book.active.iter_rows() for cell in row)


def test_pages_of_25_and_files_with_all_of_them_at_a_constant_number_of_statements(
    session: Session, client: FlaskClient
) -> None:
    version = publish(session, "First")
    few = {
        address: statements_of(session, lambda: client.get(address))  # noqa: B023
        for address in ("/catalogue", "/catalogue.csv", "/catalogue?words=room&need=accommodation")
    }
    listing = session.get_one(OfferListing, version.offer_id)
    values = {
        column.key: getattr(listing, column.key)
        for column in OfferListing.__table__.columns
        if column.key not in ("offer_id", "version_id", "title")
    }
    for number in range(30):
        copy = publish(session, f"Room {number:02}") if number < 5 else None
        if copy is None:
            offer = session.execute(
                sa.text(
                    "INSERT INTO offer (public_id, supplier_id, need_area_id, created_at) "
                    "SELECT :public_id, supplier_id, need_area_id, created_at FROM offer WHERE id = :id "
                    "RETURNING id"
                ),
                {"public_id": f"OF-COPY{number:04}", "id": version.offer_id},
            ).scalar_one()
            made = OfferVersion(
                offer_id=offer, number=1, state=version.state, published_at=NOW, created_at=NOW
            )
            session.add(made)
            session.flush()
            session.add(OfferListing(offer_id=offer, version_id=made.id, title=f"Room {number:02}", **values))
    session.flush()
    page = client.get("/catalogue")
    assert "31 offers, 1 to 25" in text_of(page)
    assert text_of(client.get("/catalogue?page=2")).count("Example organisation") >= 6
    assert len(client.get("/catalogue.csv").get_data(as_text=True).splitlines()) == 32
    many = {address: statements_of(session, lambda: client.get(address)) for address in few}  # noqa: B023
    assert many == few


def test_a_search_can_be_followed_as_a_feed(
    session: Session, client: FlaskClient, catalogue: list[OfferVersion]
) -> None:
    listing = session.get_one(OfferListing, catalogue[1].offer_id)
    listing.published_at = NOW + timedelta(days=3)
    session.flush()
    response = client.get("/catalogue.atom?words=debt&page=7&compare=OF-00000001")
    assert response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(response.get_data())
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.findtext(f"{atom}title") == "Catalogue of services: debt"
    assert feed.findtext(f"{atom}id", "").endswith("/catalogue.atom?words=debt")
    entries = [entry.findtext(f"{atom}title") for entry in feed.iter(f"{atom}entry")]
    assert entries == ["Debt clinic", "Debt advice by post"]
    assert feed.findtext(f"{atom}updated") == f"{NOW + timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"
    again = client.get(
        "/catalogue.atom?words=debt&page=7&compare=OF-00000001",
        headers={"If-None-Match": response.headers["ETag"]},
    )
    assert again.status_code == 304
    empty = ElementTree.fromstring(client.get("/catalogue.atom?words=nothingofthekind").get_data())
    assert list(empty.iter(f"{atom}entry")) == []
    odd = client.get("/catalogue.atom?words=%3C%26%22").get_data()
    assert ElementTree.fromstring(odd).findtext(f"{atom}title") == 'Catalogue of services: <&"'
    assert client.get("/catalogue.atom?need=plumbing").status_code == 404
