"""What a version says of its design, in rows: methods, outputs, outcomes, fit to cohorts, evidence."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.offers.types import EvidenceKind, OutputUnit
from catalogue.reference.models import Cohort, Outcome, QualityMark
from catalogue.reference.types import Phase
from core.db import Base, LongText, PrimaryKey, ShortText


def none_below(**least: int) -> str:
    """The rule of a CHECK that each column is empty or at least so much."""
    return " AND ".join(f"({name} IS NULL OR {name} >= {number})" for name, number in least.items())


class OfferLevelOutcome(Base):
    """A minimum outcome that a level works towards: how it is measured, and the percentage aimed at."""

    __tablename__ = "offer_level_outcome"

    level_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offer_level.id", ondelete="CASCADE"), primary_key=True
    )
    outcome_id: Mapped[int] = mapped_column(sa.ForeignKey("outcome.id"), primary_key=True, index=True)
    measure: Mapped[LongText] = mapped_column(default="")
    target_percent: Mapped[int | None]

    outcome: Mapped[Outcome] = relationship()

    __table_args__ = (
        sa.CheckConstraint(
            "target_percent IS NULL OR target_percent BETWEEN 0 AND 100", name="target_is_a_percentage"
        ),
    )


class OfferMethod(Base):
    """How a level does one phase of the specification: words beside facts."""

    __tablename__ = "offer_method"

    level_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offer_level.id", ondelete="CASCADE"), primary_key=True
    )
    phase: Mapped[Phase] = mapped_column(primary_key=True)
    words: Mapped[LongText] = mapped_column(default="")
    sessions: Mapped[int | None]
    weeks: Mapped[int | None]
    contacts: Mapped[int | None]

    __table_args__ = (
        sa.CheckConstraint(none_below(sessions=0, weeks=0, contacts=0), name="facts_not_negative"),
    )


class OfferOutput(Base):
    """One thing that one person receives at a level, counted."""

    __tablename__ = "offer_output"

    id: Mapped[PrimaryKey]
    level_id: Mapped[int] = mapped_column(sa.ForeignKey("offer_level.id", ondelete="CASCADE"))
    position: Mapped[int]
    what: Mapped[ShortText] = mapped_column(default="")
    quantity: Mapped[int | None]
    unit: Mapped[OutputUnit | None]
    by_week: Mapped[int | None]

    __table_args__ = (
        sa.UniqueConstraint("level_id", "position"),
        sa.CheckConstraint(none_below(quantity=1, by_week=0), name="counted"),
    )


class OfferCohortFit(Base):
    """How a version differs for one cohort; kept while the cohort is not chosen, and then not shown."""

    __tablename__ = "offer_cohort_fit"

    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offer_version.id", ondelete="CASCADE"), primary_key=True
    )
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), primary_key=True, index=True)
    words: Mapped[LongText] = mapped_column(default="")

    cohort: Mapped[Cohort] = relationship()


class OfferEvidence(Base):
    """One thing that a version rests on: a study, an evaluation, a quality mark, or other."""

    __tablename__ = "offer_evidence"

    id: Mapped[PrimaryKey]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("offer_version.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[EvidenceKind | None]
    mark_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quality_mark.id"), index=True)
    title: Mapped[ShortText] = mapped_column(default="")
    year: Mapped[int | None]
    expires_on: Mapped[date | None]
    reference: Mapped[ShortText] = mapped_column(default="")
    shows: Mapped[LongText] = mapped_column(default="")

    mark: Mapped[QualityMark | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("version_id", "position"),
        sa.CheckConstraint(
            "mark_id IS NULL OR (kind IS NOT NULL AND kind = 'quality_mark')", name="only_a_mark_has_a_mark"
        ),
    )
