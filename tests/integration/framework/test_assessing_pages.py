"""The pages of assessors: findings, hearing the supplier, the decision and its letter."""

import io
from decimal import Decimal

import pypdf
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from procurement.framework import services
from procurement.framework.models import Application
from procurement.framework.types import ApplicationState, AssessmentOutcome
from tests.factories import NOW, make_person
from tests.factories_framework import (
    GOOD_ANSWERS,
    NORTH_EAST,
    NORTH_WEST,
    Market,
    assess,
    make_application,
    make_market,
    publish_draft,
    standing,
)
from tests.integration.framework.pages import text_of


def test_a_refusal_reaches_the_supplier_with_its_reasons(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={**GOOD_ANSWERS, "safeguarding-policy": "no"})
    assess(session, market, application)
    case = f"/assessment/{application.public_id}"
    client.sign_in(market.manager)
    assert "Fails its rule" in text_of(client.get(case))
    response = client.post(f"{case}/decide", data={"reasons": ""})
    assert response.status_code == 422
    assert "Enter why Accommodation is refused where it is not ticked" in text_of(response)
    page = text_of(client.get(f"{case}/decide"))
    assert "Against an admission" in page
    assert "Not met: " in page
    assert "checked" not in page
    reasons = "There is no safeguarding policy. Adopt one and apply again."
    refused = client.post(f"{case}/decide", data={"refuse-ACC": reasons, "refuse-FIN": reasons})
    assert refused.status_code == 302

    client.sign_in(market.administrator)
    address = f"/applications/{application.public_id}"
    assert reasons in text_of(client.get(f"{address}/decision"))
    assert "Refused" in text_of(client.get(address))
    assert client.get(f"{address}/decision.pdf").status_code == 200
    assert "Start an application" in text_of(client.get(f"/frameworks/{market.framework.public_id}"))


def test_a_ground_for_exclusion_is_heard_through_the_pages(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={**GOOD_ANSWERS, "mandatory-grounds": "yes"})
    assess(session, market, application)
    case, address = f"/assessment/{application.public_id}", f"/applications/{application.public_id}"
    client.sign_in(market.manager)
    assert "Hear the supplier" in text_of(client.get(case))
    assert client.get(f"{case}/hear").status_code == 200
    assert client.post(f"{case}/hear", data={"asked": "What has changed?"}).status_code == 302
    assert "No answer yet" in text_of(client.get(case))

    client.sign_in(market.administrator)
    assert "What has changed?" in text_of(client.get(address))
    assert client.get(f"{address}/representations").status_code == 200
    assert client.post(f"{address}/representations", data={"text": ""}).status_code == 422
    assert client.post(f"{address}/representations", data={"text": "He has left."}).status_code == 302
    assert client.get(f"{address}/representations").status_code == 302

    client.sign_in(market.manager)
    assert "He has left." in text_of(client.get(case))
    assert client.get(f"{case}/extend").status_code == 200
    assert client.post(f"{case}/extend", data={"reason": "Checks with the court."}).status_code == 302
    assert "Checks with the court." in text_of(client.get(case))


def test_a_draft_application_is_not_the_assessors_to_see(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, submit=False)
    client.sign_in(market.manager)
    assert client.get(f"/assessment/{application.public_id}").status_code == 404
    assert market.supplier.name not in text_of(client.get("/assessment"))


def test_findings_cannot_be_changed_by_a_colleague(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market)
    assess(session, market, application)
    colleague = make_person(session, market.authority, "framework-manager")
    client.sign_in(colleague)
    case = f"/assessment/{application.public_id}"
    page = text_of(client.get(case))
    assert f"Take over from {market.manager.name}" in page
    assert "Save the findings" not in page
    response = client.post(f"{case}/findings", data={"outcome-experience": "not_met", "note-experience": "x"})
    assert response.status_code == 409
    outcomes = {
        question.code: row.outcome
        for question, row, _ in services.points_of(session.get_one(Application, application.id))
    }
    assert outcomes["experience"] is AssessmentOutcome.MET
    assert client.post(f"{case}/start", data={"no_conflict": "y"}).status_code == 302
    data = {"outcome-experience": "not_met", "note-experience": "Unlike what is asked for."}
    assert client.post(f"{case}/findings", data=data).status_code == 302
    page = text_of(client.get(case))
    assert "Save the findings" in page
    assert "not judged yet" in page
    assert "Not met: Describe one service of yours" in page


def test_some_categories_are_admitted_and_others_refused_in_one_letter(
    client: FlaskClient, session: Session, market: Market
) -> None:
    market = make_market(session, publish=False)
    actor = market.managing(session)
    finance = next(category for category in market.framework.categories if category.code == "FIN")
    services.change_rules(
        session, actor=actor, now=NOW, framework=market.framework, values={"turnover_multiple": Decimal(2)}
    )
    finance.turnover_floor = Decimal(900_000)
    publish_draft(session, actor, market.framework)
    application = make_application(
        session, market, chosen=[("ACC", NORTH_EAST), ("ACC", NORTH_WEST), ("FIN", NORTH_WEST)]
    )
    assess(session, market, application)
    case, address = f"/assessment/{application.public_id}", f"/applications/{application.public_id}"
    client.sign_in(market.manager)
    page = text_of(client.get(case))
    assert "Asks for an income of £900,000 or more in the last year" in page
    page = text_of(client.get(f"{case}/decide"))
    assert "Not met: an income of £900,000 or more, for Finance" in page
    both = {"admit-ACC": [NORTH_EAST, NORTH_WEST], "admit-FIN": NORTH_WEST}
    assert client.post(f"{case}/decide", data=both).status_code == 422
    part = {"admit-ACC": NORTH_EAST, "refuse-FIN": "Your income is under the floor."}
    unfounded = client.post(f"{case}/decide", data={**part, "refuse-ACC": "Just so."})
    assert "Accommodation: no point is found not met" in text_of(unfounded)
    assert standing(session, market) == []
    data = {**both, "admit-FIN": [], "refuse-FIN": "Your income is under the floor."}
    assert client.post(f"{case}/decide", data=data).status_code == 302
    assert standing(session, market) == [("ACC", NORTH_EAST, "active"), ("ACC", NORTH_WEST, "active")]

    client.sign_in(market.administrator)
    page = text_of(client.get(f"{address}/decision"))
    assert "Decision: admitted in part" in page
    assert "Your income is under the floor." in page
    assert "Finance, benefits and debt asks for an income of £900,000 or more" in page
    letter = pypdf.PdfReader(io.BytesIO(client.get(f"{address}/decision.pdf").data))
    words = " ".join("".join(page.extract_text() for page in letter.pages).split())
    assert "Your income is under the floor." in words
    assert "You can apply again at any time for what was refused" in words
    again = make_application(session, market, chosen=[("FIN", NORTH_WEST)])
    assert again.state is ApplicationState.SUBMITTED


def test_something_is_made_clear_while_the_clock_runs_on(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market)
    assess(session, market, application)
    due = application.decision_due_on
    case, address = f"/assessment/{application.public_id}", f"/applications/{application.public_id}"
    client.sign_in(market.manager)
    assert "The time to decide runs on while you wait" in text_of(client.get(f"{case}/clarify"))
    asked = {"asked": "Which year is this figure of?"}
    assert client.post(f"{case}/clarify", data=asked).status_code == 422
    yesterday = {"due_on-day": "30", "due_on-month": "8", "due_on-year": "2025"}
    assert client.post(f"{case}/clarify", data={**asked, **yesterday}).status_code == 422
    tomorrow = {"due_on-day": "30", "due_on-month": "8", "due_on-year": "2030"}
    assert client.post(f"{case}/clarify", data={**asked, **tomorrow}).status_code == 302
    assert "No answer yet" in text_of(client.get(case))

    client.sign_in(market.administrator)
    assert "Which year is this figure of?" in text_of(client.get(address))
    assert client.get(f"{address}/clarifications/2").status_code == 404
    assert client.get(f"{address}/clarifications/1").status_code == 200
    assert client.post(f"{address}/clarifications/1", data={"answer": ""}).status_code == 422
    assert client.post(f"{address}/clarifications/1", data={"answer": "Of last year."}).status_code == 302
    assert client.get(f"{address}/clarifications/1").status_code == 302
    again = client.post(f"{address}/clarifications/1", data={"answer": "Of this year."})
    assert "This was answered already" in text_of(again)
    client.sign_in(market.manager)
    assert "Of last year." in text_of(client.get(case))
    assert session.get_one(Application, application.id).decision_due_on == due
