"""Questions, each an immutable version of its code."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Code, LongText, PrimaryKey, ShortText
from core.questions.rules import read_column
from core.questions.types import Answerer, Choice, ExpiryRule, Question, QuestionKind


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
    columns: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    most_rows: Mapped[int | None]
    # Which entry of an organisation's library the answers belong to; empty where they are not kept.
    reuse_key: Mapped[Code] = mapped_column(default="")
    answered_by: Mapped[Answerer] = mapped_column(default=Answerer.LEAD)
    expires: Mapped[ExpiryRule] = mapped_column(default=ExpiryRule.NONE)
    asked_if: Mapped[ShortText] = mapped_column(default="")
    text_check: Mapped[Code] = mapped_column(default="")
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("code", "version"),
        sa.CheckConstraint("word_limit IS NULL OR word_limit > 0", name="word_limit_positive"),
        sa.CheckConstraint("version > 0", name="version_positive"),
        sa.CheckConstraint(
            "(kind = 'table' AND columns IS NOT NULL AND most_rows IS NOT NULL AND most_rows > 0)"
            " OR (kind <> 'table' AND columns IS NULL AND most_rows IS NULL)",
            name="table_has_columns",
        ),
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
            columns=tuple(read_column(column) for column in self.columns or ()),
            most_rows=self.most_rows,
            reuse_key=self.reuse_key,
            answered_by=self.answered_by,
            expires=self.expires,
            asked_if=self.asked_if,
            text_check=self.text_check,
        )
