"""The audit: chained, append-only on both databases, and verified by command."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

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
