"""Notices of call-offs: made from the steps of each regime, due as its rule says, read as page, PDF, JSON."""

import io
from datetime import timedelta

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.audit.models import AuditEvent
from core.calendar import london_date
from procurement.calloffs.drafting import services as drafting
from procurement.framework.types import Regime
from procurement.notices.models import Notice
from procurement.notices.services import generate_notices
from tests.calloffs import priced
from tests.factories import NOW, actor_of, make_person
from tests.factories_calloffs import make_draft, make_published, make_setting
from tests.integration.test_open_contracting import finish


def kinds(session: Session) -> list[str]:
    return [str(one.kind) for one in session.scalars(sa.select(Notice).order_by(Notice.id)) if one.call_off]


@pytest.mark.parametrize(
    ("regime", "wanted"), [(Regime.DYNAMIC_MARKET, ["UK6", "UK7"]), (Regime.DPS, ["PCR50"])]
)
def test_the_end_of_a_competition_has_the_notices_of_its_regime(
    app: Flask, session: Session, regime: Regime, wanted: list[str]
) -> None:
    competition = priced(session, regime=regime)
    assert generate_notices(session, now=clock.now()) == 0
    finish(app, session, competition)
    assert generate_notices(session, now=clock.now()) == len(wanted)
    assert generate_notices(session, now=clock.now()) == 0
    assert kinds(session) == wanted
    last = session.scalars(sa.select(Notice).order_by(Notice.id.desc()).limit(1)).one()
    days = 120 if regime is Regime.DYNAMIC_MARKET else 30
    assert last.due_on == london_date(last.happened_at) + timedelta(days=days)
    assert last.content["contract"]["supplier"] == competition.suppliers[1][0].name
    assert last.content["contract"]["value"] == "91200.00"
    if regime is Regime.DYNAMIC_MARKET:
        award = session.scalars(sa.select(Notice).order_by(Notice.id).limit(1)).one()
        assert award.due_on == london_date(award.happened_at)
        assert [one["bids"] for one in award.content["awards"]] == [2]
        assert competition.suppliers[0][0].name not in str(award.content)


@pytest.mark.parametrize(("regime", "wanted"), [(Regime.DYNAMIC_MARKET, ["UK4", "UK12"]), (Regime.DPS, [])])
def test_a_call_off_is_noticed_when_published_and_when_stopped(
    session: Session, regime: Regime, wanted: list[str]
) -> None:
    setting = make_setting(session, regime=regime)
    call_off = make_published(session, setting)
    actor = actor_of(session, setting.drafter)
    drafting.cancel(session, call_off=call_off, actor=actor, now=NOW, reason="The need has gone.")
    generate_notices(session, now=NOW)
    assert kinds(session) == wanted
    for notice in session.scalars(sa.select(Notice).where(Notice.kind == "UK4")):
        assert notice.content["market"]["identifier"] == setting.framework.public_id
        assert notice.due_on == london_date(NOW)
        assert notice.content["lots"]


def test_a_draft_that_is_given_up_has_no_notice(session: Session) -> None:
    setting = make_setting(session)
    call_off = make_published(session, setting)
    generate_notices(session, now=NOW)
    before = len(kinds(session))
    draft = make_draft(session, setting)
    drafting.cancel(
        session, call_off=draft, actor=actor_of(session, setting.drafter), now=NOW, reason="Not needed."
    )
    generate_notices(session, now=NOW)
    assert len(kinds(session)) == before
    assert call_off.published_at is not None


def test_a_commissioner_reads_publishes_and_finds_it_in_the_chain_of_the_call_off(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    competition = priced(session)
    finish(app, session, competition)
    generate_notices(session, now=clock.now())
    session.commit()
    client.sign_in(competition.commissioner)
    listed = client.get(f"/notices?call_off={competition.call_off.public_id}").get_data(as_text=True)
    assert "Contract award notice" in listed
    assert "Contract details notice" in listed
    notice = session.scalars(sa.select(Notice).where(Notice.kind == "UK7")).one()
    page = client.get(f"/notices/{notice.public_id}").get_data(as_text=True)
    assert "PA 2023 s.53: 120 days after the contract" in page
    assert "£91,200" in page
    body = client.get(f"/notices/{notice.public_id}.pdf")
    reader = pypdf.PdfReader(io.BytesIO(body.data))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Contract details notice" in reader.pages[0].extract_text()
    assert client.get(f"/notices/{notice.public_id}.json").json["contract"]["value"] == "91200.00"
    client.post(f"/notices/{notice.public_id}/published", data={"reference": "012345-2026"})
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "notice:published")).one()
    assert event.chain == competition.call_off.public_id


def test_another_authority_finds_no_notice(app: Flask, client: FlaskClient, session: Session) -> None:
    competition, other = priced(session), priced(session)
    finish(app, session, competition)
    generate_notices(session, now=clock.now())
    notice = session.scalars(sa.select(Notice).where(Notice.kind == "UK6")).one()
    session.commit()
    client.sign_in(make_person(session, other.authority, "framework-manager"))
    assert client.get(f"/notices/{notice.public_id}").status_code == 404
