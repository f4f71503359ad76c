"""Reading question versions."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.questions.models import QuestionVersion


def versions_of(session: Session, *, codes: Iterable[str]) -> dict[tuple[str, int], QuestionVersion]:
    """Return every version of the questions with these codes, by (code, version)."""
    query = (
        sa.select(QuestionVersion)
        .where(QuestionVersion.code.in_(sorted(set(codes))))
        .order_by(QuestionVersion.code, QuestionVersion.version)
    )
    return {(row.code, row.version): row for row in session.scalars(query)}
