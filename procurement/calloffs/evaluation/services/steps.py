"""What the services here share: the lock on the call-off's row, a step of its machine, a lot that failed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.actor import Actor
from core.audit.services import record
from core.audit.types import AuditTag
from core.states import step
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.rules import CALL_OFF_STEPS, LOT_STEPS, state_at
from procurement.calloffs.drafting.types import CallOffEvent, FailureCause, LotEvent
from procurement.calloffs.evaluation.types import EvaluationTag


def lock(session: Session, call_off: CallOff) -> None:
    """Lock the call-off's row until the transaction ends, and read anew what it says."""
    session.flush()
    session.scalars(
        sa.select(CallOff)
        .where(CallOff.id == call_off.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def take_step(call_off: CallOff, event: CallOffEvent, now: datetime) -> None:
    """Move the call-off along its regime's table; an unlisted step is refused."""
    here = state_at(call_off.state, call_off.deadline, now)
    call_off.state = step(CALL_OFF_STEPS[call_off.framework.regime], here, event)


def tell(
    session: Session,
    tag: AuditTag,
    call_off: CallOff,
    *,
    actor: Actor,
    now: datetime,
    subject: Any = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write an audit event into the call-off's chain."""
    record(
        session,
        tag,
        actor=actor,
        now=now,
        subject=subject if subject is not None else call_off,
        chain=call_off.public_id,
        details=details,
    )


def fail_lot(
    session: Session,
    call_off: CallOff,
    lot: Lot,
    cause: FailureCause,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """Mark a lot as failed, with the cause that coverage pages show."""
    lot.state = step(LOT_STEPS, lot.state, LotEvent.FAIL)
    lot.failure_cause, lot.failure_reason = cause, reason.strip()
    details = {"lot": lot.number, "cause": cause, "reason": reason}
    tell(session, EvaluationTag.LOT_FAILED, call_off, actor=actor, now=now, subject=lot, details=details)
