"""Opening, scores that never change, consensus, ranking, award and its checks, letters, challenges."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.accounts.models import Organisation, Person
from core.db import (
    Base,
    Code,
    LongText,
    Points,
    Pounds,
    PrimaryKey,
    ShortText,
    Versioned,
    public_id,
)
from core.documents.models import Document
from core.jobs.models import Job
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Criterion, Lot
from procurement.calloffs.drafting.types import Envelope
from procurement.calloffs.evaluation.models.cases import (
    BidCorrection,
    BidInquiry,
    BidInquiryAnswer,
    BidInquiryDecision,
    BidRemoval,
    LowPriceTest,
    PromptDismissal,
)
from procurement.calloffs.evaluation.models.panels import EvaluatorReplacement, ScoringPanel
from procurement.calloffs.evaluation.types import CheckOutcome

__all__ = [
    "Award",
    "AwardCheck",
    "BidCorrection",
    "BidInquiry",
    "BidInquiryAnswer",
    "BidInquiryDecision",
    "BidRemoval",
    "Challenge",
    "Consensus",
    "Debrief",
    "EnvelopeRelease",
    "EvaluatorReplacement",
    "Letter",
    "LetterRun",
    "LotRerun",
    "LotResult",
    "LowPriceTest",
    "PromptDismissal",
    "Score",
    "ScoreDraft",
    "ScoringPanel",
]


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
    """The recommendation for a lot and its approval by another person: one row for each of its suppliers.

    `rank` is its place in the award, from 1; `share` percent of the volume, None where one takes all or the
    next serves only once the one before is full.
    """

    __tablename__ = "award"

    id: Mapped[PrimaryKey]
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    rank: Mapped[int] = mapped_column(default=1)
    share: Mapped[Points | None]
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
        sa.UniqueConstraint("lot_id", "rank"),
        sa.UniqueConstraint("lot_id", "bid_id"),
        sa.CheckConstraint("rank > 0", name="rank_positive"),
        sa.CheckConstraint("share IS NULL OR share BETWEEN 1 AND 1000000", name="share_is_a_percentage"),
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


class AwardCheck(Base):
    """What the check at award found of one party to a bid, and why; a later row replaces. Never changed.

    `party` says of whom: the bidder itself, a link of its supply chain, a concern or a change on record.
    """

    __tablename__ = "award_check"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("AC")
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    party: Mapped[Code]
    name: Mapped[ShortText]
    outcome: Mapped[CheckOutcome]
    reason: Mapped[LongText]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    bid: Mapped[Bid] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.CheckConstraint("reason <> ''", name="reason_given"),)


class Challenge(Base):
    """A challenge to an award that was notified; while it stands nothing is signed (PA 2023 s.101)."""

    __tablename__ = "challenge"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("CH")
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), index=True)
    received_on: Mapped[date]
    summary: Mapped[LongText]
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[LongText] = mapped_column(default="")

    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])
    lifted_by: Mapped[Person | None] = relationship(foreign_keys=[lifted_by_id])

    __table_args__ = (
        sa.CheckConstraint("summary <> ''", name="says_what"),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by_id IS NULL) AND (lifted_at IS NULL) = (lift_reason = '')",
            name="lifted_with_a_reason",
        ),
    )


class Debrief(Base):
    """A bidder's request to be told more, and when it was answered (PCR 2015 reg 55: within 15 days)."""

    __tablename__ = "debrief"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("DB")
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    requested_on: Mapped[date]
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    given_on: Mapped[date | None]
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    bid: Mapped[Bid] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(given_on IS NULL) = (given_by_id IS NULL)", name="given_by_someone"),
        sa.CheckConstraint("given_on IS NULL OR given_on >= requested_on", name="given_after_it_was_asked"),
    )


class LetterRun(Base):
    """That the letters of a call-off were asked for, and the job that makes them all."""

    __tablename__ = "letter_run"

    id: Mapped[PrimaryKey]
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), index=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]

    job: Mapped[Job] = relationship()


class LotRerun(Base):
    """The call-off that lets a failed lot again, and what had to change."""

    __tablename__ = "lot_rerun"

    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"), primary_key=True)
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), unique=True)
    must_change: Mapped[LongText]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    lot: Mapped[Lot] = relationship()
    call_off: Mapped[CallOff] = relationship()

    __table_args__ = (sa.CheckConstraint("must_change <> ''", name="says_what_changes"),)
