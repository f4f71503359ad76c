"""The audit: chained, append-only on both databases, and verified by command."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core.accounts.models import Person
from core.accounts.types import OrganisationKind
from core.audit.models import AuditEvent
from core.audit.queries import verify
from tests.factories import make_organisation, make_person


def test_a_chain_verifies_and_names_its_first_break(session: Session) -> None:
    organisation = make_organisation(session)
    make_person(session, organisation, "supplier-editor")
    chains, events, found = verify(session)
    assert (chains > 0, events >= 3, found) == (True, True, None)

    newest = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    session.execute(
        sa.text(
            "INSERT INTO audit_event (chain, sequence, at, tag, subject_type, details, previous_hash, hash) "
            "SELECT chain, sequence + 1, at, tag, subject_type, details, hash, 'forged' FROM audit_event "
            "WHERE id = :id"
        ),
        {"id": newest.id},
    )
    _, _, found = verify(session)
    assert found is not None
    assert (found.chain, found.sequence) == (newest.chain, newest.sequence + 1)


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET tag = 'other'", "DELETE FROM audit_event"])
def test_events_cannot_be_changed_or_deleted(session: Session, statement: str) -> None:
    make_organisation(session)
    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.text(statement))


def test_insert_or_replace_does_not_slip_past_the_trigger(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        return
    make_organisation(session)
    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.text("INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event"))


def test_the_command_reports_to_stdout_and_fails_on_a_break(app: Flask, session: Session) -> None:
    make_organisation(session)
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 0
    assert "unbroken" in result.output


@pytest.fixture
def auditor(session: Session) -> Person:
    return make_person(session, make_organisation(session, OrganisationKind.AUTHORITY), "auditor")


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def test_an_auditor_reads_filters_and_pages_events(
    client: FlaskClient, session: Session, auditor: Person
) -> None:
    for _ in range(30):
        make_organisation(session)
    client.sign_in(auditor)  # type: ignore[attr-defined]
    page = text(client.get("/audit"))
    assert "organisation:created" in page
    assert "Next" in page
    assert client.get("/audit?page=2").status_code == 200
    assert client.get("/audit?page=4000").status_code == 404
    only = text(client.get("/audit?tag=membership:granted"))
    assert ("1 event" in only, "<strong>organisation:created" in only) == (True, False)
    assert "No event fits" in text(client.get("/audit?chain=CO-NOTHERE1"))
    after = "/audit?first-day=2&first-month=9&first-year=2026&last-day=2&last-month=9&last-year=2026"
    assert "No event fits" in text(client.get(after)), "the events are of the day before"
    assert "<strong>organisation:created" in text(client.get(after.replace("day=2", "day=1")))


def test_a_wrong_filter_says_so_and_keeps_what_was_typed(client: FlaskClient, auditor: Person) -> None:
    client.sign_in(auditor)  # type: ignore[attr-defined]
    response = client.get("/audit?first-day=31&first-month=2&first-year=2026&tag=nothing")
    assert (response.status_code, "must be a real date" in text(response)) == (422, True)
    assert 'value="31"' in text(response)


def test_the_audit_is_exported_as_it_is_narrowed(client: FlaskClient, auditor: Person) -> None:
    client.sign_in(auditor)  # type: ignore[attr-defined]
    lines = text(client.get("/audit/export.csv?tag=membership:granted")).splitlines()
    assert (lines[0].startswith("Chain,Number"), len(lines)) == (True, 2)
    assert client.get("/audit/export.xlsx").data[:2] == b"PK"


def test_verification_in_the_browser_names_the_break(
    client: FlaskClient, session: Session, auditor: Person
) -> None:
    client.sign_in(auditor)  # type: ignore[attr-defined]
    assert "All chains are unbroken" in text(client.get("/audit/verification"))
    session.execute(sa.text("UPDATE audit_chain SET sequence = sequence + 1 WHERE name = 'platform'"))
    assert "In chain <strong>platform</strong>" in text(client.get("/audit/verification"))
