"""The pages of frameworks: the whole journey by three people, refusals that lose nothing, another's 404."""

import io
from datetime import date

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.db import db
from core.questions.forms import seen_mark
from procurement.framework import queries, services
from procurement.framework.models import Application, Framework
from procurement.framework.types import ApplicationState, AssessmentOutcome, FrameworkState, MemberState
from tests.factories import NOW, actor_of, make_organisation, make_person
from tests.factories_framework import (
    GOOD_ANSWERS,
    NORTH_EAST,
    NORTH_WEST,
    Market,
    another_supplier,
    assess,
    make_application,
    make_draft,
    make_market,
    make_member,
    section_form,
    standing,
)


@pytest.fixture
def market(session: Session) -> Market:
    return make_market(session)


def text_of(response) -> str:
    return " ".join(response.get_data(as_text=True).split())


def answers_form(application: Application, number: int) -> dict[str, str]:
    """What a browser would send for a section, filled in well."""
    return section_form(application, number, GOOD_ANSWERS)


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
    response = client.post(f"/frameworks/{framework}/apply")
    application = session.scalars(sa.select(Application)).one()
    address = f"/applications/{application.public_id}"
    assert response.location == address
    assert "Not submitted" in text_of(client.get(address))
    assert client.get(f"{address}/categories").status_code == 200
    client.post(
        f"{address}/categories",
        data={
            "chosen": [f"ACC {NORTH_EAST}", f"FIN {NORTH_WEST}"],
            "seen": services.choices_mark(application),
        },
    )
    for number in range(1, 6):
        assert client.get(f"{address}/questions/{number}").status_code == 200
        response = client.post(f"{address}/questions/{number}", data=answers_form(application, number))
        assert response.status_code == 302
    assert "Not signed" in text_of(client.get(f"{address}/check"))
    assert client.post(f"{address}/declaration", data={"declared": "y"}).status_code == 302
    assert "Everything is there" in text_of(client.get(f"{address}/check"))
    response = client.post(f"{address}/submit")
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
    assert client.get(f"{case}/admit").status_code == 200
    assert client.post(f"{case}/admit", data={"reasons": ""}).status_code == 422
    findings = {
        f"outcome-{question.code}": "met"
        for question, _, _ in services.points_of(session.get_one(Application, application.id))
    }
    assert client.post(f"{case}/findings", data=findings).status_code == 302
    assert "Every point is met" in text_of(client.get(case))
    assert client.post(f"{case}/admit", data={"reasons": "Welcome."}).status_code == 302
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


def test_a_refusal_reaches_the_supplier_with_its_reasons(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={**GOOD_ANSWERS, "safeguarding-policy": "no"})
    assess(session, market, application)
    case = f"/assessment/{application.public_id}"
    client.sign_in(market.manager)
    assert "Fails its rule" in text_of(client.get(case))
    response = client.post(f"{case}/refuse", data={"reasons": ""})
    assert response.status_code == 422
    assert client.get(f"{case}/refuse").status_code == 200
    reasons = "There is no safeguarding policy. Adopt one and apply again."
    assert client.post(f"{case}/refuse", data={"reasons": reasons}).status_code == 302

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


def test_bad_answers_are_kept_and_said(client: FlaskClient, session: Session, market: Market) -> None:
    application = make_application(session, market, answers={}, submit=False)
    address = f"/applications/{application.public_id}"
    client.sign_in(market.editor)
    long = "word " * 500
    response = client.post(
        f"{address}/questions/5",
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
    assert "about forty" in text_of(client.get(f"{address}/questions/5"))


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
    response = client.post(f"{address}/questions/5", data=typed)
    assert response.status_code == 409
    page = text_of(response)
    assert "What the colleague wrote." in page
    assert "What I wrote." in page
    response = client.post(f"{address}/questions/5/autosave", data=typed)
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
        f"/applications/{application.public_id}/questions/5", data={"answer-experience": "A late thought."}
    )
    assert response.status_code == 409
    assert "A late thought." in text_of(response)


def test_autosave_saves_what_is_there(client: FlaskClient, session: Session, market: Market) -> None:
    application = make_application(session, market, answers={}, submit=False)
    client.sign_in(market.editor)
    response = client.post(
        f"/applications/{application.public_id}/questions/5/autosave",
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
    assert "An administrator of your organisation can submit it" in text_of(client.get(f"{address}/check"))
    assert client.post(f"{address}/submit").status_code == 403
    assert client.get(f"{address}/declaration").status_code == 403


def test_an_incomplete_application_is_not_submitted_and_says_why(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={}, submit=False)
    client.sign_in(market.administrator)
    response = client.post(f"/applications/{application.public_id}/submit")
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


def test_anothers_application_and_framework_are_not_found(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_member(session, market)
    _, outsider = another_supplier(session)
    client.sign_in(outsider)
    address = f"/applications/{application.public_id}"
    for path in ("", "/check", "/submitted", "/withdraw", "/decision", "/decision.pdf", "/declaration"):
        assert client.get(address + path).status_code == 404, path
    for path in (
        "/submit",
        "/withdraw",
        "/declaration",
        "/categories",
        "/questions/1",
        "/questions/1/autosave",
    ):
        assert client.post(address + path).status_code == 404, path

    from core.accounts.types import OrganisationKind

    elsewhere = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, elsewhere, "framework-manager"))
    case = f"/assessment/{application.public_id}"
    for path in ("", "/admit", "/refuse", "/extend", "/hear", "/decision.pdf"):
        assert client.get(case + path).status_code == 404, path
    for path in ("/start", "/findings", "/admit", "/refuse", "/extend", "/hear"):
        assert client.post(case + path).status_code == 404, path
    manage = f"/manage/frameworks/{market.framework.public_id}"
    for path in (
        "",
        "/details",
        "/rules",
        "/questions",
        "/publish",
        "/members",
        "/members.csv",
        "/members.xlsx",
    ):
        assert client.get(manage + path).status_code == 404, path
    assert client.get(f"{manage}/members/{market.supplier.public_id}").status_code == 404
    assert "Nothing waits here" in text_of(client.get("/assessment"))


def test_a_draft_application_is_not_the_assessors_to_see(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, submit=False)
    client.sign_in(market.manager)
    assert client.get(f"/assessment/{application.public_id}").status_code == 404
    assert market.supplier.name not in text_of(client.get("/assessment"))


def test_a_manager_sets_a_framework_up_and_publishes_it(
    client: FlaskClient, session: Session, market: Market
) -> None:
    client.sign_in(market.manager)
    assert client.get("/manage/frameworks/new").status_code == 200
    new = {
        "row_version": "1",
        "regime": "pa2023-dynamic-market",
        "title": "Northern market",
        "summary": "Services in the north.",
        "starts_on-day": "1",
        "starts_on-month": "4",
        "starts_on-year": "2026",
    }
    assert client.post("/manage/frameworks/new", data={**new, "title": ""}).status_code == 422
    response = client.post("/manage/frameworks/new", data=new)
    assert response.status_code == 302
    address = response.location
    framework = session.scalars(sa.select(Framework).where(Framework.title == "Northern market")).one()
    assert "Add at least one category" in text_of(client.get(address))
    assert client.get(f"/frameworks/{framework.public_id}").status_code == 404

    assert client.get(f"{address}/rules").status_code == 200
    rules = {
        "row_version": str(framework.row_version),
        "member_cap": "20",
        "decision_days": "8",
        "decision_days_with_reason": "12",
        "joining_fee": "0",
        "award_fee_percent": "0",
        "turnover_multiple": "0",
        "asks_audited_accounts": "yes",
        "asks_insurance_before_award": "no",
        "asks_earlier_award": "no",
        "equivalents_allowed": "yes",
        "representation_days": "10",
        "tender_days": "14",
    }
    response = client.post(f"{address}/rules", data=rules)
    assert response.status_code == 422
    page = text_of(response)
    assert "The number of members cannot be limited (PA 2023 s.36(7))" in page
    assert "Audited accounts cannot be asked for (PA 2023 s.36)" in page
    assert 'value="20"' in page
    rules |= {"member_cap": "", "asks_audited_accounts": "no"}
    assert client.post(f"{address}/rules", data=rules).status_code == 302

    category = {
        "row_version": "1",
        "need_area": "finance",
        "name": "Finance in the north",
        "regions": [NORTH_EAST, NORTH_WEST],
        "value_from": "0",
        "value_below": "250,000",
        "cpv_code": "66171000",
        "criteria": "Advisers are trained.",
    }
    assert client.get(f"{address}/categories/new").status_code == 200
    bad = client.post(f"{address}/categories/new", data={**category, "regions": [], "cpv_code": "12"})
    assert bad.status_code == 422
    response = client.post(f"{address}/categories/new", data={**category, "regions": []})
    assert "Choose at least one region" in text_of(response)
    assert client.post(f"{address}/categories/new", data=category).status_code == 302
    assert "not among the light-touch codes" in text_of(client.get(address))
    assert client.get(f"{address}/categories/FIN").status_code == 200
    session.refresh(framework)
    stale = client.post(f"{address}/categories/FIN", data={**category, "row_version": "1", "name": "Mine"})
    assert stale.status_code == 409
    assert "Mine" in text_of(stale)
    assert "Finance in the north" in text_of(stale)
    category |= {"row_version": str(framework.row_version), "cpv_code": "85312500"}
    assert client.post(f"{address}/categories/FIN", data=category).status_code == 302
    assert client.get(f"{address}/questions").status_code == 200
    assert client.get(f"{address}/publish").status_code == 200
    assert client.post(f"{address}/publish", data={"row_version": "1"}).status_code == 409
    session.refresh(framework)
    version = str(framework.row_version)
    assert client.post(f"{address}/publish", data={"row_version": version}).status_code == 302

    session.refresh(framework)
    assert framework.state is FrameworkState.PUBLISHED
    assert client.get(f"/frameworks/{framework.public_id}").status_code == 200
    assert "8 working days" in text_of(client.get(f"/frameworks/{framework.public_id}"))
    for path in ("/details", "/categories/new", "/categories/FIN", "/publish"):
        assert client.get(address + path).status_code == 404, path
    version = str(framework.row_version)
    assert client.post(f"{address}/rules", data={**rules, "row_version": version}).status_code == 422
    assert client.post(f"{address}/publish", data={"row_version": version}).status_code == 422
    client.post(f"{address}/categories/FIN/remove")
    assert [c.code for c in session.get_one(Framework, framework.id).categories] == ["FIN"]


def test_a_system_is_registered_with_its_notice(
    client: FlaskClient, session: Session, market: Market
) -> None:
    client.sign_in(market.manager)
    data = {
        "row_version": "1",
        "regime": "pcr2015-dps",
        "title": "An older system",
        "summary": "Registered here.",
        **dict(zip(("starts_on-day", "starts_on-month", "starts_on-year"), ("1", "1", "2025"), strict=True)),
        **dict(zip(("ends_on-day", "ends_on-month", "ends_on-year"), ("1", "3", "2029"), strict=True)),
        **dict(
            zip(("noticed_on-day", "noticed_on-month", "noticed_on-year"), ("24", "2", "2025"), strict=True)
        ),
    }
    page = text_of(client.post("/manage/frameworks/new", data=data))
    assert "before 24 February 2025" in page
    assert "ends on 23 February 2029 at the latest" in page
    assert "Enter the reference of the notice" in page
    assert 'value="An older system"' in page
    data |= {"ends_on-day": "23", "ends_on-month": "2", "noticed_on-day": "23", "market_reference": "2024-1"}
    assert client.post("/manage/frameworks/new", data=data).status_code == 302
    made = session.scalars(sa.select(Framework).where(Framework.title == "An older system")).one()
    assert (made.noticed_on, made.ends_on) == (date(2025, 2, 23), date(2029, 2, 23))


def test_stale_details_show_what_is_saved(client: FlaskClient, session: Session, market: Market) -> None:
    draft = make_draft(session, market.managing(session), title="The saved title")
    client.sign_in(market.manager)
    address = f"/manage/frameworks/{draft.public_id}/details"
    assert client.get(address).status_code == 200
    response = client.post(
        address,
        data={
            "row_version": "0",
            "title": "The typed title",
            "summary": "Typed.",
            "starts_on-day": "1",
            "starts_on-month": "1",
            "starts_on-year": "2026",
        },
    )
    assert response.status_code == 409
    page = text_of(response)
    assert "The saved title" in page
    assert 'value="The typed title"' in page


def test_a_member_is_suspended_and_removed_on_its_page(
    client: FlaskClient, session: Session, market: Market
) -> None:
    make_member(session, market)
    client.sign_in(market.manager)
    address = f"/manage/frameworks/{market.framework.public_id}/members"
    page = f"{address}/{market.supplier.public_id}"
    assert client.get(page).status_code == 200
    key = str(
        queries.memberships_in(session, framework_id=market.framework.id, supplier_id=market.supplier.id)[
            0
        ].id
    )
    refused = client.post(page, data={"deed": "suspend", "reason": "No."})
    assert refused.status_code == 422
    assert "Choose at least one membership" in text_of(refused)
    assert client.post(page, data={"deed": "vanish", "reason": "No.", "chosen": key}).status_code == 422
    data = {"chosen": key, "reason": "Insurance lapsed."}
    assert client.post(page, data={**data, "deed": "suspend"}).status_code == 302
    assert "Insurance lapsed." in text_of(client.get(page))
    twice = client.post(page, data={**data, "deed": "suspend"})
    assert twice.status_code == 422
    refused = client.post(page, data={**data, "deed": "remove", "reason": "Debarred, as told."})
    assert "Tell the supplier the reasons first, then remove it (PA 2023 s.37)" in text_of(refused)
    assert "Debarred, as told." in text_of(refused)
    assert client.post(page, data={**data, "deed": "intend"}).status_code == 302
    assert client.post(page, data={**data, "deed": "remove"}).status_code == 302
    assert standing(session, market)[0][2] == MemberState.REMOVED

    assert market.supplier.name in text_of(client.get(f"{address}?state=removed&need=accommodation"))
    assert "No member matches" in text_of(client.get(f"{address}?state=suspended"))
    assert "No member matches" in text_of(client.get(f"{address}?words=nobody"))
    csv = client.get(f"{address}.csv?state=removed").get_data(as_text=True)
    assert len(csv.splitlines()) == 2
    assert client.get(f"{address}.xlsx").data[:2] == b"PK"


@pytest.mark.parametrize("path", ["/frameworks/%00", "/frameworks/FW-NOPE", "/frameworks?page=0"])
def test_addresses_that_lead_nowhere(client: FlaskClient, market: Market, path: str) -> None:
    assert client.get(path).status_code == 404


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
    response = client.post(f"{address}/questions/5", data={"answer-experience": "w" * 30_000})
    assert response.status_code == 422
    client.sign_in(market.manager)
    assert client.get("/assessment?framework=nope&state=odd&mine=1").status_code == 200
    members = f"/manage/frameworks/{market.framework.public_id}/members"
    assert client.get(f"{members}?state=odd&region=x&need=y&words=%25").status_code == 200
    assert client.get(f"{members}/OR-NOPE").status_code == 404


def queries_of(client: FlaskClient, path: str) -> int:
    """How many statements a page sends."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return count


def test_lists_take_as_many_queries_for_many_rows_as_for_one(
    app: Flask, client: FlaskClient, session: Session, market: Market
) -> None:
    actor = market.managing(session)
    first = make_member(session, market)
    make_application(session, market, person=another_supplier(session)[1])
    framework = market.framework.public_id
    pages = {
        market.manager: [
            "/assessment",
            "/assessment?state=decided",
            "/manage/frameworks",
            f"/manage/frameworks/{framework}/members",
            f"/manage/frameworks/{framework}/members.csv",
            f"/manage/frameworks/{framework}/members/{market.supplier.public_id}",
        ],
        market.administrator: [
            "/frameworks",
            f"/frameworks/{framework}",
            "/applications",
            f"/applications/{first.public_id}",
            f"/applications/{first.public_id}/check",
        ],
    }

    def counted() -> dict[str, int]:
        found = {}
        for person, paths in pages.items():
            client.sign_in(person)
            found.update({path: queries_of(client, path) for path in paths})
        return found

    before = counted()
    for number in range(4):
        other = make_draft(session, actor, title=f"Example market {number}", needs=("finance", "family"))
        services.publish_framework(session, actor=actor, now=NOW, framework=other)
        make_member(session, Market(**{**vars(market), "framework": other}), chosen=[("FAM", NORTH_EAST)])
        make_member(session, market, person=another_supplier(session)[1])
        make_application(session, market, person=another_supplier(session)[1])
    assert counted() == before


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
