"""Whether groups can be run, as a page: examples, assumptions, catchments, and what is refused."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.models import Organisation
from tests.integration.test_coverage import authority, rows, text_of, upload  # noqa: F401


def test_examples_are_worked_out_from_the_newest_demand_set(
    app: Flask,
    client: FlaskClient,
    session: Session,
    authority: Organisation,  # noqa: F811
) -> None:
    assert "There is no demand set yet" in text_of(client, "/coverage/groups")
    upload(
        client,
        rows(
            ("pdu:gateshead-and-south-tyneside", "attitudes", "high", "men-26-49", 12),
            ("pdu:newcastle-upon-tyne", "attitudes", "high", "men-26-49", 40),
            ("pdu:county-durham-and-darlington", "attitudes", "high", "men-26-49", 8),
            ("pdu:leeds", "family", "high", "women-26-49", 8),
        ),
    )
    shown = text_of(client, "/coverage/groups")
    assert "18.5 referrals a year where it is run" in shown
    assert "Thinking Skills Programme" in shown
    assert ">60</dd>" in shown
    half = text_of(client, "/coverage/groups?placed=50")
    assert "8.6 referrals a year" in half
    relationships = text_of(client, "/coverage/groups?example=better-relationships")
    assert "counts no one of this need" in relationships
    women = text_of(client, "/coverage/groups?example=better-relationships&sex=female")
    assert "Too few" in women
    assert "Leeds" in women


def test_what_makes_no_sense_is_refused_in_words(
    app: Flask,
    client: FlaskClient,
    session: Session,
    authority: Organisation,  # noqa: F811
) -> None:
    upload(client, rows(("pdu:leeds", "attitudes", "high", "men-26-49", 12)))
    wrong = client.get("/coverage/groups?minimum=9&optimum=8&weeks=never")
    assert wrong.status_code == 422
    text = wrong.get_data(as_text=True)
    assert "The smallest group cannot be larger than the one that opens at once" in text
    assert "must be a whole number" in text
    for address in ("?example=unknown", "?demand_set=DS-NOTHING0", "?page=9"):
        assert client.get(f"/coverage/groups{address}").status_code == 404
