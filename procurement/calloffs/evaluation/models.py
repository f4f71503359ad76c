"""Opening, scores that never change, consensus, ranking, award and letters."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.accounts.models import Organisation, Person
from core.db import Base, Code, LongText, Points, Pounds, PrimaryKey, Versioned
from core.documents.models import Document
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Criterion, Lot
from procurement.calloffs.drafting.types import Envelope


class EnvelopeRelease(Base):
    """One officer's act of opening an envelope; two different officers' acts open it. Never changed."""

    __tablename__ = "envelope_release"

    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), primary_key=True)
    envelope: Mapped[Envelope] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class ScoreDraft(Base, Versioned):
    """An evaluator's score while they still think; saved at every step, seen by them alone."""

    __tablename__ = "score_draft"

    id: Mapped[PrimaryKey]
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    score: Mapped[Points | None]
    reason: Mapped[LongText] = mapped_column(default="")
    changed_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("criterion_id", "bid_id", "person_id"),)


class Score(Base):
    """An evaluator's own score with its reason. Never changed, never deleted."""

    __tablename__ = "score"

    id: Mapped[PrimaryKey]
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    score: Mapped[Points]
    reason: Mapped[LongText]
    at: Mapped[datetime]

    criterion: Mapped[Criterion] = relationship()
    bid: Mapped[Bid] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("criterion_id", "bid_id", "person_id"),
        sa.CheckConstraint("score >= 0", name="score_not_negative"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
    )


class Consensus(Base):
    """The panel's score; a later number replaces an earlier one, which stays. Never changed."""

    __tablename__ = "consensus"

    id: Mapped[PrimaryKey]
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    number: Mapped[int]
    score: Mapped[Points]
    reason: Mapped[LongText]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    criterion: Mapped[Criterion] = relationship()
    bid: Mapped[Bid] = relationship()
    author: Mapped[Person] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("criterion_id", "bid_id", "number"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
    )


class LotResult(Base):
    """A bid's computed result in its lot, written when price has been opened; scores in points of 100."""

    __tablename__ = "lot_result"

    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"), index=True)
    quality: Mapped[Points]
    evaluated_price: Mapped[Pounds | None]
    price: Mapped[Points]
    total: Mapped[Points]
    rank: Mapped[int | None]
    excluded_reason: Mapped[LongText] = mapped_column(default="")

    bid: Mapped[Bid] = relationship()
    lot: Mapped[Lot] = relationship()


class Award(Base, Versioned):
    """The recommendation for a lot and its approval by another person."""

    __tablename__ = "award"

    id: Mapped[PrimaryKey]
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"), unique=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    recommended_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recommended_at: Mapped[datetime]
    reason: Mapped[LongText]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]

    lot: Mapped[Lot] = relationship()
    bid: Mapped[Bid] = relationship()
    recommended_by: Mapped[Person] = relationship(foreign_keys=[recommended_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])

    __table_args__ = (
        sa.CheckConstraint("(approved_by_id IS NULL) = (approved_at IS NULL)", name="approval_is_whole"),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> recommended_by_id", name="approved_by_another"
        ),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
    )


class Letter(Base):
    """What a bidder was told, as it was sent. Never changed."""

    __tablename__ = "letter"

    id: Mapped[PrimaryKey]
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), index=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    kind: Mapped[Code]
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    # The plain values it was rendered from.
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    sent_at: Mapped[datetime]

    call_off: Mapped[CallOff] = relationship()
    supplier: Mapped[Organisation] = relationship()
    document: Mapped[Document] = relationship()

    __table_args__ = (sa.UniqueConstraint("bid_id", "kind"),)
