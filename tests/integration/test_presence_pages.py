"""The presence page on the real register: words, numbers, links, causes, filters, CSV."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.types import OrganisationKind
from tests.factories import make_organisation, make_person
from tests.shared_data import CONTRACT_REGISTER

PAGE = "/coverage/presence?on=2026-09-01"


@pytest.fixture
def register(app: Flask, session: Session, client: FlaskClient) -> None:
    """The real register imported, and a regional lead signed in."""
    app.test_cli_runner().invoke(args=["contracts", "import", str(CONTRACT_REGISTER)])
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, authority, "regional-lead"))  # type: ignore[attr-defined]


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


def test_the_matrix_by_type_and_area_says_word_number_and_cause(client: FlaskClient, register: None) -> None:
    text = text_of(client, f"{PAGE}&rows=type&by=area")
    assert text.count("<td ") == 8 * 43
    assert "Ended 31 December 2023" in text
    assert "Never let" in text
    assert "Custody only" in text
    assert "extent unconfirmed" in text


def test_women_and_men_see_different_gaps(client: FlaskClient, register: None) -> None:
    assert "Only men are served" in text_of(client, f"{PAGE}&rows=type&by=region&sex=female")
    assert "Only women are served" in text_of(client, f"{PAGE}&rows=need&by=region&sex=male")
    assert "Custody only" in text_of(client, f"{PAGE}&rows=type&by=area&stage=community")


def test_a_cell_lists_the_arrangements_behind_it(client: FlaskClient, register: None) -> None:
    cell = "/coverage/presence/cell?on=2026-09-01&by=area&rows=type&row=ETE&place=pfa:kent"
    text = text_of(client, cell)
    assert "None: 0 contracts in force." in text
    assert "Ended 31 December 2023" in text
    assert "PRJ_5470" in text
    assert "/contracts/CT-" in text
    alcohol = text_of(client, "/coverage/presence/cell?on=2026-09-01&row=alcohol&place=region:A")
    assert "its silence proves nothing" in alcohol


def test_the_csv_tells_the_same(client: FlaskClient, register: None) -> None:
    response = client.get("/coverage/presence.csv?on=2026-09-01&rows=type&by=area")
    text = response.get_data(as_text=True)
    assert text.count("\r\n") == 1 + 8 * 43
    assert "Finance, benefit and debt,Durham" in text.replace('"', "")


@pytest.mark.parametrize(
    "wrong",
    ["rows=x", "by=x", "region=region:Z", "sex=x", "age=x", "stage=x", "on=yesterday"],
)
def test_a_code_that_does_not_exist_is_a_page_that_does_not_exist(
    client: FlaskClient, register: None, wrong: str
) -> None:
    assert client.get(f"/coverage/presence?{wrong}").status_code == 404
    assert client.get("/coverage/presence/cell?row=x&place=region:A").status_code == 404
