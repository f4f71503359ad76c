"""Notices on a database and on their pages: made once, of dynamic markets alone, marked with a reference."""

import io
from datetime import timedelta

import pypdf
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.jobs.services import ask_for_daily_jobs, run_due_jobs
from procurement.framework import queries as framework_queries
from procurement.framework import services as framework_services
from procurement.framework.types import MemberEvent, Regime, RemovalBasis
from procurement.notices.models import Notice, NoticeCursor
from procurement.notices.services import generate_notices
from tests.factories import NOW
from tests.factories_framework import NORTH_EAST, Market, another_supplier, make_market, make_member


def text_of(response) -> str:
    return " ".join(response.get_data(as_text=True).split())


def kinds(session: Session) -> list[str]:
    return [str(kind) for kind in session.scalars(sa.select(Notice.kind).order_by(Notice.id))]


def remove(session: Session, market: Market) -> None:
    members = framework_queries.memberships_in(
        session, framework_id=market.framework.id, supplier_id=market.supplier.id
    )
    values = {
        "actor": market.managing(session),
        "now": NOW,
        "framework": market.framework,
        "supplier_id": market.supplier.id,
        "chosen": [member.id for member in members],
        "reason": "On the list.",
    }
    framework_services.intend_removal(session, basis=RemovalBasis.DEBARRED, **values)
    framework_services.change_memberships(session, event=MemberEvent.REMOVE, **values)


def test_a_market_has_its_four_notices_each_once(session: Session) -> None:
    market = make_market(session)
    make_member(session, market)
    assert generate_notices(session, now=NOW) == 3
    assert generate_notices(session, now=NOW) == 0
    remove(session, market)
    framework_services.cease_framework(
        session, actor=market.managing(session), now=NOW, framework=market.framework, reason="Replaced."
    )
    assert generate_notices(session, now=NOW) == 2
    assert kinds(session) == ["UK13", "UK14", "UK15", "UK15", "UK16"]
    contents = [notice.content for notice in session.scalars(sa.select(Notice).order_by(Notice.id))]
    assert [category["code"] for category in contents[1]["categories"]] == ["ACC", "FIN"]
    assert contents[2]["modification"]["supplier"] == market.supplier.name
    assert contents[2]["modification"]["admitted"][0] == {
        "category": "Accommodation",
        "regions": ["North East"],
    }
    assert len(contents[3]["modification"]["removed"]) == 2
    assert contents[4]["cessation"] == {"reason": "Replaced."}


def test_an_older_system_has_none_and_its_events_are_read_all_the_same(session: Session) -> None:
    market = make_market(session, regime=Regime.DPS)
    make_member(session, market)
    assert generate_notices(session, now=NOW) == 0
    cursors = session.scalars(sa.select(NoticeCursor)).all()
    assert cursors
    assert all(cursor.sequence > 0 for cursor in cursors)


def test_a_partial_admission_says_only_where_the_supplier_is_admitted(session: Session) -> None:
    from tests.factories_framework import GOOD_ANSWERS, assess, make_application

    market = make_market(session)
    application = make_application(session, market, answers={**GOOD_ANSWERS, "safeguarding-policy": "no"})
    assess(session, market, application)
    refusals = {(choice.category.code, choice.region.code): "No policy." for choice in application.choices}
    framework_services.decide(
        session, actor=market.managing(session), now=NOW, application=application, refusals=refusals
    )
    generate_notices(session, now=NOW)
    assert kinds(session) == ["UK13", "UK14"]


def test_the_worker_makes_them(app: Flask, client: FlaskClient, session: Session) -> None:
    make_member(session, make_market(session))
    session.commit()
    ask_for_daily_jobs(app)
    run_due_jobs(app)
    session.expire_all()
    assert kinds(session) == ["UK13", "UK14", "UK15"]


def test_a_notice_is_read_in_three_forms_and_marked_as_published(
    client: FlaskClient, session: Session
) -> None:
    market = make_market(session)
    make_member(session, market, now=NOW - timedelta(days=60))
    client.sign_in(market.manager)
    assert "0 notices are to be published" in text_of(client.get("/notices"))
    assert client.post("/notices/look").status_code == 302
    page = text_of(client.get("/notices"))
    assert "3 notices are to be published" in page
    assert "overdue" in page
    assert text_of(client.get("/notices?kind=UK15")).count("/notices/NT-") == 1
    assert client.get("/notices?state=odd&kind=odd&framework=odd").status_code == 200
    notice = session.scalars(sa.select(Notice).where(Notice.kind == "UK15")).one()
    address = f"/notices/{notice.public_id}"
    assert market.supplier.name in text_of(client.get(address))
    said = client.get(f"{address}.json").get_json()
    assert (said["notice"], said["modification"]["supplier"]) == ("UK15", market.supplier.name)
    words = pypdf.PdfReader(io.BytesIO(client.get(f"{address}.pdf").data)).pages[0].extract_text()
    assert "Change to a dynamic market" in " ".join(words.split())
    assert client.post(f"{address}/published", data={"reference": ""}).status_code == 422
    assert client.post(f"{address}/published", data={"reference": "012345-2026"}).status_code == 302
    page = text_of(client.get(address))
    assert "012345-2026" in page
    assert f"by {market.manager.name}" in page
    again = client.post(f"{address}/published", data={"reference": "9"})
    assert "marked as published already" in text_of(again)
    assert "2 notices are to be published" in text_of(client.get("/notices"))
    assert "012345-2026" in text_of(client.get("/notices?state=published"))


def test_the_list_takes_as_many_queries_for_many_notices_as_for_one(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    from tests.integration.framework.test_page_access import queries_of

    market = make_market(session)
    generate_notices(session, now=NOW)
    client.sign_in(market.manager)
    before = queries_of(client, "/notices")
    for _ in range(3):
        make_member(session, market, person=another_supplier(session)[1], chosen=[("ACC", NORTH_EAST)])
    generate_notices(session, now=NOW)
    assert queries_of(client, "/notices") == before
