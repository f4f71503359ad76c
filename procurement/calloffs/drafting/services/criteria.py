"""The quality criteria of a draft, each with its question; their weights and the price's make 100."""

import re
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from core.actor import Actor
from core.questions.models import QuestionVersion
from core.questions.types import QuestionKind
from procurement.calloffs.drafting.models import CallOff, Criterion
from procurement.calloffs.drafting.rules.scales import DEFAULT_SCALE, kept_scale
from procurement.calloffs.drafting.services.editing import begin_editing
from procurement.calloffs.drafting.types import CriterionKind, Scale


def add_criterion(
    session: Session,
    *,
    call_off: CallOff,
    actor: Actor,
    now: datetime,
    name: str,
    text: str,
    weight: Decimal,
    kind: CriterionKind = CriterionKind.QUALITY,
    hint: str = "",
    word_limit: int | None = None,
    threshold: Decimal | None = None,
    scale: Scale = DEFAULT_SCALE,
) -> Criterion:
    """Add a criterion with its question. `weight` is percent of the whole score, `threshold` a score."""
    begin_editing(session, call_off, actor, now)
    question = QuestionVersion(
        code=_next_code(call_off),
        version=1,
        kind=QuestionKind.TEXT,
        text=text,
        hint=hint,
        word_limit=word_limit,
        created_at=now,
    )
    criterion = Criterion(
        call_off=call_off,
        position=max((one.position for one in call_off.criteria), default=0) + 1,
        kind=kind,
        name=name,
        question=question,
        weight=weight,
        threshold=threshold,
        scale=kept_scale(scale),
    )
    session.add(criterion)
    session.flush()
    return criterion


def save_criterion(
    session: Session,
    *,
    criterion: Criterion,
    actor: Actor,
    now: datetime,
    name: str,
    text: str,
    weight: Decimal,
    kind: CriterionKind = CriterionKind.QUALITY,
    hint: str = "",
    word_limit: int | None = None,
    threshold: Decimal | None = None,
    scale: Scale = DEFAULT_SCALE,
) -> None:
    """Change a criterion and its question. A draft's question has no answers yet: its wording is replaced."""
    begin_editing(session, criterion.call_off, actor, now)
    criterion.name, criterion.kind = name, kind
    criterion.weight, criterion.threshold = weight, threshold
    criterion.scale = kept_scale(scale)
    question = criterion.question
    question.text, question.hint, question.word_limit = text, hint, word_limit


def remove_criterion(session: Session, *, criterion: Criterion, actor: Actor, now: datetime) -> None:
    """Remove a criterion with its question from a draft."""
    call_off, question = criterion.call_off, criterion.question
    begin_editing(session, call_off, actor, now)
    call_off.criteria.remove(criterion)
    session.flush()
    session.delete(question)


def _next_code(call_off: CallOff) -> str:
    """A code for the call-off's next question, of its own: another call-off's wording never changes it."""
    used = [
        int(found.group(1))
        for criterion in call_off.criteria
        if (found := re.fullmatch(rf"{re.escape(call_off.public_id)}-(\d+)", criterion.question.code))
    ]
    return f"{call_off.public_id}-{max(used, default=0) + 1}"
