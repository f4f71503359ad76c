"""The contracts of one lot that share it, its reviews, and the referrals dealt between them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.contracts.models import Contract, ReferralDeal, ShareReview


def contracts_of_lot(session: Session, lot_id: int) -> Sequence[Contract]:
    """The contracts of a lot by rank."""
    return session.scalars(
        sa.select(Contract)
        .where(Contract.lot_id == lot_id)
        .options(joinedload(Contract.supplier), selectinload(Contract.volumes), selectinload(Contract.places))
        .order_by(Contract.rank, Contract.id)
    ).all()


def shared_lot(session: Session, *, actor: Actor, public_id: str) -> Lot | None:
    """The lot of a contract, where it has several suppliers and the actor's authority let it."""
    query = (
        sa.select(Lot)
        .join(Contract, Contract.lot_id == Lot.id)
        .join(CallOff, CallOff.id == Lot.call_off_id)
        .where(
            Contract.public_id == public_id,
            Contract.rank.is_not(None),
            CallOff.authority_id == actor.organisation_id,
        )
        .options(
            joinedload(Lot.call_off, innerjoin=True).joinedload(CallOff.framework, innerjoin=True),
            selectinload(Lot.volumes),
        )
    )
    return session.scalars(query).unique().one_or_none()


def reviews_of(session: Session, lot_id: int) -> Sequence[ShareReview]:
    """The reviews of a lot's shares, the newest first."""
    return session.scalars(
        sa.select(ShareReview)
        .where(ShareReview.lot_id == lot_id)
        .options(joinedload(ShareReview.person, innerjoin=True))
        .order_by(ShareReview.number.desc())
    ).all()


def deals_of(session: Session, lot_id: int, page: int) -> Page[ReferralDeal]:
    """A page of the referrals dealt, the newest first."""
    query = sa.select(ReferralDeal).where(ReferralDeal.lot_id == lot_id)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.options(joinedload(ReferralDeal.contract, innerjoin=True).joinedload(Contract.supplier))
        .order_by(ReferralDeal.number.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, page, total)


def dealt_so_far(session: Session, lot_id: int) -> dict[int, int]:
    """Contract key → how many referrals it was dealt."""
    query = (
        sa.select(ReferralDeal.contract_id, sa.func.count())
        .where(ReferralDeal.lot_id == lot_id)
        .group_by(ReferralDeal.contract_id)
        .order_by(ReferralDeal.contract_id)
    )
    return dict(session.execute(query).all())


def last_number(session: Session, model: type[ReferralDeal] | type[ShareReview], lot_id: int) -> int:
    """The highest number that a lot's reviews or deals have, 0 before the first."""
    return session.scalar(sa.select(sa.func.max(model.number)).where(model.lot_id == lot_id)) or 0
