"""Keeping question versions: what is there stays; a changed wording is a new version."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from core.questions.models import QuestionVersion
from core.questions.queries import versions_of
from core.questions.types import Question


def keep_versions(
    session: Session, *, questions: Sequence[Question], now: datetime
) -> dict[str, QuestionVersion]:
    """Return the row of each question by code, made where its version is not there yet.

    Raises ValueError where a version is there with another wording: a published version is never edited.
    """
    there = versions_of(session, codes=[question.code for question in questions])
    kept = {}
    for question in questions:
        row = there.get((question.code, question.version))
        if row is None:
            row = QuestionVersion(
                **{
                    key: value for key, value in asdict(question).items() if key not in ("choices", "columns")
                },
                choices=[asdict(choice) for choice in question.choices] or None,
                columns=[asdict(column) for column in question.columns] or None,
                created_at=now,
            )
            session.add(row)
        elif row.plain() != question:
            raise ValueError(f"question {question.code} version {question.version} is there in other words")
        kept[question.code] = row
    session.flush()
    return kept
