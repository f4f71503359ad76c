"""Suppliers renamed, merged and insolvent: what is shown is what is done, and everyone concerned sees it."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers.models import Offer, OfferListing
from catalogue.offers.types import OfferState
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.calloffs.evaluation.queries import scoped
from procurement.changes import services
from procurement.changes.models import SupplierChange
from procurement.changes.types import Change, ChangeKind, OfferFate, Outcome
from procurement.framework import queries as framework_queries
from procurement.framework.models import Concern
from procurement.framework.types import ConcernKind
from tests.calloffs import priced
from tests.factories import NOW, actor_of
from tests.factories_framework import (
    NORTH_EAST,
    Market,
    another_supplier,
    make_application,
    make_market,
    make_member,
    standing,
)
from tests.factories_offers import actor_with, published_offer
from tests.factories_partners import listed, make_supplier, name_one

DAY = date(2026, 8, 20)
INSOLVENCY = Change(ChangeKind.INSOLVENCY, DAY, evidence="A notice in the Gazette.")


@pytest.fixture
def market(session: Session) -> Market:
    market = make_market(session)
    make_member(session, market)
    return market


def text_of(response) -> str:
    return " ".join(response.get_data(as_text=True).split())


def an_offer(session: Session, market: Market) -> Offer:
    actor = actor_with(market.supplier, "supplier-administrator", market.administrator.id)
    return published_offer(session, actor=actor, places=(NORTH_EAST,)).offer


def do(session: Session, market: Market, change: Change) -> SupplierChange:
    return services.record_change(
        session, actor=market.managing(session), now=NOW, supplier=market.supplier, change=change
    )


def test_a_new_name_keeps_everything_and_the_old_one_in_history(session: Session, market: Market) -> None:
    offer = an_offer(session, market)
    before, old = standing(session, market), market.supplier.name
    change = do(
        session, market, Change(ChangeKind.RENAMING, DAY, new_name="Example anew", evidence="The register.")
    )
    assert (market.supplier.name, change.old_name) == ("Example anew", old)
    assert standing(session, market) == before
    assert offer.versions[-1].state is OfferState.PUBLISHED
    assert {effect["outcome"] for effect in change.effects} == {"kept"}
    assert session.scalars(sa.select(Concern)).all() == []


def test_an_insolvency_hides_offers_and_flags_the_rest(session: Session, market: Market) -> None:
    offer = an_offer(session, market)
    before = standing(session, market)
    do(session, market, INSOLVENCY)
    assert standing(session, market) == before
    assert offer.versions[-1].state is OfferState.SUSPENDED
    assert session.get(OfferListing, offer.id) is None
    (concern,) = framework_queries.concerns_about_members(
        session, framework_id=market.framework.id, authority_id=market.authority.id
    )
    assert (concern.kind, concern.event_on) == (ConcernKind.INSOLVENCY, DAY)
    subjects = session.scalars(
        sa.select(OutboxMessage.subject).where(OutboxMessage.to_address == market.administrator.email)
    ).all()
    assert f"A change of {market.supplier.name} is recorded" in subjects


@pytest.mark.parametrize("fate", list(OfferFate))
def test_a_merger_moves_or_withdraws_offers_and_passes_no_membership(
    session: Session, market: Market, fate: OfferFate
) -> None:
    offer = an_offer(session, market)
    successor, _ = another_supplier(session)
    merger = Change(
        ChangeKind.MERGER, DAY, successor=successor.public_id, offers=fate, evidence="The register."
    )
    do(session, market, merger)
    held = framework_queries.memberships_in(
        session, framework_id=market.framework.id, supplier_id=successor.id
    )
    assert list(held) == []
    if fate is OfferFate.MOVE:
        assert offer.supplier_id == successor.id
        assert offer.versions[-1].state is OfferState.PUBLISHED
    else:
        assert offer.supplier_id == market.supplier.id
        assert offer.versions[-1].state is OfferState.WITHDRAWN


@pytest.mark.parametrize("kind", [ChangeKind.INSOLVENCY, ChangeKind.MERGER, ChangeKind.RENAMING])
def test_supply_chains_and_waiting_applications_are_flagged_and_told(
    session: Session, market: Market, kind: ChangeKind
) -> None:
    _, lead_person, lead_actor = make_supplier(session, "Lead Charity")
    partner, partner_person, _ = make_supplier(session, "Small Partner")
    supplier = actor_of(session, market.administrator)
    listing = listed(session, supplier)
    name_one(session, lead_actor, market.supplier)
    name_one(session, supplier, partner)
    successor, _ = another_supplier(session)
    held = {(code, region) for code, region, _ in standing(session, market)}
    free = {
        (category.code, region.code)
        for category in market.framework.categories
        for region in category.regions
    } - held
    application = make_application(session, market, chosen=sorted(free)[:1])
    change = Change(
        kind,
        DAY,
        new_name="New Name",
        successor=successor.public_id if kind is ChangeKind.MERGER else "",
        offers=OfferFate.MOVE if kind is ChangeKind.MERGER else None,
        evidence="The register.",
    )
    done = do(session, market, change)
    found = {effect["subject"]: effect for effect in done.effects}
    assert {"part", "partner", "application"} <= set(found)
    assert application.public_id in found["application"]["name"]
    expected = "kept" if kind is ChangeKind.RENAMING else "flagged"
    assert {found[one]["outcome"] for one in ("part", "partner", "application")} == {expected}
    for person in (lead_person, partner_person):
        mails = session.scalars(
            sa.select(OutboxMessage.subject).where(OutboxMessage.to_address == person.email)
        ).all()
        assert sum("in a supply chain with you" in subject for subject in mails) == 1
    assert (listing.closed_at is None) == (kind is ChangeKind.RENAMING)


def test_what_has_changed_since_it_was_shown_is_not_done(session: Session, market: Market) -> None:
    actor = market.managing(session)
    shown = services.marks_of(
        services.effects_of(session, actor=actor, supplier=market.supplier, change=INSOLVENCY)
    )
    an_offer(session, market)
    with pytest.raises(Refused) as refused:
        services.record_change(
            session, actor=actor, now=NOW, supplier=market.supplier, change=INSOLVENCY, seen=shown
        )
    assert [reason.code for reason in refused.value.reasons] == ["effects_changed"]
    assert session.scalars(sa.select(SupplierChange)).all() == []


def test_a_manager_sees_the_effects_before_they_are_made(
    client: FlaskClient, session: Session, market: Market
) -> None:
    client.sign_in(market.manager)
    assert market.supplier.name in text_of(client.get("/supplier-changes"))
    assert "No supplier matches" in text_of(client.get("/supplier-changes?words=nobody"))
    address = f"/supplier-changes/of/{market.supplier.public_id}"
    assert client.get(address).status_code == 200
    data = {
        "kind": "insolvency",
        "effective_on-day": "20",
        "effective_on-month": "8",
        "effective_on-year": "2026",
        "evidence": "A notice in the Gazette.",
    }
    assert client.post(f"{address}/effects", data={**data, "evidence": ""}).status_code == 422
    wrong = client.post(f"{address}/effects", data={**data, "kind": "merger", "successor": "OR-NOPE"})
    assert "Enter the reference of a supplier that has an account here" in text_of(wrong)
    assert "Choose what becomes of its offers" in text_of(wrong)
    shown = client.post(f"{address}/effects", data=data)
    assert shown.status_code == 200
    assert "consider whether it is suspended or removed" in text_of(shown)
    assert session.scalars(sa.select(SupplierChange)).all() == []
    stale = client.post(address, data={**data, "seen": "odd"})
    assert stale.status_code == 409
    marks = services.marks_of(
        services.effects_of(
            session, actor=market.managing(session), supplier=market.supplier, change=INSOLVENCY
        )
    )
    import json

    done = client.post(address, data={**data, "seen": json.dumps(marks)})
    assert done.status_code == 302
    assert "A notice in the Gazette." in text_of(client.get(done.location))

    member = f"/manage/frameworks/{market.framework.public_id}/members/{market.supplier.public_id}"
    page = text_of(client.get(member))
    assert "It may lead to an exclusion until 20 August 2029" in page
    assert "insolvency on 20 August 2026" in text_of(client.get(member.rpartition("/")[0]))
    concern = session.scalars(sa.select(Concern)).one()
    settling = f"{member}/concerns/{concern.id}"
    assert client.get(settling).status_code == 200
    assert client.post(settling, data={"settlement": ""}).status_code == 422
    assert client.post(settling, data={"settlement": "Its funder pays."}).status_code == 302
    assert "Its funder pays." in text_of(client.get(member))
    again = client.post(settling, data={"settlement": "Once more."})
    assert "considered already" in text_of(again)


def test_evaluators_and_those_who_award_see_an_insolvent_bidder(
    client: FlaskClient, session: Session
) -> None:
    competition = priced(session)
    call_off = competition.call_off
    bid = scoped.all_standing(session, call_off)[0]
    session.add(
        Concern(
            authority_id=call_off.authority_id,
            supplier_id=bid.supplier_id,
            kind=ConcernKind.INSOLVENCY,
            event_on=DAY,
            note="The Gazette.",
            raised_at=NOW,
        )
    )
    session.flush()
    found = scoped.concerns_on(session, call_off, scoped.all_standing(session, call_off))
    assert list(found) == [bid.supplier_id]
    client.sign_in(competition.commissioner)
    page = text_of(client.get(f"/commissioning/{call_off.public_id}/ranking"))
    assert f"{bid.supplier.name} is insolvent since 20 August 2026" in page


def test_effects_are_of_the_authoritys_own_frameworks(session: Session, market: Market) -> None:
    other = make_market(session)
    effects = services.effects_of(
        session, actor=other.managing(session), supplier=market.supplier, change=INSOLVENCY
    )
    assert effects == []
    assert Outcome.FLAGGED in {
        effect.outcome
        for effect in services.effects_of(
            session, actor=market.managing(session), supplier=market.supplier, change=INSOLVENCY
        )
    }
