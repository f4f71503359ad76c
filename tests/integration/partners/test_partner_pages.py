"""Partners in the browser: who sees what, joining by mail, confirming, declaring, finding each other."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event
from sqlalchemy.orm import Session

from catalogue.partners.models import PartnerDeclarationAnswer, PartnerListing, SupplyChainLink
from catalogue.partners.types import LinkState
from catalogue.suppliers.services import keep_evidence
from core import clock
from core.accounts.types import OrganisationKind
from core.db import db
from core.jobs.models import OutboxMessage
from core.questions.services import keep_versions
from procurement.framework.services import declaration_questions
from tests.factories import NOW, make_organisation, make_person
from tests.factories_partners import ask, confirmed, declared, listed, make_supplier, name_one

TYPED = {
    "kind": "subcontractor",
    "under": "",
    "need_areas": ["finance"],
    "places": ["region:A", "region:B"],
    "words": "Debt advice in two offices",
    "payment_days": "21",
    "share_percent": "12.5",
    "fee_percent": "3%",
    "starts_on-day": "1",
    "starts_on-month": "9",
    "starts_on-year": "2026",
}
PASSWORD = {"password": "correct horse battery", "again": "correct horse battery"}


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.get_data(as_text=True)


def newest_link(session: Session) -> SupplyChainLink:
    return session.scalars(sa.select(SupplyChainLink).order_by(SupplyChainLink.id.desc()).limit(1)).one()


def newest_mail(session: Session) -> OutboxMessage:
    return session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()


def invitation_in(mail: OutboxMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/partners/invitation/\S+)", mail.body)
    assert found, mail.body
    return found[1]


def statements(app_call: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        app_call()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([one for one in seen if one.startswith("SELECT")])


def test_a_charity_that_is_not_here_is_named_joins_and_confirms(
    client: FlaskClient, session: Session
) -> None:
    _, person, _ = make_supplier(session, "Lead Charity")
    client.sign_in(person)
    assert "named no partners" in text_of(client, "/partners")
    assert "0 organisations" in text_of(client, "/partners/new?words=unlisted")
    missing = client.post("/partners/new/part", data={"kind": "subcontractor"})
    assert missing.status_code == 422
    assert "Enter the name of the organisation" in missing.get_data(as_text=True)
    named = client.post(
        "/partners/new/part", data={**TYPED, "name": "Unlisted Helpers", "email": " Helper@Example.test"}
    )
    link = newest_link(session)
    assert named.location == f"/partners/links/{link.public_id}"
    assert "12.5%" in text_of(client, named.location)
    assert "3%" in text_of(client, named.location)
    client.post(f"/partners/links/{link.public_id}/invite")
    path = invitation_in(newest_mail(session))

    visitor = client.application.test_client()
    page = text_of(visitor, path)
    assert "Lead Charity names you as a partner" in page
    assert "12.5%" not in page, "whoever holds the mail has not joined yet"
    weak = visitor.post(path, data={"organisation": "Unlisted Helpers", "name": "Hester", "password": "x"})
    assert weak.status_code == 422
    joined = visitor.post(path, data={"organisation": "Unlisted Helpers", "name": "Hester", **PASSWORD})
    assert joined.location == f"/partners/parts/{link.public_id}"
    page = text_of(visitor, joined.location)
    assert ("Lead Charity" in page, "12.5%" in page) == (True, True)
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    done = visitor.post(f"{joined.location}/confirm", data={"seen": seen})
    assert done.location == "/partners/declarations", "declaring comes next"
    unanswered = visitor.post("/partners/declarations", data={})
    assert unanswered.status_code == 422
    answers = {
        "answer-organisation-kind": "charity",
        "answer-people-with-control-rows": "1",
        "answer-people-with-control-1-name": "Hester Helper",
        "answer-people-with-control-1-position": "trustee",
        "answer-mandatory-grounds": "no",
        "answer-discretionary-grounds": "no",
        "answer-modern-slavery": "yes",
    }
    more = visitor.post("/partners/declarations", data={**answers, "add-row": "people-with-control"})
    assert (more.status_code, "people-with-control-2-name" in more.get_data(as_text=True)) == (200, True)
    assert visitor.post("/partners/declarations", data=answers).location == "/partners"
    assert "Made on" in text_of(visitor, "/partners")
    session.refresh(link)
    assert link.state is LinkState.CONFIRMED
    assert "Nothing to do" in text_of(client, f"/partners/links/{link.public_id}")
    assert client.get(path).status_code == 302, "the invitation leads to the part"


def test_who_has_an_account_signs_in_to_take_a_part_on(client: FlaskClient, session: Session) -> None:
    _, _, lead = make_supplier(session, "Lead Charity")
    partner, person, _ = make_supplier(session)
    link = ask(session, lead, name_one(session, lead, email=person.email))
    path = invitation_in(newest_mail(session))
    page = text_of(client, path)
    assert ("Sign in to go on" in page, 'name="password"' in page) == (True, False)
    client.sign_in(person)
    assert f"Take it on for {partner.name}" in text_of(client, path)
    assert client.post(f"{path}/take-on").location == f"/partners/parts/{link.public_id}"
    session.refresh(link)
    assert (link.partner_id, link.state) == (partner.id, LinkState.INVITED)
    assert "Confirm the part" in text_of(client, f"/partners/parts/{link.public_id}")
    assert client.post(f"{path}/take-on").status_code == 410, "an invitation is taken on once"


def test_a_mail_to_an_address_that_changed_since_opens_nothing(client: FlaskClient, session: Session) -> None:
    _, person, lead = make_supplier(session)
    link = ask(session, lead, name_one(session, lead, email="wrong@example.test"))
    path = invitation_in(newest_mail(session))
    client.sign_in(person)
    page = text_of(client, f"/partners/links/{link.public_id}/change")
    version = re.search(r'name="row_version"[^>]*value="(\d+)"', page)[1]
    typed = {**TYPED, "name": "Unlisted Helpers", "email": "right@example.test", "row_version": version}
    changed = client.post(f"/partners/links/{link.public_id}/change", data=typed)
    assert changed.status_code == 302
    assert newest_mail(session).to_address == "right@example.test"
    visitor = client.application.test_client()
    assert visitor.get(path).status_code == 410
    assert visitor.get("/partners/invitation/forged").status_code == 410
    stale = client.post(f"/partners/links/{link.public_id}/change", data=typed)
    assert stale.status_code == 422
    assert "What is saved now" in stale.get_data(as_text=True)


def test_a_partner_sees_its_own_part_and_the_leads_name_and_no_more(
    client: FlaskClient, session: Session
) -> None:
    _, _, lead = make_supplier(session, "Lead Charity")
    first, first_person, first_actor = make_supplier(session, "First Partner")
    second, second_person, _ = make_supplier(session, "Second Partner")
    above = confirmed(session, lead, first_actor, first, fee_percent=7)
    beneath = ask(session, lead, name_one(session, lead, second, parent=above))
    client.sign_in(second_person)
    page = text_of(client, f"/partners/parts/{beneath.public_id}")
    assert ("Lead Charity" in page, "First Partner" in page, "7%" in page) == (True, False, False)
    for address in (
        f"/partners/parts/{above.public_id}",
        f"/partners/links/{above.public_id}",
        f"/partners/links/{beneath.public_id}",
    ):
        assert client.get(address).status_code == 404, address
    assert "First Partner" not in text_of(client, "/partners")
    client.sign_in(first_person)
    assert client.get(f"/partners/links/{beneath.public_id}").status_code == 404
    assert client.post(f"/partners/parts/{beneath.public_id}/confirm", data={"seen": "1"}).status_code == 404


def test_the_tree_and_its_files(client: FlaskClient, session: Session) -> None:
    own, person, lead = make_supplier(session)
    first, _, acting = make_supplier(session, "=Formula Partner")
    above = confirmed(session, lead, acting, first)
    name_one(session, lead, parent=above)
    client.sign_in(person)
    page = text_of(client, "/partners")
    assert page.index("=Formula Partner") < page.index("Unlisted Helpers")
    assert "under =Formula Partner" in page
    csv = client.get("/partners/supply-chain.csv").get_data(as_text=True)
    assert "'=Formula Partner" in csv
    book = load_workbook(BytesIO(client.get("/partners/supply-chain.xlsx").data))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == [
        "'=Formula Partner",
        "Unlisted Helpers",
    ]

    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, authority, "commissioner"))
    assert "Unlisted Helpers" in text_of(client, f"/supply-chains/{own.public_id}")
    assert "Unlisted Helpers" in client.get(f"/supply-chains/{own.public_id}.csv").get_data(as_text=True)
    client.sign_in(make_person(session, authority, "evaluator"))
    assert client.get(f"/supply-chains/{own.public_id}").status_code == 403
    client.sign_in(person)
    assert client.get(f"/supply-chains/{own.public_id}").status_code == 403


def test_a_chain_of_many_partners_costs_no_more_queries(client: FlaskClient, session: Session) -> None:
    _, person, lead = make_supplier(session)
    client.sign_in(person)

    def fill(count: int) -> None:
        for number in range(count):
            partner, _, acting = make_supplier(session)
            link = confirmed(session, lead, acting, partner)
            name_one(session, lead, parent=link, email=f"helper{number}@example.test")
            declared(session, acting)

    fill(2)
    few = statements(lambda: text_of(client, "/partners"))
    fill(12)
    assert statements(lambda: text_of(client, "/partners")) == few
    assert "Next" in text_of(client, "/partners")
    assert text_of(client, "/partners?page=2")
    assert client.get("/partners?page=3").status_code == 404


def test_a_part_is_declined_and_stepped_back_from(client: FlaskClient, session: Session) -> None:
    _, lead_person, lead = make_supplier(session)
    partner, person, acting = make_supplier(session, "Partner Charity")
    link = confirmed(session, lead, acting, partner)
    client.sign_in(person)
    address = f"/partners/parts/{link.public_id}"
    assert "Step back" in text_of(client, f"{address}/decline")
    client.post(f"{address}/decline", data={"reason": "We lost our office."})
    assert "We lost our office." in newest_mail(session).body
    assert client.get(f"{address}/decline").status_code == 302
    client.sign_in(lead_person)
    page = text_of(client, f"/partners/links/{link.public_id}")
    assert ("Declined" in page, "We lost our office." in page, "Ask again" in page) == (True, True, True)
    assert "and stays so" in text_of(client, f"/partners/links/{link.public_id}/end")
    assert client.post(f"/partners/links/{link.public_id}/end").location == "/partners"
    assert client.get(f"/partners/links/{link.public_id}/change").status_code == 302


def test_an_editor_names_and_an_administrator_confirms(client: FlaskClient, session: Session) -> None:
    _, _, lead = make_supplier(session)
    partner, _, _ = make_supplier(session)
    link = ask(session, lead, name_one(session, lead, partner))
    client.sign_in(make_person(session, partner, "supplier-editor"))
    assert "An administrator of your organisation can confirm" in text_of(
        client, f"/partners/parts/{link.public_id}"
    )
    assert client.post(f"/partners/parts/{link.public_id}/confirm").status_code == 403
    assert client.get("/partners/declarations").status_code == 403
    client.sign_in(make_person(session, partner, "supplier-viewer"))
    assert client.get("/partners/new").status_code == 403


def test_the_start_page_shows_what_waits(client: FlaskClient, session: Session) -> None:
    _, _, lead = make_supplier(session, "Lead Charity")
    partner, person, _ = make_supplier(session)
    client.sign_in(person)
    assert "Parts that others ask you to confirm" not in text_of(client, "/start")
    ask(session, lead, name_one(session, lead, partner))
    page = text_of(client, "/start")
    assert ("Parts that others ask you to confirm" in page, "Lead Charity" in page) == (True, True)


def test_partners_find_each_other(client: FlaskClient, session: Session) -> None:
    _, person, _ = make_supplier(session, "Seeking Charity")
    _, writer, _ = make_supplier(session, "Writing Charity")
    client.sign_in(person)
    last = clock.today() + timedelta(days=30)
    typed = {
        "row_version": "0",
        "seeks": "Someone who knows young adults",
        "brings": "Rooms in the middle of town",
        "need_areas": ["finance"],
        "places": ["region:A"],
        "until-day": str(last.day),
        "until-month": str(last.month),
        "until-year": str(last.year),
    }
    assert client.post("/partners-wanted/own", data={**typed, "seeks": ""}).status_code == 422
    shown = client.post("/partners-wanted/own", data=typed)
    assert "Nobody has written yet" in text_of(client, shown.location)
    client.sign_in(writer)
    assert "Seeking Charity" in text_of(client, "/partners-wanted?need=finance&place=region:A")
    assert "Seeking Charity" not in text_of(client, "/partners-wanted?need=alcohol")
    page = text_of(client, shown.location)
    assert person.email not in page
    assert client.post(f"{shown.location}/messages", data={"text": ""}).status_code == 422
    sent = client.post(f"{shown.location}/messages", data={"text": "Shall we talk?"})
    assert sent.location == "/partners-wanted"
    assert newest_mail(session).to_address == person.email
    client.sign_in(person)
    assert "1 message" in text_of(client, shown.location)
    address = re.search(r"/partners-wanted/messages/\w+-?\w+", text_of(client, shown.location))[0]
    assert client.post(address, data={"text": "Yes, gladly."}).location == address
    assert (newest_mail(session).to_address, "Yes, gladly." in text_of(client, address)) == (
        writer.email,
        True,
    )
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, authority, "regional-lead"))
    assert "Seeking Charity" in text_of(client, "/partners-wanted")
    assert client.get(address).status_code == 403
    client.sign_in(person)
    client.post("/partners-wanted/own/close")
    client.sign_in(writer)
    assert client.get(shown.location).status_code == 404
    assert client.application.test_client().get("/partners-wanted").status_code == 302, "not public"


def test_a_long_list_of_listings_is_paged_in_constant_queries(client: FlaskClient, session: Session) -> None:
    _, person, _ = make_supplier(session)
    client.sign_in(person)

    def fill(count: int) -> None:
        for _ in range(count):
            _, _, acting = make_supplier(session)
            listed(session, acting, now=clock.now())

    fill(3)
    few = statements(lambda: text_of(client, "/partners-wanted"))
    fill(24)
    assert statements(lambda: text_of(client, "/partners-wanted")) == few
    assert session.scalar(sa.select(sa.func.count()).select_from(PartnerListing)) == 27
    assert "27 organisations" in text_of(client, "/partners-wanted?page=2")
    assert client.get("/partners-wanted?page=3").status_code == 404


@pytest.mark.parametrize("address", ["/join", "/forgotten-password"])
def test_mails_that_anyone_can_cause_are_limited_and_the_page_says_the_same(
    client: FlaskClient, session: Session, address: str
) -> None:
    _, person, _ = make_supplier(session)
    typed = {"email": person.email, "organisation": "Invented Charity", "name": "Someone"}

    def page() -> tuple[int, bool]:
        response = client.post(address, data=typed)
        return response.status_code, "There is a problem" in response.get_data(as_text=True)

    def mails() -> int:
        query = sa.select(sa.func.count()).where(OutboxMessage.to_address == person.email)
        return session.scalar(query.select_from(OutboxMessage)) or 0

    first = page()
    assert [page() for _ in range(4)] == [first] * 4
    assert mails() == 3
    typed["email"] = "another@example.test"
    assert page() == first


def test_declarations_begin_with_what_the_library_says(client: FlaskClient, session: Session) -> None:
    _, person, actor = make_supplier(session)
    asked = {question.code: question for question, _ in declaration_questions()}
    rows = keep_versions(session, questions=list(asked.values()), now=NOW)
    kind, slavery = rows["organisation-kind"], rows["modern-slavery"]
    kept = keep_evidence(session, actor=actor, now=NOW, question=kind, value="charity")
    keep_evidence(session, actor=actor, now=NOW, question=slavery, value="an older wording’s answer")
    client.sign_in(person)
    page = text_of(client, "/partners/declarations")
    assert "Filled in from your evidence library" in page
    assert page.count(asked["organisation-kind"].text) == 2, "it is named above the form"
    assert re.search(r'value="charity"[^>]* checked', page)
    answers = {
        "answer-organisation-kind": "charity",
        "answer-people-with-control-rows": "1",
        "answer-people-with-control-1-name": "Hester Helper",
        "answer-people-with-control-1-position": "trustee",
        "answer-mandatory-grounds": "no",
        "answer-discretionary-grounds": "no",
        "answer-modern-slavery": "yes",
    }
    assert client.post("/partners/declarations", data=answers).status_code == 302
    cited = sa.select(PartnerDeclarationAnswer.library_version_id).where(
        PartnerDeclarationAnswer.library_version_id.is_not(None)
    )
    assert session.scalars(cited).all() == [kept.id], "the answer cites the version that it was taken from"
    assert "Filled in from" not in text_of(client, "/partners/declarations"), "what was declared stands"
