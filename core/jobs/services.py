"""Asking for work, claiming it under a lease, and running it once."""

import contextvars
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core import clock
from core.actor import SYSTEM, Actor
from core.calendar import from_london
from core.db import db
from core.jobs.models import Job
from core.jobs.types import Handler, JobStatus

LEASE = timedelta(seconds=90)
"""How long a job stays with a worker that gives no sign of life: killed, it is taken over after that."""
BEAT = timedelta(seconds=20)
"""How often a worker that lives renews its lease, whatever the job is doing."""
LONGEST_SILENCE = timedelta(hours=1)
"""A job that has told of no progress for so long is held to hang: its lease is renewed no more."""
MOST_ATTEMPTS = 3

log = logging.getLogger(__name__)


def register_handler(app: Flask, kind: str, handler: Handler) -> None:
    """Say which function does jobs of a kind."""
    app.extensions.setdefault("job_handlers", {})[kind] = handler


def register_daily(app: Flask, kind: str) -> None:
    """Say that a kind of job is to be done once each day; its handler finds out by itself what is due.

    Two workers that ask in the same moment may both write it: the handler must do nothing a second time.
    """
    app.extensions.setdefault("daily_jobs", []).append(kind)


def ask_for_daily_jobs(app: Flask) -> int:
    """Write today's jobs that nobody has written yet, London's day; return how many.

    A day on which no worker runs is not made up for: what was due then is due still.
    """
    with app.app_context():
        session, now = db.session, clock.now()
        begin = from_london(datetime.combine(clock.today(), time.min))
        kinds: list[str] = app.extensions.get("daily_jobs", [])
        written = set(
            session.scalars(sa.select(Job.kind).where(Job.kind.in_(kinds), Job.created_at >= begin)).all()
        )
        missing = [kind for kind in kinds if kind not in written]
        for kind in missing:
            request_job(session, kind=kind, payload={}, actor=SYSTEM, now=now)
        session.commit()
    return len(missing)


def request_job(session: Session, *, kind: str, payload: dict[str, Any], actor: Actor, now: datetime) -> Job:
    """Write a job in the caller's transaction; the worker is woken once that has committed."""
    job = Job(kind=kind, payload=payload, organisation_id=actor.organisation_id, created_at=now)
    session.add(job)
    session.flush()
    return job


def asker(kind: str) -> Callable[..., None]:
    """What asks for a job of a kind whenever it is called, unless one waits already."""

    def ask(session: Session, *, actor: Actor, now: datetime) -> None:
        waiting = sa.select(sa.exists().where(Job.kind == kind, Job.status == JobStatus.WAITING))
        if not session.scalar(waiting):
            request_job(session, kind=kind, payload={}, actor=actor, now=now)

    return ask


def run_due_jobs(app: Flask, limit: int = 20) -> int:
    """Claim and run waiting jobs, and running ones whose lease has expired; return how many ran.

    Called by the worker whenever it is woken and by its periodic sweep, and by tests in place of a worker.
    """
    ran = 0
    while ran < limit:
        with app.app_context():
            job_id = _claim(db.session)
            if job_id is None:
                return ran
            _run(app, job_id)
        ran += 1
    return ran


def _claim(session: Session) -> int | None:
    """Take the oldest due job under a lease, in a transaction of its own."""
    now = clock.now()
    due = (
        sa.select(Job)
        .where(
            sa.or_(
                Job.status == JobStatus.WAITING,
                sa.and_(Job.status == JobStatus.RUNNING, Job.lease_until < now),
            )
        )
        .order_by(Job.created_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.scalars(due).one_or_none()
    if job is None:
        session.rollback()
        return None
    job.attempts += 1
    if job.attempts > MOST_ATTEMPTS:
        job.status, job.finished_at = JobStatus.FAILED, now
        job.error = job.error or "It was interrupted each time it ran."
        session.commit()
        return _claim(session)
    job.status, job.started_at, job.lease_until = JobStatus.RUNNING, now, now + LEASE
    session.commit()
    return job.id


class Overtaken(Exception):
    """The lease ran out and another worker has the job: what this one did is not to be kept."""


def _run(app: Flask, job_id: int) -> None:
    """Do a claimed job; its rows and its being done are one commit, so that nothing is done twice."""
    session = db.session
    job = session.get_one(Job, job_id)
    handler: Handler | None = app.extensions.get("job_handlers", {}).get(job.kind)
    payload = dict(job.payload)
    mine = (Job.id == job_id, Job.status == JobStatus.RUNNING, Job.attempts == job.attempts)
    session.rollback()

    def note(on: Session, **values: Any) -> None:
        told = on.execute(sa.update(Job).where(*mine).values(**values).returning(Job.id))
        if told.one_or_none() is None:
            raise Overtaken
        on.commit()

    def progress(percent: int, words: str) -> None:
        if session.in_transaction():
            # On SQLite this would wait for the lock that the handler itself holds.
            raise RuntimeError("report progress between transactions: commit or roll back first")
        with db.sessionmaker() as own:
            note(own, progress=percent, progress_note=words[:200], lease_until=clock.now() + LEASE)
        told.set()

    told = threading.Event()
    try:
        try:
            if handler is None:
                raise LookupError(f"nothing here does jobs of the kind {job.kind!r}")
            with _renewed(app, mine, told):
                result = handler(payload, progress)
            note(session, status=JobStatus.DONE, result=result, progress=100, finished_at=clock.now())
        except Overtaken:
            raise
        except Exception as problem:
            session.rollback()
            log.error("job %s failed: %s", job_id, "".join(traceback.format_exception(problem)))
            words = f"{type(problem).__name__}: {problem}"[:2000]
            note(session, status=JobStatus.FAILED, error=words, finished_at=clock.now())
    except Overtaken:
        session.rollback()
        log.warning("job %s was overtaken by another worker after its lease ran out", job_id)


@contextmanager
def _renewed(app: Flask, mine: tuple[sa.ColumnElement[bool], ...], told: threading.Event) -> Iterator[None]:
    """Renew the lease from a thread beside the work, until that ends, hangs, or is overtaken.

    On SQLite a renewal waits while the work holds the one write lock, and so does whoever would take over.
    """
    stop = threading.Event()

    def beat() -> None:
        heard = clock.now()
        while not stop.wait(BEAT.total_seconds()):
            if told.is_set():
                told.clear()
                heard = clock.now()
            if clock.now() - heard > LONGEST_SILENCE:
                return
            try:
                with app.app_context(), db.sessionmaker() as own:
                    renew = sa.update(Job).where(*mine).values(lease_until=clock.now() + LEASE)
                    kept = own.execute(renew.returning(Job.id)).one_or_none()
                    own.commit()
            except OperationalError:
                # The database was busy or away for a moment; the next beat tries again.
                continue
            if kept is None:
                return

    thread = threading.Thread(target=contextvars.copy_context().run, args=(beat,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        # The work may hold the lock that a renewal waits for: it commits first, and finds its row by attempt.
        thread.join(timeout=0 if app.extensions["sqlalchemy"].get_engine().dialect.name == "sqlite" else 5)
