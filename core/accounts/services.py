"""Making people and organisations, and giving and ending memberships."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_security.utils import hash_password
from sqlalchemy.orm import Session

from core.accounts.models import Membership, MembershipScope, Organisation, Person
from core.accounts.queries import people_who_may
from core.accounts.types import AccountTag, OrganisationKind
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.notify import queue_mail


def create_organisation(
    session: Session, *, actor: Actor, now: datetime, kind: OrganisationKind, name: str
) -> Organisation:
    """Create an organisation."""
    organisation = Organisation(kind=kind, name=name, created_at=now)
    session.add(organisation)
    record(
        session,
        AccountTag.ORGANISATION_CREATED,
        actor=actor,
        now=now,
        subject=organisation,
        details={"kind": kind},
    )
    return organisation


def create_person(
    session: Session, *, actor: Actor, now: datetime, name: str, email: str, password: str | None
) -> Person:
    """Create someone who can sign in; without a password they set one by the reset mail."""
    person = Person(
        name=name,
        email=email.strip().lower(),
        password=hash_password(password) if password else None,
        fs_uniquifier=secrets.token_hex(32),
        created_at=now,
    )
    session.add(person)
    record(session, AccountTag.PERSON_CREATED, actor=actor, now=now, subject=person)
    return person


def grant_membership(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    person: Person,
    organisation: Organisation,
    role: str,
    scopes: Sequence[str] = (),
    valid_from: date | None = None,
) -> Membership:
    """Give a person a role in an organisation from a day on (today by default)."""
    membership = Membership(
        person=person,
        organisation=organisation,
        role=role,
        valid_from=valid_from or now.date(),
        scopes=[MembershipScope(scope=scope) for scope in sorted(set(scopes))],
    )
    session.add(membership)
    record(
        session,
        AccountTag.MEMBERSHIP_GRANTED,
        actor=actor,
        now=now,
        subject=membership,
        details={
            "person": person.id,
            "organisation": organisation.id,
            "role": role,
            "scopes": sorted(scopes),
        },
    )
    return membership


def end_membership(
    session: Session, *, actor: Actor, now: datetime, membership: Membership, last_day: date
) -> None:
    """End a membership after its last day."""
    membership.valid_to = last_day
    record(
        session,
        AccountTag.MEMBERSHIP_ENDED,
        actor=actor,
        now=now,
        subject=membership,
        details={"last_day": last_day},
    )


def mail_people_who_may(
    session: Session,
    *,
    organisation_id: int,
    permission: str,
    subject: str,
    template: str,
    now: datetime,
    **values: Any,
) -> None:
    """Queue one mail each to the people of an organisation whose roles permit a deed today."""
    people = people_who_may(
        session,
        organisation_id=organisation_id,
        permission=permission,
        roles=current_app.extensions["roles"],
        day=london_date(now),
    )
    for person in people:
        queue_mail(
            session,
            to=person.email,
            subject=subject,
            template=template,
            now=now,
            person=person.name,
            **values,
        )
