"""Evidence of members that ends: a list for managers, without what was renewed meanwhile."""

from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.suppliers.models import EvidenceEntry, EvidenceVersion
from catalogue.suppliers.types import EvidenceKind
from core import clock
from procurement.framework import queries
from procurement.framework.models import ApplicationAnswer
from tests.factories import NOW
from tests.factories_framework import Market, make_member
from tests.integration.framework.pages import text_of


def ends(session: Session, market: Market, on: date) -> ApplicationAnswer:
    application = make_member(session, market)
    asked = next(entry for entry in market.framework.questions if entry.question.expires == "blocks")
    answer = next(
        (row for row in application.answers if row.question_id == asked.question_id), None
    ) or ApplicationAnswer(question_id=asked.question_id, value="Z1234567")
    answer.expires = on.isoformat()
    if answer not in application.answers:
        application.answers.append(answer)
    session.flush()
    return answer


def found(session: Session, market: Market, until: date) -> list[date]:
    page = queries.ending_evidence(session, framework_id=market.framework.id, until=until, page=1)
    assert page.total == len(page.rows)
    return [row.ends_on for row in page.rows]


def test_what_ends_is_listed_until_it_is_renewed(session: Session, market: Market) -> None:
    day = date(2026, 10, 1)
    answer = ends(session, market, day)
    assert found(session, market, day - timedelta(days=1)) == []
    assert found(session, market, day) == [day]
    question = next(
        entry.question for entry in market.framework.questions if entry.question_id == answer.question_id
    )
    entry = EvidenceEntry(
        organisation_id=market.supplier.id,
        reuse_key=question.reuse_key,
        title="Registration",
        kind=EvidenceKind.ANSWER,
        latest=1,
        created_at=NOW,
    )
    session.add(entry)
    session.flush()
    renewals = ((1, day, [day]), (2, day + timedelta(days=365), []))
    for number, expires_on, due in renewals:
        session.add(
            EvidenceVersion(
                entry_id=entry.id,
                number=number,
                question_id=question.id,
                value="Z1234567",
                expires_on=expires_on,
                at=NOW,
            )
        )
        entry.latest = number
        session.flush()
        assert found(session, market, day) == due


def test_a_manager_reads_it(client: FlaskClient, session: Session, market: Market) -> None:
    client.sign_in(market.manager)
    address = f"/manage/frameworks/{market.framework.public_id}/evidence"
    assert "No evidence of a member ends" in text_of(client.get(address))
    ends(session, market, clock.today() - timedelta(days=1))
    page = text_of(client.get(address))
    assert market.supplier.name in page
    assert "Ended" in page
    assert "It must stay valid" in page
