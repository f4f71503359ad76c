"""What is done about a gap: recorded with owner and date, followed up in the next analysis, ended."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.models import Person
from procurement.gaps.models import GapAction
from tests.integration.test_coverage import (  # noqa: F401
    DURHAM,
    GOOD,
    authority,
    count_queries,
    text_of,
    upload,
    work_out,
)
from tests.provision import make_contract

pytestmark = pytest.mark.usefixtures("authority")
DUE = {"due_on-day": "1", "due_on-month": "3", "due_on-year": "2027"}


def test_an_action_is_recorded_followed_up_and_ended(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    upload(client, GOOD)
    address = work_out(app, client, session)
    where = f"place={DURHAM}&need=accommodation"
    assert "Nothing is recorded about this gap yet" in text_of(client, f"{address}/cell?{where}")
    owner = session.scalars(sa.select(Person).order_by(Person.id.desc()).limit(1)).one()
    data = {"kind": "call_off", "note": "Call-off for 200", "owner": owner.public_id, **DUE}
    assert client.post(f"{address}/action?{where}", data=data).status_code == 302
    listed = text_of(client, "/coverage/actions")
    assert "No newer analysis" in listed
    assert "1 March 2027" in listed
    assert "Run a call-off: Call-off for 200" in text_of(client, f"{address}/cell?{where}")
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 160})
    work_out(app, client, session)
    assert "Smaller" in text_of(client, "/coverage/actions")
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "high"): 40})
    work_out(app, client, session)
    assert "Closed" in text_of(client, "/coverage/actions")
    action = session.scalars(sa.select(GapAction)).one()
    assert action.gap == 200
    assert client.post(f"/coverage/actions/{action.public_id}/end").status_code == 302
    assert "No action is under way" in text_of(client, "/coverage/actions")
    assert "Call-off for 200" in text_of(client, "/coverage/actions?show=all")


def test_an_action_without_owner_or_date_is_not_kept_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    upload(client, GOOD)
    address = work_out(app, client, session)
    response = client.post(
        f"{address}/action?place={DURHAM}&need=accommodation", data={"kind": "accept", "note": "Too few"}
    )
    shown = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "Choose who sees to it" in shown
    assert "Enter the day until when" in shown
    assert "Too few" in shown
    assert session.scalars(sa.select(GapAction)).all() == []


def test_the_list_asks_no_more_for_more_actions(app: Flask, client: FlaskClient, session: Session) -> None:
    upload(client, GOOD)
    address = work_out(app, client, session)
    owner = session.scalars(sa.select(Person).order_by(Person.id.desc()).limit(1)).one()
    data = {"kind": "accept", "note": "Few", "owner": owner.public_id, **DUE}
    counts = []
    for place in (DURHAM, "pdu:leeds", "region:A"):
        client.post(f"{address}/action?place={place}&need=accommodation", data=data)
        counts.append(count_queries(client, "/coverage/actions"))
    assert len(set(counts)) == 1


def test_two_analyses_are_compared_with_what_changed_between_them(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    upload(client, GOOD)
    first = work_out(app, client, session)
    assert "There is no other analysis to compare with yet" in text_of(client, f"{first}/compare")
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 30})
    second = work_out(app, client, session)
    compared = f"{second}/compare?with={first.rsplit('/', 1)[1]}"
    assert "+30" in text_of(client, compared)
    shown = text_of(client, f"{compared}&need=accommodation")
    assert "Contract came" in shown
    assert "−30" in shown
    back = f"{first}/compare?with={second.rsplit('/', 1)[1]}&need=accommodation"
    assert "Contract went" in text_of(client, back)
    assert client.get(f"{second}/compare?with=AN-NOTHING0").status_code == 404
    assert client.get(f"{second}/compare?need=nothing").status_code == 404
