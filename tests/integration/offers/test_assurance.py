"""Confirming offers: reminders, notice, hiding and coming back, with the mails and the record of each."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import OfferAssurance, OfferListing, OfferVersion
from catalogue.offers.rules.assurance import months_later
from catalogue.offers.types import AssuranceEvent, AssuranceTerms
from core import clock
from core.audit.models import AuditEvent
from core.jobs.models import Job, OutboxMessage
from core.jobs.services import ask_for_daily_jobs, run_due_jobs
from tests.factories import NOW, make_organisation, make_person
from tests.factories_offers import draft_offer, manager_actor, published_offer, supplier_actor
from tests.integration.offers.pages import text_of

REMIND, NOTICE, HIDE = AssuranceEvent
TERMS = AssuranceTerms()


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def follow(session: Session, day: date) -> Counter[AssuranceEvent]:
    return services.follow_assurance(session, now=on(day), terms=TERMS)


def listed(session: Session, version: OfferVersion) -> bool:
    session.flush()
    return session.get(OfferListing, version.offer_id) is not None


def test_from_publication_to_hidden_and_back(session: Session) -> None:
    supplier = supplier_actor(session)
    version = published_offer(session, actor=supplier)
    start = queries.assurance_of(session, version.offer_id).assured_on
    assert start == NOW.date()
    stale = start.replace(year=start.year + 1)
    days = (stale - timedelta(days=31), stale - timedelta(days=30), stale, stale + timedelta(days=29))
    assert [follow(session, day) for day in days] == [{}, {REMIND: 1}, {NOTICE: 1}, {}]
    assert listed(session, version)
    gone = stale + timedelta(days=30)
    assert follow(session, gone) == {HIDE: 1}
    assert follow(session, gone) == {}
    assert not listed(session, version)
    # A membership that is refreshed does not bring it back, nor does anything but the supplier's word.
    services.refresh_listings(session, supplier.organisation_id)
    assert not listed(session, version)
    services.confirm_offer(session, actor=supplier, now=on(gone), version=version)
    assert listed(session, version)
    assert queries.assurance_of(session, version.offer_id).assured_on == gone
    tags = session.scalars(
        sa.select(AuditEvent.tag).where(AuditEvent.tag.startswith("offer:")).order_by(AuditEvent.id)
    ).all()
    assert list(tags[-4:]) == [
        "offer:confirmation-reminded",
        "offer:confirmation-missed",
        "offer:hidden-as-stale",
        "offer:confirmed",
    ]


def test_each_person_gets_one_mail_for_all_their_offers(session: Session) -> None:
    organisation = make_organisation(session)
    supplier = supplier_actor(session, organisation)
    person = make_person(session, organisation, "supplier-administrator")
    for title in ("Alpha rooms", "Beta rooms"):
        published_offer(session, actor=supplier, title=title)
    session.execute(sa.delete(OutboxMessage))
    stale = NOW.date().replace(year=NOW.year + 1)
    assert follow(session, stale) == {NOTICE: 2}
    mails = session.scalars(sa.select(OutboxMessage)).all()
    assert [mail.to_address for mail in mails] == [person.email]
    for words in (
        "Alpha rooms",
        "Beta rooms",
        f"leaves the catalogue on {(stale + timedelta(days=30)).day} ",
    ):
        assert words in mails[0].body


def test_a_new_version_is_a_new_confirmation(session: Session) -> None:
    supplier = supplier_actor(session)
    version = published_offer(session, actor=supplier)
    stale = NOW.date().replace(year=NOW.year + 1)
    follow(session, stale)
    follow(session, stale + timedelta(days=30))
    newer = services.start_new_version(session, actor=supplier, now=NOW, offer=version.offer)
    services.submit_offer(session, actor=supplier, now=NOW, version=newer)
    services.publish_offer(
        session, actor=manager_actor(session), now=on(stale + timedelta(days=40)), version=newer
    )
    assert listed(session, newer)
    assert queries.assurance_of(session, version.offer_id).noticed_on is None


def test_a_suspended_offer_is_asked_nothing(session: Session) -> None:
    version = published_offer(session)
    services.suspend_offer(
        session, actor=manager_actor(session), now=NOW, version=version, reason="A complaint."
    )
    assert follow(session, NOW.date() + timedelta(days=800)) == {}


def test_the_worker_asks_once_a_day(app: Flask, session: Session) -> None:
    version = published_offer(session)
    row = session.get_one(OfferAssurance, version.offer_id)
    row.assured_on = date(2020, 1, 1)
    session.commit()
    assert ask_for_daily_jobs(app) >= 1
    assert ask_for_daily_jobs(app) == 0
    run_due_jobs(app)
    job = session.scalars(sa.select(Job).where(Job.kind == "offers.follow-assurance")).one()
    assert job.result == {"notice": 1, "marks": 0}
    session.refresh(row)
    assert row.noticed_on is not None


def test_a_supplier_confirms_on_a_page_what_the_catalogue_marks(
    session: Session, client: FlaskClient
) -> None:
    organisation = make_organisation(session)
    version = published_offer(session, actor=supplier_actor(session, organisation))
    public_id = version.offer.public_id
    row = session.get_one(OfferAssurance, version.offer_id)
    row.assured_on = months_later(clock.today(), -14)
    session.commit()
    for address in ("/catalogue", f"/catalogue/{public_id}"):
        assert "Last confirmed 14 months ago" in text_of(client.get(address)), address
    client.sign_in(make_person(session, organisation, "supplier-administrator"))
    start = text_of(client.get("/start"))
    assert "Offers to confirm" in start
    assert "1 thing waits for you" in start
    assert "Not confirmed" in text_of(client.get("/offers"))
    address = f"/offers/{public_id}/versions/1/confirm"
    assert "£1,234.50" in text_of(client.get(address))
    assert client.post(address).status_code == 302
    assert "Offers to confirm" not in text_of(client.get("/start"))
    assert "Last confirmed 14" not in text_of(client.get("/catalogue"))
    assert client.post(f"/offers/{public_id}/versions/2/confirm").status_code == 404


def test_what_is_not_published_is_not_confirmed(session: Session, client: FlaskClient) -> None:
    organisation = make_organisation(session)
    version = draft_offer(session, actor=supplier_actor(session, organisation))
    client.sign_in(make_person(session, organisation, "supplier-administrator"))
    address = f"/offers/{version.offer.public_id}/versions/1/confirm"
    assert client.get(address).status_code == 302
    client.post(address)
    assert session.get(OfferAssurance, version.offer_id) is None


def test_a_hidden_offer_says_so_to_its_supplier(session: Session, client: FlaskClient) -> None:
    organisation = make_organisation(session)
    version = published_offer(session, actor=supplier_actor(session, organisation))
    stale = NOW.date().replace(year=NOW.year + 1)
    follow(session, stale)
    follow(session, stale + timedelta(days=30))
    session.commit()
    client.sign_in(make_person(session, organisation, "supplier-viewer"))
    page = text_of(client.get(f"/offers/{version.offer.public_id}"))
    assert "not in the catalogue now" in page
    assert "because nobody confirmed it since" in page
    assert "An administrator of your organisation confirms it" in page
    assert "See it as the public does" not in page
    assert client.get(f"/catalogue/{version.offer.public_id}").status_code == 404
    assert "Hidden, because nobody confirmed version 1" in text_of(client.get("/offers"))
