"""People of an organisation by the roles they hold, for duties and for mail."""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.accounts.models import Membership, Organisation, Person
from core.accounts.types import OrganisationKind


def other_authorities(session: Session, but: int) -> Sequence[Organisation]:
    """Every authority but one, by name."""
    return session.scalars(
        sa.select(Organisation)
        .where(Organisation.kind == OrganisationKind.AUTHORITY, Organisation.id != but)
        .order_by(Organisation.name, Organisation.id)
    ).all()


def people_with_roles(
    session: Session, *, organisation_ids: Collection[int], roles: Collection[str], day: date
) -> Sequence[Person]:
    """The active people who hold one of the roles in one of the organisations on a day, by name."""
    held = sa.select(Membership.person_id).where(
        Membership.organisation_id.in_(organisation_ids),
        Membership.role.in_(roles),
        Membership.valid_from <= day,
        sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
    )
    query = sa.select(Person).where(Person.id.in_(held), Person.active).order_by(Person.name, Person.id)
    return session.scalars(query).all()
