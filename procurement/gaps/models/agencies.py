"""What partner agencies provide, with its history; what people are entitled to; lists to compare with."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.offers.models import Offer
from catalogue.reference.models import Cohort, NeedArea, Place, Stage
from catalogue.reference.types import Complexity
from core.accounts.models import Person
from core.db import Base, Code, Json, LongText, PrimaryKey, ShortText, Versioned, link_table, public_id
from core.documents.models import Document
from procurement.gaps.types import Funding, Quality, Standing

provision_place = link_table("agency_provision_place", "agency_provision", "place")
provision_cohort = link_table("agency_provision_cohort", "agency_provision", "cohort")
provision_stage = link_table("agency_provision_stage", "agency_provision", "stage")


class AgencyProvision(Versioned, Base):
    """A service that a partner agency gives without a contract of ours, as a regional lead recorded it."""

    __tablename__ = "agency_provision"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("PP")
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    # Whose lead looks after it.
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), index=True)
    agency: Mapped[ShortText]
    title: Mapped[ShortText]
    description: Mapped[LongText] = mapped_column(default="")
    # People a year; empty is not known, and then it counts for presence alone.
    places_a_year: Mapped[int | None]
    remote_only: Mapped[bool] = mapped_column(default=False)
    # A published offer of the same places: they are then shared, and nobody is counted twice.
    offer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offer.id"))

    standing: Mapped[Standing]
    # Of demonstrated provision: what shows it, and when that was seen.
    evidence: Mapped[LongText] = mapped_column(default="")
    demonstrated_on: Mapped[date | None]

    quality: Mapped[Quality]
    quality_source: Mapped[LongText] = mapped_column(default="")
    quality_on: Mapped[date | None]

    funding: Mapped[Funding]
    funding_note: Mapped[ShortText] = mapped_column(default="")

    # The agreement: who looks after it on our side, from when until when, and its text where there is one.
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))

    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]

    region: Mapped[Place] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    document: Mapped[Document | None] = relationship()
    offer: Mapped[Offer | None] = relationship()
    levels: Mapped[list["AgencyProvisionLevel"]] = relationship(
        cascade="all, delete-orphan", order_by="AgencyProvisionLevel.need_area_id"
    )
    places: Mapped[list[Place]] = relationship(secondary=provision_place, order_by=Place.position)
    cohorts: Mapped[list[Cohort]] = relationship(secondary=provision_cohort, order_by=Cohort.position)
    stages: Mapped[list[Stage]] = relationship(secondary=provision_stage, order_by=Stage.position)

    __table_args__ = (
        sa.CheckConstraint("agency <> '' AND title <> ''", name="says_who_and_what"),
        sa.CheckConstraint("places_a_year IS NULL OR places_a_year > 0", name="places_positive"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        sa.CheckConstraint(
            "(standing = 'demonstrated') = (evidence <> '' AND demonstrated_on IS NOT NULL)",
            name="demonstrated_by_something",
        ),
        sa.CheckConstraint(
            "(quality = 'not_judged') = (quality_source = '' AND quality_on IS NULL)",
            name="judged_from_something",
        ),
    )


class AgencyProvisionLevel(Base):
    """A need area that it answers to, at one complexity."""

    __tablename__ = "agency_provision_level"

    provision_id: Mapped[int] = mapped_column(
        sa.ForeignKey("agency_provision.id", ondelete="CASCADE"), primary_key=True
    )
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"), primary_key=True)
    complexity: Mapped[Complexity] = mapped_column(primary_key=True)

    need_area: Mapped[NeedArea] = relationship()


class AgencyProvisionChange(Base):
    """What a change left behind, whole, with who made it and why; never edited, never removed."""

    __tablename__ = "agency_provision_change"

    id: Mapped[PrimaryKey]
    provision_id: Mapped[int] = mapped_column(sa.ForeignKey("agency_provision.id"))
    # 1 is how it was first recorded.
    number: Mapped[int]
    # Plain values as they were after the change, by the names that pages show.
    content: Mapped[Json]
    reason: Mapped[LongText]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    changed_at: Mapped[datetime]

    changed_by: Mapped[Person | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("provision_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("reason <> ''", name="says_why"),
    )


class Entitlement(Base):
    """What everyone of a cohort should find at a stage anywhere in a place: a minimum that we set."""

    __tablename__ = "entitlement"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("EN")
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"))
    stage_id: Mapped[int] = mapped_column(sa.ForeignKey("stage.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    # Empty is everyone.
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))
    # What exactly, in words, and where that is laid down.
    statement: Mapped[LongText]
    source: Mapped[LongText]
    starts_on: Mapped[date]
    # The last day on which it holds.
    ends_on: Mapped[date | None]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]

    need_area: Mapped[NeedArea] = relationship()
    stage: Mapped[Stage] = relationship()
    place: Mapped[Place] = relationship()
    cohort: Mapped[Cohort | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("statement <> '' AND source <> ''", name="says_what_and_by_whom"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )


class DeclaredList(Base):
    """A list of who provides what where, uploaded to be laid beside another; never edited."""

    __tablename__ = "declared_list"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("DL")
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    title: Mapped[ShortText]
    source: Mapped[LongText]
    as_at: Mapped[date]
    # The list of needs that its rows use, with the version of our reading of it.
    crosswalk: Mapped[Code] = mapped_column(default="")
    row_count: Mapped[int]
    left_out: Mapped[Json | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]


class DeclaredRow(Base):
    """One line of such a list: a need area in a place, and what the list calls it."""

    __tablename__ = "declared_row"

    list_id: Mapped[int] = mapped_column(
        sa.ForeignKey("declared_list.id", ondelete="CASCADE"), primary_key=True
    )
    # The row of the file, as a spreadsheet numbers it, and the part of it where a label stands for several.
    line: Mapped[int] = mapped_column(primary_key=True)
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    name: Mapped[ShortText] = mapped_column(default="")

    need_area: Mapped[NeedArea] = relationship()
    place: Mapped[Place] = relationship()
