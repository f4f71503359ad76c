"""What happens to bids after opening: low prices, questions to one bidder, corrections, bids set aside."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.reference.models import NeedArea
from catalogue.reference.types import Complexity
from core.accounts.models import Person
from core.db import Base, Code, LongText, Points, Pounds, PrimaryKey, ShortText, public_id
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import Criterion
from procurement.calloffs.evaluation.types import CorrectionRule, InquiryKind, NoBid


class LowPriceTest(Base):
    """When a price is low enough to ask about, in percent; without rows the usual tests hold."""

    __tablename__ = "low_price_test"

    id: Mapped[PrimaryKey]
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"))
    position: Mapped[int]
    below_mean: Mapped[Points | None]
    below_next: Mapped[Points | None]
    mean_without_highest: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.UniqueConstraint("call_off_id", "position"),
        sa.CheckConstraint("below_mean IS NOT NULL OR below_next IS NOT NULL", name="tests_something"),
        sa.CheckConstraint("below_mean IS NULL OR below_mean > 0", name="below_mean_positive"),
        sa.CheckConstraint("below_next IS NULL OR below_next > 0", name="below_next_positive"),
    )


class BidInquiry(Base):
    """What one bidder was asked after opening, until when, and on what figures. Never changed."""

    __tablename__ = "bid_inquiry"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("BQ")
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    kind: Mapped[InquiryKind]
    criterion_id: Mapped[int | None] = mapped_column(sa.ForeignKey("criterion.id"))
    # The figures that raised the question, as words and numbers: {"below_mean": "32.10"}.
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    question: Mapped[LongText]
    answer_by: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    bid: Mapped[Bid] = relationship()
    criterion: Mapped[Criterion | None] = relationship()
    person: Mapped[Person] = relationship()
    answer: Mapped["BidInquiryAnswer | None"] = relationship(back_populates="inquiry")
    decision: Mapped["BidInquiryDecision | None"] = relationship(back_populates="inquiry")

    __table_args__ = (
        sa.CheckConstraint("question <> ''", name="something_is_asked"),
        sa.CheckConstraint("answer_by > at", name="answer_comes_after"),
    )


class BidInquiryAnswer(Base):
    """What the bidder answered. Never changed."""

    __tablename__ = "bid_inquiry_answer"

    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("bid_inquiry.id"), primary_key=True)
    answer: Mapped[LongText]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    inquiry: Mapped[BidInquiry] = relationship(back_populates="answer")
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.CheckConstraint("answer <> ''", name="something_is_said"),)


class BidInquiryDecision(Base):
    """What the authority makes of the answer, or of silence, and why. Never changed."""

    __tablename__ = "bid_inquiry_decision"

    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("bid_inquiry.id"), primary_key=True)
    accepted: Mapped[bool]
    reason: Mapped[LongText]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    inquiry: Mapped[BidInquiry] = relationship(back_populates="decision")
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.CheckConstraint("reason <> ''", name="reason_given"),)


class BidCorrection(Base):
    """An arithmetic correction of a unit price by a stated rule; the price as bid stays. Never changed."""

    __tablename__ = "bid_correction"

    id: Mapped[PrimaryKey]
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"))
    complexity: Mapped[Complexity]
    rule: Mapped[CorrectionRule]
    before: Mapped[Pounds]
    after: Mapped[Pounds]
    reason: Mapped[LongText]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    bid: Mapped[Bid] = relationship()
    need_area: Mapped[NeedArea] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint("after > 0", name="still_a_price"),
        sa.CheckConstraint("before <> after", name="something_changes"),
    )


class BidRemoval(Base):
    """A submitted bid that is evaluated no more: withdrawn after opening, or set aside. Never changed."""

    __tablename__ = "bid_removal"

    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), primary_key=True)
    cause: Mapped[NoBid]
    reason: Mapped[LongText]
    # Why the bidder's application could not be decided first (PA 2023 s.34(5)).
    exception_reason: Mapped[LongText] = mapped_column(default="")
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    bid: Mapped[Bid] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.CheckConstraint("reason <> ''", name="reason_given"),)


class PromptDismissal(Base):
    """A prompt for review that an auditor has looked at, and why it needs nothing more. Never changed."""

    __tablename__ = "prompt_dismissal"

    id: Mapped[PrimaryKey]
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"))
    code: Mapped[Code]
    # What the prompt is about, as its rule names it: a lot, bids, a person.
    subject: Mapped[ShortText]
    reason: Mapped[LongText]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("call_off_id", "code", "subject"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
    )
