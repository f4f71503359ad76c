"""Starting a call-off and writing its draft, part by part; incomplete parts are saved too."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, Refused, refuse_if
from procurement.calloffs.drafting.models import CallOff, CallOffDuty
from procurement.calloffs.drafting.rules import reasons_not_to_edit, reasons_not_to_pay_so
from procurement.calloffs.drafting.types import (
    CallOffTag,
    Duty,
    PriceFormula,
    PriceModel,
    StaffTransfer,
    TieBreak,
)
from procurement.framework.models import Framework
from procurement.framework.types import FrameworkState


def start_call_off(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework_id: int,
    title: str,
    need: str = "",
    source_note: str = "",
) -> CallOff:
    """Start a draft under a published framework; the actor is recorded as its drafter.

    Raises Refused with `framework_not_published` for a framework that is none or not published.
    """
    framework = session.get(Framework, framework_id)
    if framework is None or framework.state is not FrameworkState.PUBLISHED:
        raise Refused(Reason("framework_not_published"))
    call_off = CallOff(
        framework=framework,
        authority_id=actor.organisation_id,
        title=title,
        need=need,
        source_note=source_note,
        created_by_id=actor.person_id,
        created_at=now,
        duties=[CallOffDuty(person_id=actor.person_id, duty=Duty.DRAFTER, assigned_at=now)],
    )
    session.add(call_off)
    record_event(session, CallOffTag.CREATED, call_off, actor, now, framework=framework.public_id)
    return call_off


def record_event(
    session: Session, tag: CallOffTag, call_off: CallOff, actor: Actor, now: datetime, **details: object
) -> None:
    """Write one audit event into the call-off's chain."""
    session.flush()
    record(session, tag, actor=actor, now=now, subject=call_off, details=details, chain=call_off.public_id)


def lock(session: Session, call_off: CallOff) -> None:
    """Lock the call-off's row until the transaction ends, and read anew what decides about it."""
    session.flush()
    session.refresh(
        call_off, ["state", "state_before_pause", "deadline", "row_version"], with_for_update=True
    )


def begin_editing(session: Session, call_off: CallOff, actor: Actor, now: datetime) -> None:
    """Lock the draft for a change. Raises Refused unless it is one and the actor has declared no conflict."""
    lock(session, call_off)
    refuse_if(reasons_not_to_edit(call_off.state, declaration_of(call_off, actor)))


def declaration_of(call_off: CallOff, actor: Actor) -> bool | None:
    """Whether the actor declared a conflict (True) or none (False); None where they have not declared."""
    declared = [
        duty.has_conflict
        for duty in call_off.duties
        if duty.person_id == actor.person_id and duty.has_conflict is not None
    ]
    return any(declared) if declared else None


def save_basics(
    session: Session,
    *,
    call_off: CallOff,
    actor: Actor,
    now: datetime,
    title: str,
    need: str,
    framework_id: int,
    data_sharing: str,
) -> None:
    """Save what is bought and why, and under which framework."""
    begin_editing(session, call_off, actor, now)
    framework = session.get(Framework, framework_id)
    if framework is None or framework.state is not FrameworkState.PUBLISHED:
        raise Refused(Reason("framework_not_published"))
    call_off.title, call_off.need, call_off.data_sharing = title, need, data_sharing
    call_off.framework = framework


def save_terms(
    session: Session,
    *,
    call_off: CallOff,
    actor: Actor,
    now: datetime,
    payment_days: int,
    staff_transfer: StaffTransfer | None,
    staff_transfer_note: str,
) -> None:
    """Save within how many days invoices are paid, and whether staff go over to the new provider.

    Raises Refused with `payment_too_late` beyond thirty days (PCR 2015 reg 113; PA 2023 s.68, 73).
    """
    begin_editing(session, call_off, actor, now)
    refuse_if(reasons_not_to_pay_so(call_off.framework.regime, payment_days))
    call_off.payment_days = payment_days
    call_off.staff_transfer, call_off.staff_transfer_note = staff_transfer, staff_transfer_note


def save_price(
    session: Session,
    *,
    call_off: CallOff,
    actor: Actor,
    now: datetime,
    price_model: PriceModel,
    price_formula: PriceFormula,
    price_weight: Decimal | None,
    optimal_price: Decimal | None,
    tie_break: TieBreak | None,
) -> None:
    """Save what is priced, how prices become scores, their weight (percent) and the tie-break."""
    begin_editing(session, call_off, actor, now)
    call_off.price_model, call_off.price_formula = price_model, price_formula
    call_off.price_weight, call_off.optimal_price = price_weight or None, optimal_price
    call_off.tie_break = tie_break


def save_timetable(
    session: Session,
    *,
    call_off: CallOff,
    actor: Actor,
    now: datetime,
    deadline: datetime | None,
    standstill: bool,
    questions_close_at: datetime | None = None,
) -> None:
    """Save the deadlines for bids and for questions, and whether a standstill is kept before the contract."""
    begin_editing(session, call_off, actor, now)
    call_off.deadline, call_off.standstill = deadline, standstill
    call_off.questions_close_at = questions_close_at


def save_lots_considered(
    session: Session, *, call_off: CallOff, actor: Actor, now: datetime, lots_considered: str
) -> None:
    """Save how dividing into lots was considered (PCR 2015 reg 46; PA 2023 s.18)."""
    begin_editing(session, call_off, actor, now)
    call_off.lots_considered = lots_considered


def save_conflicts_assessed(
    session: Session, *, call_off: CallOff, actor: Actor, now: datetime, assessed: bool
) -> None:
    """Record that conflicts of interest of the whole procurement were assessed (PA 2023 s.83)."""
    begin_editing(session, call_off, actor, now)
    call_off.conflicts_assessed = assessed
