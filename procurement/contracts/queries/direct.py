"""Direct awards of failed lots, and the suppliers that can have one."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.accounts.models import Organisation
from procurement.calloffs.drafting.models import Lot
from procurement.contracts.models import Contract, DirectAward
from procurement.framework.models import Category, Member
from procurement.framework.types import MemberState


def direct_award_of(session: Session, lot: Lot) -> DirectAward | None:
    """The direct award of a lot, proposed or further."""
    query = sa.select(DirectAward).where(DirectAward.lot_id == lot.id)
    return session.scalars(
        query.options(
            joinedload(DirectAward.supplier, innerjoin=True),
            joinedload(DirectAward.recommended_by, innerjoin=True),
            joinedload(DirectAward.approved_by),
        )
    ).one_or_none()


def members_of(session: Session, framework_id: int) -> Sequence[Organisation]:
    """The active members of a framework by name."""
    return session.scalars(
        sa.select(Organisation)
        .where(Organisation.id.in_(_members(framework_id)))
        .order_by(Organisation.name, Organisation.id)
    ).all()


def is_member(session: Session, framework_id: int, supplier_id: int) -> bool:
    """Whether a supplier is an active member of a framework."""
    return (
        session.scalars(_members(framework_id).where(Member.supplier_id == supplier_id).limit(1)).first()
        is not None
    )


def contract_of(session: Session, lot: Lot) -> Contract | None:
    """The contract that a directly awarded lot has."""
    query = sa.select(Contract).where(Contract.lot_id == lot.id).order_by(Contract.id).limit(1)
    return session.scalars(query).one_or_none()


def _members(framework_id: int) -> sa.Select[int]:
    return (
        sa.select(Member.supplier_id)
        .join(Category, Category.id == Member.category_id)
        .where(Category.framework_id == framework_id, Member.state == MemberState.ACTIVE)
    )
