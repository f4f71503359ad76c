"""Consortia and subcontractors in applications: cited by value, judged for themselves, replaced in time."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.partners.services import change_partner, decline_part
from catalogue.partners.types import LinkKind
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.framework import queries, services
from procurement.framework.models import Application, ApplicationParty
from procurement.framework.types import ApplicationState, AssessmentOutcome, Delivery
from tests.factories import NOW
from tests.factories_framework import (
    Market,
    assess,
    make_application,
    make_market,
    make_member,
    publish_draft,
)
from tests.factories_partners import PART, ask, confirmed, declared, make_supplier, name_one
from tests.integration.offers.pages import text_of

MEMBER = LinkKind.CONSORTIUM_MEMBER


@pytest.fixture
def market(session: Session) -> Market:
    return make_market(session)


def save(session: Session, market: Market, application: Application, *links, **values) -> None:
    given = {"delivery": Delivery.CONSORTIUM, "relied_on": (), **values}
    services.save_parties(
        session,
        actor=market.applying(session),
        now=NOW,
        application=application,
        links=[link.public_id for link in links],
        **given,
    )


def hand_in(session: Session, market: Market, application: Application) -> None:
    actor = market.applying(session)
    services.sign_declaration(session, actor=actor, now=NOW, application=application)
    services.submit_application(session, actor=actor, now=NOW, application=application)


def with_member(session: Session, market: Market, **answers: str) -> tuple[Application, ApplicationParty]:
    """An application handed in by a consortium whose member declared something."""
    application = make_application(session, market, submit=False)
    member, _, acting = make_supplier(session, "Member Charity")
    declared(session, acting, **answers)
    link = confirmed(session, market.applying(session), acting, member, kind=MEMBER)
    save(session, market, application, link)
    hand_in(session, market, application)
    return application, application.parties[0]


def refusal(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def newest_mail(session: Session) -> OutboxMessage:
    return session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()


def test_a_consortium_is_handed_in_when_its_members_have_answered(session: Session, market: Market) -> None:
    application = make_application(session, market, submit=False)
    lead = market.applying(session)
    member, _, acting = make_supplier(session, "Member Charity")
    link = ask(session, lead, name_one(session, lead, member, kind=MEMBER))
    save(session, market, application, link)
    assert application.declaration_by_id is None, "whoever signs signs for who delivers too"
    with pytest.raises(Refused) as refused:
        hand_in(session, market, application)
    assert refusal(refused) == ["party_not_confirmed"]
    from catalogue.partners.services import confirm_part

    confirm_part(session, actor=acting, now=NOW, link=link)
    with pytest.raises(Refused) as refused:
        hand_in(session, market, application)
    assert refusal(refused) == ["party_not_declared"]
    declared(session, acting)
    hand_in(session, market, application)
    [party] = application.parties
    assert (party.confirmed_at, party.declared_at, party.copied_at) == (NOW, NOW, NOW)
    assert party.part == {
        "need_areas": [link.need_areas[0].name],
        "places": ["North East"],
        "words": PART.words,
    }


def test_what_was_handed_in_stays_as_it_was(session: Session, market: Market) -> None:
    application, party = with_member(session, market)
    from dataclasses import replace

    change_partner(
        session,
        actor=market.applying(session),
        now=NOW,
        link=party.link,
        part=replace(PART, words="Something else altogether"),
    )
    session.refresh(party)
    assert (party.part["words"], party.confirmed_at) == (PART.words, NOW)
    with pytest.raises(Refused) as refused:
        save(session, market, application, party.link)
    assert refusal(refused) == ["application_is_handed_in"]


def test_a_subcontractor_that_nobody_relies_on_may_confirm_later(session: Session, market: Market) -> None:
    application = make_application(session, market, submit=False)
    link = name_one(session, market.applying(session))
    save(session, market, application, link, delivery=Delivery.SUBCONTRACTORS, relied_on=[link.public_id])
    with pytest.raises(Refused):
        hand_in(session, market, application)
    save(session, market, application, link, delivery=Delivery.SUBCONTRACTORS)
    hand_in(session, market, application)
    assert (application.parties[0].confirmed_at, application.parties[0].declarations) == (None, [])
    assess(session, market, application)
    services.admit(session, actor=market.managing(session), now=NOW, application=application)
    assert application.state is ApplicationState.ADMITTED


def test_only_links_of_ones_own_chain_are_cited(session: Session, market: Market) -> None:
    application = make_application(session, market, submit=False)
    _, _, other = make_supplier(session)
    foreign = name_one(session, other)
    with pytest.raises(Refused) as refused:
        save(session, market, application, foreign)
    assert refusal(refused) == ["no_such_partner"]
    mark = services.parties_mark(application)
    own = name_one(session, market.applying(session))
    save(session, market, application, own, delivery=Delivery.SUBCONTRACTORS, seen=mark)
    with pytest.raises(Refused) as refused:
        save(session, market, application, delivery=Delivery.ALONE, seen=mark)
    assert refusal(refused) == ["changed_meanwhile"]
    save(session, market, application, own, delivery=Delivery.ALONE)
    assert application.parties == [], "alone, nobody is cited"


def test_a_member_with_a_mandatory_ground_is_replaced_not_sunk(session: Session, market: Market) -> None:
    application, party = with_member(session, market, mandatory_grounds="yes")
    lead, manager = market.applying(session), market.managing(session)
    assess(session, market, application)
    assert party.outcome is AssessmentOutcome.NOT_MET, "by its own declaration"
    with pytest.raises(Refused) as refused:
        services.admit(session, actor=manager, now=NOW, application=application)
    assert "condition_not_met" in refusal(refused)
    with pytest.raises(Refused) as refused:
        services.refuse(session, actor=manager, now=NOW, application=application, reasons="Its member.")
    assert refusal(refused) == ["party_to_be_replaced_first"]
    services.ask_for_replacement(
        session, actor=manager, now=NOW, application=application, party=party, reason="It cannot take part."
    )
    mail = newest_mail(session)
    assert mail.to_address == market.administrator.email
    assert ("Member Charity" in mail.body, "bribery" in mail.body) == (True, False)

    other, _, acting = make_supplier(session, "Other Charity")
    link = confirmed(session, lead, acting, other, kind=MEMBER)
    with pytest.raises(Refused) as refused:
        services.replace_party(session, actor=lead, now=NOW, application=application, party=party, by=link)
    assert refusal(refused) == ["party_not_declared"]
    with pytest.raises(Refused) as refused:
        services.replace_party(session, actor=lead, now=NOW, application=application, party=party, by=None)
    assert refusal(refused) == ["consortium_without_member"]
    declared(session, acting)
    instead = services.replace_party(
        session, actor=lead, now=NOW, application=application, party=party, by=link
    )
    assert instead is not None
    assert (instead.outcome, party.left_at, party.replaced_by) == (AssessmentOutcome.MET, NOW, instead)
    assert newest_mail(session).to_address == market.manager.email
    services.admit(session, actor=manager, now=NOW, application=application)
    assert application.state is ApplicationState.ADMITTED


def test_a_refusal_may_rest_on_a_party_when_the_time_to_replace_it_is_over(
    session: Session, market: Market
) -> None:
    application, party = with_member(session, market, mandatory_grounds="yes")
    manager = market.managing(session)
    assess(session, market, application)
    services.ask_for_replacement(
        session, actor=manager, now=NOW, application=application, party=party, reason="It cannot take part."
    )
    assert party.replacement_due_on is not None
    later = NOW + timedelta(days=(party.replacement_due_on - NOW.date()).days + 1)
    services.refuse(session, actor=manager, now=later, application=application, reasons="Nobody else came.")
    assert application.state is ApplicationState.REFUSED


def test_what_a_party_put_right_is_accepted_with_a_note(session: Session, market: Market) -> None:
    application, party = with_member(session, market, mandatory_grounds="yes")
    manager = market.managing(session)
    assess(session, market, application)
    found = {party.public_id: (AssessmentOutcome.MET, "")}
    lacking = services.record_party_findings(
        session, actor=manager, now=NOW, application=application, findings=found
    )
    assert [reason.code for reason in lacking] == ["note_where_rule_is_overruled"]
    with pytest.raises(Refused):
        services.admit(session, actor=manager, now=NOW, application=application)
    found = {party.public_id: (AssessmentOutcome.MET, "The person has left; two people sign.")}
    assert not services.record_party_findings(
        session, actor=manager, now=NOW, application=application, findings=found
    )
    services.admit(session, actor=manager, now=NOW, application=application)


def test_a_lead_chooses_partners_and_replaces_one_in_the_browser(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, submit=False)
    lead = market.applying(session)
    member, _, acting = make_supplier(session, "Member Charity")
    declared(session, acting, discretionary_grounds="yes")
    link = confirmed(session, lead, acting, member, kind=MEMBER)
    spare, _, standing_by = make_supplier(session, "Spare Charity")
    declared(session, standing_by)
    instead = confirmed(session, lead, standing_by, spare, kind=MEMBER)
    client.sign_in(market.administrator)
    address = f"/applications/{application.public_id}"
    page = client.get(f"{address}/partners").get_data(as_text=True)
    assert ("Member Charity" in page, "Spare Charity" in page) == (True, True)
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page)[1]
    assert client.post(f"{address}/partners", data={"seen": seen}).status_code == 422
    typed = {"delivery": "consortium", "links": [link.public_id], "seen": seen}
    assert client.post(f"{address}/partners", data=typed).location == address
    assert client.post(f"{address}/partners", data={**typed, "links": []}).status_code == 422, "seen is old"
    assert "1 partner chosen" in client.get(address).get_data(as_text=True)
    client.post(f"{address}/declaration", data={"declared": "y"})
    assert "We lead a consortium" in client.get(f"{address}/check").get_data(as_text=True)
    assert client.post(f"{address}/submit", data={"declared": "y"}).location == f"{address}/submitted"
    assert client.get(f"{address}/partners").status_code == 404

    session.refresh(application)
    assess(session, market, application)
    [party] = application.parties
    client.sign_in(market.manager)
    assessing = f"/assessment/{application.public_id}"
    assert "Read and judge the partners" in client.get(assessing).get_data(as_text=True)
    page = client.get(f"{assessing}/partners").get_data(as_text=True)
    assert ("A ground that may exclude" in page, "A council ended a contract early" in page) == (True, True)
    key = party.public_id
    found = {f"outcome-{key}": "not_met", f"note-{key}": "A contract was ended early for harm to people."}
    assert client.post(f"{assessing}/partners", data=found).status_code == 302
    asking = f"{assessing}/partners/{key}/replacement"
    assert client.post(asking, data={"reason": ""}).status_code == 422
    assert client.post(asking, data={"reason": "It cannot take part."}).location == f"{assessing}/partners"
    assert client.post(asking, data={"reason": "Again."}).status_code == 422

    client.sign_in(market.administrator)
    page = client.get(address).get_data(as_text=True)
    assert ("Replace Member Charity" in page, "ended early" in page) == (True, False)
    assert f'href="{address}/check"' in page, "what was handed in is read from here"
    replacing = f"{address}/partners/{key}/replace"
    assert "Spare Charity" in client.get(replacing).get_data(as_text=True)
    assert client.post(replacing, data={"by": "forged"}).status_code == 422
    assert client.post(replacing, data={"by": instead.public_id}).location == address
    assert client.get(replacing).status_code == 302
    client.sign_in(market.manager)
    assert "Spare Charity came instead" in client.get(f"{assessing}/partners").get_data(as_text=True)
    assert client.get(f"{assessing}/partners/forged/replacement").status_code == 404


def test_a_partner_that_steps_back_before_submission_must_be_left_out(
    session: Session, market: Market
) -> None:
    application = make_application(session, market, submit=False)
    member, _, acting = make_supplier(session)
    declared(session, acting)
    link = confirmed(session, market.applying(session), acting, member, kind=MEMBER)
    save(session, market, application, link)
    decline_part(session, actor=acting, now=NOW, link=link)
    with pytest.raises(Refused) as refused:
        hand_in(session, market, application)
    assert refusal(refused) == ["party_has_left"]


def test_what_a_consortium_holds_is_told_on_the_day(session: Session, market: Market) -> None:
    make_member(session, market)
    member, person, acting = make_supplier(session)
    make_member(session, market, person=person)
    link = confirmed(session, market.applying(session), acting, member, kind=MEMBER)

    def held(day: date) -> int:
        facts = queries.member_facts(session, market.framework.id, today=day)
        return len(facts[market.supplier.id].consortium)

    assert held(PART.starts_on) == len(
        queries.member_facts(session, market.framework.id)[member.id].memberships
    )
    assert held(PART.starts_on - timedelta(days=1)) == 0
    decline_part(session, actor=acting, now=NOW, link=link)
    assert held(PART.starts_on) == 0


def test_a_consortium_reaches_a_least_income_together(client: FlaskClient, session: Session) -> None:
    market = make_market(session, publish=False)
    actor = market.managing(session)
    category = next(one for one in market.framework.categories if one.code == "ACC")
    services.change_rules(
        session, actor=actor, now=NOW, framework=market.framework, values={"turnover_multiple": Decimal(2)}
    )
    client.sign_in(market.manager)
    address = f"/manage/frameworks/{market.framework.public_id}/categories/ACC"
    typed = {
        "row_version": market.framework.row_version,
        "need_area": category.need_area.code,
        "name": category.name,
        "regions": [region.code for region in category.regions],
        "value_from": str(category.value_from),
        "value_below": str(category.value_below or ""),
        "cpv_code": category.cpv_code,
        "turnover_floor": "900,000",
        "floor_by_group": "y",
    }
    assert client.post(address, data=typed).status_code == 302
    session.refresh(category)
    assert (category.turnover_floor, category.floor_by_group) == (Decimal(900_000), True)
    publish_draft(session, actor, market.framework)
    application, party = with_member(session, market, income_as_partner="880000")
    assess(session, market, application)
    assert [point.outcome for _, point in services.floors_of(application)] == [AssessmentOutcome.MET]
    page = text_of(client.get(f"/assessment/{application.public_id}"))
    assert f"{party.name} declared £880,000" in page
    party.left_at = NOW
    session.flush()
    found = [point.outcome for _, point in services.floors_of(application)]
    assert found == [AssessmentOutcome.NOT_MET], "who left counts no more"
    category.floor_by_group, party.left_at = False, None
    session.flush()
    assert [point.outcome for _, point in services.floors_of(application)] == [AssessmentOutcome.NOT_MET]
