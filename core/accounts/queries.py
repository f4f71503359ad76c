"""Who a person is today: memberships, and the actor made of them."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core.accounts.models import Membership, Organisation, Person
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


def colleagues_of(session: Session, *, actor: Actor) -> Sequence[Membership]:
    """Return the memberships of the actor's organisation, people by name."""
    query = (
        sa.select(Membership)
        .join(Membership.person)
        .where(Membership.organisation_id == actor.organisation_id)
        .options(joinedload(Membership.person), selectinload(Membership.scopes))
        .order_by(Person.name, Membership.id)
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


def organisation_of(session: Session, organisation_id: int) -> Organisation:
    """Return an organisation by its key."""
    return session.get_one(Organisation, organisation_id)
