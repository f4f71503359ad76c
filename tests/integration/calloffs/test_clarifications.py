"""Clarifications: asked without a name, answered to everyone at once, none left when bids are opened."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.audit.models import AuditEvent
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.calloffs.clarifications import queries, services
from procurement.calloffs.clarifications.models import Clarification
from procurement.calloffs.clarifications.types import ClarificationState
from procurement.calloffs.drafting.types import Envelope
from tests.calloffs import Competition, make_competition, make_question, release


@pytest.fixture
def competition(session: Session) -> Competition:
    return make_competition(session, suppliers=3)


def answer(session: Session, competition: Competition, asked: Clarification, **texts: str) -> None:
    services.save_answer(
        session,
        question=asked,
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
        **{"wording": "Is travel to meetings paid?", "answer": "Yes, at the public rate."} | texts,
    )


def publish(session: Session, competition: Competition) -> int:
    return services.publish_answers(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
    )


def mails(session: Session, subject: str) -> list[OutboxMessage]:
    found = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id))
    return [mail for mail in found if mail.subject.startswith(subject)]


def test_all_answers_go_to_everyone_in_the_same_moment(session: Session, competition: Competition) -> None:
    first, second = make_question(session, competition), make_question(session, competition, supplier=1)
    answer(session, competition, first)
    assert not mails(session, "Questions were answered"), "a saved answer tells nobody"
    answer(session, competition, second, wording="From when?", answer="From April.")
    assert publish(session, competition) == 2
    assert (first.bundle, second.bundle) == (1, 1)
    assert first.ended_at == second.ended_at
    told = {mail.to_address for mail in mails(session, "Questions were answered")}
    assert told == {person.email for _, person in competition.suppliers}
    third = make_question(session, competition)
    answer(session, competition, third)
    publish(session, competition)
    assert third.bundle == 2
    with pytest.raises(Refused, match="nothing_to_publish"):
        publish(session, competition)


def test_nobody_who_answers_reads_who_asked(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    name = competition.suppliers[0][0].name
    asked = make_question(session, competition, "Is travel paid?")
    assert name not in mails(session, "A question waits")[0].body
    client.sign_in(competition.commissioner)  # type: ignore[attr-defined]
    for page in (
        f"/commissioning/{competition.call_off.public_id}/questions",
        f"/commissioning/questions/{asked.public_id}",
        f"/commissioning/questions/{asked.public_id}/waiver",
    ):
        text = client.get(page).get_data(as_text=True)
        assert "Is travel paid?" in text
        assert name not in text
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "clarification:asked")).one()
    assert name not in str(event.details)


@pytest.mark.parametrize("shape", [str, str.upper, lambda name: name.replace(" ", "\n")])
def test_a_text_that_names_a_supplier_is_not_saved(session: Session, competition: Competition, shape) -> None:
    asked = make_question(session, competition)
    name = shape(competition.suppliers[2][0].name)
    with pytest.raises(Refused, match="names_a_supplier"):
        answer(session, competition, asked, wording=f"Since {name}, is travel paid?")
    assert (asked.wording, asked.answer) == ("", "")


def test_bids_stay_shut_while_a_question_waits(session: Session, competition: Competition) -> None:
    asked = make_question(session, competition)
    competition.call_off.deadline = clock.now() - timedelta(seconds=1)
    with pytest.raises(Refused, match="clarifications_unanswered"):
        release(session, competition, Envelope.QUALITY, competition.officers[0])
    services.waive(
        session,
        question=asked,
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
        reason="The same was asked and answered before.",
    )
    assert not release(session, competition, Envelope.QUALITY, competition.officers[0])
    assert release(session, competition, Envelope.QUALITY, competition.officers[1])
    assert [mail.to_address for mail in mails(session, "Your question is not answered")] == [
        competition.suppliers[0][1].email
    ]


def test_questions_are_taken_until_the_moment_that_was_published(
    session: Session, competition: Competition
) -> None:
    call_off = competition.call_off
    assert call_off.deadline is not None
    call_off.questions_close_at = call_off.deadline - timedelta(days=3)
    with time_machine.travel(call_off.questions_close_at - timedelta(seconds=1), tick=False):
        make_question(session, competition)
    with (
        time_machine.travel(call_off.questions_close_at, tick=False),
        pytest.raises(Refused, match="questions_closed"),
    ):
        make_question(session, competition)


def test_two_who_answer_at_once_overwrite_nothing(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    asked = make_question(session, competition)
    address = f"/commissioning/questions/{asked.public_id}"
    client.sign_in(competition.commissioner)  # type: ignore[attr-defined]
    page = client.get(address).get_data(as_text=True)
    seen = re.search(r'name="row_version"[^>]*value="(\d+)"', page)
    assert seen
    answer(session, competition, asked, answer="A colleague's answer")
    mine = {"row_version": seen[1], "wording": "Is travel paid?", "answer": "My answer"}
    refused = client.post(address, data=mine)
    text = refused.get_data(as_text=True)
    assert (refused.status_code, "A colleague has saved" in text, "My answer" in text) == (422, True, True)
    session.refresh(asked)
    assert asked.answer == "A colleague's answer"


def test_a_supplier_asks_reads_and_withdraws(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    address = f"/invitations/{competition.call_off.public_id}/questions"
    client.sign_in(competition.suppliers[0][1])  # type: ignore[attr-defined]
    assert client.post(address, data={"about": "0", "question": " "}).status_code == 422
    assert client.post(address, data={"about": "9", "question": "Why?"}).status_code == 422
    assert client.post(address, data={"about": "1", "question": "May we start in May?"}).status_code == 302
    own = client.get(address).get_data(as_text=True)
    assert "May we start in May?" in own
    client.sign_in(competition.suppliers[1][1])  # type: ignore[attr-defined]
    assert "May we start in May?" not in client.get(address).get_data(as_text=True)

    asked = session.scalars(sa.select(Clarification)).one()
    assert client.post(f"/invitations/questions/{asked.public_id}/withdraw").status_code == 404
    client.sign_in(competition.suppliers[0][1])  # type: ignore[attr-defined]
    assert client.post(f"/invitations/questions/{asked.public_id}/withdraw").status_code == 302
    session.refresh(asked)
    assert asked.state is ClarificationState.WITHDRAWN
    assert queries.open_questions(session, competition.call_off) == 0


def test_published_answers_are_for_those_invited(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    asked = make_question(session, competition)
    answer(session, competition, asked)
    client.sign_in(competition.commissioner)  # type: ignore[attr-defined]
    board = f"/commissioning/{competition.call_off.public_id}/questions"
    assert client.post(board).status_code == 302
    assert client.post(board).status_code == 422, "there is nothing more to publish"
    address = f"/invitations/{competition.call_off.public_id}/questions"
    for number in range(3):
        client.sign_in(competition.suppliers[number][1])  # type: ignore[attr-defined]
        assert "Yes, at the public rate." in client.get(address).get_data(as_text=True)
    client.sign_in(competition.outsider[1])  # type: ignore[attr-defined]
    assert client.get(address).status_code == 404
