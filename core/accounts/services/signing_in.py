"""Attempts to sign in, counted and forgiven, and what a person changed about their own sign-in."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.accounts.models import FailedSignIn, Person
from core.accounts.queries import actor_for, failures_of, memberships_on, person_by_email
from core.accounts.rules import locked_until
from core.accounts.types import AccountTag, Roles
from core.actor import SYSTEM, Actor
from core.audit.services import record


def begin_attempt(session: Session, *, digest: str, now: datetime) -> tuple[int | None, datetime | None]:
    """Write an attempt to sign in down and return its key, or None and until when no attempt is taken.

    Runs in a transaction of its own. What is older than a day is cleared away.
    """
    session.execute(sa.delete(FailedSignIn).where(FailedSignIn.at < now - timedelta(days=1)))
    until = locked_until(failures_of(session, digest=digest), now)
    if until is not None:
        return None, until
    attempt = FailedSignIn(email_digest=digest, at=now)
    session.add(attempt)
    session.flush()
    return attempt.id, None


def attempt_succeeded(session: Session, *, attempt_id: int) -> None:
    """Strike an attempt out: it was no failure."""
    session.execute(sa.delete(FailedSignIn).where(FailedSignIn.id == attempt_id))


def clear_attempts(session: Session, *, digest: str) -> None:
    """Forget all attempts of an address, once its holder has signed in or proved to own the mailbox."""
    session.execute(sa.delete(FailedSignIn).where(FailedSignIn.email_digest == digest))


def attempt_failed(session: Session, *, digest: str, address: str, now: datetime) -> datetime | None:
    """Return until when sign-in is refused after this failure, or None; a lock-out of a person is audited."""
    until = locked_until(failures_of(session, digest=digest), now)
    person = person_by_email(session, address)
    if until is not None and person is not None:
        record(
            session,
            AccountTag.PERSON_LOCKED_OUT,
            actor=SYSTEM,
            now=now,
            subject=person,
            details={"until": until},
        )
    return until


def note_sign_in(session: Session, *, roles: Roles, now: datetime, person: Person) -> None:
    """Record that a person has signed in, all factors passed, in the chain of their first organisation."""
    memberships = memberships_on(session, person_id=person.id, day=now.date())
    actor = actor_for(person.id, memberships, roles=roles, organisation_id=None)
    record(session, AccountTag.PERSON_SIGNED_IN, actor=actor, now=now, subject=person)


def note_change(session: Session, tag: AccountTag, *, now: datetime, person: Person) -> None:
    """Record what a person changed about their own way of signing in."""
    actor = Actor(person_id=person.id, organisation_id=None, organisation_kind=None)
    record(session, tag, actor=actor, now=now, subject=person)
