"""What every visitor and every signed-in person meets."""

import html

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from procurement.roles import DEEDS, ROLES
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


def test_the_help_page_says_what_each_role_may_do(client: FlaskClient) -> None:
    page = html.unescape(client.get("/help").get_data(as_text=True))
    for role in ROLES.values():
        assert role.name in page
        assert role.description in page
        for permission in role.permissions:
            assert DEEDS[permission] in page


def test_every_page_leads_to_the_statements(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    for address in ("/help", "/accessibility", "/privacy", "/cookies", "/contact"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200


def test_the_menu_offers_what_the_roles_permit(client: FlaskClient, session: Session) -> None:
    visitor = client.get("/sign-in").get_data(as_text=True)
    assert "Published call-offs" in visitor
    assert 'href="/colleagues"' not in visitor
    person = make_person(session, make_organisation(session), "supplier-administrator")
    client.sign_in(person)  # type: ignore[attr-defined]
    menu = client.get("/start").get_data(as_text=True).split("</nav>")[0]
    assert 'href="/colleagues"' in menu
    assert 'href="/audit"' not in menu
    assert 'href="/call-offs"' not in menu, "invited suppliers have a fuller page of their own"
