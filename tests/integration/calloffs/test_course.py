"""After publication: pausing, going on, moving the deadline, cancelling; what the public sees."""

import html
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffState, LotState
from tests.factories import NOW, actor_of
from tests.factories_calloffs import Setting, make_published, make_setting


@pytest.fixture
def setting(session: Session) -> Setting:
    return make_setting(session)


@pytest.fixture
def call_off(session: Session, setting: Setting) -> CallOff:
    return make_published(session, setting)


def text_of(response) -> str:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))
    return html.unescape(text)


def test_a_pause_is_told_to_everyone_invited_and_ends(
    session: Session, setting: Setting, call_off: CallOff
) -> None:
    actor = actor_of(session, setting.drafter)
    before = session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) or 0
    services.pause(session, call_off=call_off, actor=actor, now=NOW, reason="A question is being looked into")
    session.flush()
    told = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(3)).all()
    assert {message.to_address for message in told} == {
        setting.administrators[name].email for name in ("first", "second", "applicant")
    }, "who may bid while its application is pending is told as well"
    assert all("A question is being looked into" in message.body for message in told)
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == before + 3
    assert queries.state_on(call_off, call_off.deadline) is CallOffState.PAUSED
    services.resume(session, call_off=call_off, actor=actor, now=NOW, reason="It is answered")
    assert queries.state_on(call_off, NOW) is CallOffState.PUBLISHED
    assert [notice.kind for notice in queries.notices_of(session, call_off)] == ["paused", "resumed"]


def test_a_calendar_holds_the_dates_of_the_timeline_and_moves_with_them(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    client.sign_in(setting.drafter)  # type: ignore[attr-defined]

    def dates(address: str) -> dict[str, object]:
        response = client.get(address)
        assert response.mimetype == "text/calendar"
        found = Calendar.from_ical(response.data).walk("VEVENT")
        return {str(event["UID"]): event["DTSTART"].dt for event in found}

    def closing(address: str) -> object:
        return next(day for uid, day in dates(address).items() if "bids_close" in uid)

    own = f"/commissioning/{call_off.public_id}/timeline.ics"
    everyones = f"/call-offs/{call_off.public_id}.ics"
    assert closing(own) == closing(everyones) == call_off.deadline
    assert any("scores_due" in uid for uid in dates(own))
    assert not any("scores_due" in uid for uid in dates(everyones)), "who scores when is the panel's affair"
    later = call_off.deadline + timedelta(days=2)
    actor = actor_of(session, setting.drafter)
    services.move_deadline(
        session, call_off=call_off, actor=actor, now=NOW, deadline=later, reason="A holiday was overlooked"
    )
    assert (closing(own), closing(everyones)) == (later, later)


def test_the_deadline_moves_later_for_everyone_or_not_at_all(
    session: Session, setting: Setting, call_off: CallOff
) -> None:
    actor = actor_of(session, setting.drafter)
    old = call_off.deadline
    assert old is not None

    def move(deadline, now=NOW, reason="The site was down"):
        services.move_deadline(
            session, call_off=call_off, actor=actor, now=now, deadline=deadline, reason=reason
        )

    for deadline, now, reason, code in (
        (old, NOW, "Why", "deadline_not_later"),
        (old - timedelta(days=1), NOW, "Why", "deadline_not_later"),
        (old + timedelta(days=1), NOW, " ", "extension_without_reason"),
        (old + timedelta(days=1), old, "Why", "not_open"),
    ):
        with pytest.raises(Refused) as refused:
            move(deadline, now, reason)
        assert code in [one.code for one in refused.value.reasons]
        assert call_off.deadline == old
    move(old + timedelta(days=3))
    assert call_off.deadline == old + timedelta(days=3)
    assert queries.state_on(call_off, old) is CallOffState.PUBLISHED


def test_the_course_is_changed_on_pages_that_ask_why(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    base = f"/commissioning/{call_off.public_id}"
    with time_machine.travel(NOW, tick=False):
        client.sign_in(setting.drafter)
        assert client.post(f"{base}/change/pause", data={}).status_code == 422
        assert client.post(f"{base}/change/pause", data={"reason": "Wait"}).status_code == 302
        assert "Paused" in text_of(client.get(base))
        assert client.get(f"{base}/change/pause").status_code == 302
        earlier = client.post(
            f"{base}/change/extend",
            data={
                "reason": "Why",
                "deadline-day": "2",
                "deadline-month": "9",
                "deadline-year": "2026",
                "deadline-time": "12:00",
            },
        )
        assert earlier.status_code == 422
        assert "The new deadline must be later than the present one" in text_of(earlier)
        assert client.post(f"{base}/change/resume", data={"reason": "Go on"}).status_code == 302
        assert client.post(f"{base}/change/cancel", data={"reason": "No money"}).status_code == 302
        assert client.get(f"{base}/change/cancel").status_code == 302
        page = text_of(client.get(f"/call-offs/{call_off.public_id}"))
    assert call_off.state is CallOffState.CANCELLED
    assert "Cancelled: No money" in page
    assert "Wait" in page


def test_a_visitor_learns_of_an_award_when_its_notice_is_published(
    client: FlaskClient, session: Session, call_off: CallOff
) -> None:
    address = f"/call-offs/{call_off.public_id}"
    assert call_off.deadline is not None
    with time_machine.travel(call_off.deadline + timedelta(days=20), tick=False):
        for state in (CallOffState.RECOMMENDED, CallOffState.AWARD_APPROVED, CallOffState.SUMMARIES_SENT):
            call_off.state = state
            call_off.lots[0].state = LotState.AWARDED
            for page in (text_of(client.get(address)), text_of(client.get("/call-offs"))):
                assert "Closed for bids" in page
                assert "warded" not in page
        call_off.state = CallOffState.AWARD_NOTICE
        assert "Award notice published" in text_of(client.get(address))
        assert "Awarded" in text_of(client.get(address))
        assert "(awarded)" in text_of(client.get("/call-offs"))


def test_a_visitor_sees_no_budget_and_no_unpublished_call_off(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    page = text_of(client.get(f"/call-offs/{call_off.public_id}"))
    assert "Example lot 1" in page
    assert "£240,000" not in page
    assert "Invented first supplier" not in page
    draft = services.start_call_off(
        session,
        actor=actor_of(session, setting.drafter),
        now=NOW,
        framework_id=setting.framework.id,
        title="Not yet to be known",
    )
    assert client.get(f"/call-offs/{draft.public_id}").status_code == 404
    assert "Not yet to be known" not in text_of(client.get("/call-offs"))


def test_the_timeline_names_each_date_who_acts_and_the_rule(
    client: FlaskClient, setting: Setting, call_off: CallOff
) -> None:
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        client.sign_in(setting.approver)
        page = text_of(client.get(f"/commissioning/{call_off.public_id}/timeline"))
    # NOW is 10am in London; the deadline 20 days later.
    assert "Bids close Suppliers 10am on 21 September 2026 PA 2023 s.54" in page
    assert "Published, and members invited Commissioner Done 10am on 1 September 2026" in page
    assert "Quality envelopes opened Opening officers 22 September 2026" in page
