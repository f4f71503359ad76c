"""Signing in, locking out, resetting by mail, and the code from an app, as people meet them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy.orm import Session

from core.accounts.models import FailedSignIn, Organisation, Person
from core.accounts.types import AccountTag
from core.audit.models import AuditEvent
from core.jobs.models import OutboxMessage
from tests.factories import make_organisation, make_person

PASSWORD = "correct horse battery"
NOON = datetime(2026, 9, 1, 11, 0, tzinfo=UTC)
NEXT_CODE = NOON + timedelta(seconds=30)


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def organisation(session: Session) -> Organisation:
    return make_organisation(session)


@pytest.fixture
def person(session: Session, organisation: Organisation) -> Person:
    return make_person(session, organisation, "supplier-editor")


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **fields: str):
    return client.post("/sign-in", data={"email": email, "password": password, **fields})


def tags_of(session: Session, person: Person) -> list[str]:
    query = sa.select(AuditEvent.tag).where(
        AuditEvent.subject_type == "person", AuditEvent.subject_id == person.id
    )
    return list(session.scalars(query.order_by(AuditEvent.id)))


def newest_mail(session: Session) -> OutboxMessage:
    return session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()


def main_of(page: str, address: str) -> str:
    """What a page says, without the address typed and what differs from one request to the next."""
    main = page[page.index("<main") : page.index("</main>")].replace(address, "")
    return re.sub(r'name="csrf_token" value="[^"]*"', "", main)


def link_in(text: str) -> str:
    """The path of the first link of a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found is not None, text
    return found[1]


def test_the_right_password_leads_to_the_start_page(
    client: FlaskClient, session: Session, person: Person, organisation: Organisation
) -> None:
    response = sign_in(client, person.email.upper())
    assert (response.status_code, response.location) == (302, "/start")
    page = client.get("/start").get_data(as_text=True)
    assert person.name in page
    assert organisation.name in page
    assert tags_of(session, person)[-1] == AccountTag.PERSON_SIGNED_IN


def test_a_wrong_password_and_an_unknown_address_are_told_alike(client: FlaskClient, person: Person) -> None:
    wrong = sign_in(client, person.email, "not the password").get_data(as_text=True)
    unknown = sign_in(client, "nobody@example.test", "not the password").get_data(as_text=True)
    assert "The email address or the password is not right" in wrong
    assert main_of(wrong, person.email) == main_of(unknown, "nobody@example.test")
    assert "There is a problem" in wrong


def test_an_address_typed_stays_and_an_empty_form_says_what_to_do(client: FlaskClient) -> None:
    page = sign_in(client, "typed@example.test", "").get_data(as_text=True)
    assert 'value="typed@example.test"' in page
    assert "There is a problem" in page


@pytest.mark.parametrize("known", [True, False])
def test_five_failures_close_the_door_for_a_quarter_of_an_hour(
    client: FlaskClient, session: Session, person: Person, travel: time_machine.Traveller, known: bool
) -> None:
    email = person.email if known else "nobody@example.test"
    for _ in range(4):
        assert "not right" in sign_in(client, email, "wrong").get_data(as_text=True)
    assert "Try again at 12:15pm" in sign_in(client, email, "wrong").get_data(as_text=True)
    travel.shift(timedelta(minutes=14))
    refused = sign_in(client, email).get_data(as_text=True)
    assert "Try again at 12:15pm" in refused, "even the right password waits, and waiting is not prolonged"
    locked_out = AccountTag.PERSON_LOCKED_OUT in tags_of(session, person)
    assert locked_out is known
    travel.shift(timedelta(minutes=2))
    response = sign_in(client, email)
    assert response.status_code == (302 if known else 200)


def test_failures_of_one_address_do_not_lock_another(
    client: FlaskClient, session: Session, person: Person, organisation: Organisation
) -> None:
    other = make_person(session, organisation, "supplier-viewer")
    for _ in range(6):
        sign_in(client, person.email, "wrong")
    assert sign_in(client, other.email).status_code == 302


def test_success_forgets_earlier_failures(client: FlaskClient, session: Session, person: Person) -> None:
    for _ in range(4):
        sign_in(client, person.email, "wrong")
    assert sign_in(client, person.email).status_code == 302
    assert session.scalar(sa.select(sa.func.count()).select_from(FailedSignIn)) == 0


def test_what_is_counted_does_not_tell_the_address(
    client: FlaskClient, session: Session, person: Person
) -> None:
    sign_in(client, person.email, "wrong")
    digests = session.scalars(sa.select(FailedSignIn.email_digest)).all()
    assert [len(digest) for digest in digests] == [64]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ],
)
def test_the_next_page_is_never_another_site(client: FlaskClient, person: Person, target: str) -> None:
    response = sign_in(client, person.email, next=target)
    assert response.status_code == 302
    # Browsers take a backslash for a slash.
    reached = urlsplit(urljoin("http://localhost/sign-in", response.location.replace("\\", "/")))
    assert (reached.scheme, reached.netloc) == ("http", "localhost")


def test_the_next_page_is_the_one_asked_for(client: FlaskClient, person: Person) -> None:
    address = client.get("/account?x=1").location
    page = client.get(address).get_data(as_text=True)
    assert 'name="next" value="/account?x=1"' in page
    assert sign_in(client, person.email, next="/account?x=1").location == "/account?x=1"


def test_signing_out_is_a_post(client: FlaskClient, person: Person) -> None:
    sign_in(client, person.email)
    assert client.get("/sign-out").status_code == 405
    assert client.get("/start").status_code == 200
    assert client.post("/sign-out").status_code == 302
    assert client.get("/start").status_code == 302


def test_a_closed_account_cannot_sign_in(client: FlaskClient, session: Session, person: Person) -> None:
    person.active = False
    assert sign_in(client, person.email).status_code == 200
    assert client.get("/start").status_code == 302


def test_no_token_signs_in(client: FlaskClient, app: Flask, session: Session, person: Person) -> None:
    token = person.get_auth_token()
    assert client.get("/start", headers={"Authentication-Token": token}).status_code == 302
    assert client.get("/start", query_string={"auth_token": token}).status_code == 302


def test_a_forgotten_password_is_reset_by_mail(client: FlaskClient, session: Session, person: Person) -> None:
    for _ in range(5):
        sign_in(client, person.email, "wrong")
    page = client.post("/forgotten-password", data={"email": person.email}).get_data(as_text=True)
    assert "a mail with a link" in page
    mail = newest_mail(session)
    assert (mail.to_address, "http://localhost:8000/forgotten-password/" in mail.body) == (person.email, True)
    path = link_in(mail.body)
    assert client.get(path).status_code == 200
    short = client.post(path, data={"password": "short", "password_confirm": "short"})
    assert "at least 12 characters" in short.get_data(as_text=True)
    new = "another horse battery"
    response = client.post(path, data={"password": new, "password_confirm": new})
    assert response.status_code == 302
    assert AccountTag.PASSWORD_CHANGED in tags_of(session, person)
    assert sign_in(client, person.email, new).status_code == 302, "the lock is lifted with the reset"
    client.post("/sign-out")
    assert client.get(path).status_code == 302, "the link works once"


def test_the_reset_page_says_the_same_of_an_unknown_address(
    client: FlaskClient, session: Session, person: Person
) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage))
    known = client.post("/forgotten-password", data={"email": person.email}).get_data(as_text=True)
    unknown = client.post("/forgotten-password", data={"email": "no@example.test"}).get_data(as_text=True)
    assert main_of(known, person.email) == main_of(unknown, "no@example.test")
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == (before or 0) + 1
    assert "Enter an email address" in client.post("/forgotten-password", data={"email": ""}).get_data(
        as_text=True
    )


def test_the_link_in_a_mail_does_not_follow_a_forged_host(
    client: FlaskClient, session: Session, person: Person
) -> None:
    client.post("/forgotten-password", data={"email": person.email}, headers={"Host": "evil.example"})
    assert "evil" not in newest_mail(session).body


def test_a_password_is_changed_with_the_old_one(
    client: FlaskClient, session: Session, person: Person
) -> None:
    sign_in(client, person.email)
    assert client.get("/account/password").status_code == 200
    new = "another horse battery"
    wrong = {"password": "wrong", "new_password": new, "new_password_confirm": new}
    assert "The password is not right" in client.post("/account/password", data=wrong).get_data(as_text=True)
    changed = client.post("/account/password", data={**wrong, "password": PASSWORD})
    assert (changed.status_code, changed.location) == (302, "/account")
    assert "was changed" in newest_mail(session).subject
    client.post("/sign-out")
    assert sign_in(client, person.email, new).status_code == 302


def test_guessing_the_old_password_is_counted_too(client: FlaskClient, person: Person) -> None:
    sign_in(client, person.email)
    guess = {
        "password": "wrong",
        "new_password": "another horse b",
        "new_password_confirm": "another horse b",
    }
    for _ in range(4):
        client.post("/account/password", data=guess)
    assert "too many attempts" in client.post("/account/password", data=guess).get_data(as_text=True)


def enrol(client: FlaskClient) -> TOTP:
    """Set up an app for the person signed in, and return what the app computes codes with."""
    page = client.post("/account/code", data={"setup": "authenticator"}).get_data(as_text=True)
    assert 'src="data:image/svg+xml' in page
    key = re.search(r"Key: <strong>([^<]+)</strong>", page)
    action = re.search(r'action="(/account/code/[^"]+)"', page)
    assert key is not None
    assert action is not None
    app = TOTP(key=key[1])
    assert client.post(action[1], data={"code": "000000"}).status_code == 302
    assert client.post(action[1], data={"code": app.generate().token}).location == "/account"
    return app


def test_a_code_from_an_app_is_offered_never_forced(
    client: FlaskClient, session: Session, person: Person, travel: time_machine.Traveller
) -> None:
    assert sign_in(client, person.email).location == "/start"
    assert "Not in use" in client.get("/account").get_data(as_text=True)
    app = enrol(client)
    assert AccountTag.CODE_SET_UP in tags_of(session, person)
    client.post("/sign-out")

    first = sign_in(client, person.email, next="/account")
    assert first.location.startswith("/sign-in/code")
    assert client.get("/start").status_code == 302, "the password alone is not enough"
    assert client.get(first.location).status_code == 200
    assert "not right" in client.post(first.location, data={"code": "12"}).get_data(as_text=True)
    code = app.generate(time=NEXT_CODE).token
    done = client.post(first.location, data={"code": f"{code[:3]} {code[3:]}"})
    assert (done.status_code, done.location) == (302, "/account")
    assert client.get("/start").status_code == 200

    stopped = client.post("/account/code", data={"setup": "disable"})
    assert stopped.status_code == 302
    assert AccountTag.CODE_REMOVED in tags_of(session, person)
    client.post("/sign-out")
    assert sign_in(client, person.email).location == "/start"


def test_a_code_works_once(
    client: FlaskClient, session: Session, person: Person, travel: time_machine.Traveller
) -> None:
    sign_in(client, person.email)
    app = enrol(client)
    client.post("/sign-out")
    first = sign_in(client, person.email)
    old = client.post(first.location, data={"code": app.generate(time=NOON).token})
    assert "not right" in old.get_data(as_text=True), "the one with which the app was set up is used"
    code = app.generate(time=NEXT_CODE).token
    assert client.post(first.location, data={"code": code}).status_code == 302
    client.post("/sign-out")
    again = sign_in(client, person.email)
    replayed = client.post(again.location, data={"code": code})
    assert "not right" in replayed.get_data(as_text=True)
    assert client.get("/start").status_code == 302
    later = app.generate(time=NEXT_CODE + timedelta(seconds=30)).token
    assert client.post(again.location, data={"code": later}).status_code == 302
    client.post("/account/code", data={"setup": "disable"})
    anew = enrol(client)
    assert anew.generate(time=NOON).token != code, "a new secret begins anew, in the same minute too"


def test_guessing_codes_is_counted(
    client: FlaskClient, person: Person, travel: time_machine.Traveller
) -> None:
    sign_in(client, person.email)
    app = enrol(client)
    client.post("/sign-out")
    sign_in(client, person.email)
    for _ in range(5):
        page = client.post("/sign-in/code", data={"code": "123"}).get_data(as_text=True)
    assert "too many attempts" in page
    code = app.generate(time=NEXT_CODE).token
    assert client.post("/sign-in/code", data={"code": code}).status_code == 200, "the door stays closed"


def test_a_recovery_code_lets_in_once(
    client: FlaskClient, session: Session, person: Person, travel: time_machine.Traveller
) -> None:
    sign_in(client, person.email)
    enrol(client)
    page = client.post("/account/recovery-codes", data={"generate_new_codes": "yes"}).get_data(as_text=True)
    codes = re.findall(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", page)
    assert len(codes) == 5
    assert codes[0] in client.get("/account/recovery-codes?show_codes=yes").get_data(as_text=True)
    assert codes[0] not in str(session.get_one(Person, person.id).mf_recovery_codes), "kept encrypted"
    for expected in (302, 200):
        client.post("/sign-out")
        sign_in(client, person.email)
        assert client.get("/sign-in/recovery-code").status_code == 200
        response = client.post("/sign-in/recovery-code", data={"code": codes[0].upper() + " "})
        assert response.status_code == expected


def test_help_is_asked_for_by_mail_when_the_app_is_lost(
    client: FlaskClient, session: Session, person: Person
) -> None:
    sign_in(client, person.email)
    enrol(client)
    client.post("/sign-out")
    sign_in(client, person.email)
    page = client.post("/sign-in/help", data={"help_setup": "help"}).get_data(as_text=True)
    assert "We have been told" in page
    assert person.email in newest_mail(session).body


def test_setting_up_a_code_long_after_signing_in_asks_for_the_password(
    client: FlaskClient, person: Person, travel: time_machine.Traveller
) -> None:
    sign_in(client, person.email)
    travel.shift(timedelta(hours=2))
    again = client.get("/account/code")
    assert again.location.startswith("/sign-in/again?next=")
    assert client.get(again.location).status_code == 200
    assert "not right" in client.post(again.location, data={"password": "wrong"}).get_data(as_text=True)
    assert client.post(again.location, data={"password": PASSWORD}).location.endswith("/account/code")


def test_library_pages_out_of_turn_lead_back_to_signing_in(client: FlaskClient) -> None:
    for address in ("/sign-in/code", "/sign-in/recovery-code", "/sign-in/method", "/account/code"):
        assert client.get(address).status_code == 302, address
    for address in ("/account/password", "/account/recovery-codes", "/sign-in/again"):
        assert client.get(address).location.startswith("/sign-in?next="), address
