"""Lists to work through: filters, order, files, constant statements; who is told, and what comes next."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers import services
from catalogue.offers.models import OfferVersion
from core.accounts.models import MembershipScope, Organisation
from core.accounts.types import OrganisationKind
from core.jobs.models import OutboxMessage
from tests.factories import NOW, make_organisation, make_person
from tests.factories_offers import (
    draft_offer,
    manager_actor,
    published_offer,
    sign_in_as,
    supplier_actor,
)
from tests.integration.offers.pages import text_of
from tests.integration.offers.test_offer_pages import statements_of


@pytest.fixture
def supplier(session: Session) -> Organisation:
    return make_organisation(session, name="Invented Rooms")


@pytest.fixture
def authority(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.AUTHORITY)


def submitted(session: Session, supplier: Organisation, minutes: int = 0, **content: object) -> OfferVersion:
    actor = supplier_actor(session, supplier)
    version = draft_offer(session, actor=actor, **content)  # type: ignore[arg-type]
    services.submit_offer(session, actor=actor, now=NOW + timedelta(minutes=minutes), version=version)
    return version


def rows_of(client: FlaskClient, address: str) -> list[list[str]]:
    text = client.get(address).get_data(as_text=True)
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_our_offers_by_words_need_state_and_order(
    session: Session, client: FlaskClient, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    published_offer(session, actor=actor, title="Beta rooms")
    draft_offer(session, actor=actor, title="=Alpha rooms")
    draft_offer(session, actor=actor, title="Gamma debt", need_area="finance")
    published_offer(session, title="Somebody else's rooms")
    sign_in_as(session, client, supplier, "supplier-viewer")

    def titles(query: str) -> list[str]:
        return [row[1] for row in rows_of(client, f"/offers.csv?{query}")[1:]]

    assert titles("") == ["'=Alpha rooms", "Gamma debt", "Beta rooms"]
    assert titles("sort=title") == ["'=Alpha rooms", "Beta rooms", "Gamma debt"]
    assert titles("sort=newest")[-1] == "Beta rooms"
    assert titles("words=ROOMS") == ["'=Alpha rooms", "Beta rooms"]
    assert titles("words=100%25") == []
    assert titles("need=finance") == ["Gamma debt"]
    assert titles("state=published") == ["Beta rooms"]
    page = text_of(client.get("/offers?state=published&words=beta"))
    assert "1 offer" in page
    assert "Gamma debt" not in page
    assert "No offer of yours matches" in text_of(client.get("/offers?words=nothing"))
    book = openpyxl.load_workbook(io.BytesIO(client.get("/offers.xlsx").get_data()))
    assert len(list(book.active.iter_rows())) == 4
    for odd in ("state=x", "need=plumbing", "sort=price"):
        assert client.get(f"/offers?{odd}").status_code == 404, odd


def test_the_queue_by_words_need_kind_and_order(
    session: Session, client: FlaskClient, supplier: Organisation, authority: Organisation
) -> None:
    other = make_organisation(session, name="Another Supplier")
    submitted(session, supplier, 3, title="Beta rooms")
    submitted(session, other, 2, title="Alpha debt", need_area="finance")
    again = submitted(session, other, 1, title="Gamma rooms")
    services.return_offer(session, actor=manager_actor(session), now=NOW, version=again, reasons="More.")
    services.submit_offer(
        session, actor=supplier_actor(session, other), now=NOW + timedelta(minutes=9), version=again
    )
    sign_in_as(session, client, authority, "framework-manager")

    def titles(query: str) -> list[str]:
        return [row[2] for row in rows_of(client, f"/offer-reviews.csv?{query}")[1:]]

    assert titles("") == ["Alpha debt", "Beta rooms", "Gamma rooms"]
    assert titles("sort=supplier") == ["Alpha debt", "Gamma rooms", "Beta rooms"]
    assert titles("words=invented") == ["Beta rooms"]
    assert titles("need=finance") == ["Alpha debt"]
    assert titles("kind=again") == ["Gamma rooms"]
    assert titles("kind=new-version") == []
    assert "No offer that waits matches" in text_of(client.get("/offer-reviews?kind=new-version"))
    assert client.get("/offer-reviews?kind=x").status_code == 404


def test_after_a_decision_the_next_one_is_a_click_away(
    session: Session, client: FlaskClient, supplier: Organisation, authority: Organisation
) -> None:
    first = submitted(session, supplier, 1, title="First")
    second = submitted(session, supplier, 2, title="Second")
    sign_in_as(session, client, authority, "framework-manager")
    base = "/offer-reviews"
    assert "go to Second" in text_of(client.get(f"{base}/{first.offer.public_id}/1"))
    answer = client.post(f"{base}/{first.offer.public_id}/1/publish", follow_redirects=True)
    assert "Next: Second of Invented Rooms" in text_of(answer)
    answer = client.post(
        f"{base}/{second.offer.public_id}/1/return", data={"reasons": "Say more."}, follow_redirects=True
    )
    assert "Next:" not in text_of(answer)
    assert "No offer waits for review" in text_of(answer)


def test_who_may_decide_is_told_within_their_regions(
    session: Session, supplier: Organisation, authority: Organisation
) -> None:
    people = {
        name: make_person(session, authority, role)
        for name, role in (
            ("unlimited", "framework-manager"),
            ("north east", "framework-manager"),
            ("south", "framework-manager"),
            ("commissioner", "commissioner"),
        )
    }
    make_person(session, make_organisation(session), "supplier-administrator")
    for name, scope in (("north east", "region:A"), ("south", "region:K")):
        people[name].memberships[0].scopes.append(MembershipScope(scope=scope))
    session.flush()

    def told(**content: object) -> set[str]:
        session.execute(sa.delete(OutboxMessage))
        submitted(session, supplier, **content)
        addresses = set(session.scalars(sa.select(OutboxMessage.to_address)))
        return {name for name, person in people.items() if person.email in addresses}

    assert told(places=["pfa:cleveland"]) == {"unlimited", "north east"}
    assert told(places=["region:A", "pfa:kent"]) >= {"unlimited", "north east"}
    assert told(places=["nation:ew"]) == {"unlimited", "north east", "south"}


def test_lists_need_the_same_number_of_statements_however_long_they_are(
    session: Session, client: FlaskClient, supplier: Organisation, authority: Organisation
) -> None:
    addresses = {
        "supplier-viewer": (supplier, ("/offers?words=rooms", "/offers.csv")),
        "framework-manager": (authority, ("/offer-reviews?words=rooms", "/offer-reviews.csv")),
    }

    def counted() -> dict[str, int]:
        found = {}
        for role, (organisation, pages) in addresses.items():
            sign_in_as(session, client, organisation, role)
            for address in pages:
                client.get(address)
                found[address] = statements_of(session, lambda: client.get(address))  # noqa: B023
        return found

    published_offer(session, actor=supplier_actor(session, supplier), title="One of the rooms")
    submitted(session, supplier, title="Rooms to review")
    session.commit()
    few = counted()
    for number in range(4):
        published_offer(session, actor=supplier_actor(session, supplier), title=f"Rooms {number}")
        submitted(session, supplier, title=f"More rooms {number}")
    session.commit()
    assert counted() == few
