"""Several authorities on one call-off: shares, reading, and each one's own approval before publication."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.accounts.models import Organisation, Person
from core.accounts.types import OrganisationKind
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.calloffs.delegations.models import Delegation
from procurement.calloffs.drafting import services
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffState
from tests.factories import actor_of, make_organisation, make_person
from tests.factories_calloffs import Setting, declare_all, make_draft, make_setting
from tests.integration.calloffs.test_journey import text_of


class Joint:
    """A draft that two authorities buy together, 60 to 40, and the partner's people."""

    def __init__(self, session: Session):
        self.setting: Setting = make_setting(session)
        self.partner: Organisation = make_organisation(session, OrganisationKind.AUTHORITY, "Example partner")
        self.approver: Person = make_person(session, self.partner, "approver")
        self.commissioner: Person = make_person(session, self.partner, "commissioner")
        self.now = clock.now()
        self.call_off: CallOff = make_draft(session, self.setting, now=self.now)
        self.drafter = actor_of(session, self.setting.drafter)
        here = {"call_off": self.call_off, "actor": self.drafter, "now": self.now}
        services.name_partner(session, authority=self.partner, share=Decimal(40), **here)
        services.save_lead_share(session, share=Decimal(60), **here)
        declare_all(session, self.setting, self.call_off, now=self.now)

    def approve(self, session: Session) -> None:
        lead = actor_of(session, self.setting.approver)
        services.approve(session, call_off=self.call_off, actor=lead, now=self.now)

    def publish(self, session: Session) -> None:
        services.publish(session, call_off=self.call_off, actor=self.drafter, now=self.now)


@pytest.fixture
def joint(session: Session) -> Joint:
    return Joint(session)


def test_it_is_published_only_once_every_authority_has_approved(session: Session, joint: Joint) -> None:
    partner = actor_of(session, joint.approver)

    def approve(has_conflict: bool | None = False) -> None:
        services.approve_as_partner(
            session, call_off=joint.call_off, actor=partner, now=joint.now, has_conflict=has_conflict
        )

    with pytest.raises(Refused, match="lead_approves_first"):
        approve()
    joint.approve(session)
    told = session.scalars(sa.select(OutboxMessage.to_address).where(OutboxMessage.subject.contains("joint")))
    assert list(told) == [joint.approver.email]
    with pytest.raises(Refused, match="partner_has_not_approved"):
        joint.publish(session)
    with pytest.raises(Refused, match="declare_first"):
        approve(None)
    with pytest.raises(Refused, match="you_are_in_conflict"):
        approve(True)
    held = session.scalars(sa.select(Delegation).where(Delegation.person_id == joint.approver.id)).one()
    held.value_limit = Decimal("95999.99")  # its share is 40% of 240,000
    with pytest.raises(Refused, match="delegation_below_value"):
        approve()
    held.value_limit = Decimal(96_000)
    approve()
    joint.publish(session)
    assert joint.call_off.state is CallOffState.PUBLISHED


def test_what_is_changed_after_all_is_approved_by_everyone_anew(session: Session, joint: Joint) -> None:
    joint.approve(session)
    services.approve_as_partner(
        session,
        call_off=joint.call_off,
        actor=actor_of(session, joint.approver),
        now=joint.now,
        has_conflict=False,
    )
    services.return_to_draft(
        session, call_off=joint.call_off, actor=joint.drafter, now=joint.now, reason="A mistake"
    )
    joint.approve(session)
    with pytest.raises(Refused, match="partner_has_not_approved"):
        joint.publish(session)


def test_shares_make_a_hundred_and_pounds(client: FlaskClient, session: Session, joint: Joint) -> None:
    client.sign_in(joint.setting.drafter)  # type: ignore[attr-defined]
    base = f"/commissioning/{joint.call_off.public_id}"
    assert "£144,000" in text_of(client.get(f"{base}/partners"))
    assert "£96,000" in text_of(client.get(f"{base}/partners"))
    assert client.post(f"{base}/partners/lead", data={"lead_share": "59.99"}).status_code == 302
    assert "The funding shares make 99.99%" in text_of(client.get(f"{base}/partners"))
    bad = client.post(f"{base}/partners", data={"authority": "OR-NOBODY", "share": "much"})
    assert bad.status_code == 422
    assert 'value="much"' in bad.get_data(as_text=True)
    assert "Choose an authority" in text_of(bad)
    client.post(f"{base}/partners/{joint.partner.public_id}/release")
    session.expire_all()
    assert (joint.call_off.partners, joint.call_off.lead_share) == ([], None)


def test_a_partner_reads_and_approves_and_changes_nothing(
    client: FlaskClient, session: Session, joint: Joint
) -> None:
    base = f"/commissioning/{joint.call_off.public_id}"
    client.sign_in(joint.commissioner)  # type: ignore[attr-defined]
    assert joint.call_off.title in text_of(client.get("/commissioning"))
    for page in ("", "/timeline", "/invitations", "/check", "/market", "/market/1"):
        assert client.get(base + page).status_code == 200, page
    assert "Go on drafting" not in text_of(client.get(base))
    for page in ("/draft", "/lots", "/basics", "/people"):
        assert client.get(base + page).status_code == 404, page
    assert client.post(f"{base}/publish").status_code == 404
    joint.approve(session)
    session.commit()
    client.sign_in(joint.approver)  # type: ignore[attr-defined]
    assert "40% of every budget" in text_of(client.get(f"{base}/check"))
    assert client.post(f"{base}/approve").status_code == 404
    assert "Declare first" in text_of(client.post(f"{base}/partner-approval"))
    assert client.post(f"{base}/partner-approval", data={"answer": "no"}).status_code == 302
    assert f"Approved by {joint.approver.name}" in text_of(client.get(base))
    stranger = make_person(session, make_organisation(session, OrganisationKind.AUTHORITY), "approver")
    client.sign_in(stranger)  # type: ignore[attr-defined]
    assert client.get(base).status_code == 404
    assert client.post(f"{base}/partner-approval", data={"answer": "no"}).status_code == 404
    assert joint.call_off.title not in text_of(client.get("/commissioning"))
