"""A lot that failed, let again: a new draft filled in from it, with a link both ways and what must change."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.actor import Actor
from core.reasons import Reason, refuse_if
from core.states import step
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.rules import LOT_STEPS
from procurement.calloffs.drafting.services.editing import start_call_off
from procurement.calloffs.drafting.services.lots import SHARED_BY, append_lot, set_volumes, set_where
from procurement.calloffs.drafting.types import CallOffState, LotEvent, LotState
from procurement.calloffs.evaluation.models import LotRerun
from procurement.calloffs.evaluation.queries.failed import rerun_of
from procurement.calloffs.evaluation.rules import has_reason
from procurement.calloffs.evaluation.services.steps import lock, tell
from procurement.calloffs.evaluation.types import EvaluationTag


def let_again(session: Session, *, lot: Lot, must_change: str, actor: Actor, now: datetime) -> CallOff:
    """Start a draft with one lot like the one that failed; `must_change` says what is to be different.

    Also for a lot of a call-off that was cancelled. Raises Refused for any other lot, for one that something
    follows already, and as starting a draft does.
    """
    before = lot.call_off
    lock(session, before)
    reasons = []
    if not has_failed(lot):
        reasons.append(Reason("lot_not_failed", {"state": str(lot.state)}))
    if rerun_of(session, lot) is not None:
        reasons.append(Reason("followed_up_already"))
    if not has_reason(must_change):
        reasons.append(Reason("change_not_said"))
    refuse_if(reasons)
    again = start_call_off(
        session,
        actor=actor,
        now=now,
        framework_id=before.framework_id,
        title=f"Again: {lot.title or before.title}"[:200],
        need=before.need,
        source_note=(
            f"Lot {lot.number} of {before.public_id}, {before.title}. What changes: {must_change.strip()}"
        ),
    )
    again.data_sharing = before.data_sharing
    copy = append_lot(session, again, lot.title)
    copy.description, copy.starts_on, copy.term_months = lot.description, lot.starts_on, lot.term_months
    copy.budget, copy.holds_all, copy.volume_source = lot.budget, lot.holds_all, lot.volume_source
    for name in SHARED_BY:
        setattr(copy, name, getattr(lot, name))
    set_volumes(session, copy, {(v.need_area.code, str(v.complexity)): v.people_a_year for v in lot.volumes})
    set_where(
        session,
        copy,
        actor,
        [place.code for place in lot.places],
        [cohort.code for cohort in lot.cohorts],
        [stage.code for stage in lot.stages],
    )
    session.flush()
    session.add(
        LotRerun(
            lot_id=lot.id,
            call_off_id=again.id,
            must_change=must_change.strip(),
            person_id=actor.person_id,
            at=now,
        )
    )
    if lot.state is LotState.FAILED:
        lot.failure_cause, lot.state = None, step(LOT_STEPS, lot.state, LotEvent.RE_RUN)
    details = {"lot": lot.number, "call_off": again.public_id}
    tell(session, EvaluationTag.LOT_RERUN, before, actor=actor, now=now, subject=lot, details=details)
    session.flush()
    return again


def has_failed(lot: Lot) -> bool:
    """Whether nothing came of a lot: it failed, or its call-off was cancelled before it was contracted."""
    return lot.state is LotState.FAILED or (
        lot.call_off.state is CallOffState.CANCELLED and lot.state in (LotState.OPEN, LotState.AWARDED)
    )
