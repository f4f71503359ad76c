"""The market check of a draft on its pages: members, reasons, the record of bidding, what widens a lot."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.audit.services import record
from procurement.calloffs.bids.types import BidTag
from procurement.calloffs.drafting import queries
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types.market import WideningKind
from tests.factories import actor_of, make_organisation
from tests.factories_calloffs import (
    Setting,
    make_draft,
    make_framework,
    make_member,
    make_published,
    make_setting,
)
from tests.integration.calloffs.test_journey import text_of

LONG_AGO = timedelta(days=90)


def bid(
    session: Session, setting: Setting, call_off: CallOff, name: str, tag: BidTag = BidTag.SUBMITTED
) -> None:
    """Record that a supplier submitted a bid for the first lot, or withdrew it."""
    record(
        session,
        tag,
        actor=actor_of(session, setting.administrators[name]),
        now=call_off.published_at,
        subject=call_off,
        chain=call_off.public_id,
        details={"lot": 1},
    )


@pytest.fixture
def setting(session: Session) -> Setting:
    """An authority whose two eligible members were invited to three lots that have closed."""
    made = make_setting(session)
    for bidders in (("first", "second"), ("first",), ()):
        call_off = make_published(session, made, now=clock.now() - LONG_AGO)
        for name in bidders:
            bid(session, made, call_off, name)
    bid(session, made, call_off, "first")
    bid(session, made, call_off, "first", BidTag.WITHDRAWN)
    return made


def test_the_record_counts_bids_that_stand_for_invitations_that_have_closed(
    session: Session, setting: Setting
) -> None:
    make_published(session, setting, now=clock.now())  # open still: it says nothing yet
    draft = make_draft(session, setting, now=clock.now())
    [found] = queries.market(session, draft, clock.now())
    assert (found.expectation.record.invitations, found.expectation.record.bids) == (6, 3)
    assert (found.expectation.record.rate, found.expectation.expected) == (Decimal(50), Decimal("1.0"))
    assert found.expectation.others.invitations == 6


def test_the_page_says_who_is_eligible_why_others_are_not_and_what_would_widen_it(
    client: FlaskClient, session: Session, setting: Setting
) -> None:
    draft = make_draft(session, setting, now=clock.now())
    client.sign_in(setting.drafter)  # type: ignore[attr-defined]
    base = f"/commissioning/{draft.public_id}"
    assert "Market check" in text_of(client.get(f"{base}/draft"))
    assert "about 1" in text_of(client.get(f"{base}/market"))
    page = text_of(client.get(f"{base}/market/1"))
    for words in (
        "2 members of 5 suppliers",
        "1 supplier: Member for Accommodation, but not in North East",
        "1 supplier: Membership for Accommodation in North East is suspended",
        "3 bids for 6 invitations",
        "once the applications that wait are decided",
    ):
        assert words in page
    assert client.get(f"{base}/market/1?page=2").status_code == 404
    assert client.get(f"{base}/market/7").status_code == 404
    make_published_page = make_published(session, setting, now=clock.now())
    assert client.get(f"/commissioning/{make_published_page.public_id}/market").status_code == 302


def test_a_lot_over_two_regions_is_told_what_one_fewer_brings(session: Session) -> None:
    setting = make_setting(session)
    draft = make_draft(session, setting, now=clock.now())
    [lot] = draft.lots
    lot.places = [*lot.places, setting.framework.categories[0].regions[1]]
    session.flush()
    [found] = queries.market(session, draft, clock.now(), number=1)
    assert found.preview.invited == []
    by_what = {one.alternative.what: one.further for one in found.widenings}
    assert by_what == {"region:A": 1, "region:B": 2}
    assert {one.alternative.kind for one in found.widenings} == {WideningKind.WITHOUT_REGION}


def test_the_page_costs_the_same_however_many_members_there_are(
    client: FlaskClient, session: Session, setting: Setting
) -> None:
    draft = make_draft(session, setting, now=clock.now())
    client.sign_in(setting.drafter)  # type: ignore[attr-defined]
    counted: list[str] = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        counted.append(statement)

    def cost() -> int:
        session.flush()
        session.expire_all()
        counted.clear()
        engine = session.get_bind()
        sa.event.listen(engine, "before_cursor_execute", listen)
        assert client.get(f"/commissioning/{draft.public_id}/market/1").status_code == 200
        sa.event.remove(engine, "before_cursor_execute", listen)
        return len(counted)

    few = cost()
    for _ in range(8):
        make_member(session, setting.framework, make_organisation(session))
    elsewhere = make_framework(session, setting.authority)
    make_member(session, elsewhere, make_organisation(session))
    assert cost() == few
