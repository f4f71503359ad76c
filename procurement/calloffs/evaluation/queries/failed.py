"""Lots from which nothing came, and what follows them."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core.actor import Actor
from procurement.calloffs.drafting.models import CallOff, Lot, LotVolume
from procurement.calloffs.evaluation.models import LotRerun


def lot_of(session: Session, *, actor: Actor, public_id: str, number: int) -> Lot | None:
    """A lot of a call-off of the actor's authority, whole."""
    query = (
        sa.select(Lot)
        .join(CallOff, CallOff.id == Lot.call_off_id)
        .where(
            CallOff.public_id == public_id,
            Lot.number == number,
            CallOff.authority_id == actor.organisation_id,
        )
        .options(
            joinedload(Lot.call_off, innerjoin=True).joinedload(CallOff.framework, innerjoin=True),
            joinedload(Lot.call_off, innerjoin=True).joinedload(CallOff.authority, innerjoin=True),
            selectinload(Lot.volumes).joinedload(LotVolume.need_area),
            selectinload(Lot.places),
            selectinload(Lot.cohorts),
            selectinload(Lot.stages),
        )
    )
    return session.scalars(query).unique().one_or_none()


def rerun_of(session: Session, lot: Lot) -> LotRerun | None:
    """What let a lot again."""
    query = sa.select(LotRerun).where(LotRerun.lot_id == lot.id)
    return session.scalars(query.options(joinedload(LotRerun.call_off, innerjoin=True))).one_or_none()


def rerun_for(session: Session, call_off: CallOff) -> LotRerun | None:
    """Which lot a call-off lets again."""
    query = sa.select(LotRerun).where(LotRerun.call_off_id == call_off.id)
    lot = joinedload(LotRerun.lot, innerjoin=True).joinedload(Lot.call_off, innerjoin=True)
    return session.scalars(query.options(lot)).one_or_none()
