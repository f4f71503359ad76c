"""The start page of each role: what waits, what comes next and when, at a constant number of queries."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from catalogue.offers import services as offers
from core import clock
from core.accounts.types import OrganisationKind
from core.db import db
from core.web.filters import format_date
from procurement.calloffs.drafting.models import Invitation
from procurement.calloffs.drafting.types import CallOffState
from procurement.roles import ROLES
from tests.calloffs import make_competition, submit, write_bid
from tests.factories import NOW, make_organisation, make_person
from tests.factories_framework import make_application, make_market
from tests.factories_offers import draft_offer, manager_actor, supplier_actor
from tests.matrices.coverage import analysis
from tests.matrices.procurement import contract


def start(client: FlaskClient, person: object, organisation: object = None) -> str:
    client.sign_in(person, organisation)  # type: ignore[attr-defined]
    response = client.get("/start")
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)).split())


def client_page(client: FlaskClient, person: object) -> str:
    client.sign_in(person)  # type: ignore[attr-defined]
    return client.get("/start").get_data(as_text=True)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_has_a_start_page_with_nothing_to_do(
    client: FlaskClient, session: Session, role: str
) -> None:
    person = make_person(session, make_organisation(session, ROLES[role].kind), role)
    page = start(client, person)
    assert "Start" in page
    assert "To do:" not in page


def test_a_supplier_sees_what_is_submitted_and_what_is_not(client: FlaskClient, session: Session) -> None:
    competition = make_competition(session, lots=2)
    organisation, person = competition.suppliers[0]
    page = start(client, person, organisation)
    assert competition.call_off.title in page
    assert "Not started" in page
    assert "Bids close" in page
    assert "1 thing waits for you" in page
    write_bid(session, competition)
    assert "Not submitted" in start(client, person, organisation)
    competition.call_off.state_before_pause = competition.call_off.state
    competition.call_off.state = CallOffState.PAUSED
    assert "Next: The call-off is paused" in start(client, person, organisation)


def test_a_submitted_bid_is_said_to_be_submitted(client: FlaskClient, session: Session) -> None:
    competition = make_competition(session)
    organisation, person = competition.suppliers[0]
    submit(session, competition)
    page = start(client, person, organisation)
    assert "Submitted Next: Nothing: you can change it until the deadline" in page
    assert "Nothing waits for you now" in page
    competition.call_off.deadline = clock.now() - timedelta(hours=1)
    page = start(client, person, organisation)
    assert "Submitted and received Next: Wait: you will be told the outcome by mail" in page


def test_one_lot_of_two_is_not_all(client: FlaskClient, session: Session) -> None:
    competition = make_competition(session, lots=2)
    organisation, person = competition.suppliers[0]
    submit(session, competition)
    assert "Not all lots submitted 1 of 2 lots submitted" in start(client, person, organisation)


def test_an_outsider_sees_nothing_of_a_call_off(client: FlaskClient, session: Session) -> None:
    competition = make_competition(session)
    organisation, person = competition.outsider
    assert competition.call_off.title not in start(client, person, organisation)


def test_an_evaluator_is_told_how_many_scores_are_left(client: FlaskClient, session: Session) -> None:
    competition = make_competition(session)
    submit(session, competition, 0)
    submit(session, competition, 1)
    person = competition.evaluators[0]
    assert "Score:" not in start(client, person)
    competition.call_off.state = CallOffState.QUALITY_OPENED
    competition.call_off.deadline = clock.now() - timedelta(days=1)
    assert "To do: Score: 4 scores to give" in start(client, person)


def test_an_officer_is_asked_to_open_after_the_deadline(client: FlaskClient, session: Session) -> None:
    competition = make_competition(session)
    person = competition.officers[0]
    assert "Release the answers" not in start(client, person)
    competition.call_off.deadline = clock.now() - timedelta(minutes=1)
    assert "To do: Release the answers, with a second officer" in start(client, person)


def test_who_has_not_declared_is_asked_to(client: FlaskClient, session: Session) -> None:
    competition = make_competition(session)
    person = competition.evaluators[0]
    for duty in competition.call_off.duties:
        if duty.person_id == person.id:
            duty.declared_at = duty.has_conflict = None
    assert "To do: Say whether you have a conflict of interest" in start(client, person)


def test_a_commissioner_sees_each_call_off_with_its_next_step(client: FlaskClient, session: Session) -> None:
    competition = make_competition(session)
    page = start(client, competition.commissioner)
    assert f"{competition.call_off.title} Open for bids Next: Wait for bids until the deadline" in page
    competition.call_off.state = CallOffState.PRICE_OPENED
    assert "To do: Recommend the award" in start(client, competition.commissioner)
    competition.call_off.state = CallOffState.RECOMMENDED
    competition.call_off.deadline = clock.now() - timedelta(days=1)
    assert "Next: A second person approves the award" in start(client, competition.commissioner)
    assert "To do: Approve or return the recommended award" in start(client, competition.approver)


def test_an_auditor_is_led_to_the_audit(client: FlaskClient, session: Session) -> None:
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    assert "Verify that every chain is unbroken" in start(client, make_person(session, authority, "auditor"))


def test_someone_without_a_role_is_told_what_to_do(client: FlaskClient, session: Session) -> None:
    person = make_person(session, make_organisation(session), "supplier-viewer")
    person.memberships[0].valid_to = person.memberships[0].valid_from
    assert "You do not act for any organisation now" in start(client, person)


def test_a_supplier_sees_offers_to_finish(client: FlaskClient, session: Session) -> None:
    supplier = make_organisation(session)
    actor = supplier_actor(session, supplier)
    waiting = draft_offer(session, actor=actor, title="Waiting offer")
    offers.submit_offer(session, actor=actor, now=NOW, version=waiting)
    returned = draft_offer(session, actor=actor, title="Returned offer")
    offers.submit_offer(session, actor=actor, now=NOW, version=returned)
    offers.return_offer(session, actor=manager_actor(session), now=NOW, version=returned, reasons="Say where")
    draft_offer(session, actor=actor, title="Unfinished offer")
    page = start(client, make_person(session, supplier, "supplier-administrator"))
    assert "Returned offer Returned To do: Read the reasons, change it and submit again" in page
    assert "Unfinished offer Draft: not submitted To do: Finish and submit" in page
    assert "Waiting offer Submitted Next: Wait" in page
    manager = make_person(
        session, make_organisation(session, OrganisationKind.AUTHORITY), "framework-manager"
    )
    page = start(client, manager)
    assert "Waiting offer Submitted To do: Publish it, or return it with reasons" in page
    assert "Unfinished offer" not in page


def test_an_application_shows_its_decision_day_to_both_sides(client: FlaskClient, session: Session) -> None:
    market = make_market(session)
    application = make_application(session, market)
    day = format_date(application.decision_due_on)
    page = start(client, market.administrator)
    assert f"{market.framework.title} Submitted Next: Wait for the decision Decision by {day}" in page
    page = start(client, market.manager)
    assert market.supplier.name in page
    assert f"To do: Assess and decide Decision by {day}" in page
    other = make_person(session, make_organisation(session, OrganisationKind.AUTHORITY), "framework-manager")
    assert market.supplier.name not in start(client, other)


def test_a_regional_lead_sees_the_largest_gaps_of_their_regions(
    client: FlaskClient, session: Session
) -> None:
    authority = analysis(session).owner
    assert authority is not None
    lead = make_person(session, authority, "regional-lead", scopes=("region:C",))
    page = start(client, lead)
    assert "Accommodation, Yorkshire and the Humber" in page
    assert "12 of 12 people a year (100%) are met by no contract" in page
    elsewhere = make_person(session, authority, "regional-lead", scopes=("region:A",))
    assert "Accommodation, Yorkshire" not in start(client, elsewhere)
    link = re.search(r'href="(/coverage/analyses/[^"]+)"', client_page(client, lead))
    assert link is not None
    assert client.get(html.unescape(link[1])).status_code == 200


def test_a_supplier_sees_its_contracts_with_their_end(client: FlaskClient, session: Session) -> None:
    supplier = contract(session).owner
    assert supplier is not None
    assert "Example contract In force" in start(client, make_person(session, supplier, "supplier-viewer"))


def test_a_start_page_asks_as_much_for_many_as_for_few(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    first = make_competition(session)
    organisation, person = first.suppliers[0]
    submit(session, first)

    def asked(who: object, where: object) -> int:
        statements: list[str] = []

        def note(connection, cursor, statement, *rest) -> None:
            statements.append(statement)

        client.sign_in(who, where)  # type: ignore[attr-defined]
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert client.get("/start").status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len([statement for statement in statements if statement.startswith("SELECT")])

    few = asked(person, organisation), asked(first.commissioner, first.authority)
    for _ in range(3):
        more = make_competition(session, lots=2)
        more.call_off.authority = first.authority
        now = clock.now()
        for lot in more.call_off.lots:
            session.add(Invitation(lot=lot, supplier=organisation, invited=True, reasons=[], at=now))
    session.flush()
    assert (asked(person, organisation), asked(first.commissioner, first.authority)) == few
