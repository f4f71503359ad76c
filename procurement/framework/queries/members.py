"""Members: who is admitted where, in lists and row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.reference.models import NeedArea, Place
from core.accounts.models import Organisation
from core.web.paging import PAGE_SIZE, Page
from procurement.framework.models import Category, Member
from procurement.framework.types import MemberFilter, MemberState


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier in the list of members: how many of its memberships match, by state."""

    public_id: str
    name: str
    active: int
    suspended: int
    removed: int


def members_of(
    session: Session,
    framework_id: int,
    *,
    category_codes: Sequence[str] = (),
    region_codes: Sequence[str] = (),
    states: Sequence[MemberState] = (MemberState.ACTIVE,),
) -> Sequence[Member]:
    """Return memberships with category, region and supplier, by supplier's name; active ones by default."""
    query = _members(framework_id).where(Member.state.in_(list(states)))
    if category_codes:
        query = query.where(Category.code.in_(list(category_codes)))
    if region_codes:
        query = query.where(Place.code.in_(list(region_codes)))
    return session.scalars(_in_order(query)).all()


def held_by(session: Session, *, framework_id: int, supplier_id: int) -> frozenset[tuple[str, str]]:
    """Return (category, region) codes in which a supplier is a member that need not apply again.

    A suspended member is one: a new application does not lift a suspension. A removed one may apply anew.
    """
    query = (
        sa.select(Category.code, Place.code)
        .select_from(Member)
        .join(Category, Category.id == Member.category_id)
        .join(Place, Place.id == Member.region_id)
        .where(
            Category.framework_id == framework_id,
            Member.supplier_id == supplier_id,
            Member.state != MemberState.REMOVED,
        )
        .order_by(Category.code, Place.code)
    )
    return frozenset((category, region) for category, region in session.execute(query))


def memberships_in(
    session: Session, *, framework_id: int, supplier_id: int, lock: bool = False
) -> Sequence[Member]:
    """Return all memberships of a supplier in a framework, whatever their state."""
    query = _in_order(_members(framework_id).where(Member.supplier_id == supplier_id))
    if lock:
        query = query.with_for_update(of=Member).execution_options(populate_existing=True)
    return session.scalars(query).all()


def memberships_of(session: Session, *, framework_id: int, supplier: str) -> Sequence[Member]:
    """Return all memberships of a supplier, by its public identifier, in a framework."""
    return session.scalars(_in_order(_members(framework_id).where(Organisation.public_id == supplier))).all()


def member_rows(session: Session, framework_id: int, chosen: MemberFilter) -> Sequence[Member]:
    """Return every membership that matches, for an export."""
    return session.scalars(_in_order(_filtered(_members(framework_id), chosen))).all()


def supplier_rows(
    session: Session, framework_id: int, chosen: MemberFilter, *, page: int
) -> Page[SupplierRow]:
    """Return a page of the suppliers that have memberships which match, by name, in two queries."""

    def count(state: MemberState) -> Any:
        return sa.func.sum(sa.case((Member.state == state, 1), else_=0))

    query = _filtered(
        _joined(
            sa.select(
                Organisation.public_id,
                Organisation.name,
                count(MemberState.ACTIVE),
                count(MemberState.SUSPENDED),
                count(MemberState.REMOVED),
            ).select_from(Member),
            framework_id,
        ),
        chosen,
    ).group_by(Organisation.id, Organisation.public_id, Organisation.name)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    found = session.execute(
        query.order_by(Organisation.name, Organisation.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    )
    rows: list[Any] = list(found)
    return Page(
        [SupplierRow(public_id, name, int(a), int(s), int(r)) for public_id, name, a, s, r in rows],
        page,
        total,
    )


def _members(framework_id: int) -> sa.Select[Any]:
    return _joined(sa.select(Member), framework_id).options(
        joinedload(Member.category, innerjoin=True).joinedload(Category.need_area, innerjoin=True),
        joinedload(Member.region, innerjoin=True),
        joinedload(Member.supplier, innerjoin=True),
        joinedload(Member.application, innerjoin=True),
    )


def _joined(query: sa.Select[Any], framework_id: int) -> sa.Select[Any]:
    return (
        query.join(Category, Category.id == Member.category_id)
        .join(NeedArea, NeedArea.id == Category.need_area_id)
        .join(Place, Place.id == Member.region_id)
        .join(Organisation, Organisation.id == Member.supplier_id)
        .where(Category.framework_id == framework_id)
    )


def _filtered(query: sa.Select[Any], chosen: MemberFilter) -> sa.Select[Any]:
    if chosen.words:
        query = query.where(sa.func.lower(Organisation.name).contains(chosen.words.lower(), autoescape=True))
    if chosen.need_area:
        query = query.where(NeedArea.code == chosen.need_area)
    if chosen.region:
        query = query.where(Place.code == chosen.region)
    if chosen.state:
        query = query.where(Member.state == MemberState(chosen.state))
    return query


def _in_order(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.order_by(Organisation.name, Organisation.id, Category.code, Place.position, Member.id)
