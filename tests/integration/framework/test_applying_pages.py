"""The pages of an application: filled in bit by bit, handed in, withdrawn; nothing typed is lost."""

import io

import pypdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.questions.forms import seen_mark
from procurement.framework import queries, services
from procurement.framework.models import Application
from procurement.framework.types import ApplicationState
from tests.factories import NOW, actor_of
from tests.factories_framework import (
    NORTH_EAST,
    NORTH_WEST,
    Market,
    make_application,
    standing,
)
from tests.integration.framework.pages import answers_form, text_of


def test_a_charity_applies_and_is_admitted(client: FlaskClient, session: Session, market: Market) -> None:
    framework = market.framework.public_id
    page = text_of(client.get("/frameworks"))
    assert market.framework.title in page
    page = text_of(client.get(f"/frameworks/{framework}"))
    assert "Is this for me?" in page
    assert "15 questions" in page
    assert "10 working days" in page
    assert "Less than £500,000" in page
    assert "Sign in to apply" in page

    client.sign_in(market.administrator)
    assert f"ACC {NORTH_EAST}" in client.get(f"/frameworks/{framework}/apply").text
    assert client.post(f"/frameworks/{framework}/apply", data={"chosen": "ACC the-moon"}).status_code == 422
    assert session.scalars(sa.select(Application)).all() == [], "a refused choice begins nothing"
    response = client.post(f"/frameworks/{framework}/apply")
    application = session.scalars(sa.select(Application)).one()
    address = f"/applications/{application.public_id}"
    assert response.location == f"{address}/categories"
    assert client.post(f"/frameworks/{framework}/apply").location == address, "it is there: go on with it"
    assert "Not submitted" in text_of(client.get(address))
    assert client.get(f"{address}/categories").status_code == 200
    client.post(
        f"{address}/categories",
        data={
            "chosen": [f"ACC {NORTH_EAST}", f"FIN {NORTH_WEST}"],
            "seen": services.choices_mark(application),
        },
    )
    for number in range(1, 4):
        assert client.get(f"{address}/questions/{number}").status_code == 200
        response = client.post(f"{address}/questions/{number}", data=answers_form(application, number))
        assert response.status_code == 302
    assert "Everything is there" in text_of(client.get(f"{address}/check"))
    assert client.post(f"{address}/submit", data={}).status_code == 422
    response = client.post(f"{address}/submit", data={"declared": "y"})
    assert response.location == f"{address}/submitted"
    page = text_of(client.get(response.location))
    assert "Application submitted" in page
    assert application.public_id in page
    assert client.get(f"{address}/categories").status_code == 404
    assert "Submitted" in text_of(client.get(address))

    client.sign_in(market.manager)
    queue = text_of(client.get("/assessment"))
    assert market.supplier.name in queue
    case = f"/assessment/{application.public_id}"
    assert client.post(f"{case}/start", data={}).status_code == 422
    assert client.post(f"{case}/start", data={"no_conflict": "y"}).status_code == 302
    page = text_of(client.get(case))
    assert "Passes its rule" in page
    assert "not judged yet" in page
    everywhere = {"admit-ACC": NORTH_EAST, "admit-FIN": NORTH_WEST}
    assert client.get(f"{case}/decide").status_code == 200
    assert client.post(f"{case}/decide", data=everywhere).status_code == 422
    findings = {
        f"outcome-{question.code}": "met"
        for question, _, _ in services.points_of(session.get_one(Application, application.id))
    }
    assert client.post(f"{case}/findings", data=findings).status_code == 302
    assert "Every point is met" in text_of(client.get(case))
    assert client.post(f"{case}/decide", data={**everywhere, "reasons": "Welcome."}).status_code == 302
    assert standing(session, market) == [("ACC", NORTH_EAST, "active"), ("FIN", NORTH_WEST, "active")]
    assert "Decision letter" in text_of(client.get(case))
    assert market.supplier.name in text_of(client.get(f"/manage/frameworks/{framework}/members"))
    assert market.supplier.name in text_of(client.get("/assessment?state=decided"))

    client.sign_in(market.administrator)
    assert "You are a member" in text_of(client.get(address))
    assert "Decision: admitted" in text_of(client.get(f"{address}/decision"))
    letter = client.get(f"{address}/decision.pdf")
    assert letter.mimetype == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(letter.data))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    fonts = {font.get_object()["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert all("Source-Sans" in font for font in fonts), fonts
    words = " ".join(reader.pages[0].extract_text().split())
    assert "Welcome." in words
    assert market.supplier.name in words


def test_bad_answers_are_kept_and_said(client: FlaskClient, session: Session, market: Market) -> None:
    application = make_application(session, market, answers={}, submit=False)
    address = f"/applications/{application.public_id}"
    client.sign_in(market.editor)
    long = "word " * 500
    response = client.post(
        f"{address}/questions/3",
        data={"answer-people-supported": "about forty", "answer-experience": long},
    )
    assert response.status_code == 422
    page = text_of(response)
    assert "The answer must be a whole number" in page
    assert "400 words or fewer: it has 500" in page
    assert "about forty" in page
    saved = queries.answers_of(session.get_one(Application, application.id))
    assert saved == {"people-supported": "about forty", "experience": long.strip()}
    assert "2 answers to correct" in text_of(client.get(address))
    assert "about forty" in text_of(client.get(f"{address}/questions/3"))


def test_a_stale_form_shows_both_and_loses_nothing(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, submit=False)
    address = f"/applications/{application.public_id}"
    questions = queries.questions_of(market.framework)
    seen = seen_mark(queries.answers_of(application), questions)
    services.save_answers(
        session,
        actor=actor_of(session, market.editor),
        now=NOW,
        application=application,
        answers={"experience": "What the colleague wrote."},
    )
    client.sign_in(market.administrator)
    typed = {
        "answer-experience": "What I wrote.",
        "answer-people-supported": "120",
        "seen": seen,
    }
    response = client.post(f"{address}/questions/3", data=typed)
    assert response.status_code == 409
    page = text_of(response)
    assert "What the colleague wrote." in page
    assert "What I wrote." in page
    response = client.post(f"{address}/questions/3/autosave", data=typed)
    assert response.status_code == 409
    assert "colleague" in response.get_json()["message"]
    assert (
        queries.answers_of(session.get_one(Application, application.id))["experience"]
        == "What the colleague wrote."
    )

    response = client.post(f"{address}/categories", data={"chosen": [f"ACC {NORTH_WEST}"], "seen": "old"})
    assert response.status_code == 409
    page = text_of(response)
    assert "What is saved now" in page
    assert f'value="ACC {NORTH_WEST}" checked' in page


def test_answers_typed_after_submission_are_shown_to_be_copied(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market)
    client.sign_in(market.editor)
    response = client.post(
        f"/applications/{application.public_id}/questions/3", data={"answer-experience": "A late thought."}
    )
    assert response.status_code == 409
    assert "A late thought." in text_of(response)


def test_autosave_saves_what_is_there(client: FlaskClient, session: Session, market: Market) -> None:
    application = make_application(session, market, answers={}, submit=False)
    client.sign_in(market.editor)
    response = client.post(
        f"/applications/{application.public_id}/questions/3/autosave",
        data={"answer-experience": "Half a sen"},
    )
    assert response.status_code == 200
    assert set(response.get_json()) == {"saved_at", "fields"}
    assert queries.answers_of(session.get_one(Application, application.id)) == {"experience": "Half a sen"}


def test_an_editor_prepares_and_an_administrator_submits(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, submit=False)
    address = f"/applications/{application.public_id}"
    client.sign_in(market.editor)
    assert "can declare it true and submit it" in text_of(client.get(f"{address}/check"))
    assert client.post(f"{address}/submit").status_code == 403


def test_an_incomplete_application_is_not_submitted_and_says_why(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={}, submit=False)
    client.sign_in(market.administrator)
    response = client.post(f"/applications/{application.public_id}/submit", data={"declared": "y"})
    assert response.status_code == 422
    assert "Not answered yet: What kind of organisation are you?" in text_of(response)
    assert session.get_one(Application, application.id).state is ApplicationState.DRAFT


def test_withdrawing(client: FlaskClient, session: Session, market: Market) -> None:
    application = make_application(session, market)
    address = f"/applications/{application.public_id}"
    client.sign_in(market.administrator)
    assert client.get(f"{address}/withdraw").status_code == 200
    assert client.post(f"{address}/withdraw").status_code == 302
    assert "Withdrawn" in text_of(client.get(address))
    assert client.post(f"{address}/withdraw").status_code == 302
    assert "cannot be withdrawn" in text_of(client.get(f"{address}/withdraw"))


def test_odd_input_is_answered_never_by_a_failure(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={}, submit=False)
    address = f"/applications/{application.public_id}"
    client.sign_in(market.administrator)
    assert client.post(f"{address}/categories", data={"chosen": ["X Y"], "seen": ""}).status_code == 422
    assert client.get(f"{address}/questions/99").status_code == 404
    response = client.post(
        f"{address}/questions/1",
        data={"answer-organisation-kind": "robot", "answer-company-number": "a\x00b", "seen": "a:b:c :"},
    )
    assert response.status_code == 422
    response = client.post(f"{address}/questions/3", data={"answer-experience": "w" * 30_000})
    assert response.status_code == 422
    client.sign_in(market.manager)
    assert client.get("/assessment?framework=nope&state=odd&mine=1").status_code == 200
    members = f"/manage/frameworks/{market.framework.public_id}/members"
    assert client.get(f"{members}?state=odd&region=x&need=y&words=%25").status_code == 200
    assert client.get(f"{members}/OR-NOPE").status_code == 404


@pytest.mark.parametrize("path", ["/frameworks/%00", "/frameworks/FW-NOPE", "/frameworks?page=0"])
def test_addresses_that_lead_nowhere(client: FlaskClient, market: Market, path: str) -> None:
    assert client.get(path).status_code == 404


def test_choosing_begins_the_application_and_goes_on_to_the_questions(
    session: Session, client: FlaskClient, market: Market
) -> None:
    client.sign_in(market.administrator)
    chosen = {"chosen": [f"ACC {NORTH_EAST}", f"FIN {NORTH_WEST}"], "next": "yes"}
    response = client.post(f"/frameworks/{market.framework.public_id}/apply", data=chosen)
    application = session.scalars(sa.select(Application)).one()
    assert response.location == f"/applications/{application.public_id}/questions/1"
    assert {(c.category.code, c.region.code) for c in application.choices} == {
        ("ACC", NORTH_EAST),
        ("FIN", NORTH_WEST),
    }
    assert client.get(f"/frameworks/{market.framework.public_id}/apply").location == (
        f"/applications/{application.public_id}"
    )
