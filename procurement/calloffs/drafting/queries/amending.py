"""Reading what can be amended, what was, and who is told."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from procurement.calloffs.drafting.models import Amendment, CallOff, Invitation, Lot
from procurement.calloffs.drafting.types import Amendable, AmendableLot, AmendedField, Change


def amendable_of(call_off: CallOff) -> Amendable:
    """What of a published call-off can be amended, as it stands."""
    if call_off.deadline is None:
        raise ValueError("a published call-off has a deadline")
    return Amendable(
        need=call_off.need,
        data_sharing=call_off.data_sharing,
        staff_transfer_note=call_off.staff_transfer_note,
        deadline=call_off.deadline,
        questions_close_at=call_off.questions_close_at,
        lots={lot.number: _lot(lot) for lot in call_off.lots},
    )


def _lot(lot: Lot) -> AmendableLot:
    if lot.starts_on is None:
        raise ValueError("a published lot has a start")
    return AmendableLot(
        description=lot.description,
        starts_on=lot.starts_on,
        volumes={(v.need_area.code, str(v.complexity)): v.people_a_year for v in lot.volumes},
        volume_source=lot.volume_source,
        mobilisation_weeks=lot.mobilisation_weeks,
        lows={(v.need_area.code, str(v.complexity)): v.people_low for v in lot.volumes},
        highs={(v.need_area.code, str(v.complexity)): v.people_high for v in lot.volumes},
    )


def amendments_of(session: Session, call_off: CallOff) -> Sequence[Amendment]:
    """The amendments of a call-off, the first first."""
    return session.scalars(
        sa.select(Amendment).where(Amendment.call_off_id == call_off.id).order_by(Amendment.number)
    ).all()


def last_amendment(session: Session, call_off: CallOff) -> int | None:
    """The number of the last amendment; None where there is none."""
    return session.scalar(
        sa.select(sa.func.max(Amendment.number)).where(Amendment.call_off_id == call_off.id)
    )


def changes_of(amendment: Amendment) -> list[Change]:
    """What an amendment changed, with dates and moments as such."""
    return [
        Change(
            AmendedField(entry["field"]),
            _value(entry["field"], entry["before"]),
            _value(entry["field"], entry["after"]),
            entry["lot"],
            tuple(entry["service"]) if entry["service"] else None,
        )
        for entry in amendment.changes
    ]


def _value(field: str, value: Any) -> Any:
    if value is not None and field in (AmendedField.DEADLINE, AmendedField.QUESTIONS_CLOSE):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if field == AmendedField.STARTS_ON else value


def invited_suppliers(session: Session, call_off: CallOff) -> Sequence[int]:
    """Keys of the suppliers that may bid for a lot: those invited, and applicants that may bid meanwhile."""
    rows = session.execute(
        sa.select(Invitation.supplier_id, Invitation.invited, Invitation.reasons)
        .join(Lot, Lot.id == Invitation.lot_id)
        .where(Lot.call_off_id == call_off.id)
        .order_by(Invitation.supplier_id)
    ).all()
    return sorted(
        {
            supplier
            for supplier, invited, reasons in rows
            if invited or {reason["code"] for reason in reasons} == {"application_pending"}
        }
    )
