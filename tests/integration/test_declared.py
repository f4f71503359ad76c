"""A list is uploaded and laid beside what the database declares; disagreements are listed and counted."""

import csv
import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from procurement.gaps.models import DeclaredList, DeclaredRow
from tests.integration.test_coverage import authority, count_queries, text_of  # noqa: F401
from tests.provision import make_contract, make_offer

pytestmark = pytest.mark.usefixtures("authority")
FORM = {
    "title": "Example directory",
    "source": "Published by somebody",
    "as_at-day": "1",
    "as_at-month": "6",
    "as_at-year": "2026",
    "scheme": "oasys",
}
FILE = b"place,need,name\nDurham,Accommodation,Example House\npfa:cleveland,Drug misuse,Example Clinic\n"


def upload(client: FlaskClient, content: bytes = FILE, **more: str):
    data = {**FORM, **more, "file": (io.BytesIO(content), "list.csv")}
    return client.post("/coverage/declared/upload", data=data)


def test_a_list_is_laid_beside_the_contracts(client: FlaskClient, session: Session) -> None:
    make_contract(session, places=("region:A",), volumes={("accommodation", "low"): 5})
    kept = upload(client)
    assert kept.status_code == 302
    made = session.scalars(sa.select(DeclaredList)).one()
    assert made.left_out == [["Drug misuse", 1]]
    question = f"first=contracts&second={made.public_id}"
    shown = text_of(client, f"/coverage/declared?{question}")
    assert "They disagree in 2 of 344 cells" in shown
    assert "Cleveland" in shown
    assert "Example House" in text_of(client, f"/coverage/declared?{question}&show=all")
    table = list(csv.DictReader(io.StringIO(client.get(f"/coverage/declared.csv?{question}").text)))
    assert len(table) == 344
    told = {row["place"]: row["who says so"] for row in table if row["need area"] == "Accommodation"}
    assert (told["Durham"], told["Cleveland"], told["Kent"]) == ("both say so", "only the first", "neither")
    regions = text_of(client, f"/coverage/declared?{question}&by=region")
    assert "They disagree in 0 of 96 cells" in regions


def test_the_register_offers_and_agencies_are_there_without_an_upload(
    client: FlaskClient, session: Session
) -> None:
    make_offer(session, need="finance", places=("pfa:kent",), capacity={"low": 5})
    shown = text_of(client, "/coverage/declared")
    assert "They disagree in 1 of 344 cells" in shown
    assert "Kent" in shown
    for wrong in ("first=gossip", "by=county", "show=some", "page=9"):
        assert client.get(f"/coverage/declared?{wrong}").status_code == 404


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        (b"place,need\nAtlantis,Accommodation\n", {}, "1 error in 1 rows. Nothing was kept"),
        (b"place\nDurham\n", {}, "need"),
        (FILE, {"title": ""}, "Enter a title"),
        (FILE, {"as_at-month": "40"}, "must be a real date"),
        (FILE, {"scheme": ""}, "2 errors in 2 rows"),
    ],
)
def test_nothing_is_half_kept(
    client: FlaskClient, session: Session, content: bytes, more: dict, words: str
) -> None:
    response = upload(client, content, **more)
    assert response.status_code == 422
    assert words in response.text
    assert session.scalars(sa.select(DeclaredRow)).all() == []


def test_the_comparison_asks_no_more_for_more_provision(client: FlaskClient, session: Session) -> None:
    counts = []
    for _ in range(3):
        make_offer(session, need="finance", places=("pfa:kent",), capacity={"low": 5})
        counts.append(count_queries(client, "/coverage/declared"))
    assert len(set(counts)) == 1
