"""What an authority still owes after its awards, computed from the record, beside what was done."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.actor import Actor
from core.calendar import london_date
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.evaluation.models import AwardCheck
from procurement.calloffs.evaluation.types import CheckOutcome
from procurement.contracts.models import Contract, Deed
from procurement.contracts.rules.duties import duties_of_contract, duty_of_exclusion
from procurement.contracts.types import DeedKind, Task
from procurement.framework.types import Regime


def tasks_of(session: Session, *, actor: Actor, call_off: CallOff | None = None) -> list[Task]:
    """The duties of the actor's authority, those not done first, each group by its last day.

    With `call_off` only those that follow from it.
    """
    contracts = _contracts(session, actor, call_off)
    checks = _exclusions(session, actor, call_off)
    done = _deeds(session, actor)
    found = []
    for contract in contracts:
        assert contract.lot is not None
        assert contract.in_force_at is not None
        origin = contract.lot.call_off
        for due in duties_of_contract(
            origin.framework.regime,
            signed_on=london_date(contract.in_force_at),
            ends_on=contract.ends_on,
            value=contract.value,
        ):
            deed = done.get((contract.id, None, due.kind))
            what = f"{contract.reference}: {contract.title}"
            found.append(_task(due, contract.public_id, what, origin, deed))
            if due.kind is DeedKind.AWARD_NOTICE and deed is None and origin.award_notice_at is not None:
                noticed = london_date(origin.award_notice_at)
                found[-1] = Task(due, contract.public_id, what, origin.public_id, noticed, "published here")
    for check in checks:
        origin = check.bid.lot.call_off
        due = duty_of_exclusion(london_date(check.at))
        deed = done.get((None, check.id, due.kind))
        found.append(_task(due, check.public_id, check.name, origin, deed))
    return sorted(found, key=lambda task: (task.done_on is not None, task.due.on, task.key, task.due.kind))


def _task(due, key: str, what: str, call_off: CallOff, deed: Deed | None) -> Task:
    return Task(
        due,
        key,
        what,
        call_off.public_id,
        deed.done_on if deed else None,
        deed.reference if deed else "",
    )


def _contracts(session: Session, actor: Actor, call_off: CallOff | None) -> Sequence[Contract]:
    query = (
        sa.select(Contract)
        .join(Lot, Lot.id == Contract.lot_id)
        .join(CallOff, CallOff.id == Lot.call_off_id)
        .where(Contract.in_force_at.is_not(None), CallOff.authority_id == actor.organisation_id)
        .options(
            joinedload(Contract.lot, innerjoin=True)
            .joinedload(Lot.call_off, innerjoin=True)
            .joinedload(CallOff.framework, innerjoin=True)
        )
        .order_by(Contract.id)
    )
    if call_off is not None:
        query = query.where(CallOff.id == call_off.id)
    return session.scalars(query).all()


def _exclusions(session: Session, actor: Actor, call_off: CallOff | None) -> Sequence[AwardCheck]:
    """The exclusions found at award under the 2023 Act: only it wants the Minister told (s.59)."""
    query = (
        sa.select(AwardCheck)
        .join(Bid, Bid.id == AwardCheck.bid_id)
        .join(Lot, Lot.id == Bid.lot_id)
        .join(CallOff, CallOff.id == Lot.call_off_id)
        .where(AwardCheck.outcome == CheckOutcome.EXCLUDED, CallOff.authority_id == actor.organisation_id)
        .options(
            joinedload(AwardCheck.bid, innerjoin=True)
            .joinedload(Bid.lot, innerjoin=True)
            .joinedload(Lot.call_off, innerjoin=True)
            .joinedload(CallOff.framework, innerjoin=True)
        )
        .order_by(AwardCheck.id)
    )
    if call_off is not None:
        query = query.where(CallOff.id == call_off.id)
    return [
        row
        for row in session.scalars(query)
        if row.bid.lot.call_off.framework.regime is Regime.DYNAMIC_MARKET
    ]


def _deeds(session: Session, actor: Actor) -> dict[tuple[int | None, int | None, DeedKind], Deed]:
    query = (
        sa.select(Deed)
        .join(CallOff, CallOff.id == Deed.call_off_id)
        .where(CallOff.authority_id == actor.organisation_id)
        .order_by(Deed.id)
    )
    return {(row.contract_id, row.check_id, row.kind): row for row in session.scalars(query)}


def check_of(session: Session, *, actor: Actor, public_id: str) -> AwardCheck | None:
    """A check of the actor's authority at award."""
    query = (
        sa.select(AwardCheck)
        .join(Bid, Bid.id == AwardCheck.bid_id)
        .join(Lot, Lot.id == Bid.lot_id)
        .join(CallOff, CallOff.id == Lot.call_off_id)
        .where(AwardCheck.public_id == public_id, CallOff.authority_id == actor.organisation_id)
    )
    return session.scalars(query).one_or_none()
