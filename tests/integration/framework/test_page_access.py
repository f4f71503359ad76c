"""What holds for all pages of frameworks: another's is a page not found, and lists ask few queries."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.db import db
from tests.factories import make_organisation, make_person
from tests.factories_framework import (
    NORTH_EAST,
    Market,
    another_supplier,
    make_application,
    make_draft,
    make_member,
    publish_draft,
)
from tests.integration.framework.pages import text_of


def test_anothers_application_and_framework_are_not_found(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_member(session, market)
    _, outsider = another_supplier(session)
    client.sign_in(outsider)
    address = f"/applications/{application.public_id}"
    for path in (
        "",
        "/check",
        "/submitted",
        "/withdraw",
        "/decision",
        "/decision.pdf",
        "/questions/1/colleague",
        "/files/DC-00000000",
    ):
        assert client.get(address + path).status_code == 404, path
    for path in (
        "/submit",
        "/withdraw",
        "/questions/1/colleague",
        "/categories",
        "/questions/1",
        "/questions/1/autosave",
    ):
        assert client.post(address + path).status_code == 404, path

    from core.accounts.types import OrganisationKind

    elsewhere = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, elsewhere, "framework-manager"))
    case = f"/assessment/{application.public_id}"
    for path in ("", "/decide", "/clarify", "/extend", "/hear", "/decision.pdf"):
        assert client.get(case + path).status_code == 404, path
    for path in ("/start", "/findings", "/decide", "/clarify", "/extend", "/hear"):
        assert client.post(case + path).status_code == 404, path
    manage = f"/manage/frameworks/{market.framework.public_id}"
    for path in (
        "",
        "/details",
        "/rules",
        "/questions",
        "/publish",
        "/members",
        "/members.csv",
        "/members.xlsx",
    ):
        assert client.get(manage + path).status_code == 404, path
    assert client.get(f"{manage}/members/{market.supplier.public_id}").status_code == 404
    assert "Nothing waits here" in text_of(client.get("/assessment"))


def queries_of(client: FlaskClient, path: str) -> int:
    """How many statements a page sends."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return count


def test_lists_take_as_many_queries_for_many_rows_as_for_one(
    app: Flask, client: FlaskClient, session: Session, market: Market
) -> None:
    actor = market.managing(session)
    first = make_member(session, market)
    make_application(session, market, person=another_supplier(session)[1])
    framework = market.framework.public_id
    pages = {
        market.manager: [
            "/assessment",
            "/assessment?state=decided",
            "/manage/frameworks",
            f"/manage/frameworks/{framework}/members",
            f"/manage/frameworks/{framework}/members.csv",
            f"/manage/frameworks/{framework}/members/{market.supplier.public_id}",
        ],
        market.administrator: [
            "/frameworks",
            f"/frameworks/{framework}",
            "/applications",
            f"/applications/{first.public_id}",
            f"/applications/{first.public_id}/check",
        ],
    }

    def counted() -> dict[str, int]:
        found = {}
        for person, paths in pages.items():
            client.sign_in(person)
            found.update({path: queries_of(client, path) for path in paths})
        return found

    before = counted()
    for number in range(4):
        other = make_draft(session, actor, title=f"Example market {number}", needs=("finance", "family"))
        publish_draft(session, actor, other)
        make_member(session, Market(**{**vars(market), "framework": other}), chosen=[("FAM", NORTH_EAST)])
        make_member(session, market, person=another_supplier(session)[1])
        make_application(session, market, person=another_supplier(session)[1])
    assert counted() == before
