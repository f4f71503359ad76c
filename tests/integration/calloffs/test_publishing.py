"""From a draft to the frozen invitations, through the services."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.accounts.models import Organisation
from core.audit.models import AuditEvent
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.models import Invitation
from procurement.calloffs.drafting.types import CallOffState
from procurement.framework.types import Regime
from tests.factories import NOW, actor_of
from tests.factories_calloffs import declare_all, make_approved, make_draft, make_published, make_setting


def decisions(session: Session, lot_id: int) -> dict[str, tuple[bool, list[str]]]:
    rows = session.execute(
        sa.select(Organisation.name, Invitation.invited, Invitation.reasons)
        .join(Invitation.supplier)
        .where(Invitation.lot_id == lot_id)
    )
    return {
        name.removeprefix("Invented ").removesuffix(" supplier"): (invited, [r["code"] for r in reasons])
        for name, invited, reasons in rows
    }


@pytest.mark.parametrize("regime", list(Regime))
def test_publishing_freezes_who_is_invited_and_why_others_are_not(session: Session, regime: Regime) -> None:
    setting = make_setting(session, regime=regime)
    call_off = make_published(session, setting)
    assert call_off.state is CallOffState.PUBLISHED
    assert call_off.published_at == NOW
    assert decisions(session, call_off.lots[0].id) == {
        "first": (True, []),
        "second": (True, []),
        "suspended": (False, ["suspended"]),
        "applicant": (False, ["application_pending"]),
        "elsewhere": (False, ["member_other_region"]),
    }


def test_only_the_administrators_of_invited_suppliers_are_written_to(session: Session) -> None:
    setting = make_setting(session)
    make_published(session, setting)
    invited = OutboxMessage.subject.startswith("You are invited to bid")
    to = set(session.scalars(sa.select(OutboxMessage.to_address).where(invited)))
    assert to == {setting.administrators[name].email for name in ("first", "second")}


def test_publishing_is_an_event_of_the_call_offs_own_chain(session: Session) -> None:
    call_off = make_published(session, make_setting(session))
    tags = session.scalars(
        sa.select(AuditEvent.tag).where(AuditEvent.chain == call_off.public_id).order_by(AuditEvent.sequence)
    ).all()
    assert tags[0] == "calloff:created"
    assert tags[-2:] == ["calloff:approved", "calloff:published"]


def test_the_drafter_does_not_approve_even_when_named(session: Session) -> None:
    setting = make_setting(session)
    call_off = make_draft(session, setting)
    with pytest.raises(Refused) as refused:
        services.approve(session, call_off=call_off, actor=actor_of(session, setting.drafter), now=NOW)
    assert [reason.code for reason in refused.value.reasons] == ["not_the_approver"]


def test_nothing_changes_after_approval_until_it_is_returned(session: Session) -> None:
    setting = make_setting(session)
    call_off = make_approved(session, setting)
    actor = actor_of(session, setting.drafter)
    with pytest.raises(Refused) as refused:
        services.add_lot(session, call_off=call_off, actor=actor, now=NOW)
    assert refused.value.reasons[0].code == "not_a_draft"
    services.return_to_draft(session, call_off=call_off, actor=actor, now=NOW, reason="The budget is wrong")
    services.add_lot(session, call_off=call_off, actor=actor, now=NOW)
    assert len(call_off.lots) == 2
    assert [notice.reason for notice in queries.notices_of(session, call_off)] == ["The budget is wrong"]


def test_closed_is_what_the_clock_says(session: Session) -> None:
    call_off = make_published(session, make_setting(session))
    assert queries.state_on(call_off, call_off.deadline - timedelta(microseconds=1)) is CallOffState.PUBLISHED
    assert queries.state_on(call_off, call_off.deadline) is CallOffState.CLOSED


def test_a_conflict_keeps_a_call_off_from_approval_until_another_is_named(session: Session) -> None:
    setting = make_setting(session)
    call_off = make_draft(session, setting)
    declare_all(session, setting, call_off)
    evaluator = setting.evaluators[0]
    services.declare_conflict(
        session,
        call_off=call_off,
        actor=actor_of(session, evaluator),
        now=NOW,
        has_conflict=True,
        note="My sister works for a bidder",
    )
    with pytest.raises(Refused) as refused:
        services.approve(session, call_off=call_off, actor=actor_of(session, setting.approver), now=NOW)
    assert [reason.code for reason in refused.value.reasons] == ["person_in_conflict"]


def test_whoever_is_named_is_asked_to_declare(session: Session) -> None:
    setting = make_setting(session)
    make_draft(session, setting)
    asked = sa.select(OutboxMessage).where(OutboxMessage.subject.startswith("You have a duty"))
    messages = session.scalars(asked).all()
    assert {message.to_address for message in messages} == {
        person.email for person in (*setting.officers, *setting.evaluators, setting.approver)
    }
    assert all("declare whether you have a conflict of interest" in message.body for message in messages)
