"""Starting from a template or an earlier call-off: lots, criteria and terms; no dates, people, results."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.accounts.types import OrganisationKind
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.models import CallOff, CallOffTemplate
from procurement.calloffs.drafting.types import CallOffState, StaffTransfer
from procurement.framework.types import Reservation
from tests.factories import actor_of, make_organisation, make_person
from tests.factories_calloffs import Setting, make_published, make_setting
from tests.integration.calloffs.test_journey import text_of


@pytest.fixture
def setting(session: Session) -> Setting:
    return make_setting(session)


@pytest.fixture
def earlier(session: Session, setting: Setting) -> CallOff:
    """A call-off of last year with everything in it."""
    made = make_published(session, setting, now=clock.now() - timedelta(days=100))
    [lot] = made.lots
    lot.extensions, lot.extension_months, lot.mobilisation_weeks = 2, 12, 6
    lot.volume_source, lot.reserved_for = "Returns", Reservation.SUPPORTED_EMPLOYMENT
    lot.few_members_reason = "Only for this one"
    lot.volumes[0].people_low, lot.volumes[0].fixed_price = 7, Decimal("12.50")
    made.staff_transfer = StaffTransfer.APPLIES
    session.flush()
    return made


def copied(session: Session, title: str) -> CallOff:
    session.expire_all()
    return session.scalars(sa.select(CallOff).where(CallOff.title == title)).one()


def test_a_copy_has_the_same_content_and_nothing_of_its_time(
    client: FlaskClient, session: Session, setting: Setting, earlier: CallOff
) -> None:
    client.sign_in(setting.drafter)  # type: ignore[attr-defined]
    base = f"/commissioning/{earlier.public_id}"
    assert "Copy it to a new draft" in text_of(client.get(base))
    address = f"/commissioning/new?from={earlier.public_id}"
    assert earlier.title in text_of(client.get(address))
    blank = client.post("/commissioning/new", data={"title": "", "from": earlier.public_id})
    assert blank.status_code == 422
    assert f'value="{earlier.public_id}"' in blank.get_data(as_text=True)
    data = {"title": "Again", "framework": setting.framework.id, "from": earlier.public_id}
    assert client.post("/commissioning/new", data=data).status_code == 302
    copy = copied(session, "Again")
    assert queries.content_of(copy) == queries.content_of(earlier)
    assert (copy.state, copy.deadline, copy.published_at) == (CallOffState.DRAFT, None, None)
    assert (copy.staff_transfer, copy.conflicts_assessed) == (None, False)
    assert (copy.lots[0].starts_on, copy.lots[0].few_members_reason) == (None, "")
    assert [duty.person_id for duty in copy.duties] == [setting.drafter.id]
    assert {c.question_id for c in copy.criteria}.isdisjoint(c.question_id for c in earlier.criteria)


def test_a_template_stays_as_it_was_saved_and_goes_when_removed(
    client: FlaskClient, session: Session, setting: Setting, earlier: CallOff
) -> None:
    client.sign_in(setting.drafter)  # type: ignore[attr-defined]
    address = f"/commissioning/{earlier.public_id}/template"
    assert client.post(address, data={"name": " "}).status_code == 422
    assert client.post(address, data={"name": "Homes"}).status_code == 302
    again = client.post(address, data={"name": "Homes"})
    assert (again.status_code, "There is a template of this name" in text_of(again)) == (422, True)
    earlier.need = "Changed since"
    saved = session.scalars(sa.select(CallOffTemplate.public_id)).one()
    data = {"title": "From homes", "framework": setting.framework.id, "from": saved}
    client.post("/commissioning/new", data=data)
    assert copied(session, "From homes").need == "People leave prison without an address"
    assert "Start from Homes" in text_of(client.get("/commissioning/templates"))
    client.post(f"/commissioning/templates/{saved}/remove")
    assert client.get(f"/commissioning/new?from={saved}").status_code == 404


def test_another_authority_can_neither_copy_nor_use_a_template(
    client: FlaskClient, session: Session, setting: Setting, earlier: CallOff
) -> None:
    made = services.save_template(
        session,
        call_off=earlier,
        actor=actor_of(session, setting.drafter),
        now=clock.now(),
        name="Homes",
    )
    stranger = make_person(session, make_organisation(session, OrganisationKind.AUTHORITY), "commissioner")
    client.sign_in(stranger)  # type: ignore[attr-defined]
    for public_id in (made.public_id, earlier.public_id):
        assert client.get(f"/commissioning/new?from={public_id}").status_code == 404
    assert "Homes" not in text_of(client.get("/commissioning/templates"))


def test_levels_and_places_that_are_no_more_are_left_out(session: Session, setting: Setting) -> None:
    earlier = make_published(session, setting, now=clock.now() - timedelta(days=100))
    content = queries.content_of(earlier)
    [lot] = content["lots"]
    lot["places"].append("pdu:gone-since")
    lot["volumes"].append(lot["volumes"][0] | {"need_area": "attitudes", "complexity": "high"})
    copy = services.start_from(
        session,
        actor=actor_of(session, setting.drafter),
        now=clock.now(),
        framework_id=setting.framework.id,
        title="Later",
        content=content,
        source_note="a template",
    )
    known = {("accommodation", "low"), ("accommodation", "medium")}
    on_offer = queries.available_services(session)
    found = {(v.need_area.code, str(v.complexity)) for v in copy.lots[0].volumes}
    assert found == known | ({("attitudes", "high")} & on_offer)
    assert [place.code for place in copy.lots[0].places] == ["pfa:cleveland"]
