"""Headers, cookies and forged requests, as a browser meets them."""

import re
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from procurement.app import create_app
from tests.factories import make_organisation, make_person
from tests.integration.conftest import isolated_database

XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def guarded(database_url: str, application: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application as it is served over HTTPS, with its protection against forged requests."""
    app = create_app(
        tmp_path,
        TESTING=True,
        HTTPS=True,
        SESSION_COOKIE_SECURE=True,
        SQLALCHEMY_ENGINES={"default": {"url": database_url}},
        SECURITY_PASSWORD_HASH="plaintext",
    )
    with app.app_context(), isolated_database():
        yield app


@pytest.mark.parametrize("address", ["/", "/sign-in", "/join", "/specification", "/nowhere"])
def test_every_page_carries_the_headers(guarded: Flask, address: str) -> None:
    headers = guarded.test_client().get(address, base_url="https://localhost").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.search(r"script-src 'nonce-[\w-]{20,}'", policy)
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["Cache-Control"] == "no-store"


def test_the_nonce_is_new_each_time(client: FlaskClient) -> None:
    first, second = (client.get("/sign-in").headers["Content-Security-Policy"] for _ in range(2))
    assert first != second


def test_no_page_holds_anything_inline(client: FlaskClient, session: Session) -> None:
    person = make_person(session, make_organisation(session), "supplier-administrator")
    for address in ("/", "/sign-in", "/help", "/specification", "/start", "/account", "/colleagues"):
        if address == "/start":
            client.sign_in(person)  # type: ignore[attr-defined]
        tree = html5lib.parse(client.get(address).get_data(as_text=True))
        for element in tree.iter():
            inline = [name for name in element.attrib if name.startswith("on") or name == "style"]
            assert inline == [], f"{address}: {element.tag} {inline}"
            assert element.tag != f"{XHTML}style", address
            if element.tag == f"{XHTML}script":
                assert element.get("src"), f"{address}: a script without a source"
                assert element.get("nonce"), f"{address}: a script that the policy refuses"


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(guarded: Flask) -> None:
    response = guarded.test_client().get("/sign-in", base_url="https://localhost")
    cookies = [c for c in response.headers.getlist("Set-Cookie") if c.startswith("session=")]
    assert len(cookies) == 1
    assert all(flag in cookies[0] for flag in ("HttpOnly", "Secure", "SameSite=Lax"))
    assert "Expires" not in cookies[0]


def test_a_forged_request_is_refused_and_says_what_to_do(guarded: Flask) -> None:
    client = guarded.test_client()
    for address in ("/sign-in", "/join", "/forgotten-password", "/sign-out"):
        response = client.post(address, base_url="https://localhost", data={"email": "x@example.test"})
        assert response.status_code == 400, address
        assert "This page has expired" in response.get_data(as_text=True)


def test_a_form_with_its_token_is_taken(guarded: Flask) -> None:
    client = guarded.test_client()
    page = client.get("/sign-in", base_url="https://localhost").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    fields = {"csrf_token": token[1], "email": "x@example.test", "password": "wrong"}
    from_here = {"Referer": "https://localhost/sign-in"}
    taken = client.post("/sign-in", base_url="https://localhost", data=fields, headers=from_here)
    assert taken.status_code == 200
    assert "is not right" in taken.get_data(as_text=True)
    from_elsewhere = {"Referer": "https://evil.example/"}
    refused = client.post("/sign-in", base_url="https://localhost", data=fields, headers=from_elsewhere)
    assert refused.status_code == 400


def test_the_classes_that_scripts_rely_on_are_set_by_our_own_module() -> None:
    text = (Path(__file__).resolve().parents[2] / "static/src/app.js").read_text(encoding="utf-8")
    assert '"js-enabled", "govuk-frontend-supported"' in text
