"""The register of delegations on its pages, and that approving needs one that covers the whole."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.accounts.types import OrganisationKind
from core.reasons import Refused
from procurement.calloffs.delegations.models import Delegation
from procurement.calloffs.drafting import services
from procurement.calloffs.drafting.types import CallOffState
from procurement.calloffs.evaluation.services import approve_award
from tests.calloffs import priced, recommend_first
from tests.factories import NOW, actor_of, delegate, make_organisation, make_person
from tests.factories_calloffs import declare_all, make_draft, make_setting, place


def only(session: Session, person_id: int) -> Delegation:
    return session.scalars(sa.select(Delegation).where(Delegation.person_id == person_id)).one()


def test_approval_needs_a_delegation_of_the_value_with_every_extension(session: Session) -> None:
    setting = make_setting(session)
    call_off = make_draft(session, setting)
    declare_all(session, setting, call_off)
    held = only(session, setting.approver.id)
    [lot] = call_off.lots
    lot.extensions, lot.extension_months = 1, 12  # 240,000 over 24 months, so 360,000 with the extension
    held.value_limit = Decimal("359999.99")
    approver = actor_of(session, setting.approver)
    with pytest.raises(Refused, match="delegation_below_value"):
        services.approve(session, call_off=call_off, actor=approver, now=NOW)
    held.value_limit, held.regions = Decimal(360_000), [place(session, "region:B")]
    with pytest.raises(Refused, match="delegation_outside_region"):
        services.approve(session, call_off=call_off, actor=approver, now=NOW)
    held.regions = [place(session, "region:A")]
    held.absent_from = NOW.date()
    with pytest.raises(Refused, match="delegation_holder_absent"):
        services.approve(session, call_off=call_off, actor=approver, now=NOW)
    held.absent_to = held.absent_from = NOW.date() - timedelta(days=1)
    services.approve(session, call_off=call_off, actor=approver, now=NOW)
    assert call_off.state is CallOffState.APPROVED


def test_a_deputy_approves_while_the_holder_is_absent(session: Session) -> None:
    setting = make_setting(session)
    holder = make_person(session, setting.authority, "approver")
    held, own = only(session, holder.id), only(session, setting.approver.id)
    session.delete(own)
    held.deputy_id = setting.approver.id
    call_off = make_draft(session, setting)
    declare_all(session, setting, call_off)
    deputy = actor_of(session, setting.approver)
    with pytest.raises(Refused, match="deputy_while_holder_is_there"):
        services.approve(session, call_off=call_off, actor=deputy, now=NOW)
    held.absent_from = NOW.date()
    services.approve(session, call_off=call_off, actor=deputy, now=NOW)


def test_the_register_is_kept_by_the_administrator_alone(client: FlaskClient, session: Session) -> None:
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    manager = make_person(session, authority, "framework-manager")
    approver, other = (make_person(session, authority, "approver") for _ in range(2))
    client.sign_in(approver)  # type: ignore[attr-defined]
    assert "keep this register" in client.get("/delegations").get_data(as_text=True)
    assert client.get("/delegations/new").status_code == 403
    client.sign_in(manager)  # type: ignore[attr-defined]
    bad = client.post("/delegations/new", data={"value_limit": "lots", "regions": "region:A"})
    assert bad.status_code == 422
    for words in (
        "Choose who may approve",
        "must be an amount in pounds",
        "Enter the first day",
        'value="lots"',
    ):
        assert words in bad.get_data(as_text=True)
    day = clock.today()
    data = {
        "person": approver.public_id,
        "deputy": approver.public_id,
        "value_limit": "250,000",
        "regions": ["region:A", "region:B"],
        "valid_from-day": day.day,
        "valid_from-month": day.month,
        "valid_from-year": day.year,
    }
    assert "The deputy must be another person" in client.post("/delegations/new", data=data).get_data(
        as_text=True
    )
    assert client.post("/delegations/new", data=data | {"deputy": other.public_id}).status_code == 302
    page = client.get("/delegations").get_data(as_text=True)
    assert "£250,000" in page
    assert "North East, North West" in page
    made = session.scalars(sa.select(Delegation).where(Delegation.value_limit.is_not(None))).one()
    client.post(f"/delegations/{made.public_id}", data=data | {"value_limit": "9", "deputy": ""})
    session.expire_all()
    assert (made.value_limit, made.deputy_id) == (Decimal(9), None)
    client.post(f"/delegations/{made.public_id}/end")
    session.expire_all()
    assert made.valid_to == day


def statements(session: Session, client: FlaskClient, address: str) -> int:
    """How many statements a page takes."""
    seen: list[str] = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    session.commit()
    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", listen)
    assert client.get(address).status_code == 200
    sa.event.remove(engine, "before_cursor_execute", listen)
    return len(seen)


def test_the_register_costs_the_same_whatever_its_length(client: FlaskClient, session: Session) -> None:
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, authority, "framework-manager"))  # type: ignore[attr-defined]

    def add() -> None:
        person = make_person(session, authority, "commissioner")
        delegate(session, authority, person).regions = [place(session, "region:A")]

    add()
    few = statements(session, client, "/delegations")
    for _ in range(6):
        add()
    assert statements(session, client, "/delegations") == few


def test_an_award_needs_a_delegation_too(session: Session) -> None:
    competition = priced(session)
    recommend_first(session, competition)
    held = only(session, competition.approver.id)
    held.value_limit = Decimal("239999.99")

    def approve() -> None:
        approve_award(
            session,
            call_off=competition.call_off,
            actor=competition.authority_actor(competition.approver),
            now=clock.now(),
        )

    with pytest.raises(Refused, match="delegation_below_value"):
        approve()
    held.value_limit = Decimal(240_000)
    approve()
    assert competition.call_off.state is CallOffState.AWARD_APPROVED
