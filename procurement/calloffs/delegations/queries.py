"""Reading an authority's register of delegations, and the facts that the rule is given."""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core.accounts.models import Membership, Person
from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page
from procurement.calloffs.delegations.models import Delegation
from procurement.calloffs.delegations.types import DelegationFacts


def delegation_facts(
    session: Session, *, authority_id: int, people: Collection[int]
) -> tuple[DelegationFacts, ...]:
    """The delegations of an authority that name one of these people as holder or deputy."""
    if not people:
        return ()
    rows = session.scalars(
        sa.select(Delegation)
        .where(
            Delegation.authority_id == authority_id,
            sa.or_(Delegation.person_id.in_(people), Delegation.deputy_id.in_(people)),
        )
        .options(selectinload(Delegation.regions))
        .order_by(Delegation.valid_from, Delegation.id)
    )
    return tuple(facts_of(row) for row in rows)


def facts_of(delegation: Delegation) -> DelegationFacts:
    """A delegation as the rule sees it."""
    return DelegationFacts(
        holder=delegation.person_id,
        valid_from=delegation.valid_from,
        valid_to=delegation.valid_to,
        value_limit=delegation.value_limit,
        regions=frozenset(region.code for region in delegation.regions),
        deputy=delegation.deputy_id,
        absent_from=delegation.absent_from,
        absent_to=delegation.absent_to,
    )


def register(session: Session, *, actor: Actor, today: date, page: int) -> Page[Delegation]:
    """The delegations of the actor's authority: those that have not ended first, then by name."""
    own = Delegation.authority_id == actor.organisation_id
    total = session.scalar(sa.select(sa.func.count()).select_from(Delegation).where(own)) or 0
    ended = sa.case((Delegation.valid_to < today, 1), else_=0)
    rows = session.scalars(
        _whole()
        .join(Delegation.person)
        .where(own)
        .order_by(ended, sa.func.lower(Person.name), Delegation.valid_from.desc(), Delegation.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, page, total)


def delegation_of(session: Session, *, actor: Actor, public_id: str) -> Delegation | None:
    """A delegation of the actor's authority; another authority's is not found."""
    return session.scalars(
        _whole().where(Delegation.public_id == public_id, Delegation.authority_id == actor.organisation_id)
    ).one_or_none()


def people_to_delegate_to(
    session: Session, *, authority_id: int, roles: Collection[str], day: date
) -> Sequence[Person]:
    """The active people of an authority who hold one of the roles on a day, by name."""
    held = sa.select(Membership.person_id).where(
        Membership.organisation_id == authority_id,
        Membership.role.in_(roles),
        Membership.valid_from <= day,
        sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= day),
    )
    query = sa.select(Person).where(Person.id.in_(held), Person.active).order_by(Person.name, Person.id)
    return session.scalars(query).all()


def _whole() -> sa.Select[Delegation]:
    return sa.select(Delegation).options(
        joinedload(Delegation.person), joinedload(Delegation.deputy), selectinload(Delegation.regions)
    )
