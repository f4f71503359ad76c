"""The call-off as its authority's people see it, and what each of them has to do in it."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core.actor import Actor
from procurement.calloffs.bids.models import Bid, BidSubmission
from procurement.calloffs.bids.types import BidState
from procurement.calloffs.drafting.models import CallOff, CallOffDuty, Criterion, Lot, LotVolume
from procurement.calloffs.drafting.types import Duty
from procurement.calloffs.evaluation.models import BidRemoval
from procurement.framework.models import Concern
from procurement.framework.queries import open_concerns


def call_off_of(
    session: Session, *, actor: Actor, public_id: str, duties: Sequence[Duty] = ()
) -> CallOff | None:
    """A call-off of the actor's authority, whole; with `duties`, only where the person has one of them."""
    query = (
        sa.select(CallOff)
        .where(CallOff.public_id == public_id, CallOff.authority_id == actor.organisation_id)
        .options(
            joinedload(CallOff.framework),
            joinedload(CallOff.authority),
            selectinload(CallOff.criteria).joinedload(Criterion.question),
            selectinload(CallOff.duties).joinedload(CallOffDuty.person),
            selectinload(CallOff.lots).options(
                selectinload(Lot.volumes).joinedload(LotVolume.need_area),
                selectinload(Lot.places),
                selectinload(Lot.cohorts),
                selectinload(Lot.stages),
            ),
        )
    )
    if duties:
        query = query.where(
            CallOff.duties.any(
                sa.and_(CallOffDuty.person_id == actor.person_id, CallOffDuty.duty.in_(duties))
            )
        )
    return session.scalars(query).one_or_none()


def people_with(call_off: CallOff, duty: Duty) -> list[CallOffDuty]:
    """Who has a duty, in the order in which they were named."""
    return [row for row in call_off.duties if row.duty is duty]


def declarations(call_off: CallOff) -> dict[int, bool]:
    """Person → whether they declared a conflict; one declared in any duty counts for all."""
    declared: dict[int, bool] = {}
    for row in call_off.duties:
        if row.has_conflict is not None:
            declared[row.person_id] = declared.get(row.person_id, False) or row.has_conflict
    return declared


def has_duty(call_off: CallOff, person_id: int | None, duty: Duty) -> bool:
    """Whether a person has a duty in the call-off."""
    return any(row.person_id == person_id and row.duty is duty for row in call_off.duties)


def standing_bids(session: Session, call_off: CallOff) -> Mapping[int, Sequence[Bid]]:
    """Lot key → the bids that stood submitted at the deadline, in a stable order that tells nothing.

    Without those that were withdrawn after opening or set aside.
    """
    found: dict[int, list[Bid]] = {lot.id: [] for lot in call_off.lots}
    rows = session.scalars(
        sa.select(Bid)
        .where(
            Bid.lot_id.in_(found),
            Bid.state == BidState.SUBMITTED,
            Bid.id.not_in(sa.select(BidRemoval.bid_id)),
        )
        .options(
            joinedload(Bid.supplier),
            joinedload(Bid.lot).joinedload(Lot.call_off),
            selectinload(Bid.submissions),
        )
        .order_by(Bid.lot_id, Bid.public_id)
    )
    for bid in rows:
        found[bid.lot_id].append(bid)
    return found


def concerns_on(session: Session, call_off: CallOff, bids: Iterable[Bid]) -> dict[int, list[Concern]]:
    """What the authority has still to consider of the bidders, by supplier's key."""
    return open_concerns(
        session, authority_id=call_off.authority_id, suppliers={bid.supplier_id for bid in bids}
    )


def all_standing(session: Session, call_off: CallOff) -> list[Bid]:
    """Every standing bid, lot by lot."""
    by_lot = standing_bids(session, call_off)
    return [bid for lot in call_off.lots for bid in by_lot[lot.id]]


def submission_of(bid: Bid) -> BidSubmission:
    """The submission that stands."""
    return bid.submissions[-1]
