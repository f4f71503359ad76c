"""Questions of those invited, and what everyone was told."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.accounts.models import Organisation, Person
from core.db import Base, LongText, PrimaryKey, Versioned, public_id
from procurement.calloffs.clarifications.types import ClarificationState
from procurement.calloffs.drafting.models import CallOff, Lot


class Clarification(Base, Versioned):
    """One question. ``wording`` and ``answer`` are what everyone reads; the question as asked stays apart.

    Answers are published in bundles, numbered from 1 within the call-off, so that all are told at once.
    """

    __tablename__ = "clarification"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("CQ")
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lot.id"))
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    question: Mapped[LongText]
    state: Mapped[ClarificationState] = mapped_column(default=ClarificationState.ASKED)
    wording: Mapped[LongText] = mapped_column(default="")
    answer: Mapped[LongText] = mapped_column(default="")
    waiver: Mapped[LongText] = mapped_column(default="")
    bundle: Mapped[int | None]
    ended_at: Mapped[datetime | None]

    call_off: Mapped[CallOff] = relationship()
    lot: Mapped[Lot | None] = relationship()
    supplier: Mapped[Organisation] = relationship()
    asked_by: Mapped[Person] = relationship()

    __table_args__ = (
        sa.CheckConstraint("question <> ''", name="question_given"),
        sa.CheckConstraint(
            "state <> 'answered' OR (wording <> '' AND answer <> '')", name="answered_has_an_answer"
        ),
        sa.CheckConstraint("(state = 'answered') = (bundle IS NOT NULL)", name="answered_in_a_bundle"),
        sa.CheckConstraint("bundle IS NULL OR bundle > 0", name="bundle_positive"),
        sa.CheckConstraint("state <> 'waived' OR waiver <> ''", name="waived_has_a_reason"),
        sa.CheckConstraint("state <> 'asked' OR ended_at IS NULL", name="asked_has_not_ended"),
        sa.CheckConstraint(
            "state NOT IN ('answered', 'waived', 'withdrawn') OR ended_at IS NOT NULL",
            name="ended_has_a_moment",
        ),
    )
