"""Approving, publishing with frozen invitations, pausing, moving the deadline for all, cancelling."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.accounts.models import Organisation
from core.actor import Actor
from core.audit.rules import plain
from core.calendar import london_date
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if
from core.states import step
from procurement.calloffs.drafting.models import CallOff, CallOffNotice, Invitation
from procurement.calloffs.drafting.queries import (
    LotPreview,
    draft_facts,
    invitation_preview,
    invited_suppliers,
    people_with_roles,
    state_on,
)
from procurement.calloffs.drafting.rules import (
    CALL_OFF_STEPS,
    reasons_not_to_approve,
    reasons_not_to_move_deadline,
    reasons_not_to_publish,
    stored,
)
from procurement.calloffs.drafting.services.editing import lock, record_event
from procurement.calloffs.drafting.services.joint import ask_partners
from procurement.calloffs.drafting.types import (
    SUPPLIER_ADMINISTRATOR,
    CallOffEvent,
    CallOffState,
    CallOffTag,
    Duty,
    NoticeKind,
)


def approve(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> None:
    """Approve a draft for publication, as its named approver. Raises Refused with every reason against it."""
    lock(session, call_off)
    if not any(d.duty is Duty.APPROVER and d.person_id == actor.person_id for d in call_off.duties):
        raise Refused(Reason("not_the_approver"))
    draft = draft_facts(session, call_off, now)
    refuse_if(reasons_not_to_approve(draft, now, approver=actor.person_id or 0))
    call_off.state = _next(call_off, CallOffEvent.APPROVE, now)
    record_event(session, CallOffTag.APPROVED, call_off, actor, now)
    ask_partners(session, call_off=call_off, now=now)


def return_to_draft(session: Session, *, call_off: CallOff, actor: Actor, now: datetime, reason: str) -> None:
    """Give an approved call-off back to its drafters, who must have it approved again."""
    lock(session, call_off)
    call_off.state = _next(call_off, CallOffEvent.RETURN_TO_DRAFT, now)
    # What is changed now is approved by everyone anew.
    for partner in call_off.partners:
        partner.approved_at = partner.approved_by_id = None
    _notice(session, call_off, NoticeKind.RETURNED, actor, now, reason)
    record_event(session, CallOffTag.RETURNED_TO_DRAFT, call_off, actor, now)


def publish(session: Session, *, call_off: CallOff, actor: Actor, now: datetime) -> None:
    """Publish: freeze the draft and the decision on every supplier considered, and write to the invited.

    Raises Refused with every reason against it. The envelope keys are made by the bids' own services when
    they are first needed.
    """
    lock(session, call_off)
    previews = invitation_preview(session, call_off, now)
    refuse_if(reasons_not_to_publish(draft_facts(session, call_off, now, previews), now))
    call_off.state = _next(call_off, CallOffEvent.PUBLISH, now)
    call_off.published_at = now
    for preview in previews:
        session.add_all(_frozen(preview, now))
    record_event(
        session,
        CallOffTag.PUBLISHED,
        call_off,
        actor,
        now,
        deadline=call_off.deadline,
        criteria=[[c.name, c.weight, c.question_id] for c in call_off.criteria],
        price_weight=call_off.price_weight,
        invited={str(preview.lot.number): len(preview.invited) for preview in previews},
        considered=len(previews[0].invited) + len(previews[0].not_invited) if previews else 0,
    )
    _write_to_invited(session, call_off, previews, now)


def _frozen(preview: LotPreview, now: datetime) -> list[Invitation]:
    return [
        Invitation(
            lot_id=preview.lot.id,
            supplier_id=considered.supplier.id,
            invited=considered.decision.invited,
            reasons=[
                {"code": reason.code, "params": plain(reason.params), "source": reason.source}
                for reason in considered.decision.reasons
            ],
            at=now,
        )
        for considered in (*preview.invited, *preview.not_invited)
    ]


def _write_to_invited(session: Session, call_off: CallOff, previews: list[LotPreview], now: datetime) -> None:
    lots: dict[int, list[LotPreview]] = {}
    suppliers: dict[int, Organisation] = {}
    for preview in previews:
        for considered in preview.invited:
            suppliers[considered.supplier.id] = considered.supplier
            lots.setdefault(considered.supplier.id, []).append(preview)
    for supplier_id, supplier in suppliers.items():
        for person in _administrators(session, supplier_id, now):
            queue_mail(
                session,
                to=person.email,
                subject=f"You are invited to bid: {call_off.title}",
                template="calloffs/invitation",
                now=now,
                person=person.name,
                supplier=supplier.name,
                authority=call_off.authority.name,
                title=call_off.title,
                reference=call_off.public_id,
                deadline=call_off.deadline,
                lots=[(preview.lot.number, preview.lot.title) for preview in lots[supplier_id]],
            )


def _administrators(session: Session, supplier_id: int, now: datetime):
    return people_with_roles(
        session, organisation_ids=[supplier_id], roles=[SUPPLIER_ADMINISTRATOR], day=london_date(now)
    )


def pause(session: Session, *, call_off: CallOff, actor: Actor, now: datetime, reason: str) -> None:
    """Pause a published call-off, with a reason that everyone invited is told."""
    lock(session, call_off)
    following = _next(call_off, CallOffEvent.PAUSE, now)
    call_off.state_before_pause = str(call_off.state)
    call_off.state = following
    _notice(session, call_off, NoticeKind.PAUSED, actor, now, reason)
    record_event(session, CallOffTag.PAUSED, call_off, actor, now)
    _tell_invited(session, call_off, NoticeKind.PAUSED, reason, now)


def resume(session: Session, *, call_off: CallOff, actor: Actor, now: datetime, reason: str) -> None:
    """Let a paused call-off go on; whether bidding has closed meanwhile, the deadline says."""
    lock(session, call_off)
    call_off.state = _next(call_off, CallOffEvent.RESUME, now)
    call_off.state_before_pause = None
    _notice(session, call_off, NoticeKind.RESUMED, actor, now, reason)
    record_event(session, CallOffTag.RESUMED, call_off, actor, now)
    _tell_invited(session, call_off, NoticeKind.RESUMED, reason, now)


def move_deadline(
    session: Session, *, call_off: CallOff, actor: Actor, now: datetime, deadline: datetime, reason: str
) -> None:
    """Move the deadline to a later moment, for everyone invited, with one reason."""
    lock(session, call_off)
    before = call_off.deadline
    if before is None:
        raise Refused(Reason("not_open", {"state": str(call_off.state)}))
    refuse_if(
        reasons_not_to_move_deadline(call_off.state, call_off.framework.regime, before, deadline, now, reason)
    )
    call_off.deadline = deadline
    _notice(session, call_off, NoticeKind.EXTENDED, actor, now, reason, before, deadline)
    record_event(session, CallOffTag.EXTENDED, call_off, actor, now, before=before, after=deadline)
    _tell_invited(session, call_off, NoticeKind.EXTENDED, reason, now)


def cancel(session: Session, *, call_off: CallOff, actor: Actor, now: datetime, reason: str) -> None:
    """End a call-off for good, with a reason; everyone invited is told."""
    lock(session, call_off)
    call_off.state = _next(call_off, CallOffEvent.CANCEL, now)
    call_off.state_before_pause = None
    call_off.ended_reason = _given(reason)
    _notice(session, call_off, NoticeKind.CANCELLED, actor, now, reason)
    record_event(session, CallOffTag.CANCELLED, call_off, actor, now)
    _tell_invited(session, call_off, NoticeKind.CANCELLED, reason, now)


def _next(call_off: CallOff, event: CallOffEvent, now: datetime) -> CallOffState:
    return stored(step(CALL_OFF_STEPS[call_off.framework.regime], state_on(call_off, now), event))


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refused(Reason("reason_missing"))
    return reason.strip()


def _notice(
    session: Session,
    call_off: CallOff,
    kind: NoticeKind,
    actor: Actor,
    now: datetime,
    reason: str,
    before: datetime | None = None,
    after: datetime | None = None,
) -> None:
    session.add(
        CallOffNotice(
            call_off_id=call_off.id,
            kind=kind,
            at=now,
            person_id=actor.person_id,
            reason=_given(reason),
            deadline_before=before,
            deadline_after=after,
        )
    )


def _tell_invited(session: Session, call_off: CallOff, kind: NoticeKind, reason: str, now: datetime) -> None:
    """Write the same to the administrators of all who may bid; nobody is told earlier or more."""
    for person in people_with_roles(
        session,
        organisation_ids=invited_suppliers(session, call_off),
        roles=[SUPPLIER_ADMINISTRATOR],
        day=london_date(now),
    ):
        queue_mail(
            session,
            to=person.email,
            subject=f"A call-off you are invited to has changed: {call_off.title}",
            template="calloffs/notice",
            now=now,
            person=person.name,
            authority=call_off.authority.name,
            title=call_off.title,
            reference=call_off.public_id,
            kind=str(kind),
            reason=reason.strip(),
            deadline=call_off.deadline,
        )
