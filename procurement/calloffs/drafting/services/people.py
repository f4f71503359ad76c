"""Who has which duty in a call-off, and what each declares about conflicts of interest."""

from datetime import datetime

from sqlalchemy.orm import Session

from core import calendar
from core.accounts.models import Person
from core.accounts.queries import memberships_on
from core.actor import Actor
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if
from procurement.calloffs.drafting.models import CallOff, CallOffDuty
from procurement.calloffs.drafting.rules import reasons_not_to_name
from procurement.calloffs.drafting.services.editing import begin_editing, lock, record_event
from procurement.calloffs.drafting.types import CallOffState, CallOffTag, Duty


def assign_duty(
    session: Session, *, call_off: CallOff, actor: Actor, now: datetime, person: Person, duty: Duty
) -> CallOffDuty:
    """Give someone of the authority a duty; a new approver replaces the one before.

    What the person has declared for this call-off holds for the new duty too.
    """
    begin_editing(session, call_off, actor, now)
    own = [row for row in call_off.duties if row.person_id == person.id]
    found = next((row for row in own if row.duty is duty), None)
    if found is not None:
        return found
    memberships = memberships_on(session, person_id=person.id, day=calendar.london_date(now))
    refuse_if(
        reasons_not_to_name(
            call_off.state,
            of_authority=any(m.organisation_id == call_off.authority_id for m in memberships),
            drafts=any(row.duty is Duty.DRAFTER for row in own),
            approver=duty is Duty.APPROVER,
        )
    )
    if duty is Duty.APPROVER:
        for row in [row for row in call_off.duties if row.duty is Duty.APPROVER]:
            _take(session, call_off, row, actor, now)
    declared = next((row for row in own if row.has_conflict is not None), None)
    added = CallOffDuty(
        call_off=call_off,
        person=person,
        person_id=person.id,
        duty=duty,
        assigned_at=now,
        declared_at=declared.declared_at if declared else None,
        has_conflict=declared.has_conflict if declared else None,
        conflict_note=declared.conflict_note if declared else "",
    )
    session.add(added)
    record_event(session, CallOffTag.DUTY_ASSIGNED, call_off, actor, now, person=person.id, duty=duty)
    queue_mail(
        session,
        to=person.email,
        subject=f"You have a duty in a call-off: {call_off.title}",
        template="calloffs/duty",
        now=now,
        person=person.name,
        title=call_off.title,
        reference=call_off.public_id,
        duty=str(duty).replace("_", " "),
        declared=declared is not None,
    )
    return added


def release_duty(session: Session, *, duty: CallOffDuty, actor: Actor, now: datetime) -> None:
    """Take a duty from someone while the call-off is a draft.

    A drafter may be released only by someone else, after declaring a conflict: who wrote stays named.
    """
    call_off = duty.call_off
    begin_editing(session, call_off, actor, now)
    if duty.duty is Duty.DRAFTER and (duty.person_id == actor.person_id or not duty.has_conflict):
        raise Refused(Reason("drafter_stays"))
    _take(session, call_off, duty, actor, now)


def _take(session: Session, call_off: CallOff, duty: CallOffDuty, actor: Actor, now: datetime) -> None:
    call_off.duties.remove(duty)
    record_event(
        session, CallOffTag.DUTY_RELEASED, call_off, actor, now, person=duty.person_id, duty=duty.duty
    )


def declare_conflict(
    session: Session,
    *,
    call_off: CallOff,
    actor: Actor,
    now: datetime,
    has_conflict: bool,
    note: str = "",
) -> None:
    """Declare for oneself, for all duties in the call-off, whether there is a conflict of interest.

    Someone without a duty joins a draft as one of its drafters. Raises Refused with `no_duty` for them once
    it is no draft any more, and with `conflict_not_described` where a conflict has no words.
    """
    lock(session, call_off)
    if has_conflict and not note.strip():
        raise Refused(Reason("conflict_not_described"))
    own = [row for row in call_off.duties if row.person_id == actor.person_id]
    if not own:
        if call_off.state is not CallOffState.DRAFT:
            raise Refused(Reason("no_duty"))
        joined = CallOffDuty(call_off=call_off, person_id=actor.person_id, duty=Duty.DRAFTER, assigned_at=now)
        session.add(joined)
        own = [joined]
    for row in own:
        row.declared_at, row.has_conflict = now, has_conflict
        row.conflict_note = note.strip() if has_conflict else ""
    record_event(
        session,
        CallOffTag.CONFLICT_DECLARED,
        call_off,
        actor,
        now,
        conflict=has_conflict,
        duties=[row.duty for row in own],
    )
