"""What becomes known of a supplier after its admission: raised, considered, settled."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, Refused, refuse_if
from procurement.framework.models import Concern
from procurement.framework.types import ConcernKind, FrameworkTag


def raise_concern(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    supplier_id: int,
    kind: ConcernKind,
    event_on: date,
    note: str,
) -> Concern:
    """Note a fact that the actor's authority is to consider: for membership, for open bids, at award.

    One that is open already for the same event stays as it is.
    """
    there = session.scalars(
        sa.select(Concern).where(
            Concern.authority_id == actor.organisation_id,
            Concern.supplier_id == supplier_id,
            Concern.kind == kind,
            Concern.event_on == event_on,
            Concern.settled_at.is_(None),
        )
    ).one_or_none()
    if there is not None:
        return there
    concern = Concern(
        authority_id=actor.organisation_id,
        supplier_id=supplier_id,
        kind=kind,
        event_on=event_on,
        note=note,
        raised_at=now,
    )
    session.add(concern)
    record(
        session,
        FrameworkTag.CONCERN_RAISED,
        actor=actor,
        now=now,
        subject=concern,
        details={"supplier": supplier_id, "kind": kind, "event_on": event_on},
    )
    return concern


def settle_concern(
    session: Session, *, actor: Actor, now: datetime, concern: Concern, settlement: str
) -> None:
    """Say what came of considering it; what follows from it for memberships is done by its own deed."""
    settlement = settlement.replace("\x00", "").strip()
    if concern.settled_at is not None:
        raise Refused(Reason("concern_settled"))
    refuse_if([] if settlement else [Reason("reason_missing")])
    concern.settled_at, concern.settlement = now, settlement
    record(
        session,
        FrameworkTag.CONCERN_SETTLED,
        actor=actor,
        now=now,
        subject=concern,
        details={"supplier": concern.supplier_id, "kind": concern.kind},
    )
