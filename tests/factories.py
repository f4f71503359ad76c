"""Rows that tests start from, made through the services that the product uses."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from sqlalchemy.orm import Session

from core.accounts import services
from core.accounts.models import Organisation, Person
from core.accounts.queries import actor_for, memberships_on
from core.accounts.types import OrganisationKind
from core.actor import SYSTEM, Actor
from procurement.calloffs.delegations.models import Delegation
from procurement.roles import ROLES

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
_numbers = count(1)


def make_organisation(
    session: Session, kind: OrganisationKind = OrganisationKind.SUPPLIER, name: str = ""
) -> Organisation:
    """Make an organisation with an obviously invented name."""
    return services.create_organisation(
        session, actor=SYSTEM, now=NOW, kind=kind, name=name or f"Example organisation {next(_numbers)}"
    )


def make_person(
    session: Session, organisation: Organisation, role: str, scopes: tuple[str, ...] = (), name: str = ""
) -> Person:
    """Make someone who has held a role since the beginning of 2020; an approver may approve anything."""
    number = next(_numbers)
    person = services.create_person(
        session,
        actor=SYSTEM,
        now=NOW,
        name=name or f"Example Person {number}",
        email=f"person{number}@example.test",
        password="correct horse battery",
    )
    services.grant_membership(
        session,
        actor=SYSTEM,
        now=NOW,
        person=person,
        organisation=organisation,
        role=role,
        scopes=scopes,
        valid_from=datetime(2020, 1, 1, tzinfo=UTC).date(),
    )
    session.flush()
    if role == "approver":
        delegate(session, organisation, person)
    return person


def delegate(
    session: Session, organisation: Organisation, person: Person, value_limit: Decimal | None = None
) -> Delegation:
    """Let someone approve for an authority, everywhere, since the beginning of 2020."""
    delegation = Delegation(
        authority_id=organisation.id,
        person_id=person.id,
        value_limit=value_limit,
        valid_from=datetime(2020, 1, 1, tzinfo=UTC).date(),
        created_at=NOW,
    )
    session.add(delegation)
    session.flush()
    return delegation


def actor_of(session: Session, person: Person, organisation: Organisation | None = None) -> Actor:
    """Return the actor that a person is in a request."""
    memberships = memberships_on(session, person_id=person.id, day=NOW.date())
    return actor_for(
        person.id, memberships, roles=ROLES, organisation_id=organisation.id if organisation else None
    )
