"""Who scores which question in which lot, and evaluators who were replaced."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.accounts.models import Person
from core.db import Base, LongText, PrimaryKey, Versioned, link_table
from procurement.calloffs.evaluation.types import Succession

scoring_panel_member = link_table("scoring_panel_member", "scoring_panel", "person")


class ScoringPanel(Base, Versioned):
    """Who scores one question in one lot; without a row every evaluator does."""

    __tablename__ = "scoring_panel"

    id: Mapped[PrimaryKey]
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"))
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"), index=True)
    # Why fewer than two people score it.
    few_reason: Mapped[LongText] = mapped_column(default="")
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]

    members: Mapped[list[Person]] = relationship(secondary=scoring_panel_member, order_by=Person.id)

    __table_args__ = (sa.UniqueConstraint("criterion_id", "lot_id"),)


class EvaluatorReplacement(Base):
    """An evaluator who was replaced, by whom and why; what they scored stays. Never changed."""

    __tablename__ = "evaluator_replacement"

    id: Mapped[PrimaryKey]
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), index=True)
    leaver_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    successor_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    succession: Mapped[Succession]
    leaver_in_conflict: Mapped[bool]
    reason: Mapped[LongText]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    leaver: Mapped[Person] = relationship(foreign_keys=[leaver_id])
    successor: Mapped[Person] = relationship(foreign_keys=[successor_id])

    __table_args__ = (
        sa.UniqueConstraint("call_off_id", "leaver_id"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint("leaver_id <> successor_id", name="by_another"),
        # Scores given in conflict are never taken over.
        sa.CheckConstraint(
            "NOT leaver_in_conflict OR succession = 'everything'", name="conflict_starts_anew"
        ),
    )
