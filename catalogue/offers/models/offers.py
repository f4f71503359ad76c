"""Offers, their versions and levels, the listing for finding, and where memberships let them stand."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.offers.models.capacity import CapacityPool
from catalogue.offers.models.colleagues import OfferStepAssignment
from catalogue.offers.models.design import (
    OfferCohortFit,
    OfferEvidence,
    OfferLevelOutcome,
    OfferMethod,
    OfferOutput,
    none_below,
)
from catalogue.offers.models.pricing import OfferLevelCost, OfferLevelCosting, OfferPriceBand
from catalogue.offers.types import (
    DeliveryMode,
    Indexation,
    Intake,
    ItemResponse,
    OfferState,
    RemoteDelivery,
)
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.types import LinkKind
from catalogue.reference.models import (
    Cohort,
    Language,
    NeedArea,
    Place,
    SentenceType,
    SpecificationItem,
    Stage,
)
from catalogue.reference.types import Complexity
from core.accounts.models import Organisation
from core.db import (
    Base,
    Code,
    LongText,
    Points,
    Pounds,
    PrimaryKey,
    ShortText,
    Versioned,
    link_table,
    public_id,
)

offer_place = link_table("offer_place", "offer_version", "place")
offer_cohort = link_table("offer_cohort", "offer_version", "cohort")
offer_stage = link_table("offer_stage", "offer_version", "stage")
offer_language = link_table("offer_language", "offer_version", "language")
offer_sentence_type = link_table("offer_sentence_type", "offer_version", "sentence_type")


class Offer(Base):
    """One intervention of one supplier for one need area; everything else is in its versions."""

    __tablename__ = "offer"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("OF")
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"), index=True)
    created_at: Mapped[datetime]

    supplier: Mapped[Organisation] = relationship()
    need_area: Mapped[NeedArea] = relationship()
    versions: Mapped[list["OfferVersion"]] = relationship(
        back_populates="offer", order_by="OfferVersion.number"
    )


class OfferVersion(Base, Versioned):
    """A version: editable while draft or returned, immutable from its publication."""

    __tablename__ = "offer_version"

    id: Mapped[PrimaryKey]
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"))
    number: Mapped[int]
    state: Mapped[OfferState] = mapped_column(default=OfferState.DRAFT)
    title: Mapped[ShortText] = mapped_column(default="")
    summary: Mapped[LongText] = mapped_column(default="")
    customisation: Mapped[LongText] = mapped_column(default="")
    pre_release_support: Mapped[LongText] = mapped_column(default="")
    sentence_type_reason: Mapped[LongText] = mapped_column(default="")
    mode: Mapped[DeliveryMode | None]
    group_minimum: Mapped[int | None]
    group_optimum: Mapped[int | None]
    group_maximum: Mapped[int | None]
    group_sessions: Mapped[int | None]
    individual_sessions: Mapped[int | None]
    session_minutes: Mapped[int | None]
    sessions_a_week: Mapped[int | None]
    intake: Mapped[Intake | None]
    remote: Mapped[RemoteDelivery | None]
    weeks_before_release: Mapped[int | None]
    reaches_in: Mapped[bool | None]
    reach_in_visits: Mapped[int | None]
    meets_at_gate: Mapped[bool | None]
    move_on_support: Mapped[LongText] = mapped_column(default="")
    beside_prison_services: Mapped[LongText] = mapped_column(default="")
    counts_as_rar: Mapped[bool | None]
    rar_days: Mapped[int | None]
    rar_activity: Mapped[LongText] = mapped_column(default="")
    unmet_needs: Mapped[LongText] = mapped_column(default="")
    proportionate: Mapped[LongText] = mapped_column(default="")
    motivation: Mapped[LongText] = mapped_column(default="")
    links_onward: Mapped[LongText] = mapped_column(default="")
    interpreters: Mapped[bool] = mapped_column(default=False)
    volunteers: Mapped[bool | None]
    mentoring: Mapped[bool | None]
    volunteer_number: Mapped[int | None]
    volunteer_support: Mapped[LongText] = mapped_column(default="")
    # A service for women alone; otherwise the cohorts say whom the service knows how to serve.
    women_only: Mapped[bool] = mapped_column(default=False)
    # All complexities together, of the levels that draw on no shared pool; empty where they add up.
    places_together: Mapped[int | None]
    indexation: Mapped[Indexation | None]
    indexation_percent: Mapped[Points | None]
    indexation_from: Mapped[date | None]
    return_reasons: Mapped[LongText] = mapped_column(default="")
    suspension_reason: Mapped[LongText] = mapped_column(default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    offer: Mapped[Offer] = relationship(back_populates="versions")
    levels: Mapped[list["OfferLevel"]] = relationship(
        back_populates="version", order_by="OfferLevel.id", cascade="all, delete-orphan"
    )
    places: Mapped[list[Place]] = relationship(secondary=offer_place, order_by=Place.code)
    cohorts: Mapped[list[Cohort]] = relationship(secondary=offer_cohort, order_by=Cohort.position)
    stages: Mapped[list[Stage]] = relationship(secondary=offer_stage, order_by=Stage.position)
    sentence_types: Mapped[list[SentenceType]] = relationship(
        secondary=offer_sentence_type, order_by=SentenceType.position
    )
    languages: Mapped[list[Language]] = relationship(secondary=offer_language, order_by=Language.position)
    cohort_fits: Mapped[list[OfferCohortFit]] = relationship(cascade="all, delete-orphan")
    evidence: Mapped[list[OfferEvidence]] = relationship(
        order_by=OfferEvidence.position, cascade="all, delete-orphan"
    )
    assignments: Mapped[list[OfferStepAssignment]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        sa.UniqueConstraint("offer_id", "number"),
        sa.Index(
            "uq_offer_version_one_standing",
            "offer_id",
            unique=True,
            sqlite_where=sa.text("state IN ('published', 'suspended')"),
            postgresql_where=sa.text("state IN ('published', 'suspended')"),
        ),
        sa.Index(
            "uq_offer_version_one_open",
            "offer_id",
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
        ),
        sa.Index("ix_offer_version_state", "state", "published_at"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint(
            "group_minimum IS NULL OR group_maximum IS NULL OR group_minimum <= group_maximum",
            name="group_minimum_within_maximum",
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'suspended', 'superseded') OR published_at IS NOT NULL",
            name="published_has_a_moment",
        ),
        sa.CheckConstraint("state <> 'returned' OR return_reasons <> ''", name="returned_has_reasons"),
        sa.CheckConstraint("places_together IS NULL OR places_together > 0", name="places_positive"),
        sa.CheckConstraint(
            "indexation_percent IS NULL OR (indexation IS NOT NULL AND indexation = 'fixed')",
            name="percent_where_fixed",
        ),
        sa.CheckConstraint(
            "indexation_percent IS NULL OR indexation_percent >= 0", name="percent_not_negative"
        ),
        sa.CheckConstraint(
            none_below(group_sessions=0, individual_sessions=0, session_minutes=1, sessions_a_week=1),
            name="sessions_positive",
        ),
        sa.CheckConstraint(
            none_below(weeks_before_release=0, reach_in_visits=0, rar_days=1, volunteer_number=1),
            name="support_positive",
        ),
    )


class OfferLevel(Base):
    """What a version offers at one complexity: outputs, outcomes, pounds a place, places a year.

    A level draws on a shared pool, or on the places of the offer's own; then ``places_a_year`` is the most
    of them at this complexity.
    """

    __tablename__ = "offer_level"

    id: Mapped[PrimaryKey]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("offer_version.id", ondelete="CASCADE"))
    complexity: Mapped[Complexity]
    outputs: Mapped[LongText] = mapped_column(default="")
    outcomes_text: Mapped[LongText] = mapped_column(default="")
    customisation: Mapped[LongText] = mapped_column(default="")
    unit_price: Mapped[Pounds | None]
    # Why a larger volume costs more a place, where it does.
    band_reason: Mapped[LongText] = mapped_column(default="")
    places_a_year: Mapped[int | None]
    pool_id: Mapped[int | None] = mapped_column(sa.ForeignKey("capacity_pool.id"), index=True)

    version: Mapped[OfferVersion] = relationship(back_populates="levels")
    pool: Mapped[CapacityPool | None] = relationship()
    bands: Mapped[list[OfferPriceBand]] = relationship(
        order_by=OfferPriceBand.places_from, cascade="all, delete-orphan"
    )
    costing: Mapped[OfferLevelCosting | None] = relationship(cascade="all, delete-orphan")
    costs: Mapped[list[OfferLevelCost]] = relationship(
        order_by=OfferLevelCost.kind, cascade="all, delete-orphan"
    )
    items: Mapped[list["OfferItem"]] = relationship(back_populates="level", cascade="all, delete-orphan")
    methods: Mapped[list[OfferMethod]] = relationship(cascade="all, delete-orphan")
    output_rows: Mapped[list[OfferOutput]] = relationship(
        order_by=OfferOutput.position, cascade="all, delete-orphan"
    )
    outcomes: Mapped[list[OfferLevelOutcome]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        sa.UniqueConstraint("version_id", "complexity"),
        sa.CheckConstraint("places_a_year IS NULL OR places_a_year > 0", name="places_positive"),
        sa.CheckConstraint("unit_price IS NULL OR unit_price >= 0", name="price_not_negative"),
    )


class OfferItem(Base):
    """A level's answer to one item of the specification, and how or why."""

    __tablename__ = "offer_item"

    level_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offer_level.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("specification_item.id"), primary_key=True, index=True)
    response: Mapped[ItemResponse | None]
    explanation: Mapped[LongText] = mapped_column(default="")

    level: Mapped[OfferLevel] = relationship(back_populates="items")
    item: Mapped[SpecificationItem] = relationship()


class OfferPartner(Base):
    """A partner named on a version, copied from its supply chain: for its owner and the authority only."""

    __tablename__ = "offer_partner"

    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offer_version.id", ondelete="CASCADE"), primary_key=True
    )
    link_id: Mapped[int] = mapped_column(sa.ForeignKey("supply_chain_link.id"), primary_key=True, index=True)
    name: Mapped[ShortText]
    kind: Mapped[LinkKind]
    tier: Mapped[int]
    part: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    confirmed_at: Mapped[datetime | None]

    link: Mapped[SupplyChainLink] = relationship()


class OfferListing(Base):
    """One row per published offer, made for finding: every filter is a bit test on a narrow table.

    Bit n of a mask is the row with position n of its kind; masks of places hold what the offer covers
    wholly or in part. Rewritten whenever what it tells changes; never read for anything but finding.
    """

    __tablename__ = "offer_listing"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("offer_version.id"), unique=True)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"))
    title: Mapped[ShortText]
    supplier_name: Mapped[ShortText]
    summary: Mapped[LongText]
    published_at: Mapped[datetime]
    complexity_mask: Mapped[int]
    cohort_mask: Mapped[int] = mapped_column(sa.BigInteger)
    stage_mask: Mapped[int]
    region_mask: Mapped[int]
    police_force_area_mask: Mapped[int] = mapped_column(sa.BigInteger)
    mode_mask: Mapped[int] = mapped_column(default=0)
    remote_mask: Mapped[int] = mapped_column(default=0)
    language_mask: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    mark_mask: Mapped[int] = mapped_column(default=0)
    feature_mask: Mapped[int] = mapped_column(default=0)
    # The first day on which a quality mark of the mask no longer holds.
    marks_until: Mapped[date | None] = mapped_column(index=True)

    __table_args__ = (
        sa.Index("ix_offer_listing_title", "title", "offer_id"),
        sa.Index("ix_offer_listing_need_area_id_title", "need_area_id", "title", "offer_id"),
        sa.Index("ix_offer_listing_published_at", "published_at", "offer_id"),
        # Everything that is counted, so that counting reads no summaries.
        sa.Index(
            "ix_offer_listing_masks",
            "need_area_id",
            "complexity_mask",
            "cohort_mask",
            "stage_mask",
            "region_mask",
            "police_force_area_mask",
            "mode_mask",
            "remote_mask",
            "language_mask",
            "mark_mask",
            "feature_mask",
            "offer_id",
        ),
    )


class OfferAssurance(Base):
    """When a published offer was last confirmed by its supplier, and what was done as that grew old.

    It belongs to the offer and not to a version: confirming changes nothing in what a version says.
    """

    __tablename__ = "offer_assurance"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), primary_key=True, autoincrement=False)
    assured_on: Mapped[date] = mapped_column(index=True)
    reminded_on: Mapped[date | None]
    noticed_on: Mapped[date | None]
    hidden_on: Mapped[date | None]

    offer: Mapped[Offer] = relationship()

    __table_args__ = (
        sa.CheckConstraint("reminded_on IS NULL OR reminded_on >= assured_on", name="reminded_after_assured"),
        sa.CheckConstraint("noticed_on IS NULL OR noticed_on >= assured_on", name="noticed_after_assured"),
        # A comparison with nothing passes a check, hence said twice.
        sa.CheckConstraint(
            "hidden_on IS NULL OR (noticed_on IS NOT NULL AND hidden_on >= noticed_on)",
            name="hidden_after_notice",
        ),
    )


class ScopeLimit(Base):
    """Where a supplier's membership of a framework lets its offers stand; written by procurement."""

    __tablename__ = "scope_limit"

    id: Mapped[PrimaryKey]
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    framework: Mapped[Code]
    active: Mapped[bool]

    __table_args__ = (sa.UniqueConstraint("supplier_id", "need_area_id", "region_id", "framework"),)
