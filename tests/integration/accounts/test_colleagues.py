"""Colleagues: inviting, changing and ending roles, acting for several organisations, joining anew."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from core import clock
from core.accounts.models import Membership, Organisation, Person
from core.accounts.queries import actor_for, memberships_on, person_by_email
from core.accounts.types import AccountTag, OrganisationKind
from core.audit.models import AuditEvent
from core.db import db
from core.jobs.models import OutboxMessage
from procurement.roles import ROLES
from tests.factories import make_organisation, make_person


@pytest.fixture
def charity(session: Session) -> Organisation:
    return make_organisation(session)


@pytest.fixture
def administrator(session: Session, charity: Organisation) -> Person:
    return make_person(session, charity, "supplier-administrator")


@pytest.fixture
def authority(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.AUTHORITY)


@pytest.fixture
def manager(session: Session, authority: Organisation) -> Person:
    return make_person(session, authority, "framework-manager")


def mails_to(session: Session, address: str) -> list[OutboxMessage]:
    query = sa.select(OutboxMessage).where(OutboxMessage.to_address == address).order_by(OutboxMessage.id)
    return list(session.scalars(query))


def path_in(mail: OutboxMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/(?:join|welcome)/\S+)", mail.body)
    assert found is not None, mail.body
    return found[1]


def roles_of(session: Session, person: Person, organisation: Organisation) -> set[str]:
    held = memberships_on(session, person_id=person.id, day=clock.today())
    return {m.role for m in held if m.organisation_id == organisation.id}


def scopes_of(session: Session, person: Person) -> set[str]:
    held = memberships_on(session, person_id=person.id, day=clock.today())
    return set(actor_for(person.id, held, roles=ROLES, organisation_id=None).scopes)


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_an_invited_colleague_chooses_a_password_and_signs_in(
    client: FlaskClient, session: Session, charity: Organisation, administrator: Person
) -> None:
    client.sign_in(administrator)  # type: ignore[attr-defined]
    form = {"name": "New Colleague", "email": "New@Example.test", "roles": "supplier-editor"}
    assert client.post("/colleagues/invite", data=form).status_code == 302
    assert "Invited" in client.get("/colleagues").get_data(as_text=True)
    mail = mails_to(session, "new@example.test")[0]
    assert charity.name in mail.subject
    path = path_in(mail)
    client.post("/sign-out")
    assert client.get(path).status_code == 200
    short = client.post(path, data={"password": "short", "again": "short"})
    assert (short.status_code, "at least 12" in short.get_data(as_text=True)) == (422, True)
    unlike = client.post(path, data={"password": "correct horse battery", "again": "other"})
    assert "must be the same" in unlike.get_data(as_text=True)
    chosen = {"password": "correct horse battery", "again": "correct horse battery"}
    assert client.post(path, data=chosen).status_code == 302
    assert client.get(path).status_code == 302, "the link works once"
    signed_in = client.post(
        "/sign-in", data={"email": "new@example.test", "password": "correct horse battery"}
    )
    assert signed_in.location == "/start"
    person = person_by_email(session, "new@example.test")
    assert person is not None
    assert roles_of(session, person, charity) == {"supplier-editor"}


def test_someone_with_an_account_gets_one_more_organisation_and_chooses(
    client: FlaskClient, session: Session, administrator: Person, charity: Organisation
) -> None:
    other = make_organisation(session)
    person = make_person(session, other, "supplier-viewer", name="Old Name")
    client.sign_in(administrator)  # type: ignore[attr-defined]
    form = {"name": "Another Name", "email": person.email, "roles": "supplier-editor"}
    assert client.post("/colleagues/invite", data=form).status_code == 302
    assert person.name == "Old Name"
    assert "You have an account already" in mails_to(session, person.email)[0].body
    assert "editor already" in client.post("/colleagues/invite", data=form).get_data(as_text=True).lower()

    browser = client.application.test_client()
    browser.sign_in(person, other)  # type: ignore[attr-defined]
    page = browser.get("/account").get_data(as_text=True)
    assert (charity.name in page, other.name in page) == (True, True)
    assert f"Old Name, {other.name}" in browser.get("/start").get_data(as_text=True)
    switched = browser.post("/account/organisation", data={"organisation": charity.public_id})
    assert switched.status_code == 302
    assert f"Old Name, {charity.name}" in browser.get("/start").get_data(as_text=True)
    foreign = make_organisation(session)
    refused = browser.post("/account/organisation", data={"organisation": foreign.public_id})
    assert refused.status_code == 422


def test_only_roles_of_the_organisations_kind_can_be_given(
    client: FlaskClient, session: Session, administrator: Person
) -> None:
    client.sign_in(administrator)  # type: ignore[attr-defined]
    page = client.get("/colleagues/invite").get_data(as_text=True)
    assert ("Editor" in page, "Commissioner" in page) == (True, False)
    form = {"name": "X", "email": "x@example.test", "roles": "commissioner"}
    assert client.post("/colleagues/invite", data=form).status_code == 422
    assert person_by_email(session, "x@example.test") is None


def test_a_form_error_keeps_what_was_typed(client: FlaskClient, administrator: Person) -> None:
    client.sign_in(administrator)  # type: ignore[attr-defined]
    form = {"name": "Typed Name", "email": "not an address", "roles": "supplier-editor"}
    page = client.post("/colleagues/invite", data=form).get_data(as_text=True)
    assert "There is a problem" in page
    assert ('value="Typed Name"' in page, 'value="not an address"' in page) == (True, True)


def test_regions_limit_a_role_that_can_be_limited(
    client: FlaskClient, session: Session, manager: Person, authority: Organisation
) -> None:
    person = make_person(session, authority, "evaluator")
    client.sign_in(manager)  # type: ignore[attr-defined]
    address = f"/colleagues/{person.public_id}"
    seen = seen_in(client.get(address).get_data(as_text=True))
    chosen = {"roles": ["evaluator", "commissioner"], "scopes": ["region:A", "region:B"], "seen": seen}
    assert client.post(address, data=chosen).status_code == 302
    assert roles_of(session, person, authority) == {"evaluator", "commissioner"}
    assert scopes_of(session, person) == {"region:A", "region:B"}
    seen = seen_in(client.get(address).get_data(as_text=True))
    assert (
        client.post(
            address, data={"roles": ["commissioner"], "scopes": ["region:A"], "seen": seen}
        ).status_code
        == 302
    )
    assert roles_of(session, person, authority) == {"commissioner"}
    assert scopes_of(session, person) == {"region:A"}
    unknown = client.post(address, data={"roles": ["commissioner"], "scopes": ["region:?"], "seen": seen})
    assert unknown.status_code == 422
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.subject_type == "membership")).all()
    assert {AccountTag.MEMBERSHIP_CHANGED, AccountTag.MEMBERSHIP_ENDED} <= set(tags)


def test_a_stale_form_shows_what_changed_and_loses_nothing(
    client: FlaskClient, session: Session, manager: Person, authority: Organisation
) -> None:
    person = make_person(session, authority, "evaluator")
    client.sign_in(manager)  # type: ignore[attr-defined]
    address = f"/colleagues/{person.public_id}"
    seen = seen_in(client.get(address).get_data(as_text=True))
    client.post(address, data={"roles": ["approver"], "seen": seen})
    stale = client.post(address, data={"roles": ["auditor"], "seen": seen})
    page = stale.get_data(as_text=True)
    assert (stale.status_code, "Someone else changed this meanwhile" in page) == (422, True)
    assert "Approver" in page
    assert re.search(r'value="auditor" checked', page)
    assert client.post(address, data={"roles": ["auditor"], "seen": seen_in(page)}).status_code == 302
    assert roles_of(session, person, authority) == {"auditor"}


def test_the_last_one_who_manages_colleagues_stays(
    client: FlaskClient, session: Session, administrator: Person, charity: Organisation
) -> None:
    client.sign_in(administrator)  # type: ignore[attr-defined]
    address = f"/colleagues/{administrator.public_id}"
    seen = seen_in(client.get(address).get_data(as_text=True))
    refused = client.post(address, data={"roles": ["supplier-viewer"], "seen": seen})
    assert (refused.status_code, "Nobody would be left" in refused.get_data(as_text=True)) == (422, True)
    for when in (
        {"when": "now"},
        {"when": "later", "last_day-day": "1", "last_day-month": "1", "last_day-year": "2030"},
    ):
        ended = client.post(f"{address}/end", data=when)
        assert (ended.status_code, "Nobody would be left" in ended.get_data(as_text=True)) == (422, True)
    assert roles_of(session, administrator, charity) == {"supplier-administrator"}
    make_person(session, charity, "supplier-administrator")
    assert client.post(f"{address}/end", data={"when": "now"}).status_code == 302
    assert roles_of(session, administrator, charity) == set()
    assert client.get("/colleagues").status_code == 403, "what ended has ended at once"
    assert client.get("/start").status_code == 200


def test_roles_end_after_a_last_day(
    client: FlaskClient, session: Session, administrator: Person, charity: Organisation
) -> None:
    person = make_person(session, charity, "supplier-editor")
    client.sign_in(administrator)  # type: ignore[attr-defined]
    address = f"/colleagues/{person.public_id}/end"
    assert "Enter the last day" in client.post(address, data={"when": "later"}).get_data(as_text=True)
    past = {"when": "later", "last_day-day": "1", "last_day-month": "1", "last_day-year": "2020"}
    assert "today or later" in client.post(address, data=past).get_data(as_text=True)
    day = clock.today() + timedelta(days=10)
    later = {
        "when": "later",
        "last_day-day": str(day.day),
        "last_day-month": str(day.month),
        "last_day-year": str(day.year),
    }
    assert client.post(address, data=later).status_code == 302
    assert roles_of(session, person, charity) == {"supplier-editor"}
    assert memberships_on(session, person_id=person.id, day=day + timedelta(days=1)) == []


def test_a_role_given_and_taken_on_one_day_leaves_no_row(
    client: FlaskClient, session: Session, administrator: Person, charity: Organisation
) -> None:
    client.sign_in(administrator)  # type: ignore[attr-defined]
    form = {"name": "By Mistake", "email": "mistake@example.test", "roles": "supplier-editor"}
    client.post("/colleagues/invite", data=form)
    person = person_by_email(session, "mistake@example.test")
    assert person is not None
    assert client.post(f"/colleagues/{person.public_id}/end", data={"when": "now"}).status_code == 302
    assert session.scalars(sa.select(Membership).where(Membership.person_id == person.id)).all() == []
    assert client.post("/colleagues/invite", data=form).status_code == 302, "and can be given again"


def test_a_colleague_of_another_organisation_is_not_found(
    client: FlaskClient, session: Session, administrator: Person
) -> None:
    stranger = make_person(session, make_organisation(session), "supplier-editor")
    client.sign_in(administrator)  # type: ignore[attr-defined]
    assert client.get(f"/colleagues/{stranger.public_id}").status_code == 404
    assert client.post(f"/colleagues/{stranger.public_id}/end", data={"when": "now"}).status_code == 404
    assert client.post(f"/colleagues/{stranger.public_id}/invitation").status_code == 404


def test_an_invitation_can_be_sent_again(
    client: FlaskClient, session: Session, administrator: Person
) -> None:
    client.sign_in(administrator)  # type: ignore[attr-defined]
    form = {"name": "Slow", "email": "slow@example.test", "roles": "supplier-editor"}
    client.post("/colleagues/invite", data=form)
    person = person_by_email(session, "slow@example.test")
    assert person is not None
    assert client.post(f"/colleagues/{person.public_id}/invitation").status_code == 302
    assert len(mails_to(session, "slow@example.test")) == 2


def test_the_list_asks_as_much_for_many_as_for_few(
    app: Flask, client: FlaskClient, session: Session, administrator: Person, charity: Organisation
) -> None:
    client.sign_in(administrator)  # type: ignore[attr-defined]

    def asked() -> int:
        statements: list[str] = []

        def note(connection, cursor, statement, *rest) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert client.get("/colleagues").status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len([s for s in statements if s.startswith("SELECT")])

    few = asked()
    for _ in range(30):
        make_person(session, charity, "supplier-editor")
    assert asked() == few
    assert "Next" in client.get("/colleagues").get_data(as_text=True)
    assert client.get("/colleagues?page=x").status_code == 404


JOINING = {"organisation": "Invented Charity", "name": "First Person", "email": "first@example.test"}
CHOSEN = {"password": "correct horse battery", "again": "correct horse battery"}


def test_a_new_charity_joins_by_mail(client: FlaskClient, session: Session) -> None:
    assert client.get("/join").status_code == 200
    assert client.post("/join", data=JOINING).location == "/join/sent"
    assert client.get("/join/sent").status_code == 200
    assert person_by_email(session, "first@example.test") is None, "nothing is kept until the link is opened"
    path = path_in(mails_to(session, "first@example.test")[0])
    page = client.get(path).get_data(as_text=True)
    assert "Invented Charity" in page
    assert client.post(path, data={"password": "short", "again": "short"}).status_code == 422
    assert client.post(path, data=CHOSEN).location == "/start"
    again = client.post(path)
    assert (again.status_code, "set up already" in again.get_data(as_text=True)) == (410, True)
    assert "Invented Charity" in client.get("/colleagues").get_data(as_text=True), (
        "who set it up is signed in"
    )


@pytest.mark.parametrize(
    ("then", "reached"),
    [
        ("/frameworks/FW-example", "/frameworks/FW-example"),
        ("//elsewhere.example", "/start"),
        ("https://elsewhere.example", "/start"),
        ("/\\elsewhere.example", "/start"),
        ("", "/start"),
    ],
)
def test_joining_leads_back_to_the_page_that_was_left(
    client: FlaskClient, session: Session, then: str, reached: str
) -> None:
    client.post("/join", query_string={"then": then}, data=JOINING)
    path = path_in(mails_to(session, "first@example.test")[0])
    assert client.post(path, data=CHOSEN).location == reached


def test_joining_tells_nobody_who_has_an_account(
    client: FlaskClient, session: Session, administrator: Person
) -> None:
    known = client.post("/join", data={**JOINING, "email": administrator.email})
    unknown = client.post("/join", data=JOINING)
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    path = path_in(mails_to(session, administrator.email)[0])
    page = client.get(path).get_data(as_text=True)
    assert 'name="password"' not in page, "who has a password keeps it"
    assert client.post(path).location == "/sign-in"
    names = {
        m.organisation.name for m in memberships_on(session, person_id=administrator.id, day=clock.today())
    }
    assert "Invented Charity" in names


def test_a_link_that_is_not_ours_is_refused(client: FlaskClient) -> None:
    for address in ("/join/forged", "/welcome/forged"):
        response = client.get(address)
        assert (response.status_code, "does not work" in response.get_data(as_text=True)) == (410, True)


def test_a_person_corrects_their_name(client: FlaskClient, session: Session, administrator: Person) -> None:
    client.sign_in(administrator)  # type: ignore[attr-defined]
    assert client.post("/account/name", data={"name": " "}).status_code == 422
    assert client.post("/account/name", data={"name": " Right   Name "}).status_code == 302
    assert "Right Name" in client.get("/account").get_data(as_text=True)
    newest = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (newest.tag, newest.details) == (AccountTag.NAME_CHANGED, {})


def test_colleagues_are_found_by_name_or_address_and_exported(
    client: FlaskClient, session: Session, administrator: Person, charity: Organisation
) -> None:
    make_person(session, charity, "supplier-viewer", name="=Zoë Example")
    client.sign_in(administrator)  # type: ignore[attr-defined]
    found = client.get("/colleagues?words=zo").get_data(as_text=True)
    assert ("Zoë Example" in found, f">{administrator.name}</a></th>" in found) == (True, False)
    assert "0 people have" in client.get("/colleagues?words=100%25").get_data(as_text=True)
    assert client.get("/colleagues?words=zo&page=2").status_code == 404
    lines = client.get("/colleagues.csv?words=zo").get_data(as_text=True).splitlines()
    assert (len(lines), lines[1].startswith("'=Zoë Example,")) == (2, True)
    assert client.get("/colleagues.xlsx").data[:2] == b"PK"
