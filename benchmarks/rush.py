"""The last minute before a deadline: hundreds of suppliers submit, and web processes are killed meanwhile.

Always PostgreSQL, with the disk it promises (`fsync` on), four gunicorn workers, and everything on two cores:
the server, the database and the crowd itself. Nothing here may be lost, late or twice: such a line's goal is
0, and it is counted from what the browsers were answered against what the database holds.
"""

import os
import random
import signal
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, g, session
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf

from benchmarks.crowd import CUT, Answer, Click, send
from benchmarks.measure import Line
from benchmarks.serving import Web, serving
from core import clock
from core.accounts.models import Person
from core.audit.models import AuditEvent
from core.audit.queries import verify
from core.db import db
from core.jobs.models import OutboxMessage
from core.sealing import seal
from procurement.app import create_app
from procurement.calloffs.bids.models import Bid, BidPart, BidSubmission
from procurement.calloffs.bids.queries import receipt_of
from procurement.calloffs.bids.queries.sealed import ANSWER, PRICE, context, data_key
from procurement.calloffs.bids.rules import receipt_problems
from procurement.calloffs.bids.services import add_file, start_bid
from procurement.calloffs.bids.services.drafting import ensure_key
from procurement.calloffs.bids.types import BidState, BidTag
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import Envelope
from tests.calloffs import Competition, make_competition

WORKERS, CORES = 4, 2
LOTS = 3
SUPPLIERS, SHORT_SUPPLIERS = 500, 50
MINUTE, SHORT_MINUTE = 60.0, 6.0
"""Seconds from the first click to the deadline: in the short form as many a second, for a tenth of it."""
KILLS, SHORT_KILLS = 20, 6
AT_ONCE = 8
"""Submissions under way when a worker is killed."""
MOST_SECONDS = 2.0
WORDS = 600
SOURCE = random.Random(19)
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
TAKEN = (302, 303)


@dataclass(frozen=True)
class Bidder:
    """A signed-in supplier whose bids are complete: its cookie, its token, its bids' public identifiers."""

    cookie: str
    token: str
    bids: tuple[str, ...]

    def click(self, bid: str, after: float) -> Click:
        """Pressing *submit* on the page that checks a bid."""
        return Click(after, f"/bids/{bid}/check", self.cookie, urlencode({"csrf_token": self.token}).encode())


@dataclass(frozen=True)
class Ledger:
    """What the database holds of a call-off, and what is wrong in it by itself."""

    submissions: dict[str, int]
    """Bid → how many submissions it has."""
    late: int
    torn: int
    """Bids and submissions, events of the record, mails that do not belong together, and receipts that a
    verifier refuses."""


def lines(url: str, folder: Path, short: bool) -> Iterator[Line]:
    """The rush, then the kills, each on a call-off of its own in one database."""
    suppliers, minute = (SHORT_SUPPLIERS, SHORT_MINUTE) if short else (SUPPLIERS, MINUTE)
    kills = SHORT_KILLS if short else KILLS
    folder.mkdir(parents=True)
    app = create_app(folder, SQLALCHEMY_ENGINES={"default": {"url": url}}, SECURITY_PASSWORD_HASH="plaintext")
    with on_two_cores(), app.app_context():
        upgrade()
        crowd, crowd_bidders = bidders(app, suppliers)
        victims, victim_bidders = bidders(app, -(-kills * AT_ONCE // LOTS))
        db.session.commit()
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()
        with serving(folder, url, workers=WORKERS) as web:
            yield from rush_lines(web, crowd, crowd_bidders, minute)
            yield from kill_lines(web, victims, victim_bidders, kills)
        db.session.rollback()
        yield Line(
            "rush: breaks in the chains of the record", float(verify(db.session)[2] is not None), 0, "breaks"
        )
        for engine in db.engines.values():
            engine.dispose()


def rush_lines(web: Web, call_off: int, crowd: Sequence[Bidder], minute: float) -> Iterator[Line]:
    """Everyone submits everything within the minute; some press twice, and some press too late."""
    db.session.execute(
        sa.update(CallOff)
        .where(CallOff.id == call_off)
        .values(deadline=clock.now() + timedelta(seconds=minute))
    )
    db.session.commit()
    deadline = db.session.scalar(sa.select(CallOff.deadline).where(CallOff.id == call_off))
    assert deadline is not None
    db.session.rollback()
    left = (deadline - clock.now()).total_seconds()
    before, load = web.processor_seconds(), os.getloadavg()[0]
    answers = send(web.port, [clicks for bidder in crowd for clicks in _last_minute(bidder, left)])
    used = web.processor_seconds() - before
    ledger = read_ledger(call_off)
    in_time = [answer for answer in answers if answer.sent_at < deadline.timestamp()]
    seconds = sorted(answer.seconds for answer in in_time)
    statuses = Counter(answer.status for answer in answers)
    taken = {_bid(answer) for answer in answers if answer.status in TAKEN}
    refused = {_bid(answer) for answer in answers if answer.status == 422} - taken
    unanswered = {_bid(answer) for answer in answers if answer.status == CUT}
    name = f"rush: {len(crowd)} suppliers × {LOTS} lots in {minute:.0f} s"
    said = ", ".join(f"{count} × {status or 'cut'}" for status, count in sorted(statuses.items()))
    yield Line(f"{name}, p50", statistics.median(seconds), None, "s", detail=f"{len(answers)} clicks: {said}")
    yield Line(
        f"{name}, p95",
        _percentile(seconds, 95),
        MOST_SECONDS,
        "s",
        detail=f"{used / len(answers) * 1000:.0f} ms of a worker's processor a click; load {load:.1f} before",
    )
    yield Line(f"{name}, max", seconds[-1], None, "s")
    yield Line(
        "rush: answered with a receipt and not in the database, or the reverse",
        len(taken - set(ledger.submissions)) + len(set(ledger.submissions) - taken - unanswered),
        0,
        "bids",
        detail=f"{len(ledger.submissions)} bids in, {len(refused)} cut by the deadline",
    )
    yield Line("rush: recorded twice", sum(n > 1 for n in ledger.submissions.values()), 0, "bids")
    late = ledger.late + sum(
        answer.status in TAKEN and _bid(answer) not in ledger.submissions
        for answer in answers
        if answer.sent_at >= deadline.timestamp()
    )
    yield Line("rush: taken at the deadline or after it", late, 0, "bids")
    yield Line("rush: torn (bid, record, mail and receipt disagree)", ledger.torn, 0, "bids")
    wrong = sum(count for status, count in statuses.items() if status not in (*TAKEN, 422))
    yield Line("rush: answered with anything but a receipt or a refusal", wrong, 0, "clicks")


def _last_minute(bidder: Bidder, left: float) -> Iterator[list[Click]]:
    """A supplier's clicks, lot after lot; one in twenty presses twice, one in fifty is late."""
    start = SOURCE.uniform(0, left * 0.94)
    pauses = [0.0, SOURCE.uniform(0.5, 2), SOURCE.uniform(2.5, 4)]
    moments = [min(start + pause, left * 0.995) for pause in pauses]
    if SOURCE.random() < 0.02:
        moments[-1] = left + SOURCE.uniform(0.001, 1)
    clicks = [bidder.click(bid, moment) for bid, moment in zip(bidder.bids, moments, strict=True)]
    yield clicks
    if SOURCE.random() < 0.05:
        yield [replace(clicks[0], after=clicks[0].after + 0.05)]


def kill_lines(web: Web, call_off: int, victims: Sequence[Bidder], kills: int) -> Iterator[Line]:
    """Kill a worker while submissions are under way, again and again; then press once more where it hung."""
    waiting = [(bidder, bid) for bidder in victims for bid in bidder.bids]
    halves = cut = survived = 0
    for number in range(kills):
        batch = waiting[number * AT_ONCE : (number + 1) * AT_ONCE]

        def kill() -> None:
            time.sleep(SOURCE.uniform(0.005, 0.25))
            workers = web.workers()
            if workers:
                os.kill(SOURCE.choice(workers), signal.SIGKILL)

        answers = send(web.port, [[bidder.click(bid, 0)] for bidder, bid in batch], meanwhile=kill)
        ledger = read_ledger(call_off)
        taken = {_bid(answer) for answer in answers if answer.status in TAKEN}
        unanswered = {_bid(answer) for answer in answers if answer.status == CUT}
        cut += len(unanswered)
        survived += len(unanswered & set(ledger.submissions))
        halves += ledger.torn + len(taken - set(ledger.submissions))
        while len(web.workers()) < WORKERS:
            time.sleep(0.02)
        again = send(web.port, [[bidder.click(bid, 0)] for bidder, bid in batch if bid in unanswered])
        halves += sum(answer.status not in TAKEN for answer in again)
    ledger = read_ledger(call_off)
    tried = len(waiting[: kills * AT_ONCE])
    yield Line(
        f"kill: {kills} workers killed amid submissions, torn or lost",
        halves + ledger.torn + abs(tried - len(ledger.submissions)),
        0,
        "bids",
        detail=f"{tried} bids; {cut} answers cut: {survived} of them in whole, {cut - survived} not at all",
    )
    yield Line("kill: recorded twice", sum(n > 1 for n in ledger.submissions.values()), 0, "bids")


def read_ledger(call_off_id: int) -> Ledger:
    """Compare a call-off's bids with its submissions, the record, the mails and every receipt."""
    db.session.rollback()
    call_off = db.session.get_one(CallOff, call_off_id, populate_existing=True)
    bids = db.session.scalars(
        sa.select(Bid).where(Bid.lot_id.in_([lot.id for lot in call_off.lots])).order_by(Bid.id)
    ).all()
    submissions = db.session.scalars(
        sa.select(BidSubmission).where(BidSubmission.bid_id.in_([bid.id for bid in bids]))
    ).all()
    counts = Counter(one.bid_id for one in submissions)
    events = db.session.scalars(
        sa.select(AuditEvent).where(
            AuditEvent.chain == call_off.public_id, AuditEvent.tag == BidTag.SUBMITTED
        )
    ).all()
    recorded = Counter((event.sequence, event.details["fingerprint"]) for event in events)
    torn = sum((bid.state is BidState.SUBMITTED) != (bid.id in counts) for bid in bids)
    torn += sum(recorded[one.chain_sequence, one.fingerprint] != 1 for one in submissions)
    torn += abs(len(events) - len(submissions))
    mails = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.body.contains(call_off.public_id))
    )
    torn += abs((mails or 0) - len(submissions))
    torn += sum(bool(receipt_problems(receipt_of(db.session, one.bid, one))) for one in submissions)
    late = sum(one.received_at >= call_off.deadline for one in submissions)
    names = {bid.id: bid.public_id for bid in bids}
    found = Ledger({names[key]: count for key, count in counts.items()}, late, torn)
    db.session.expunge_all()
    return found


def bidders(app: Flask, count: int) -> tuple[int, list[Bidder]]:
    """A published call-off (its key) of three lots, and suppliers signed in whose three bids are complete."""
    competition = make_competition(db.session, suppliers=count, lots=LOTS)
    for criterion in competition.call_off.criteria:
        criterion.question.word_limit = 2 * WORDS
    keys = {}
    for envelope in Envelope:
        ensure_key(db.session, competition.call_off, envelope, clock.now())
        keys[envelope] = data_key(db.session, competition.call_off, envelope)
    found = []
    for number, (_, person) in enumerate(competition.suppliers):
        bids = tuple(_complete(competition, number, lot, keys) for lot in range(LOTS))
        found.append(Bidder(*_signed_in(app, person), bids))
    return competition.call_off.id, found


def _complete(competition: Competition, number: int, lot: int, keys: dict[Envelope, bytes]) -> str:
    """A complete bid, its parts sealed here as the services would seal them one by one, and a file."""
    actor, now = competition.supplier_actor(number), clock.now()
    bid = start_bid(db.session, lot=competition.call_off.lots[lot], actor=actor, now=now)
    text = " ".join(f"word{number}" for _ in range(WORDS))
    fields = [(Envelope.QUALITY, f"{ANSWER}{c.question_id}", text) for c in competition.call_off.criteria]
    fields += [
        (
            Envelope.PRICE,
            f"{PRICE}{volume.need_area.code}:{volume.complexity}",
            f"{Decimal(400 + number):.2f}",
        )
        for volume in bid.lot.volumes
    ]
    bid.parts += [
        BidPart(
            envelope=envelope,
            field=field,
            ciphertext=seal(keys[envelope], written.encode(), context(bid, envelope, field)),
            changed_at=now,
        )
        for envelope, field, written in fields
    ]
    content = b"%PDF-1.7 " + SOURCE.randbytes(20_000)
    add_file(db.session, bid=bid, name=f"plan-{number}.pdf", content=content, actor=actor, now=now)
    return bid.public_id


def _signed_in(app: Flask, person: Person) -> tuple[str, str]:
    """The cookie and the form's token of a browser in which the person has signed in."""
    with app.test_request_context():
        g.pop("csrf_token", None)  # The form library keeps the token of the visitor before.
        session.update(
            {
                "_user_id": person.fs_uniquifier,
                "_fresh": True,
                "fs_cc": "set",
                "identity.id": person.fs_uniquifier,
            }
        )
        token = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # ty: ignore[unresolved-attribute]
        return signer.dumps(dict(session)), token


@contextmanager
def on_two_cores() -> Iterator[None]:
    """Keep this process and all that it starts on two cores, however many the machine has."""
    all_of_them = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_of_them)[:CORES])
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_of_them)


def _percentile(ordered: Sequence[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _bid(answer: Answer) -> str:
    return answer.click.address.split("/")[2]
