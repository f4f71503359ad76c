"""What is to be considered of suppliers: open and settled, by authority."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.actor import Actor
from procurement.framework.models import Category, Concern, Member
from procurement.framework.types import MemberState


def open_concerns(
    session: Session, *, authority_id: int | None, suppliers: Collection[int]
) -> dict[int, list[Concern]]:
    """Return what an authority has still to consider of some suppliers, by organisation key."""
    query = (
        sa.select(Concern)
        .where(
            Concern.authority_id == authority_id,
            Concern.supplier_id.in_(sorted(suppliers)),
            Concern.settled_at.is_(None),
        )
        .order_by(Concern.supplier_id, Concern.event_on, Concern.id)
    )
    found: dict[int, list[Concern]] = {}
    for concern in session.scalars(query):
        found.setdefault(concern.supplier_id, []).append(concern)
    return found


def concerns_of(session: Session, *, actor: Actor, supplier_id: int) -> Sequence[Concern]:
    """Return all concerns of the actor's authority about a supplier, open ones first, then the newest."""
    query = (
        sa.select(Concern)
        .where(Concern.authority_id == actor.organisation_id, Concern.supplier_id == supplier_id)
        .order_by(
            sa.case((Concern.settled_at.is_(None), 0), else_=1), Concern.raised_at.desc(), Concern.id.desc()
        )
    )
    return session.scalars(query).all()


def concerns_about_members(session: Session, *, framework_id: int, authority_id: int) -> Sequence[Concern]:
    """Return the open concerns about suppliers that are members of a framework, by supplier's name."""
    members = (
        sa.select(Member.supplier_id)
        .join(Category, Category.id == Member.category_id)
        .where(Category.framework_id == framework_id, Member.state != MemberState.REMOVED)
    )
    query = (
        sa.select(Concern)
        .where(
            Concern.authority_id == authority_id,
            Concern.settled_at.is_(None),
            Concern.supplier_id.in_(members),
        )
        .options(joinedload(Concern.supplier, innerjoin=True))
        .order_by(Concern.event_on, Concern.id)
    )
    return session.scalars(query).all()


def members_to_be_removed(session: Session, *, framework_id: int) -> Sequence[Member]:
    """Return the members that were told of their removal and are not removed yet, the longest told first."""
    query = (
        sa.select(Member)
        .join(Category, Category.id == Member.category_id)
        .where(
            Category.framework_id == framework_id,
            Member.state != MemberState.REMOVED,
            Member.removal_intended_at.is_not(None),
        )
        .options(joinedload(Member.supplier, innerjoin=True))
        .order_by(Member.removal_intended_at, Member.id)
    )
    return session.scalars(query).all()
