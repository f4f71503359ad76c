"""Reading how much published call-offs ask for what they are worth."""

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.questions.models import QuestionVersion
from procurement.calloffs.drafting.models import CallOff, Criterion, Lot
from procurement.calloffs.drafting.rules import burden_of, words_per_unit
from procurement.calloffs.drafting.types import Burden

LATEST = 500
"""With so many of the latest published lots a call-off is compared."""
_MONTHS_A_YEAR = 12


def burdens(session: Session, call_off: CallOff) -> list[Burden]:
    """What a bid for each lot takes, compared with the lots that were published before."""
    published = _published(session, call_off)
    questions = [criterion.question.plain() for criterion in call_off.criteria]
    return [
        burden_of(lot.number, questions, _yearly(lot.budget, lot.term_months), published)
        for lot in call_off.lots
    ]


def _published(session: Session, but: CallOff) -> list[Decimal]:
    words = (
        sa.select(Criterion.call_off_id, sa.func.sum(QuestionVersion.word_limit).label("words"))
        .join(QuestionVersion, QuestionVersion.id == Criterion.question_id)
        .group_by(Criterion.call_off_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(words.c.words, Lot.budget, Lot.term_months)
        .join(CallOff, CallOff.id == Lot.call_off_id)
        .join(words, words.c.call_off_id == CallOff.id)
        .where(CallOff.published_at.is_not(None), CallOff.id != but.id, words.c.words.is_not(None))
        .order_by(CallOff.published_at.desc(), Lot.id.desc())
        .limit(LATEST)
    )
    ratios = (words_per_unit(int(asked), _yearly(budget, months)) for asked, budget, months in rows)
    return [ratio for ratio in ratios if ratio is not None]


def _yearly(budget: Decimal | None, months: int | None) -> Decimal | None:
    """Whole pounds a year."""
    return (budget * _MONTHS_A_YEAR / months).quantize(Decimal(1)) if budget and months else None
