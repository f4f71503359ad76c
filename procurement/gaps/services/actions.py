"""Recording what is done about a gap, and ending it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from catalogue.reference.models import NeedArea, Place
from core.accounts.models import Person
from core.actor import Actor
from core.audit.services import record
from procurement.gaps.models import Analysis, GapAction
from procurement.gaps.types import ActionKind, GapTag


def record_action(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    analysis: Analysis,
    place: Place,
    need: NeedArea,
    gap: int,
    kind: ActionKind,
    note: str,
    owner: Person,
    due_on: date,
) -> GapAction:
    """Write down what is done about the gap that an analysis found; `gap` is people a year."""
    action = GapAction(
        organisation_id=analysis.organisation_id,
        analysis=analysis,
        place=place,
        need_area=need,
        gap=gap,
        kind=kind,
        note=note,
        owner=owner,
        due_on=due_on,
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(action)
    session.flush()
    details = {"kind": kind.value, "place": place.code, "need": need.code, "gap": gap, "due": due_on}
    record(session, GapTag.ACTION_RECORDED, actor=actor, now=now, subject=action, details=details)
    return action


def end_action(session: Session, *, actor: Actor, now: datetime, action: GapAction) -> None:
    """Say that an action is over; ending it twice changes nothing."""
    if action.ended_at is not None:
        return
    action.ended_at = now
    record(session, GapTag.ACTION_ENDED, actor=actor, now=now, subject=action, details={})
