"""Who a person is today: memberships, and the actor made of them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core.accounts.models import CountedDeed, FailedSignIn, Membership, Organisation, Person
from core.accounts.rules import MOST_FAILURES
from core.accounts.types import Roles
from core.actor import Actor


def memberships_on(session: Session, *, person_id: int, day: date) -> Sequence[Membership]:
    """Return a person's memberships in force on a day, with organisations and scopes."""
    query = (
        sa.select(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.valid_from <= day,
            sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
        )
        .options(joinedload(Membership.organisation), selectinload(Membership.scopes))
        .order_by(Membership.organisation_id, Membership.id)
    )
    return session.scalars(query).all()


def actor_for(
    person_id: int, memberships: Sequence[Membership], *, roles: Roles, organisation_id: int | None
) -> Actor:
    """Make the actor of a person for the chosen organisation, or for the first they belong to.

    One unlimited role of a permission's kind lifts no limit of another: scopes apply where any role has them.
    """
    organisations = {m.organisation_id: m.organisation for m in memberships}
    chosen = organisation_id if organisation_id in organisations else next(iter(organisations), None)
    if chosen is None:
        return Actor(person_id=person_id, organisation_id=None, organisation_kind=None)
    held = [m for m in memberships if m.organisation_id == chosen and m.role in roles]
    return Actor(
        person_id=person_id,
        organisation_id=chosen,
        organisation_kind=organisations[chosen].kind.value,
        permissions=frozenset(p for m in held for p in roles[m.role].permissions),
        scopes=frozenset(s.scope for m in held for s in m.scopes),
        roles=frozenset(m.role for m in held),
    )


def person_by_email(session: Session, email: str) -> Person | None:
    """Return the person with an address, whatever its case."""
    return session.scalars(sa.select(Person).where(Person.email == email.strip().lower())).one_or_none()


def colleagues_of(
    session: Session, *, actor: Actor, day: date, words: str = "", number: int = 1, size: int | None = 25
) -> tuple[Sequence[Person], int]:
    """Return a page of the people with a role in the actor's organisation now or later, and how many.

    ``words`` narrow the list to names and addresses that hold each of them; without a size all are returned.
    Their memberships there, past ones too, are ``memberships_in`` their organisation.
    """
    inside = (
        sa.select(Membership.person_id)
        .where(
            Membership.organisation_id == actor.organisation_id,
            sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
        )
        .distinct()
    )
    query = sa.select(Person).where(Person.id.in_(inside))
    for word in words.lower().split()[:10]:
        query = query.where(
            sa.or_(
                sa.func.lower(Person.name).contains(word, autoescape=True),
                Person.email.contains(word, autoescape=True),
            )
        )
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    page = query.order_by(Person.name, Person.id)
    if size is not None:
        page = page.limit(size).offset((number - 1) * size)
    return session.scalars(page).all(), total


def colleague(session: Session, *, actor: Actor, public_id: str) -> Person | None:
    """Return a person who has or had a role in the actor's organisation."""
    query = sa.select(Person).where(
        Person.public_id == public_id,
        Person.memberships.any(Membership.organisation_id == actor.organisation_id),
    )
    return session.scalars(query).one_or_none()


def memberships_in(
    session: Session, *, organisation_id: int | None, person_ids: Collection[int]
) -> dict[int, list[Membership]]:
    """Return what people have been and are in one organisation, oldest first, by person."""
    query = (
        sa.select(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.person_id.in_(person_ids))
        .options(selectinload(Membership.scopes))
        .order_by(Membership.valid_from, Membership.id)
    )
    found: dict[int, list[Membership]] = {person_id: [] for person_id in person_ids}
    for membership in session.scalars(query):
        found[membership.person_id].append(membership)
    return found


def roles_on(
    session: Session, *, organisation_id: int, day: date, person_id: int | None = None
) -> Sequence[Membership]:
    """Return the memberships in force in an organisation on a day, of everyone or of one person."""
    query = (
        sa.select(Membership)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.valid_from <= day,
            sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
        )
        .options(selectinload(Membership.scopes))
        .order_by(Membership.id)
    )
    if person_id is not None:
        query = query.where(Membership.person_id == person_id)
    return session.scalars(query).all()


def colleagues_on(session: Session, *, organisation_id: int, day: date) -> Sequence[Person]:
    """Return the people with a role in an organisation on a day, by name: to choose one from."""
    query = (
        sa.select(Person)
        .where(
            Person.active,
            Person.memberships.any(
                sa.and_(
                    Membership.organisation_id == organisation_id,
                    Membership.valid_from <= day,
                    sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
                )
            ),
        )
        .order_by(Person.name, Person.id)
    )
    return session.scalars(query).all()


def people_who_may(
    session: Session, *, organisation_id: int, permission: str, roles: Roles, day: date
) -> Sequence[Person]:
    """Return the people of an organisation whose roles permit a deed on a day, by name: whom to write to."""
    permitting = sorted(code for code, role in roles.items() if permission in role.permissions)
    query = (
        sa.select(Person)
        .where(
            Person.active,
            Person.memberships.any(
                sa.and_(
                    Membership.organisation_id == organisation_id,
                    Membership.role.in_(permitting),
                    Membership.valid_from <= day,
                    sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
                )
            ),
        )
        .order_by(Person.name, Person.id)
    )
    return session.scalars(query).all()


def locked_organisation(session: Session, organisation_id: int | None) -> Organisation:
    """Return an organisation, locked so that two changes of its people queue behind each other."""
    query = sa.select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    return session.scalars(query).one()


def person_by_public_id(session: Session, public_id: str) -> Person | None:
    """Return a person by their public identifier."""
    return session.scalars(sa.select(Person).where(Person.public_id == public_id)).one_or_none()


def organisation_of(session: Session, organisation_id: int) -> Organisation:
    """Return an organisation by its key."""
    return session.get_one(Organisation, organisation_id)


def failures_of(session: Session, *, digest: str) -> list[datetime]:
    """Return the moments of the attempts counted against an address, oldest first."""
    query = (
        sa.select(FailedSignIn.at)
        .where(FailedSignIn.email_digest == digest)
        .order_by(FailedSignIn.at.desc(), FailedSignIn.id.desc())
        .limit(MOST_FAILURES)
    )
    return list(reversed(session.scalars(query).all()))


def counted_deeds_of(session: Session, *, purpose: str, digest: str, most: int) -> list[datetime]:
    """Return the moments of the latest deeds counted for a purpose against a digest, oldest first."""
    query = (
        sa.select(CountedDeed.at)
        .where(CountedDeed.purpose == purpose, CountedDeed.digest == digest)
        .order_by(CountedDeed.at.desc(), CountedDeed.id.desc())
        .limit(most)
    )
    return list(reversed(session.scalars(query).all()))
