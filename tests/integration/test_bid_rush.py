"""Many at once, on a database of their own: no submission lost, none twice, none gained by waiting."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from core import clock
from core.actor import Actor
from core.audit.queries import verify
from core.db import db
from core.reasons import Refused
from procurement.calloffs.bids.models import Bid, BidSubmission, EnvelopeKey
from procurement.calloffs.bids.queries import bid_of, receipt_of
from procurement.calloffs.bids.rules import receipt_problems
from procurement.calloffs.bids.services import start_bid, submit_bid
from procurement.calloffs.drafting.models import CallOff, Lot
from tests.calloffs import make_competition, write_bid
from tests.integration.conftest import make_app

SUPPLIERS, TIMES = 6, 3


@dataclass(frozen=True)
class Written:
    """A complete draft and who may submit it."""

    bid: str
    actor: Actor


@pytest.fixture
def rush(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty migrated database, where commits are commits."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        mine = f"sqlite:///{tmp_path / 'rush.sqlite3'}"
    else:
        address = f"host={url.host} port={url.port} user={url.username} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as server:
            server.execute("DROP DATABASE IF EXISTS throughgate_rush WITH (FORCE)")
            server.execute("CREATE DATABASE throughgate_rush TEMPLATE template0 ENCODING 'UTF8'")
        mine = url.set(database="throughgate_rush").render_as_string(hide_password=False)
    app = make_app(mine, tmp_path)
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


def written_bids(app: Flask) -> tuple[str, list[Written]]:
    """A call-off (its public identifier) and a complete draft of each invited supplier."""
    with app.app_context():
        competition = make_competition(db.session, suppliers=SUPPLIERS)
        drafts = [
            Written(write_bid(db.session, competition, number).public_id, competition.supplier_actor(number))
            for number in range(SUPPLIERS)
        ]
        db.session.commit()
        return competition.call_off.public_id, drafts


def submit_once(app: Flask, draft: Written, barrier: Barrier) -> str:
    """What one request does; returns the fingerprint, or the code of the refusal."""
    with app.app_context():
        barrier.wait(timeout=30)
        bid = bid_of(db.session, actor=draft.actor, public_id=draft.bid)
        assert bid is not None
        try:
            mark = submit_bid(db.session, bid=bid, actor=draft.actor).fingerprint
        except Refused as refusal:
            db.session.rollback()
            return refusal.reasons[0].code
        db.session.commit()
        return mark


def all_at_once(app: Flask, drafts: list[Written]) -> list[str]:
    barrier = Barrier(len(drafts))
    with ThreadPoolExecutor(max_workers=len(drafts)) as threads:
        return list(threads.map(lambda draft: submit_once(app, draft, barrier), drafts))


def test_parallel_submissions_leave_one_receipt_each(rush: Flask) -> None:
    call_off, drafts = written_bids(rush)
    answers = all_at_once(rush, drafts * TIMES)
    with rush.app_context():
        rows = db.session.scalars(sa.select(BidSubmission).order_by(BidSubmission.id)).all()
        assert len(rows) == SUPPLIERS
        assert {row.number for row in rows} == {1}
        # Every click was answered with the receipt of its own bid.
        by_bid = {row.bid.public_id: row.fingerprint for row in rows}
        assert answers == [by_bid[draft.bid] for draft in drafts * TIMES]
        assert len({row.chain_sequence for row in rows}) == SUPPLIERS
        for draft in drafts:
            bid = bid_of(db.session, actor=draft.actor, public_id=draft.bid)
            assert bid is not None
            assert receipt_problems(receipt_of(db.session, bid, bid.submissions[0])) == []
        assert verify(db.session)[2] is None
        assert call_off


def test_who_waits_for_the_lock_until_after_the_deadline_is_late(rush: Flask) -> None:
    call_off, drafts = written_bids(rush)
    with rush.app_context():
        # Holds the row that every submission locks first, until the deadline has come.
        held = db.session.scalars(
            sa.select(CallOff).where(CallOff.public_id == call_off).with_for_update()
        ).one()
        held.deadline = clock.now() + timedelta(milliseconds=300)
        db.session.flush()
        barrier = Barrier(2)
        with ThreadPoolExecutor(max_workers=1) as thread:
            waiting = thread.submit(submit_once, rush, drafts[0], barrier)
            barrier.wait(timeout=30)
            while clock.database_now(db.session) < held.deadline:
                pass
            db.session.commit()
            assert waiting.result(timeout=40) == "deadline_passed"
        assert db.session.scalars(sa.select(BidSubmission)).all() == []


def test_first_steps_in_the_same_moment_make_one_key_and_one_bid(rush: Flask) -> None:
    with rush.app_context():
        competition = make_competition(db.session, suppliers=3)
        lot_id = competition.lot.id
        actors = [competition.supplier_actor(number) for number in range(3)] * 2
        db.session.commit()
    barrier = Barrier(len(actors))

    def begin(actor: Actor) -> str:
        with rush.app_context():
            barrier.wait(timeout=30)
            bid = start_bid(db.session, lot=db.session.get_one(Lot, lot_id), actor=actor, now=clock.now())
            db.session.commit()
            return bid.public_id

    with ThreadPoolExecutor(max_workers=len(actors)) as threads:
        begun = list(threads.map(begin, actors))
    assert begun[:3] == begun[3:]
    with rush.app_context():
        assert len(db.session.scalars(sa.select(Bid)).all()) == 3
        assert len(db.session.scalars(sa.select(EnvelopeKey)).all()) == 2
