"""What is needed, where and for whom: the national reference data, loaded from versioned files of ours."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.reference.types import Availability, Complexity, Phase, PlaceKind, Referral
from core.accounts.models import Person
from core.db import Base, Code, Json, LongText, PrimaryKey, ShortText, Versioned


class ReferenceRelease(Base):
    """One loading of the reference files: which version, and the digest of all of them."""

    __tablename__ = "reference_release"

    id: Mapped[PrimaryKey]
    version: Mapped[Code]
    digest: Mapped[str] = mapped_column(sa.String(64))
    loaded_at: Mapped[datetime]
    # The sources and the version of each file, as the page on reference data shows them.
    manifest: Mapped[Json]


class Place(Base):
    """A nation, region, police force area or delivery unit; dates are half-open."""

    __tablename__ = "place"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[PlaceKind]
    name: Mapped[ShortText]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"), index=True)
    # The ancestors that pages group by, kept beside the tree so that no query walks it.
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"), index=True)
    police_force_area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    local_id: Mapped[Code] = mapped_column(default="")
    ons_code: Mapped[Code] = mapped_column(default="")
    delius_code: Mapped[Code] = mapped_column(default="")
    covers: Mapped[LongText] = mapped_column(default="")
    source: Mapped[ShortText] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")
    # Where it sits in its kind's tile layout, from the top left; only regions and police force areas do.
    abbreviation: Mapped[Code] = mapped_column(default="")
    tile_row: Mapped[int | None]
    tile_column: Mapped[int | None]
    # Place in the file, which is the order of every list and the bit of this kind's masks.
    position: Mapped[int]

    parent: Mapped["Place | None"] = relationship(foreign_keys=[parent_id], remote_side="Place.id")
    region: Mapped["Place | None"] = relationship(foreign_keys=[region_id], remote_side="Place.id")
    police_force_area: Mapped["Place | None"] = relationship(
        foreign_keys=[police_force_area_id], remote_side="Place.id"
    )

    __table_args__ = (
        sa.UniqueConstraint("kind", "position"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to > valid_from", name="dates"),
        sa.CheckConstraint("(kind = 'nation') = (parent_id IS NULL)", name="only_nations_have_no_parent"),
    )


class PlaceSuccessor(Base):
    """Which places took over from one that ended."""

    __tablename__ = "place_successor"

    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)


class NeedArea(Base):
    """One of the eight need areas."""

    __tablename__ = "need_area"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    prefix: Mapped[Code]
    name: Mapped[ShortText]
    short_name: Mapped[ShortText]
    aliases: Mapped[list[Any]] = mapped_column(sa.JSON)
    cpv_codes: Mapped[list[Any]] = mapped_column(sa.JSON)
    position: Mapped[int] = mapped_column(unique=True)
    note: Mapped[LongText] = mapped_column(default="")

    outcomes: Mapped[list["Outcome"]] = relationship(back_populates="need_area", order_by="Outcome.position")
    levels: Mapped[list["SpecificationLevel"]] = relationship(back_populates="need_area")


class Outcome(Base):
    """A minimum outcome of a need area."""

    __tablename__ = "outcome"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"), index=True)
    text: Mapped[LongText]
    position: Mapped[int]
    source: Mapped[ShortText] = mapped_column(default="")

    need_area: Mapped[NeedArea] = relationship(back_populates="outcomes")


class SpecificationLevel(Base):
    """The specification of a need area at one complexity, or why there is none."""

    __tablename__ = "specification_level"

    id: Mapped[PrimaryKey]
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"))
    complexity: Mapped[Complexity]
    version: Mapped[Code]
    availability: Mapped[Availability]
    reason: Mapped[LongText] = mapped_column(default="")
    refer_to: Mapped[Referral | None]
    guide: Mapped[LongText] = mapped_column(default="")
    guide_source: Mapped[ShortText] = mapped_column(default="")
    source: Mapped[ShortText] = mapped_column(default="")
    inherits: Mapped[list[Any]] = mapped_column(sa.JSON)
    inherits_source: Mapped[ShortText] = mapped_column(default="")
    referrals: Mapped[list[Any]] = mapped_column(sa.JSON)
    # Who wrote it in the browser, where the source publishes no items; empty for a level of the files.
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    written_at: Mapped[datetime | None]

    need_area: Mapped[NeedArea] = relationship(back_populates="levels")
    items: Mapped[list["SpecificationLevelItem"]] = relationship(
        back_populates="level", order_by="SpecificationLevelItem.position"
    )

    __table_args__ = (
        sa.UniqueConstraint("need_area_id", "complexity", "version"),
        sa.CheckConstraint("availability = 'available' OR reason <> ''", name="reason_where_not_available"),
        sa.CheckConstraint(
            "(written_by_id IS NULL) = (written_at IS NULL)", name="written_by_someone_at_a_moment"
        ),
    )


class SpecificationDraft(Base, Versioned):
    """Items that an administrator is writing for a level whose source publishes none; gone once published."""

    __tablename__ = "specification_draft"

    id: Mapped[PrimaryKey]
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"))
    complexity: Mapped[Complexity]
    guide: Mapped[LongText] = mapped_column(default="")
    # Rows as `DraftItem` has them: phase, text, and the code of the published item that it keeps or changes.
    items: Mapped[list[Any]] = mapped_column(sa.JSON)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    need_area: Mapped[NeedArea] = relationship()
    by: Mapped[Person] = relationship()

    __table_args__ = (sa.UniqueConstraint("need_area_id", "complexity"),)


class SpecificationItem(Base):
    """One thing a service does, by a stable code."""

    __tablename__ = "specification_item"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    phase: Mapped[Phase]
    text: Mapped[LongText]
    heading: Mapped[ShortText] = mapped_column(default="")
    source: Mapped[LongText] = mapped_column(default="")


class SpecificationLevelItem(Base):
    """That an item belongs to a level, by itself or inherited from a lower level."""

    __tablename__ = "specification_level_item"

    level_id: Mapped[int] = mapped_column(sa.ForeignKey("specification_level.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("specification_item.id"), primary_key=True)
    position: Mapped[int]
    inherited_from: Mapped[Complexity | None]

    level: Mapped[SpecificationLevel] = relationship(back_populates="items")
    item: Mapped[SpecificationItem] = relationship()


class ComplexityLevel(Base):
    """Low, medium or high: what it says of a person, and the support it asks for."""

    __tablename__ = "complexity_level"

    id: Mapped[PrimaryKey]
    code: Mapped[Complexity] = mapped_column(unique=True)
    name: Mapped[ShortText]
    definition: Mapped[LongText]
    support: Mapped[LongText]
    position: Mapped[int] = mapped_column(unique=True)


class Cohort(Base):
    """A group of people that offers and lots name; composable from sex, ages and tags."""

    __tablename__ = "cohort"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[ShortText]
    sex: Mapped[str | None] = mapped_column(sa.String(10))
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    tags: Mapped[list[Any]] = mapped_column(sa.JSON)
    description: Mapped[LongText] = mapped_column(default="")
    position: Mapped[int] = mapped_column(unique=True)


class DemandCohort(Base):
    """One part of the partition by sex and age in which demand is counted; ages are inclusive."""

    __tablename__ = "demand_cohort"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[ShortText]
    sex: Mapped[str] = mapped_column(sa.String(10))
    age_from: Mapped[int]
    age_to: Mapped[int | None]
    position: Mapped[int] = mapped_column(unique=True)


class Stage(Base):
    """When help is given: before release, at the gate, in the community, on move-on."""

    __tablename__ = "stage"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[ShortText]
    setting: Mapped[Code]
    description: Mapped[LongText] = mapped_column(default="")
    position: Mapped[int] = mapped_column(unique=True)


class SentenceType(Base):
    """A sentence or stage of one under which a person may be referred."""

    __tablename__ = "sentence_type"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[ShortText]
    description: Mapped[LongText] = mapped_column(default="")
    position: Mapped[int] = mapped_column(unique=True)


class Language(Base):
    """A language in which a service can be given, by its ISO 639 code."""

    __tablename__ = "language"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[ShortText]
    position: Mapped[int] = mapped_column(unique=True)


class QualityMark(Base):
    """A mark that others award for quality, such as the matrix Standard."""

    __tablename__ = "quality_mark"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[ShortText]
    description: Mapped[LongText] = mapped_column(default="")
    position: Mapped[int] = mapped_column(unique=True)


class ServiceType(Base):
    """A service type of contract registers; local variants point at the type they vary."""

    __tablename__ = "service_type"

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[ShortText]
    variant_of: Mapped[Code | None]
    position: Mapped[int] = mapped_column(unique=True)
    note: Mapped[LongText] = mapped_column(default="")


class Crosswalk(Base):
    """What a label of another list means in ours; no need area means *no equivalent*."""

    __tablename__ = "crosswalk"

    id: Mapped[PrimaryKey]
    scheme: Mapped[Code]
    label: Mapped[ShortText]
    need_area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("need_area.id"))
    equivalence: Mapped[Code]
    complexity: Mapped[Complexity | None]
    stage: Mapped[Code | None]
    source: Mapped[ShortText] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")

    need_area: Mapped[NeedArea | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("scheme", "label", "need_area_id"),
        # Empty values do not count as the same, so that "no equivalent" needs its own.
        sa.Index(
            "uq_crosswalk_one_none",
            "scheme",
            "label",
            unique=True,
            sqlite_where=sa.text("need_area_id IS NULL"),
            postgresql_where=sa.text("need_area_id IS NULL"),
        ),
        sa.CheckConstraint("(equivalence = 'none') = (need_area_id IS NULL)", name="none_has_no_need_area"),
    )
