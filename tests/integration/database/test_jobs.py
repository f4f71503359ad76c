"""Jobs: each is done once, whatever happens to the worker, and tells how far it is."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from core import clock
from core.actor import SYSTEM
from core.audit.models import AuditChain
from core.db import db
from core.jobs import services
from core.jobs.models import Job
from core.jobs.services import (
    BEAT,
    LEASE,
    LONGEST_SILENCE,
    MOST_ATTEMPTS,
    register_handler,
    request_job,
    run_due_jobs,
)
from core.jobs.types import Handler, JobStatus, Progress
from tests.integration.database.threads import PATIENCE, Meanwhile

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


class Died(BaseException):
    """What ends a worker without letting it tidy up."""


@pytest.fixture
def app(own_application: Flask) -> Iterator[Flask]:
    """The application with no job in its database, and nothing of a job left afterwards."""
    yield own_application
    with own_application.app_context():
        db.session.execute(sa.delete(Job))
        db.session.execute(sa.delete(AuditChain))
        db.session.commit()


def request(app: Flask, handler: Handler, *payloads: dict[str, Any]) -> list[int]:
    """Ask for a job for each payload, one minute after another; return their keys."""
    register_handler(app, "test", handler)
    with app.app_context():
        jobs = [
            request_job(
                db.session,
                kind="test",
                payload=payload,
                actor=SYSTEM,
                now=NOW + timedelta(minutes=number),
            ).id
            for number, payload in enumerate(payloads)
        ]
        db.session.commit()
    return jobs


def run(app: Flask, at: datetime = NOW + timedelta(hours=1), limit: int = 20) -> int:
    with clock.told(at):
        return run_due_jobs(app, limit)


def job(app: Flask, key: int) -> Job:
    with app.app_context():
        return db.session.get_one(Job, key)


def row(name: str) -> AuditChain:
    """A row that a job may leave: any table would do."""
    return AuditChain(name=name, sequence=0, head="")


def rows_left(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(AuditChain.name).order_by(AuditChain.name)))


def test_jobs_are_done_oldest_first_and_keep_their_result(app: Flask) -> None:
    done: list[int] = []

    def handler(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        done.append(payload["number"])
        db.session.add(row(f"left-{payload['number']}"))
        return {"twice": payload["number"] * 2}

    keys = request(app, handler, *({"number": number} for number in range(3)))
    assert run(app) == 3
    assert run(app) == 0
    assert done == [0, 1, 2]
    found = job(app, keys[2])
    assert (found.status, found.result, found.progress) == (JobStatus.DONE, {"twice": 4}, 100)
    assert found.finished_at is not None
    assert rows_left(app) == ["left-0", "left-1", "left-2"]


def test_no_two_workers_do_one_job(app: Flask) -> None:
    done: list[int] = []

    def handler(payload: dict[str, Any], progress: Progress) -> None:
        progress(50, "in the middle")
        done.append(payload["number"])

    request(app, handler, *({"number": number} for number in range(12)))
    workers = [Meanwhile(lambda: run(app)) for _ in range(3)]
    assert sum(worker.result() for worker in workers) == 12
    assert sorted(done) == list(range(12))


def test_a_job_that_fails_leaves_its_error_and_no_rows(app: Flask) -> None:
    def handler(payload: dict[str, Any], progress: Progress) -> None:
        db.session.add(row("left"))
        db.session.flush()
        raise LookupError("the file is not there")

    [key] = request(app, handler, {})
    assert run(app) == 1
    found = job(app, key)
    assert (found.status, found.error) == (JobStatus.FAILED, "LookupError: the file is not there")
    assert found.finished_at is not None
    assert rows_left(app) == []
    assert run(app) == 0


def test_a_job_whose_rows_the_database_refuses_fails_with_that(app: Flask) -> None:
    def handler(payload: dict[str, Any], progress: Progress) -> None:
        db.session.add_all([row("left"), row("left")])

    [key] = request(app, handler, {})
    run(app)
    assert job(app, key).status == JobStatus.FAILED
    assert "IntegrityError" in job(app, key).error
    assert rows_left(app) == []


def test_a_job_of_an_unknown_kind_fails_in_words(app: Flask) -> None:
    [key] = request(app, lambda payload, progress: None, {})
    with app.app_context():
        db.session.execute(sa.update(Job).values(kind="unheard of"))
        db.session.commit()
    run(app)
    assert job(app, key).error == "LookupError: nothing here does jobs of the kind 'unheard of'"


def test_a_job_whose_worker_died_is_done_again_when_its_lease_is_over(app: Flask) -> None:
    begun: list[str] = []

    def handler(payload: dict[str, Any], progress: Progress) -> None:
        begun.append("once")
        db.session.add(row(f"left-{len(begun)}"))
        if len(begun) == 1:
            raise Died

    [key] = request(app, handler, {})
    start = NOW + timedelta(hours=1)
    with pytest.raises(Died):
        run(app, start)
    assert job(app, key).status == JobStatus.RUNNING
    assert run(app, start + LEASE - timedelta(seconds=1)) == 0
    assert run(app, start + LEASE + timedelta(seconds=1)) == 1
    assert (job(app, key).status, job(app, key).attempts) == (JobStatus.DONE, 2)
    assert rows_left(app) == ["left-2"]


def test_a_job_that_ends_its_worker_each_time_is_given_up(app: Flask) -> None:
    def handler(payload: dict[str, Any], progress: Progress) -> None:
        raise Died

    [key] = request(app, handler, {})
    at = NOW + timedelta(hours=1)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Died):
            run(app, at)
        at += LEASE + timedelta(seconds=1)
    assert MOST_ATTEMPTS == 3
    assert run(app, at) == 0
    found = job(app, key)
    assert (found.status, found.error) == (JobStatus.FAILED, "It was interrupted each time it ran.")
    assert found.finished_at is not None


def test_the_next_job_is_done_where_one_is_given_up(app: Flask) -> None:
    keys = request(app, lambda payload, progress: None, {}, {})
    with app.app_context():
        late = {"status": JobStatus.RUNNING, "lease_until": NOW, "attempts": MOST_ATTEMPTS}
        db.session.execute(sa.update(Job).where(Job.id == keys[0]).values(late))
        db.session.commit()
    assert run(app) == 1
    assert [job(app, key).status for key in keys] == [JobStatus.FAILED, JobStatus.DONE]


def test_progress_is_seen_while_the_job_runs_and_keeps_its_lease(app: Flask) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def handler(payload: dict[str, Any], progress: Progress) -> None:
        with clock.told(NOW + timedelta(hours=2)):
            progress(40, "Comparing 1,000 cells")
        reached.set()
        assert go_on.wait(PATIENCE)

    [key] = request(app, handler, {})
    worker = Meanwhile(lambda: run(app))
    assert reached.wait(PATIENCE)
    found = job(app, key)
    assert (found.status, found.progress, found.progress_note) == (
        JobStatus.RUNNING,
        40,
        "Comparing 1,000 cells",
    )
    assert found.lease_until == NOW + timedelta(hours=2) + LEASE
    go_on.set()
    assert worker.result() == 1
    assert job(app, key).status == JobStatus.DONE


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def test_a_long_job_stays_with_its_worker_while_that_lives(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes of work without a word of progress: the worker's own sign of life keeps the job."""
    moment = [NOW + timedelta(hours=1)]
    monkeypatch.setattr(services, "BEAT", timedelta(seconds=0.02))
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    reached, go_on = threading.Event(), threading.Event()

    def handler(payload: dict[str, Any], progress: Progress) -> None:
        reached.set()
        assert go_on.wait(PATIENCE)
        db.session.add(row("left"))

    [key] = request(app, handler, {})
    worker = Meanwhile(lambda: run_due_jobs(app))
    assert reached.wait(PATIENCE)
    for _ in range(10):
        moment[0] += timedelta(minutes=1)
        wait_until(lambda: job(app, key).lease_until == moment[0] + LEASE)
        assert run_due_jobs(app) == 0, "nobody takes it over"
    go_on.set()
    assert worker.result() == 1
    assert (job(app, key).status, job(app, key).attempts) == (JobStatus.DONE, 1)
    assert rows_left(app) == ["left"]


def test_a_job_that_hangs_is_let_go(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [NOW + timedelta(hours=1)]
    monkeypatch.setattr(services, "BEAT", timedelta(seconds=0.02))
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    reached, go_on = threading.Event(), threading.Event()

    def handler(payload: dict[str, Any], progress: Progress) -> None:
        if not reached.is_set():
            reached.set()
            assert go_on.wait(PATIENCE)

    [key] = request(app, handler, {})
    hanging = Meanwhile(lambda: run_due_jobs(app))
    assert reached.wait(PATIENCE)
    moment[0] += LONGEST_SILENCE + LEASE + timedelta(seconds=1)
    assert run_due_jobs(app) == 1
    assert (job(app, key).status, job(app, key).attempts) == (JobStatus.DONE, 2)
    go_on.set()
    hanging.result()


def test_a_killed_workers_job_is_taken_over_within_two_minutes() -> None:
    assert timedelta(minutes=2) > LEASE + BEAT
    assert LEASE > 3 * BEAT, "one renewal that fails loses no job"


def test_progress_in_the_middle_of_a_transaction_is_an_error_at_once(app: Flask) -> None:
    """On SQLite the report would wait half a minute for the lock that the job holds, and then fail."""

    def handler(payload: dict[str, Any], progress: Progress) -> None:
        db.session.add(row("left"))
        db.session.flush()
        progress(50, "in the middle")

    [key] = request(app, handler, {})
    run(app)
    assert "report progress between transactions" in job(app, key).error
    assert rows_left(app) == []


@pytest.mark.parametrize("reports", [False, True], ids=["that is silent", "that reports"])
def test_a_worker_that_was_overtaken_keeps_nothing(app: Flask, reports: bool) -> None:
    """A worker so slow that its lease ran out: the other one's work counts, and is not done twice."""
    reached, go_on = threading.Event(), threading.Event()

    def handler(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        if threading.current_thread() is threading.main_thread():
            db.session.add(row("left by the second"))
            return {"by": "the second"}
        reached.set()
        assert go_on.wait(PATIENCE)
        if reports:
            progress(90, "nearly there")
        db.session.add(row("left by the first"))
        return {"by": "the first"}

    [key] = request(app, handler, {})
    slow = Meanwhile(lambda: run(app))
    assert reached.wait(PATIENCE)
    assert run(app, NOW + timedelta(hours=1) + LEASE + timedelta(seconds=1)) == 1
    go_on.set()
    slow.result()
    found = job(app, key)
    assert (found.status, found.result, found.progress) == (JobStatus.DONE, {"by": "the second"}, 100)
    assert rows_left(app) == ["left by the second"]


def test_a_job_is_there_only_where_the_change_that_asked_for_it_is(app: Flask) -> None:
    with app.app_context():
        request_job(db.session, kind="test", payload={}, actor=SYSTEM, now=NOW)
        db.session.rollback()
    assert run(app) == 0
