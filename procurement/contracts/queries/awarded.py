"""Contracts that came from a call-off."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.contracts.models import Contract


def contracts_of_call_off(session: Session, call_off: CallOff) -> Sequence[Contract]:
    """The contracts made from a call-off's lots, by lot."""
    return session.scalars(
        sa.select(Contract)
        .join(Lot, Lot.id == Contract.lot_id)
        .where(Lot.call_off_id == call_off.id)
        .options(joinedload(Contract.supplier), joinedload(Contract.lot))
        .order_by(Lot.number, Contract.id)
    ).all()
