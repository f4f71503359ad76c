"""The pages by which a framework is set up, registered and published."""

from datetime import date

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from procurement.framework.models import Framework
from procurement.framework.types import FrameworkState
from tests.factories_framework import (
    NORTH_EAST,
    NORTH_WEST,
    Market,
    make_draft,
)
from tests.integration.framework.pages import text_of


def test_a_manager_sets_a_framework_up_and_publishes_it(
    client: FlaskClient, session: Session, market: Market
) -> None:
    client.sign_in(market.manager)
    assert client.get("/manage/frameworks/new").status_code == 200
    new = {
        "row_version": "1",
        "regime": "pa2023-dynamic-market",
        "title": "Northern market",
        "summary": "Services in the north.",
        "starts_on-day": "1",
        "starts_on-month": "4",
        "starts_on-year": "2026",
    }
    assert client.post("/manage/frameworks/new", data={**new, "title": ""}).status_code == 422
    response = client.post("/manage/frameworks/new", data=new)
    assert response.status_code == 302
    address = response.location
    framework = session.scalars(sa.select(Framework).where(Framework.title == "Northern market")).one()
    assert "Add at least one category" in text_of(client.get(address))
    assert client.get(f"/frameworks/{framework.public_id}").status_code == 404

    assert client.get(f"{address}/rules").status_code == 200
    rules = {
        "row_version": str(framework.row_version),
        "member_cap": "20",
        "decision_days": "8",
        "decision_days_with_reason": "12",
        "joining_fee": "0",
        "award_fee_percent": "0",
        "turnover_multiple": "0",
        "asks_audited_accounts": "yes",
        "asks_insurance_before_award": "no",
        "asks_earlier_award": "no",
        "equivalents_allowed": "yes",
        "representation_days": "10",
        "tender_days": "14",
        "suspension_stops_invitations": "yes",
    }
    response = client.post(f"{address}/rules", data=rules)
    assert response.status_code == 422
    page = text_of(response)
    assert "The number of members cannot be limited (PA 2023 s.36(7))" in page
    assert "Audited accounts cannot be asked for (PA 2023 s.36)" in page
    assert 'value="20"' in page
    rules |= {"member_cap": "", "asks_audited_accounts": "no"}
    assert client.post(f"{address}/rules", data=rules).status_code == 302

    category = {
        "row_version": "1",
        "need_area": "finance",
        "name": "Finance in the north",
        "regions": [NORTH_EAST, NORTH_WEST],
        "value_from": "0",
        "value_below": "250,000",
        "cpv_code": "66171000",
        "criteria": "Advisers are trained.",
    }
    assert client.get(f"{address}/categories/new").status_code == 200
    bad = client.post(f"{address}/categories/new", data={**category, "regions": [], "cpv_code": "12"})
    assert bad.status_code == 422
    response = client.post(f"{address}/categories/new", data={**category, "regions": []})
    assert "Choose at least one region" in text_of(response)
    assert client.post(f"{address}/categories/new", data=category).status_code == 302
    assert "not among the light-touch codes" in text_of(client.get(address))
    assert client.get(f"{address}/categories/FIN").status_code == 200
    session.refresh(framework)
    stale = client.post(f"{address}/categories/FIN", data={**category, "row_version": "1", "name": "Mine"})
    assert stale.status_code == 409
    assert "Mine" in text_of(stale)
    assert "Finance in the north" in text_of(stale)
    category |= {"row_version": str(framework.row_version), "cpv_code": "85312500"}
    assert client.post(f"{address}/categories/FIN", data=category).status_code == 302
    assert client.get(f"{address}/questions").status_code == 200
    assert "Announce the intention to establish the market first (PA 2023 s.39)" in text_of(
        client.get(address)
    )
    assert client.post(f"{address}/announce").status_code == 302
    assert client.get(f"{address}/publish").status_code == 200
    assert client.post(f"{address}/publish", data={"row_version": "1"}).status_code == 409
    session.refresh(framework)
    version = str(framework.row_version)
    assert client.post(f"{address}/publish", data={"row_version": version}).status_code == 302

    session.refresh(framework)
    assert framework.state is FrameworkState.PUBLISHED
    assert client.get(f"/frameworks/{framework.public_id}").status_code == 200
    assert "8 working days" in text_of(client.get(f"/frameworks/{framework.public_id}"))
    for path in ("/details", "/categories/new", "/categories/FIN", "/publish"):
        assert client.get(address + path).status_code == 404, path
    version = str(framework.row_version)
    assert client.post(f"{address}/rules", data={**rules, "row_version": version}).status_code == 422
    assert client.post(f"{address}/publish", data={"row_version": version}).status_code == 422
    client.post(f"{address}/categories/FIN/remove")
    assert [c.code for c in session.get_one(Framework, framework.id).categories] == ["FIN"]


def test_a_system_is_registered_with_its_notice(
    client: FlaskClient, session: Session, market: Market
) -> None:
    client.sign_in(market.manager)
    data = {
        "row_version": "1",
        "regime": "pcr2015-dps",
        "title": "An older system",
        "summary": "Registered here.",
        **dict(zip(("starts_on-day", "starts_on-month", "starts_on-year"), ("1", "1", "2025"), strict=True)),
        **dict(zip(("ends_on-day", "ends_on-month", "ends_on-year"), ("1", "3", "2029"), strict=True)),
        **dict(
            zip(("noticed_on-day", "noticed_on-month", "noticed_on-year"), ("24", "2", "2025"), strict=True)
        ),
    }
    page = text_of(client.post("/manage/frameworks/new", data=data))
    assert "before 24 February 2025" in page
    assert "ends on 23 February 2029 at the latest" in page
    assert "Enter the reference of the notice" in page
    assert 'value="An older system"' in page
    data |= {"ends_on-day": "23", "ends_on-month": "2", "noticed_on-day": "23", "market_reference": "2024-1"}
    assert client.post("/manage/frameworks/new", data=data).status_code == 302
    made = session.scalars(sa.select(Framework).where(Framework.title == "An older system")).one()
    assert (made.noticed_on, made.ends_on) == (date(2025, 2, 23), date(2029, 2, 23))


def test_stale_details_show_what_is_saved(client: FlaskClient, session: Session, market: Market) -> None:
    draft = make_draft(session, market.managing(session), title="The saved title")
    client.sign_in(market.manager)
    address = f"/manage/frameworks/{draft.public_id}/details"
    assert client.get(address).status_code == 200
    response = client.post(
        address,
        data={
            "row_version": "0",
            "title": "The typed title",
            "summary": "Typed.",
            "starts_on-day": "1",
            "starts_on-month": "1",
            "starts_on-year": "2026",
        },
    )
    assert response.status_code == 409
    page = text_of(response)
    assert "The saved title" in page
    assert 'value="The typed title"' in page
