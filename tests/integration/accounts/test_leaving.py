"""A leaver's work goes to a colleague: sections, evidence, assessments; duties are named anew."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.suppliers import services as suppliers
from core import clock
from core.accounts import services
from core.accounts.models import Person
from core.accounts.services import holdings_of
from core.audit.models import AuditEvent
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.framework import services as framework
from procurement.framework.types import FrameworkTag
from procurement.roles import ROLES
from tests.factories import NOW, actor_of, make_organisation, make_person
from tests.factories_framework import Market, assess, make_application, make_market


@pytest.fixture
def market(session: Session) -> Market:
    return make_market(session)


def text_of(response) -> str:
    return " ".join(response.get_data(as_text=True).split())


def give_work(session: Session, market: Market, person: Person):
    """One section to fill in and one entry of the library, both a person's."""
    application = make_application(session, market, answers={}, submit=False)
    framework.assign_section(
        session,
        actor=market.applying(session),
        now=NOW,
        application=application,
        section="How you work",
        number=3,
        person=person,
    )
    version = suppliers.keep_evidence(
        session, actor=actor_of(session, person), now=NOW, title="Policy", value="Words."
    )
    session.flush()
    return application, version.entry


def leave(session: Session, market: Market, person: Person, successor: Person | None) -> None:
    services.remove_colleague(
        session,
        actor=market.applying(session),
        now=clock.now(),
        today=clock.today(),
        roles=ROLES,
        person=person,
        last_day=None,
        successor=successor,
    )


def test_what_a_leaver_holds_goes_to_a_colleague_who_may(session: Session, market: Market) -> None:
    application, entry = give_work(session, market, market.editor)
    viewer = make_person(session, market.supplier, "supplier-viewer")
    for successor, code in ((None, "missing"), (market.editor, "missing"), (viewer, "may-not")):
        with pytest.raises(Refused, match=f"successor-{code}"):
            leave(session, market, market.editor, successor)
    colleague = make_person(session, market.supplier, "supplier-editor")
    leave(session, market, market.editor, colleague)
    session.expire_all()
    assert [row.person_id for row in application.assignments] == [colleague.id]
    assert entry.owner_id == colleague.id
    assert holdings_of(session, organisation_id=market.supplier.id, person=market.editor) == []


def test_who_holds_nothing_leaves_without_a_successor(session: Session, market: Market) -> None:
    leave(session, market, market.editor, None)


def test_a_role_that_the_work_needs_is_not_taken_away(session: Session, market: Market) -> None:
    give_work(session, market, market.editor)
    with pytest.raises(Refused, match="still-holds"):
        services.set_roles(
            session,
            actor=market.applying(session),
            now=NOW,
            today=clock.today(),
            roles=ROLES,
            person=market.editor,
            role_codes=["supplier-viewer"],
            scopes=[],
            seen="supplier-editor:",
        )


def test_assessments_go_on_with_a_colleague_but_not_with_an_applicants(
    session: Session, market: Market
) -> None:
    application = make_application(session, market)
    assess(session, market, application)
    colleague = make_person(session, market.authority, "framework-manager")
    actor = actor_of(session, colleague)
    with pytest.raises(Refused, match="successor-missing"):
        services.remove_colleague(
            session,
            actor=actor,
            now=NOW,
            today=clock.today(),
            roles=ROLES,
            person=market.manager,
            last_day=None,
        )
    conflicted = make_person(session, market.authority, "framework-manager")
    services.grant_membership(
        session,
        actor=actor,
        now=NOW,
        person=conflicted,
        organisation=market.supplier,
        role="supplier-viewer",
    )
    session.flush()
    for successor, refused in ((conflicted, True), (colleague, False)):
        values = {"last_day": clock.today() + timedelta(days=7), "successor": successor}
        if refused:
            with pytest.raises(Refused, match="successor-in-conflict"), session.begin_nested():
                remove(session, actor, market.manager, **values)
        else:
            remove(session, actor, market.manager, **values)
    assert application.assessor_id == colleague.id
    event = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.tag == FrameworkTag.ASSESSMENT_TAKEN_OVER)
    ).one()
    assert event.details["handed_over"] is True
    mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.to_address == colleague.email)).one()
    assert application.public_id in mail.subject


def remove(session: Session, actor, person: Person, **values: object) -> None:
    services.remove_colleague(
        session, actor=actor, now=NOW, today=clock.today(), roles=ROLES, person=person, **values
    )


def test_the_page_lists_what_is_held_and_asks_who_takes_over(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application, entry = give_work(session, market, market.editor)
    elsewhere = make_organisation(session)
    stranger = make_person(session, elsewhere, "supplier-editor")
    client.sign_in(market.administrator)
    address = f"/colleagues/{market.editor.public_id}/end"
    page = text_of(client.get(address))
    assert "1 section of an application to fill in" in page
    assert "1 entry of the evidence library to look after" in page
    assert "Who takes over?" in page
    assert stranger.name not in page
    response = client.post(address, data={"when": "now", "successor": ""})
    assert response.status_code == 422
    assert "Choose who takes over" in text_of(response)
    assert client.post(address, data={"when": "now", "successor": stranger.public_id}).status_code == 422
    data = {"when": "now", "successor": market.administrator.public_id}
    assert client.post(address, data=data).status_code == 302
    session.expire_all()
    assert entry.owner_id == market.administrator.id
    assert application.assignments[0].person_id == market.administrator.id
