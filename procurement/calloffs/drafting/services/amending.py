"""Amending a published call-off for everyone: one reason, one record of the difference, one mail to all."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.actor import Actor
from core.calendar import london_date
from core.notify import queue_mail
from core.reasons import refuse_if
from procurement.calloffs.drafting.models import Amendment, CallOff
from procurement.calloffs.drafting.queries import (
    amendable_of,
    amendments_of,
    invited_suppliers,
    people_with_roles,
)
from procurement.calloffs.drafting.rules import changes_between, reasons_not_to_amend
from procurement.calloffs.drafting.services.editing import lock, record_event
from procurement.calloffs.drafting.types import (
    SUPPLIER_ADMINISTRATOR,
    Amendable,
    AmendedField,
    CallOffTag,
    Change,
)

OF_A_VOLUME = {
    AmendedField.VOLUME: "people_a_year",
    AmendedField.VOLUME_LOW: "people_low",
    AmendedField.VOLUME_HIGH: "people_high",
}


def amend(
    session: Session, *, call_off: CallOff, actor: Actor, now: datetime, after: Amendable, reason: str
) -> Amendment:
    """Change a published call-off to `after`, for everyone; submitted bids stay submitted.

    Raises Refused with every reason against it. Each bidder is asked once to confirm its bid.
    """
    lock(session, call_off)
    before = amendable_of(call_off)
    refuse_if(reasons_not_to_amend(call_off.state, call_off.framework.regime, before, after, now, reason))
    changes = changes_between(before, after)
    amendment = Amendment(
        call_off_id=call_off.id,
        number=len(amendments_of(session, call_off)) + 1,
        at=now,
        person_id=actor.person_id,
        reason=reason.strip(),
        changes=[_plain(change) for change in changes],
    )
    session.add(amendment)
    for change in changes:
        _apply(call_off, change)
    record_event(
        session,
        CallOffTag.AMENDED,
        call_off,
        actor,
        now,
        number=amendment.number,
        fields=sorted({str(change.field) for change in changes}),
        deadline=call_off.deadline,
    )
    for person in people_with_roles(
        session,
        organisation_ids=invited_suppliers(session, call_off),
        roles=[SUPPLIER_ADMINISTRATOR],
        day=london_date(now),
    ):
        queue_mail(
            session,
            to=person.email,
            subject=f"A call-off you are invited to was amended: {call_off.title}",
            template="calloffs/amended",
            now=now,
            person=person.name,
            authority=call_off.authority.name,
            title=call_off.title,
            reference=call_off.public_id,
            number=amendment.number,
            reason=amendment.reason,
            deadline=call_off.deadline,
        )
    return amendment


def _apply(call_off: CallOff, change: Change) -> None:
    if change.lot is None:
        setattr(call_off, change.field, change.after)
        return
    lot = next(lot for lot in call_off.lots if lot.number == change.lot)
    if change.service is None:
        setattr(lot, change.field, change.after)
        return
    for volume in lot.volumes:
        if (volume.need_area.code, str(volume.complexity)) == change.service:
            setattr(volume, OF_A_VOLUME[change.field], change.after)


def _plain(change: Change) -> dict[str, Any]:
    return {
        "field": str(change.field),
        "lot": change.lot,
        "service": list(change.service) if change.service else None,
        "before": _value(change.before),
        "after": _value(change.after),
    }


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
