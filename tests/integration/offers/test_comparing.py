"""Comparing offers: the basket in the address, facts side by side, files; nothing commercial in public."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers.models import OfferVersion
from catalogue.reference.types import Complexity
from core.accounts.types import OrganisationKind
from tests.factories import make_organisation
from tests.factories_offers import published_offer, sign_in_as
from tests.integration.offers.pages import text_of
from tests.integration.offers.test_offer_pages import statements_of

SECRETS = ("7654", "7,654", "98765", "98,765")


@pytest.fixture
def four(session: Session) -> list[OfferVersion]:
    """Offers that differ in place, complexity and need area."""
    secret = {"unit_price": Decimal("7654.32"), "places_a_year": 98765}
    return [
        published_offer(session, title="Rooms in Kent", **secret),
        published_offer(session, title="Rooms in Surrey", places=["pfa:surrey"], **secret),
        published_offer(session, title="=Rooms for some", complexities=[Complexity.MEDIUM], **secret),
        published_offer(session, title="Debt advice", need_area="finance", **secret),
    ]


def address(offers: list[OfferVersion], beginning: str = "/catalogue/compare", rest: str = "") -> str:
    return f"{beginning}?" + "&".join(f"compare={version.offer.public_id}" for version in offers) + rest


def test_offers_side_by_side_say_in_words_what_differs(client: FlaskClient, four: list[OfferVersion]) -> None:
    page = client.get(address(four))
    words = text_of(page)
    assert page.status_code == 200
    for said in ("Rooms in Kent", "Kent", "Surrey", "Low complexity is not offered", "Differs", "Same"):
        assert said in words
    assert "Not an item of this need area" in words
    narrowed = text_of(client.get(address(four[:2], rest="&only=differences")))
    assert "Differs" in narrowed
    assert "Same" not in narrowed
    assert "Places served" in narrowed
    assert "Sentence types" not in narrowed
    same = text_of(client.get(address([four[0], four[0]])))
    assert "One offer alone cannot be compared" in same


def test_the_basket_is_in_the_address_and_survives_search_and_paging(
    client: FlaskClient, four: list[OfferVersion]
) -> None:
    page = client.get(address(four[:2], "/catalogue", "&words=debt"))
    words, markup = text_of(page), page.get_data(as_text=True)
    assert "To compare: 2 of 4" in words
    assert "1 offer" in words
    kept = f'<input type="hidden" name="compare" value="{four[0].offer.public_id}">'
    # Once in the form of filters, once in that of the results, where the offer itself is not shown.
    assert markup.count(kept) == 2
    assert "Compare 2 offers" in words
    ticked = client.get(address(four[:1], "/catalogue")).get_data(as_text=True)
    assert f'name="compare" value="{four[0].offer.public_id}" checked' in ticked


def test_more_than_four_and_offers_that_are_gone(
    session: Session, client: FlaskClient, four: list[OfferVersion]
) -> None:
    fifth = published_offer(session, title="A fifth")
    page = client.get(address([*four, fifth]))
    assert page.status_code == 422
    assert "Choose 4 offers at most: remove 1" in text_of(page)
    gone = client.get(address(four[:2]) + "&compare=OF-NOSUCH01")
    assert gone.status_code == 200
    assert "1 offer that was named is not in the catalogue" in text_of(gone)
    assert "No offer is chosen yet" in text_of(client.get("/catalogue/compare"))
    assert client.get("/catalogue/compare.csv").status_code == 404
    assert client.get("/catalogue/compare?compare=%00").status_code == 404


def test_the_public_comparison_and_its_files_hold_nothing_commercial(
    session: Session, client: FlaskClient, four: list[OfferVersion]
) -> None:
    text = client.get(address(four, "/catalogue/compare.csv")).get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][-1] == "Differs"
    assert any("Kent" in row[2] and row[-1] == "yes" for row in rows)
    book = openpyxl.load_workbook(io.BytesIO(client.get(address(four, "/catalogue/compare.xlsx")).get_data()))
    assert not any(cell.data_type == "f" for row in book.active.iter_rows() for cell in row)
    cells = " ".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row)
    sign_in_as(session, client, make_organisation(session, OrganisationKind.AUTHORITY), "commissioner")
    public = client.get(address(four))
    for shown in (text, cells, public.get_data(as_text=True)):
        for secret in SECRETS:
            assert secret not in shown
    own = text_of(client.get(address(four, "/catalogue/compare/commercial")))
    assert "£7,654.32" in own
    assert "98,765" in own


def test_a_supplier_has_no_commercial_comparison(
    session: Session, client: FlaskClient, four: list[OfferVersion]
) -> None:
    sign_in_as(session, client, four[0].offer.supplier, "supplier-administrator")
    assert client.get(address(four, "/catalogue/compare/commercial")).status_code == 403


def test_statements_do_not_grow_with_what_offers_say(
    session: Session, client: FlaskClient, four: list[OfferVersion]
) -> None:
    larger = published_offer(
        session,
        title="Everywhere",
        complexities=list(Complexity),
        places=["region:A", "region:B", "pfa:kent"],
        cohorts=["men", "women", "veterans"],
    )
    addresses = [address(four[:2]), address([larger, *four[1:3]])]
    few, many = (statements_of(session, lambda: client.get(one)) for one in addresses)  # noqa: B023
    assert few == many
