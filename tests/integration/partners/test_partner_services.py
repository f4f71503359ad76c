"""Supply chains, declarations and listings as the services keep them, on the database the run is on."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from catalogue.partners import queries, services
from catalogue.partners.models import PartnerDeclaration, PartnerMessage, SupplyChainLink
from catalogue.partners.rules import LINK_STEPS
from catalogue.partners.types import LinkEvent, LinkKind, LinkState, NextStep, PartnerTag, WantedFilter
from core.audit.models import AuditEvent
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.framework.services import declaration_questions
from tests.factories import NOW
from tests.factories_partners import PART, ask, confirmed, declared, listed, make_supplier, name_one


def mails(session: Session) -> list[OutboxMessage]:
    return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def tags(session: Session, link: SupplyChainLink) -> list[str]:
    query = sa.select(AuditEvent.tag).where(
        AuditEvent.subject_type == "supply_chain_link", AuditEvent.subject_id == link.id
    )
    return list(session.scalars(query.order_by(AuditEvent.id)))


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.reasons[0].code


def test_a_partner_is_named_asked_and_confirms(session: Session) -> None:
    _, _, lead = make_supplier(session, "Lead Charity")
    partner, person, acting = make_supplier(session)
    link = name_one(session, lead, partner)
    assert (link.state, link.tier, mails(session)) == (LinkState.NAMED, 1, []), "nobody is told yet"
    assert queries.own_part(session, actor=acting, public_id=link.public_id) is None
    ask(session, lead, link)
    [mail] = mails(session)
    assert (mail.to_address, PART.words in mail.body) == (person.email, True)
    assert f"/partners/parts/{link.public_id}" in mail.body
    waiting, total = queries.parts_waiting(session, actor=acting, most=5)
    assert (list(waiting), total) == ([link], 1)
    services.confirm_part(session, actor=acting, now=NOW, link=link, seen=link.row_version)
    assert (link.state, link.confirmed_at, link.confirmed_by_id) == (LinkState.CONFIRMED, NOW, person.id)
    assert "Lead Charity" not in mails(session)[-1].body, "the lead reads about its partner"
    assert tags(session, link) == [PartnerTag.NAMED, PartnerTag.INVITED, PartnerTag.CONFIRMED]


def test_a_changed_part_or_term_is_confirmed_anew(session: Session) -> None:
    _, _, lead = make_supplier(session)
    partner, _, acting = make_supplier(session)
    link = confirmed(session, lead, acting, partner)
    seen = link.row_version
    same = services.change_partner(session, actor=lead, now=NOW, link=link, part=PART, seen=seen)
    assert (same, link.state) == (False, LinkState.CONFIRMED), "saving what is there changes nothing"
    later = NOW + timedelta(days=1)
    services.change_partner(
        session, actor=lead, now=later, link=link, part=replace(PART, payment_days=14), seen=seen
    )
    assert (link.state, link.confirmed_at, link.payment_days) == (LinkState.INVITED, None, 14)
    assert "has changed" in mails(session)[-1].body
    with pytest.raises(Refused) as refused:
        services.confirm_part(session, actor=acting, now=later, link=link, seen=seen)
    assert code_of(refused) == "changed_meanwhile", "what was confirmed is what was read"


def test_a_chain_with_a_circle_or_the_lead_in_it_is_refused(session: Session) -> None:
    own, _, lead = make_supplier(session)
    first, _, _ = make_supplier(session)
    above = name_one(session, lead, first)
    with pytest.raises(Refused) as refused:
        name_one(session, lead, own)
    assert code_of(refused) == "lead_is_its_own_partner"
    with pytest.raises(Refused) as refused:
        name_one(session, lead, first, parent=above)
    assert code_of(refused) == "partner_below_itself"
    with pytest.raises(Refused) as refused:
        name_one(session, lead, first)
    assert code_of(refused) == "same_part_twice"
    assert name_one(session, lead, first, places=frozenset({"region:B"})).tier == 1


def test_a_partner_of_tier_two_ends_with_the_one_it_stands_under(session: Session) -> None:
    _, _, lead = make_supplier(session)
    first, person, acting = make_supplier(session)
    above = confirmed(session, lead, acting, first)
    beneath = name_one(session, lead, parent=above)
    assert beneath.tier == 2
    names = services.end_partner(session, actor=lead, now=NOW, link=above)
    assert names == [first.name, "Unlisted Helpers"]
    assert {above.state, beneath.state} == {LinkState.ENDED}
    assert mails(session)[-1].to_address == person.email, "only who had been asked is told"
    assert queries.chain_of(session, lead_id=above.lead_id) == []
    assert len(queries.chain_of(session, lead_id=above.lead_id, ended=True)) == 2
    with pytest.raises(Refused):
        services.confirm_part(session, actor=acting, now=NOW, link=above)


def test_an_invited_organisation_joins_and_finds_its_part(session: Session) -> None:
    _, _, lead = make_supplier(session)
    link = ask(session, lead, name_one(session, lead))
    assert mails(session)[-1].to_address == "helper@example.test"
    person = services.join_as_partner(
        session,
        now=NOW,
        today=NOW.date(),
        link=link,
        administrator_role="supplier-administrator",
        organisation="Unlisted  Helpers CIC",
        name="Hester Helper",
        password="correct horse battery",
    )
    assert (link.called, person.email) == ("Unlisted Helpers CIC", "helper@example.test")
    assert link.state is LinkState.INVITED, "joining confirms nothing"
    with pytest.raises(Refused) as refused:
        services.take_on(session, actor=lead, now=NOW, link=link)
    assert code_of(refused) == "invitation_answered"


def test_who_takes_an_invitation_on_must_fit_into_the_chain(session: Session) -> None:
    _, _, lead = make_supplier(session)
    there, _, acting = make_supplier(session)
    name_one(session, lead, there)
    link = ask(session, lead, name_one(session, lead))
    with pytest.raises(Refused) as refused:
        services.take_on(session, actor=acting, now=NOW, link=link)
    assert code_of(refused) == "same_part_twice"
    with pytest.raises(Refused) as refused:
        services.take_on(session, actor=lead, now=NOW, link=link)
    assert code_of(refused) == "lead_is_its_own_partner"


def test_a_partner_is_written_to_so_often_and_no_more(session: Session) -> None:
    _, _, lead = make_supplier(session)
    link = name_one(session, lead)
    for _ in range(5):
        ask(session, lead, link)
    before = link.invited_at
    with pytest.raises(Refused) as refused:
        ask(session, lead, link, now=NOW + timedelta(hours=1))
    assert code_of(refused) == "mailed_too_often"
    assert (len(mails(session)), link.invited_at) == (5, before)
    ask(session, lead, link, now=NOW + timedelta(days=1))
    assert len(mails(session)) == 6


def test_a_declaration_is_kept_with_its_date_and_never_changed(session: Session) -> None:
    own, _, acting = make_supplier(session)
    problems = services.declare(
        session,
        actor=acting,
        now=NOW,
        asked=declaration_questions(),
        answers={"mandatory-grounds": "perhaps"},
    )
    assert problems["mandatory-grounds"][0].code == "answer_not_among_the_choices"
    assert problems["discretionary-grounds"][0].code == "answer_missing"
    assert queries.declared_on(session, {own.id}) == {}
    declared(session, acting)
    later = NOW + timedelta(days=30)
    declared(session, acting, now=later, mandatory_grounds="yes", self_cleaning="A new board.")
    assert queries.declared_on(session, {own.id}) == {own.id: later}
    latest = queries.latest_declarations(session, {own.id})[own.id]
    plain = {answer.code: answer for answer in queries.plain_answers(latest)}
    assert (plain["mandatory-grounds"].declared, plain["mandatory-grounds"].ground) == (True, "mandatory")
    assert plain["self-cleaning"].answer == "A new board."
    assert "discretionary-events" not in plain, "nothing of the kind arose"
    assert session.scalar(sa.select(sa.func.count()).select_from(PartnerDeclaration)) == 2


def test_rows_say_who_must_act_next(session: Session) -> None:
    _, _, lead = make_supplier(session)
    partner, _, acting = make_supplier(session)
    link = confirmed(session, lead, acting, partner, kind=LinkKind.CONSORTIUM_MEMBER)
    assert [row.step for row in queries.rows_of(session, [link])] == [NextStep.PARTNER_DECLARES]
    declared(session, acting)
    assert [row.step for row in queries.rows_of(session, [link])] == [NextStep.NOBODY]
    members = queries.members_in_force(session, today=NOW.date())
    assert members == {link.lead_id: [partner.id]}
    assert queries.members_in_force(session, today=PART.starts_on - timedelta(days=1)) == {}


def test_a_listing_goes_off_by_itself(session: Session) -> None:
    _, _, acting = make_supplier(session)
    _, _, other = make_supplier(session)
    made = listed(session, acting)
    until = made.until
    anything = WantedFilter()
    assert [one.id for one in queries.listings(session, chosen=anything, today=until, page=1).rows] == [
        made.id
    ]
    after = until + timedelta(days=1)
    assert queries.listings(session, chosen=anything, today=after, page=1).rows == []
    assert queries.listing(session, actor=other, public_id=made.public_id, today=after) is None
    assert queries.listing(session, actor=acting, public_id=made.public_id, today=after) is not None
    for chosen, found in (
        (WantedFilter("finance", "region:A"), 1),
        (WantedFilter("alcohol", ""), 0),
        (WantedFilter("", "region:B"), 0),
    ):
        assert queries.listings(session, chosen=chosen, today=until, page=1).total == found


def test_one_organisation_has_one_listing(session: Session) -> None:
    _, _, acting = make_supplier(session)
    made = listed(session, acting)
    with pytest.raises(Refused) as refused:
        listed(session, acting, seen=0)
    assert code_of(refused) == "changed_meanwhile"
    assert listed(session, acting, seeks="Somebody else", seen=made.row_version) is made
    services.close_listing(session, actor=acting, now=NOW, listing=made)
    assert listed(session, acting) is not made
    with pytest.raises(Refused) as refused:
        listed(session, acting, until=NOW.date() - timedelta(days=1))
    assert code_of(refused) == "listing_ends_out_of_bounds"


def test_messages_reach_administrators_without_an_address_and_are_limited(session: Session) -> None:
    _, owner, acting = make_supplier(session)
    sender, writer, other = make_supplier(session)
    made = listed(session, acting)
    first = services.write_about(session, actor=other, now=NOW, listing=made, text="Shall we talk?")
    [mail] = mails(session)
    assert mail.to_address == owner.email
    assert (sender.name in mail.body, writer.email in mail.body) == (True, False)
    answer = services.answer_message(session, actor=acting, now=NOW, message=first, text="Yes.")
    assert (answer.recipient_id, mails(session)[-1].to_address) == (sender.id, writer.email)
    assert queries.messages_about(session, listing_id=made.id, page=1).total == 1
    for _ in range(2):
        services.write_about(session, actor=other, now=NOW, listing=made, text="Again")
    with pytest.raises(Refused) as refused:
        services.write_about(session, actor=other, now=NOW + timedelta(hours=1), listing=made, text="Again")
    assert code_of(refused) == "written_too_often"
    with pytest.raises(Refused) as refused:
        services.write_about(session, actor=acting, now=NOW, listing=made, text="Myself")
    assert code_of(refused) == "message_to_oneself"
    _, _, third = make_supplier(session)
    assert queries.message(session, actor=third, public_id=first.public_id) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(PartnerMessage)) == 4


def test_courses_of_a_link_keep_to_the_table(app: Flask, session: Session) -> None:
    """Any order of deeds by lead and partner: the row stands where the table leads."""
    _, _, lead = make_supplier(session)
    partner, _, acting = make_supplier(session)

    class Course(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.savepoint = session.begin_nested()
            self.link = name_one(session, lead, partner)
            self.state = LinkState.NAMED
            self.now = NOW

        def teardown(self) -> None:
            self.savepoint.rollback()
            session.expire_all()

        @rule(event=st.sampled_from(LinkEvent))
        def deed(self, event: LinkEvent) -> None:
            self.now += timedelta(days=1)
            days = 30 if self.link.payment_days == 29 else 29
            given = {"session": session, "now": self.now, "link": self.link}
            deeds = {
                LinkEvent.INVITE: lambda: services.invite_partner(actor=lead, **given),
                LinkEvent.CHANGE: lambda: services.change_partner(
                    actor=lead, part=replace(PART, payment_days=days), **given
                ),
                LinkEvent.END: lambda: services.end_partner(actor=lead, **given),
                LinkEvent.CONFIRM: lambda: services.confirm_part(actor=acting, **given),
                LinkEvent.DECLINE: lambda: services.decline_part(actor=acting, **given),
            }
            following = LINK_STEPS.get((self.state, event))
            if following is None:
                with pytest.raises(Refused):
                    deeds[event]()
                return
            deeds[event]()
            self.state = following

        @invariant()
        def stands_where_the_table_leads(self) -> None:
            session.flush()
            session.refresh(self.link)
            assert self.link.state is self.state
            if self.state is not LinkState.ENDED:
                confirmed_now = self.state is LinkState.CONFIRMED
                assert (self.link.confirmed_at is not None) == confirmed_now
            assert (self.state is LinkState.ENDED) == (self.link.ended_at is not None)

    run_state_machine_as_test(
        Course,
        settings=settings(
            max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
