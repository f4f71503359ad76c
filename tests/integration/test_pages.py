"""What every visitor and every signed-in person meets."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import make_organisation, make_person


def test_a_visitor_is_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    response = client.get("/start?x=1")
    assert response.status_code == 302
    assert response.location.startswith("/sign-in?next=")
    assert client.get("/sign-in").status_code == 200


def test_a_signed_in_person_sees_their_start_page(client: FlaskClient, session: Session) -> None:
    person = make_person(session, make_organisation(session), "supplier-editor")
    client.sign_in(person)  # type: ignore[attr-defined]
    assert client.get("/start").status_code == 200


def test_an_unknown_address_is_a_page_not_found(client: FlaskClient) -> None:
    assert client.get("/nowhere").status_code == 404
