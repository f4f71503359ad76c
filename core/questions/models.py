"""Questions, each an immutable version of its code."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Code, LongText, PrimaryKey
from core.questions.types import Choice, Question, QuestionKind


class QuestionVersion(Base):
    """One wording of a question; a changed wording is a new version, so that an answer keeps its question.

    A row that anything answers is never updated: write new ones through `services.keep_versions`.
    """

    __tablename__ = "question_version"

    id: Mapped[PrimaryKey]
    code: Mapped[Code]
    version: Mapped[int]
    kind: Mapped[QuestionKind]
    text: Mapped[LongText]
    hint: Mapped[LongText] = mapped_column(default="")
    evidence: Mapped[LongText] = mapped_column(default="")
    word_limit: Mapped[int | None]
    choices: Mapped[list[Any] | None] = mapped_column(sa.JSON)
    required: Mapped[bool] = mapped_column(default=True)
    # What an answer must be for the assessment to pass it by rule; None leaves it to judgement.
    pass_if: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("code", "version"),
        sa.CheckConstraint("word_limit IS NULL OR word_limit > 0", name="word_limit_positive"),
        sa.CheckConstraint("version > 0", name="version_positive"),
    )

    def plain(self) -> Question:
        """Return the question as plain values, as rules and pages read it."""
        return Question(
            code=self.code,
            version=self.version,
            kind=self.kind,
            text=self.text,
            hint=self.hint,
            evidence=self.evidence,
            word_limit=self.word_limit,
            choices=tuple(Choice(c["value"], c["text"]) for c in self.choices or ()),
            required=self.required,
            pass_if=self.pass_if,
        )
