"""The report on a procedure: everything the record says, for the auditor of the authority alone."""

import io

import pypdf
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.audit.models import AuditEvent
from procurement.notices.services import generate_notices
from procurement.procedure_report.queries import chain_state, report_on
from tests.calloffs import Competition, make_competition, priced, submit
from tests.factories import make_person
from tests.integration.test_open_contracting import amend, answer, finish


def finished(app: Flask, session: Session) -> Competition:
    competition = priced(session)
    finish(app, session, competition)
    generate_notices(session, now=clock.now())
    session.commit()
    return competition


def test_the_auditor_reads_who_did_what_and_why(app: Flask, client: FlaskClient, session: Session) -> None:
    competition = finished(app, session)
    address = f"/commissioning/{competition.call_off.public_id}/report"
    client.sign_in(make_person(session, competition.authority, "auditor"))
    page = client.get(address).get_data(as_text=True)
    for words in (
        competition.commissioner.name,
        competition.officers[2].name,
        competition.suppliers[0][0].name,
        "Highest total, all thresholds met",
        "The plan names its staff",
        "unbroken",
        "An envelope was opened",
        "A contract came into force",
        "UK7",
        "Standstill: until the end of",
    ):
        assert words in page, words
    for secret in ("First supplier", "£400", "£380"):
        assert secret not in page
    body = client.get(f"{address}.pdf")
    reader = pypdf.PdfReader(io.BytesIO(body.data))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == f"Report on the procedure: {competition.call_off.title}"
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_nobody_else_reads_it(app: Flask, client: FlaskClient, session: Session) -> None:
    competition, other = finished(app, session), make_competition(session)
    address = f"/commissioning/{competition.call_off.public_id}/report"
    client.sign_in(competition.commissioner)
    assert client.get(address).status_code == 403
    client.sign_in(make_person(session, other.authority, "auditor"))
    assert client.get(address).status_code == 404
    client.sign_in(competition.suppliers[0][1])
    assert client.get(address).status_code == 403


def test_who_has_bid_is_not_said_before_the_opening(client: FlaskClient, session: Session) -> None:
    competition = make_competition(session)
    submit(session, competition, 0)
    amend(session, competition, need="More people than we said.")
    answer(session, competition)
    session.commit()
    client.sign_in(make_person(session, competition.authority, "auditor"))
    page = client.get(f"/commissioning/{competition.call_off.public_id}/report").get_data(as_text=True)
    assert "The bids are sealed" in page
    assert "A bid was submitted" not in page
    assert not any(bidder.name in page for bidder, _ in competition.suppliers)
    assert "The numbers of the prison were corrected" in page
    assert "Answered to everyone" in page


def test_a_broken_chain_is_said(app: Flask, session: Session) -> None:
    competition = finished(app, session)
    name = competition.call_off.public_id
    whole = chain_state(session, name)
    assert (whole.problem, whole.events > 10, len(whole.head)) == ("", True, 64)
    trigger = "audit_event_refuses_update"
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text(f"DROP TRIGGER {trigger}"))
    else:
        session.execute(sa.text(f"ALTER TABLE audit_event DISABLE TRIGGER {trigger}"))
    session.execute(
        sa.update(AuditEvent)
        .where(AuditEvent.chain == name, AuditEvent.sequence == 3)
        .values(tag="bid:withdrawn")
    )
    assert chain_state(session, name).problem == "at event 3: its content is not what was written"
    assert report_on(session, competition.call_off).chain.problem
