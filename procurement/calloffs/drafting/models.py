"""Call-offs, their lots and criteria, the people with duties, and who was invited."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.reference.models import Cohort, NeedArea, Place, Stage
from catalogue.reference.types import Complexity
from core.accounts.models import Organisation, Person
from core.db import (
    Base,
    Json,
    LongText,
    Points,
    Pounds,
    PrimaryKey,
    ShortText,
    Versioned,
    link_table,
    public_id,
)
from core.questions.models import QuestionVersion
from procurement.calloffs.drafting.rules.scales import scale_from
from procurement.calloffs.drafting.types import (
    CallOffState,
    CriterionKind,
    Dealing,
    Duty,
    FailureCause,
    LotState,
    NoticeKind,
    PriceFormula,
    PriceModel,
    Scale,
    Sharing,
    StaffTransfer,
    TieBreak,
)
from procurement.framework.models import Framework
from procurement.framework.types import Reservation


class CallOff(Base, Versioned):
    """One competition under a framework. ``closed`` is never stored: the deadline and the clock say it."""

    __tablename__ = "call_off"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("CO")
    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"), index=True)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    title: Mapped[ShortText]
    need: Mapped[LongText] = mapped_column(default="")
    state: Mapped[CallOffState] = mapped_column(default=CallOffState.DRAFT)
    # A plain text: a table can carry the CHECK of an enum only once.
    state_before_pause: Mapped[str | None] = mapped_column(sa.String(40))
    # What the draft was filled in from: an analysis and cell, in words, or nothing.
    source_note: Mapped[LongText] = mapped_column(default="")
    deadline: Mapped[datetime | None]
    # Until when bidders may ask; None for the deadline of the bids.
    questions_close_at: Mapped[datetime | None]
    lots_considered: Mapped[LongText] = mapped_column(default="")
    conflicts_assessed: Mapped[bool] = mapped_column(default=False)
    price_model: Mapped[PriceModel] = mapped_column(default=PriceModel.UNIT_PRICE)
    price_formula: Mapped[PriceFormula] = mapped_column(default=PriceFormula.RELATIVE_LOWEST)
    optimal_price: Mapped[Pounds | None]
    price_weight: Mapped[Points | None]
    tie_break: Mapped[TieBreak | None]
    standstill: Mapped[bool] = mapped_column(default=True)
    data_sharing: Mapped[LongText] = mapped_column(default="")
    # Days within which an invoice is paid, the same down the supply chain.
    payment_days: Mapped[int] = mapped_column(default=30)
    staff_transfer: Mapped[StaffTransfer | None]
    staff_transfer_note: Mapped[LongText] = mapped_column(default="")
    # Percent of the budget that the authority itself bears; None where no other authority takes part.
    lead_share: Mapped[Points | None]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    summaries_sent_at: Mapped[datetime | None]
    award_notice_at: Mapped[datetime | None]
    standstill_ends_on: Mapped[date | None]
    ended_reason: Mapped[LongText] = mapped_column(default="")

    framework: Mapped[Framework] = relationship()
    authority: Mapped[Organisation] = relationship()
    created_by: Mapped[Person] = relationship()
    lots: Mapped[list["Lot"]] = relationship(back_populates="call_off", order_by="Lot.number")
    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="call_off", order_by="Criterion.position", cascade="all, delete-orphan"
    )
    duties: Mapped[list["CallOffDuty"]] = relationship(
        back_populates="call_off", order_by="CallOffDuty.id", cascade="all, delete-orphan"
    )
    partners: Mapped[list["CallOffPartner"]] = relationship(
        back_populates="call_off", order_by="CallOffPartner.authority_id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint("payment_days BETWEEN 1 AND 30", name="paid_within_thirty_days"),
        sa.CheckConstraint(
            "lead_share IS NULL OR lead_share BETWEEN 0 AND 1000000", name="lead_share_is_a_percentage"
        ),
        sa.CheckConstraint("state <> 'closed'", name="closed_is_derived"),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'cancelled', 'paused')"
            " OR (published_at IS NOT NULL AND deadline IS NOT NULL)",
            name="published_has_moments",
        ),
        sa.CheckConstraint("state <> 'cancelled' OR ended_reason <> ''", name="cancelled_has_a_reason"),
        sa.CheckConstraint("(state = 'paused') = (state_before_pause IS NOT NULL)", name="paused_remembers"),
        sa.Index("ix_call_off_state_deadline", "state", "deadline"),
    )


lot_place = link_table("lot_place", "lot", "place")
lot_cohort = link_table("lot_cohort", "lot", "cohort")
lot_stage = link_table("lot_stage", "lot", "stage")


class Lot(Base, Versioned):
    """What is bought together: need areas and complexities by volume, where, for whom, when, for how much."""

    __tablename__ = "lot"

    id: Mapped[PrimaryKey]
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"))
    number: Mapped[int]
    title: Mapped[ShortText]
    description: Mapped[LongText] = mapped_column(default="")
    state: Mapped[LotState] = mapped_column(default=LotState.OPEN)
    failure_cause: Mapped[FailureCause | None]
    starts_on: Mapped[date | None]
    term_months: Mapped[int | None]
    # Pounds over the whole term.
    budget: Mapped[Pounds | None]
    # A lot of several need areas is for suppliers (or consortia) that hold the categories of all of them.
    holds_all: Mapped[bool] = mapped_column(default=False)
    few_members_reason: Mapped[LongText] = mapped_column(default="")
    # Where the volumes come from, in words: returns, a demand set, an analysis.
    volume_source: Mapped[LongText] = mapped_column(default="")
    # How often the term may be extended, and by how many months each time.
    extensions: Mapped[int] = mapped_column(default=0)
    extension_months: Mapped[int | None]
    # Weeks between the contract and the start of the service.
    mobilisation_weeks: Mapped[int | None]
    # Only such organisations may bid; None for any member.
    reserved_for: Mapped[Reservation | None]
    # What the authority said beside the cause when the lot failed.
    failure_reason: Mapped[LongText] = mapped_column(default="")
    # How many suppliers it is awarded to, and how they share its volume; percentages by rank, as texts.
    suppliers_wanted: Mapped[int] = mapped_column(default=1)
    sharing: Mapped[Sharing | None]
    shares: Mapped[Json] = mapped_column(default=list)
    share_least: Mapped[Points | None]
    share_most: Mapped[Points | None]
    review_months: Mapped[int | None]
    review_measures: Mapped[LongText] = mapped_column(default="")
    # Where people are allocated at random between the suppliers: with what chances.
    dealing: Mapped[Dealing | None]

    call_off: Mapped[CallOff] = relationship(back_populates="lots")
    volumes: Mapped[list["LotVolume"]] = relationship(
        back_populates="lot", order_by="LotVolume.id", cascade="all, delete-orphan"
    )
    places: Mapped[list[Place]] = relationship(secondary=lot_place, order_by=Place.code)
    cohorts: Mapped[list[Cohort]] = relationship(secondary=lot_cohort, order_by=Cohort.position)
    stages: Mapped[list[Stage]] = relationship(secondary=lot_stage, order_by=Stage.position)
    invitations: Mapped[list["Invitation"]] = relationship(back_populates="lot")

    __table_args__ = (
        sa.UniqueConstraint("call_off_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("term_months IS NULL OR term_months BETWEEN 1 AND 240", name="term_in_bounds"),
        sa.CheckConstraint("budget IS NULL OR budget > 0", name="budget_positive"),
        sa.CheckConstraint("extensions BETWEEN 0 AND 10", name="extensions_in_bounds"),
        sa.CheckConstraint(
            "(extensions = 0 AND extension_months IS NULL)"
            " OR (extension_months IS NOT NULL AND extension_months BETWEEN 1 AND 60)",
            name="extensions_have_months",
        ),
        sa.CheckConstraint(
            "mobilisation_weeks IS NULL OR mobilisation_weeks BETWEEN 0 AND 104",
            name="mobilisation_in_bounds",
        ),
        sa.CheckConstraint("(state = 'failed') = (failure_cause IS NOT NULL)", name="failed_has_a_cause"),
        sa.CheckConstraint("suppliers_wanted BETWEEN 1 AND 10", name="suppliers_in_bounds"),
        sa.CheckConstraint("(suppliers_wanted > 1) = (sharing IS NOT NULL)", name="several_share_somehow"),
        sa.CheckConstraint(
            "sharing IS NULL OR sharing <> 'by_performance' OR (share_least IS NOT NULL"
            " AND share_most IS NOT NULL AND review_months IS NOT NULL AND review_measures <> '')",
            name="reviewed_by_stated_measures",
        ),
        sa.CheckConstraint(
            "review_months IS NULL OR review_months BETWEEN 1 AND 60", name="review_in_bounds"
        ),
        sa.CheckConstraint("dealing IS NULL OR suppliers_wanted > 1", name="dealt_between_several"),
    )


class LotVolume(Base):
    """People a year that a lot asks for, in one need area at one complexity."""

    __tablename__ = "lot_volume"

    id: Mapped[PrimaryKey]
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id", ondelete="CASCADE"))
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"))
    complexity: Mapped[Complexity]
    people_a_year: Mapped[int]
    # The range within which the authority expects it; None where none is given.
    people_low: Mapped[int | None]
    people_high: Mapped[int | None]
    # Pounds a person that the authority itself states, where the price is fixed.
    fixed_price: Mapped[Pounds | None]

    lot: Mapped[Lot] = relationship(back_populates="volumes")
    need_area: Mapped[NeedArea] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("lot_id", "need_area_id", "complexity"),
        sa.CheckConstraint("people_a_year > 0", name="volume_positive"),
        sa.CheckConstraint("people_low IS NULL OR people_low >= 0", name="low_not_negative"),
        sa.CheckConstraint("people_low IS NULL OR people_low <= people_a_year", name="low_is_lower"),
        sa.CheckConstraint("people_high IS NULL OR people_high >= people_a_year", name="high_is_higher"),
        sa.CheckConstraint("fixed_price IS NULL OR fixed_price > 0", name="fixed_price_positive"),
    )


class CallOffPartner(Base, Versioned):
    """Another authority that takes part in a call-off: its share of the budget, and its own approvals."""

    __tablename__ = "call_off_partner"

    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), primary_key=True)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True, index=True)
    # Percent of every lot's budget.
    share: Mapped[Points]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    award_approved_at: Mapped[datetime | None]
    award_approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    call_off: Mapped[CallOff] = relationship(back_populates="partners")
    authority: Mapped[Organisation] = relationship()
    approved_by: Mapped[Person | None] = relationship(foreign_keys=approved_by_id)
    award_approved_by: Mapped[Person | None] = relationship(foreign_keys=award_approved_by_id)

    __table_args__ = (
        sa.CheckConstraint("share > 0 AND share < 1000000", name="share_is_a_percentage"),
        sa.CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approval_is_whole"),
        sa.CheckConstraint(
            "(award_approved_at IS NULL) = (award_approved_by_id IS NULL)", name="award_approval_is_whole"
        ),
    )


class CallOffTemplate(Base, Versioned):
    """Lots, criteria and terms to start a call-off from; without dates, people and results."""

    __tablename__ = "call_off_template"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("CT")
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    name: Mapped[ShortText]
    # As `queries.templates` writes it; its own copy, whatever becomes of the call-off it was made from.
    content: Mapped[Json]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]

    created_by: Mapped[Person] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("authority_id", "name"),
        sa.CheckConstraint("name <> ''", name="named"),
    )


class Criterion(Base):
    """One weighted quality criterion with its question; frozen when the call-off is published."""

    __tablename__ = "criterion"

    id: Mapped[PrimaryKey]
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"))
    position: Mapped[int]
    kind: Mapped[CriterionKind] = mapped_column(default=CriterionKind.QUALITY)
    name: Mapped[ShortText]
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"))
    # Percent of the whole score, price included.
    weight: Mapped[Points]
    threshold: Mapped[Points | None]
    # {"code", "name", "descriptors"} as chosen; nothing for the usual scale.
    scale: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    call_off: Mapped[CallOff] = relationship(back_populates="criteria")
    question: Mapped[QuestionVersion] = relationship()

    @property
    def scoring_scale(self) -> Scale:
        """The scale its answers are scored on."""
        return scale_from(self.scale)

    __table_args__ = (
        sa.UniqueConstraint("call_off_id", "position"),
        sa.UniqueConstraint("call_off_id", "question_id"),
        sa.CheckConstraint("kind <> 'price'", name="price_is_the_call_offs"),
        sa.CheckConstraint("weight > 0 AND weight <= 1000000", name="weight_is_a_percentage"),
    )


class CallOffDuty(Base):
    """A person's duty in a call-off, and what they declared about conflicts of interest before access."""

    __tablename__ = "call_off_duty"

    id: Mapped[PrimaryKey]
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    duty: Mapped[Duty]
    assigned_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    has_conflict: Mapped[bool | None]
    conflict_note: Mapped[LongText] = mapped_column(default="")

    call_off: Mapped[CallOff] = relationship(back_populates="duties")
    person: Mapped[Person] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("call_off_id", "person_id", "duty"),
        sa.CheckConstraint("(declared_at IS NULL) = (has_conflict IS NULL)", name="declared_says_which"),
        sa.CheckConstraint(
            "has_conflict IS NULL OR NOT has_conflict OR conflict_note <> ''", name="conflict_is_described"
        ),
    )


class Invitation(Base):
    """Whether a supplier was invited to a lot, with every reason, as computed at publication."""

    __tablename__ = "invitation"

    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"), primary_key=True)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True, index=True)
    invited: Mapped[bool]
    # [{"code", "params", "source"}], as the rule gave them.
    reasons: Mapped[list[Any]] = mapped_column(sa.JSON)
    at: Mapped[datetime]

    lot: Mapped[Lot] = relationship(back_populates="invitations")
    supplier: Mapped[Organisation] = relationship()


class Amendment(Base):
    """What was changed for everyone after publication, numbered from 1 within the call-off. Never changed."""

    __tablename__ = "amendment"

    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[LongText]
    # [{"field", "lot", "service", "before", "after"}], values as JSON writes them.
    changes: Mapped[list[Any]] = mapped_column(sa.JSON)

    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
    )


class CallOffNotice(Base):
    """What was told about a call-off's course, with the reason: paused, cancelled. Never changed."""

    __tablename__ = "call_off_notice"

    id: Mapped[PrimaryKey]
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), index=True)
    kind: Mapped[NoticeKind]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[LongText]
    deadline_before: Mapped[datetime | None]
    deadline_after: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint(
            "kind <> 'extended' OR (deadline_before IS NOT NULL AND deadline_after > deadline_before)",
            name="extended_is_later",
        ),
        # Without a new deadline the comparison above is neither true nor false, and a CHECK lets that be.
        sa.CheckConstraint("kind <> 'extended' OR deadline_after IS NOT NULL", name="extended_says_when"),
    )
