"""Putting a prompt for review away, with the reason that stays."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.actor import Actor
from core.reasons import Reason, refuse_if
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.evaluation.models import PromptDismissal
from procurement.calloffs.evaluation.queries.integrity import dismissals_of, integrity_facts
from procurement.calloffs.evaluation.queries.scores import panel_of
from procurement.calloffs.evaluation.rules import has_reason, review_prompts
from procurement.calloffs.evaluation.services.steps import lock, tell
from procurement.calloffs.evaluation.types import EvaluationTag


def dismiss_prompt(
    session: Session,
    *,
    call_off: CallOff,
    code: str,
    subject: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> PromptDismissal:
    """Put a prompt away after looking at it. Raises Refused without a reason, or where there is none such."""
    lock(session, call_off)
    standing = {
        (prompt.code, prompt.subject)
        for prompt in review_prompts(integrity_facts(session, call_off, panel_of(session, call_off)))
    }
    gone = {(row.code, row.subject) for row in dismissals_of(session, call_off)}
    reasons = []
    if (code, subject) not in standing or (code, subject) in gone:
        reasons.append(Reason("no_such_prompt"))
    if not has_reason(reason):
        reasons.append(Reason("dismissal_without_reason"))
    refuse_if(reasons)
    row = PromptDismissal(
        call_off_id=call_off.id,
        code=code,
        subject=subject,
        reason=reason,
        person_id=actor.person_id,
        at=now,
    )
    session.add(row)
    details = {"prompt": code, "subject": subject}
    tell(session, EvaluationTag.PROMPT_DISMISSED, call_off, actor=actor, now=now, details=details)
    session.flush()
    return row
