"""A minimum entitlement is stated, held against contracts and partner agencies, exported and ended."""

import csv
import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.models import Organisation, Person
from core.accounts.types import OrganisationKind
from procurement.gaps.models import Entitlement
from tests.agencies import make_provision
from tests.factories import make_organisation, make_person
from tests.integration.test_coverage import count_queries, text_of
from tests.provision import make_contract

GOOD = {
    "need": "finance",
    "stage": "community",
    "place": "region:A",
    "cohort": "",
    "statement": "A talk about benefits in the first week",
    "source": "Regional standard",
    "starts_on-day": "1",
    "starts_on-month": "1",
    "starts_on-year": "2026",
}


@pytest.fixture
def authority(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.AUTHORITY)


@pytest.fixture
def lead(session: Session, client: FlaskClient, authority: Organisation) -> Person:
    person = make_person(session, authority, "regional-lead", scopes=("region:A",))
    client.sign_in(person)  # type: ignore[attr-defined]
    return person


def test_what_is_entitled_and_not_present_comes_to_light(
    client: FlaskClient, session: Session, authority: Organisation, lead: Person
) -> None:
    """Three areas: a contract in one, an agency for women in another, nothing in Cleveland."""
    made = client.post("/coverage/entitlements/new", data=GOOD)
    assert made.status_code == 302
    make_contract(session, places=("pfa:durham",), volumes={("finance", "low"): 30})
    make_provision(
        session, authority, lead, needs=("finance",), places=("pfa:northumbria",), cohorts=("women",)
    )
    page = text_of(client, made.location)
    assert "Cleveland" in page
    assert "Nobody" in page
    listed = text_of(client, "/coverage/entitlements")
    assert "Cleveland" in listed
    table = csv.DictReader(io.StringIO(client.get("/coverage/entitlements.csv").text))
    assert {row["police force area"]: row["what is there"] for row in table} == {
        "Cleveland": "not present",
        "Durham": "present",
        "Northumbria": "in part",
    }
    assert client.post(f"{made.location}/end").status_code == 302
    assert session.scalars(sa.select(Entitlement)).one().ends_on is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"place": "region:C"}, "outside the regions"),
        ({"place": "nation:ew"}, "outside the regions"),
        ({"place": "pdu:leeds"}, "Not a valid choice"),
        ({"statement": ""}, "Say what people are entitled to"),
        ({"starts_on-month": "13"}, "must be a real date"),
    ],
)
def test_what_is_not_ours_or_not_whole_is_not_kept(
    client: FlaskClient, session: Session, lead: Person, change: dict, words: str
) -> None:
    response = client.post("/coverage/entitlements/new", data={**GOOD, **change})
    assert response.status_code == 422
    assert words in response.text
    assert session.scalars(sa.select(Entitlement)).all() == []


def test_the_list_asks_no_more_for_more_entitlements(client: FlaskClient, lead: Person) -> None:
    counts = []
    for _ in range(3):
        client.post("/coverage/entitlements/new", data=GOOD)
        counts.append(count_queries(client, "/coverage/entitlements"))
    assert len(set(counts)) == 1
