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
from pathlib import Path

import sqlalchemy as sa
from flask_migrate import upgrade

from benchmarks.bidders import LOTS, Bidder, bidders
from benchmarks.crowd import CUT, Answer, Click, send
from benchmarks.measure import Line
from benchmarks.serving import Web, serving
from core import clock
from core.audit.models import AuditEvent
from core.audit.queries import verify
from core.db import db
from core.jobs.models import OutboxMessage
from procurement.app import create_app
from procurement.calloffs.bids.models import Bid, BidSubmission
from procurement.calloffs.bids.queries import receipt_of
from procurement.calloffs.bids.rules import receipt_problems
from procurement.calloffs.bids.types import BidState, BidTag
from procurement.calloffs.drafting.models import CallOff

WORKERS, CORES = 4, 2
SUPPLIERS, SHORT_SUPPLIERS = 500, 50
MINUTE, SHORT_MINUTE = 60.0, 6.0
"""Seconds from the first click to the deadline: in the short form as many a second, for a tenth of it."""
KILLS, SHORT_KILLS = 20, 6
AT_ONCE = 8
"""Submissions under way when a worker is killed."""
MOST_SECONDS = 2.0
SOURCE = random.Random(19)
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
TAKEN = (302, 303)


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
        _, early = bidders(app, 2 * WORKERS)
        victims, victim_bidders = bidders(app, -(-kills * AT_ONCE // LOTS))
        db.session.commit()
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()
        with serving(folder, url, workers=WORKERS) as web:
            # A site before a deadline has been running for a while.
            send(web.port, [[bidder.click(bid, 0) for bid in bidder.bids] for bidder in early])
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
    too_late = len(refused & {_bid(one) for one in answers if one.sent_at >= deadline.timestamp()})
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
        detail=f"{len(ledger.submissions)} bids in, {len(refused)} refused: {too_late} of them sent too late",
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
    deadline = call_off.deadline
    late = sum(deadline is None or one.received_at >= deadline for one in submissions)
    names = {bid.id: bid.public_id for bid in bids}
    found = Ledger({names[key]: count for key, count in counts.items()}, late, torn)
    db.session.expunge_all()
    return found


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
