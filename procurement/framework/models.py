"""Frameworks, categories, applications and members."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.partners.models import SupplyChainLink
from catalogue.partners.types import LinkKind
from catalogue.reference.models import NeedArea, Place
from catalogue.suppliers.models import EvidenceVersion
from core.accounts.models import Organisation, Person
from core.db import Base, Code, LongText, Pounds, PrimaryKey, ShortText, Versioned, public_id
from core.questions.models import QuestionVersion
from procurement.framework.types import (
    ApplicationState,
    AssessmentOutcome,
    ChoiceOutcome,
    ConcernKind,
    Delivery,
    ExclusionKind,
    FrameworkState,
    MemberState,
    Regime,
    RemovalBasis,
)


class Framework(Base, Versioned):
    """A dynamic market or an existing dynamic purchasing system; its rules freeze at publication."""

    __tablename__ = "framework"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("FW")
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    title: Mapped[ShortText]
    summary: Mapped[LongText]
    regime: Mapped[Regime]
    state: Mapped[FrameworkState] = mapped_column(default=FrameworkState.DRAFT)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    market_reference: Mapped[Code] = mapped_column(default="")
    # The notice by which a dynamic purchasing system was established, before it was registered here.
    noticed_on: Mapped[date | None]
    # Each rule as {code: {"value", "unit", "source", "may_vary"}}, copied when the framework is published.
    rules: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    # When the intention to establish a dynamic market was given to the notices (PA 2023 s.39).
    announced_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    ceased_at: Mapped[datetime | None]
    cessation_reason: Mapped[LongText] = mapped_column(default="")

    authority: Mapped[Organisation] = relationship()
    categories: Mapped[list["Category"]] = relationship(back_populates="framework", order_by="Category.code")
    questions: Mapped[list["FrameworkQuestion"]] = relationship(order_by="FrameworkQuestion.position")

    __table_args__ = (
        sa.CheckConstraint("state = 'draft' OR published_at IS NOT NULL", name="published_has_a_moment"),
        sa.CheckConstraint("state <> 'ceased' OR ceased_at IS NOT NULL", name="ceased_has_a_moment"),
        sa.CheckConstraint(
            "regime <> 'pcr2015-dps' OR ends_on IS NULL OR ends_on <= '2029-02-23'", name="dps_last_day"
        ),
        sa.CheckConstraint(
            "regime <> 'pcr2015-dps' OR noticed_on IS NULL OR noticed_on < '2025-02-24'",
            name="dps_is_of_its_time",
        ),
    )


category_region = sa.Table(
    "category_region",
    Base.metadata,
    sa.Column("category_id", sa.ForeignKey("category.id"), primary_key=True),
    sa.Column("place_id", sa.ForeignKey("place.id"), primary_key=True, index=True),
)


class Category(Base):
    """A need area in some regions for a band of lot values; pounds over a lot's whole term."""

    __tablename__ = "category"

    id: Mapped[PrimaryKey]
    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"))
    code: Mapped[Code]
    name: Mapped[ShortText]
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"))
    value_from: Mapped[Pounds]
    value_below: Mapped[Pounds | None]
    cpv_code: Mapped[Code]
    criteria: Mapped[LongText] = mapped_column(default="")
    # Least income in the last year, in pounds; None where none is asked for.
    turnover_floor: Mapped[Pounds | None]
    # Whether the incomes of consortium members that the lead relies on count towards it.
    floor_by_group: Mapped[bool] = mapped_column(default=False)

    framework: Mapped[Framework] = relationship(back_populates="categories")
    need_area: Mapped[NeedArea] = relationship()
    regions: Mapped[list[Place]] = relationship(secondary=category_region, order_by=Place.position)

    __table_args__ = (
        sa.UniqueConstraint("framework_id", "code"),
        sa.CheckConstraint("value_from >= 0", name="value_from_not_negative"),
        sa.CheckConstraint("value_below IS NULL OR value_below > value_from", name="band_is_not_empty"),
        sa.CheckConstraint("turnover_floor IS NULL OR turnover_floor > 0", name="turnover_floor_positive"),
        sa.CheckConstraint("NOT floor_by_group OR turnover_floor IS NOT NULL", name="group_with_a_floor"),
    )


class FrameworkQuestion(Base):
    """A question that every application to the framework answers, or each that chooses certain categories."""

    __tablename__ = "framework_question"

    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), primary_key=True)
    section: Mapped[ShortText]
    position: Mapped[int]
    ground: Mapped[ExclusionKind | None]

    question: Mapped[QuestionVersion] = relationship()
    # The categories that alone ask it; none where every application answers it.
    categories: Mapped[list[Category]] = relationship(
        secondary=lambda: framework_question_category, order_by=Category.code
    )

    __table_args__ = (sa.UniqueConstraint("framework_id", "position"),)


framework_question_category = sa.Table(
    "framework_question_category",
    Base.metadata,
    sa.Column("framework_id", primary_key=True),
    sa.Column("question_id", primary_key=True),
    sa.Column("category_id", sa.ForeignKey("category.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.ForeignKeyConstraint(
        ["framework_id", "question_id"],
        ["framework_question.framework_id", "framework_question.question_id"],
        ondelete="CASCADE",
    ),
)


class Application(Base, Versioned):
    """A supplier's request to be admitted to some categories in some regions."""

    __tablename__ = "application"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("AP")
    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.DRAFT)
    delivery: Mapped[Delivery] = mapped_column(default=Delivery.ALONE)
    created_at: Mapped[datetime]
    declaration_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None]
    decision_due_on: Mapped[date | None]
    extension_reason: Mapped[LongText] = mapped_column(default="")
    assessor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    representations_asked: Mapped[LongText] = mapped_column(default="")
    representations_due_on: Mapped[date | None]
    representations: Mapped[LongText] = mapped_column(default="")
    representations_received_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decision_reasons: Mapped[LongText] = mapped_column(default="")
    # What the decision letter says, as plain values: it must say for ever what it said on the day.
    decision_letter: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    framework: Mapped[Framework] = relationship()
    supplier: Mapped[Organisation] = relationship()
    declaration_by: Mapped[Person | None] = relationship(foreign_keys=[declaration_by_id])
    assessor: Mapped[Person | None] = relationship(foreign_keys=[assessor_id])
    choices: Mapped[list["ApplicationChoice"]] = relationship(
        back_populates="application", cascade="all, delete-orphan"
    )
    answers: Mapped[list["ApplicationAnswer"]] = relationship(cascade="all, delete-orphan")
    assignments: Mapped[list["SectionAssignment"]] = relationship(cascade="all, delete-orphan")
    parties: Mapped[list["ApplicationParty"]] = relationship(
        order_by="ApplicationParty.tier, ApplicationParty.name, ApplicationParty.id",
        cascade="all, delete-orphan",
        back_populates="application",
    )
    clarifications: Mapped[list["ApplicationClarification"]] = relationship(
        back_populates="application", order_by="ApplicationClarification.id"
    )

    __table_args__ = (
        # One open application of a supplier to a framework; decided ones are history.
        sa.Index(
            "uq_application_one_open",
            "framework_id",
            "supplier_id",
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'in_assessment', 'representations')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'in_assessment', 'representations')"),
        ),
        sa.Index("ix_application_state_due", "state", "decision_due_on"),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name="submitted_has_a_moment"
        ),
        sa.CheckConstraint(
            "state NOT IN ('admitted', 'refused') OR decided_at IS NOT NULL", name="decided_has_a_moment"
        ),
        sa.CheckConstraint("state <> 'refused' OR decision_reasons <> ''", name="refused_has_reasons"),
        sa.CheckConstraint(
            "state NOT IN ('in_assessment', 'representations') OR assessor_id IS NOT NULL",
            name="assessed_by_someone",
        ),
        sa.CheckConstraint(
            "state <> 'representations' OR representations_due_on IS NOT NULL",
            name="representations_have_a_last_day",
        ),
    )


class ApplicationChoice(Base):
    """One category in one region applied for, and what was decided on it."""

    __tablename__ = "application_choice"

    application_id: Mapped[int] = mapped_column(
        sa.ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    outcome: Mapped[ChoiceOutcome | None]
    outcome_reason: Mapped[LongText] = mapped_column(default="")

    application: Mapped[Application] = relationship(back_populates="choices")
    category: Mapped[Category] = relationship()
    region: Mapped[Place] = relationship()

    __table_args__ = (
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'refused' OR outcome_reason <> ''", name="refusal_has_a_reason"
        ),
    )


class ApplicationClarification(Base):
    """What an assessor asked the applicant, and what it answered; the time to decide runs on meanwhile."""

    __tablename__ = "application_clarification"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    asked: Mapped[LongText]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    due_on: Mapped[date]
    answer: Mapped[LongText] = mapped_column(default="")
    answered_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="clarifications")
    asked_by: Mapped[Person] = relationship()

    __table_args__ = (
        sa.CheckConstraint("asked <> ''", name="something_is_asked"),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answer_is_whole"),
    )


class ApplicationAnswer(Base):
    """An answer to one version of a question, as typed."""

    __tablename__ = "application_answer"

    application_id: Mapped[int] = mapped_column(
        sa.ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), primary_key=True)
    value: Mapped[LongText]
    outcome: Mapped[AssessmentOutcome | None]
    outcome_note: Mapped[LongText] = mapped_column(default="")
    # Until when the evidence is valid, where the question asks: 2027-03-31, or as typed while it is no date.
    expires: Mapped[Code] = mapped_column(default="")
    # The version of the supplier's library that says the same, where there is one.
    library_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence_version.id"), index=True)

    question: Mapped[QuestionVersion] = relationship()
    library_version: Mapped[EvidenceVersion | None] = relationship()


class SectionAssignment(Base):
    """Who of the supplier's people is asked to fill in a section of an application."""

    __tablename__ = "section_assignment"

    application_id: Mapped[int] = mapped_column(
        sa.ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    section: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])


class ApplicationParty(Base):
    """A partner cited in an application: copied from the supply chain, by value once it is handed in.

    A party that has left was replaced or dropped after the application came in; what was found of it stays.
    """

    __tablename__ = "application_party"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("PT")
    application_id: Mapped[int] = mapped_column(
        sa.ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    link_id: Mapped[int] = mapped_column(sa.ForeignKey("supply_chain_link.id"), index=True)
    # Whether the applicant relies on it for a condition of admission.
    relied_on: Mapped[bool] = mapped_column(default=False)
    name: Mapped[ShortText]
    kind: Mapped[LinkKind]
    tier: Mapped[int]
    # {"need_areas": [names], "places": [names], "words": text}
    part: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    confirmed_at: Mapped[datetime | None]
    declared_at: Mapped[datetime | None]
    # [{"code", "version", "text", "answer", "ground", "declared"}], as the partner had declared.
    declarations: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    copied_at: Mapped[datetime | None]
    outcome: Mapped[AssessmentOutcome | None]
    outcome_note: Mapped[LongText] = mapped_column(default="")
    replacement_reason: Mapped[LongText] = mapped_column(default="")
    replacement_asked_at: Mapped[datetime | None]
    replacement_due_on: Mapped[date | None]
    left_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("application_party.id"))

    application: Mapped[Application] = relationship(back_populates="parties")
    link: Mapped[SupplyChainLink] = relationship()
    replaced_by: Mapped["ApplicationParty | None"] = relationship(remote_side="ApplicationParty.id")

    __table_args__ = (
        sa.Index(
            "uq_application_party_once",
            "application_id",
            "link_id",
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        ),
        sa.CheckConstraint(
            "replacement_asked_at IS NULL OR (replacement_due_on IS NOT NULL AND replacement_reason <> '')",
            name="replacement_is_asked_for_whole",
        ),
        sa.CheckConstraint("replaced_by_id IS NULL OR left_at IS NOT NULL", name="replaced_has_left"),
        sa.CheckConstraint("outcome IS NULL OR copied_at IS NOT NULL", name="judged_as_handed_in"),
    )


class Member(Base):
    """A supplier's standing in one category and region."""

    __tablename__ = "member"

    id: Mapped[PrimaryKey]
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    state: Mapped[MemberState] = mapped_column(default=MemberState.ACTIVE)
    admitted_at: Mapped[datetime]
    state_reason: Mapped[LongText] = mapped_column(default="")
    # The supplier is told the reasons before it is removed, and when that was (PA 2023 s.37).
    removal_reasons: Mapped[LongText] = mapped_column(default="")
    removal_intended_at: Mapped[datetime | None]
    removal_basis: Mapped[RemovalBasis | None]

    category: Mapped[Category] = relationship()
    region: Mapped[Place] = relationship()
    supplier: Mapped[Organisation] = relationship()
    application: Mapped[Application] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("category_id", "region_id", "supplier_id"),
        sa.CheckConstraint("state = 'active' OR state_reason <> ''", name="reason_where_not_active"),
        sa.CheckConstraint(
            "state <> 'removed' OR removal_intended_at IS NOT NULL", name="told_before_removal"
        ),
    )


class Concern(Base):
    """A fact about a supplier that arose after its admission; an authority considers it and settles it."""

    __tablename__ = "concern"

    id: Mapped[PrimaryKey]
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    kind: Mapped[ConcernKind]
    # The day of the event, from which the law counts how long it may lead to an exclusion.
    event_on: Mapped[date]
    note: Mapped[LongText]
    raised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settlement: Mapped[LongText] = mapped_column(default="")

    authority: Mapped[Organisation] = relationship(foreign_keys=[authority_id])
    supplier: Mapped[Organisation] = relationship(foreign_keys=[supplier_id])

    __table_args__ = (
        sa.Index("ix_concern_authority_supplier", "authority_id", "supplier_id"),
        sa.CheckConstraint("(settled_at IS NULL) = (settlement = '')", name="settled_with_words"),
    )
