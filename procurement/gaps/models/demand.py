"""Demand sets and their rows, and the models with versions of assumptions from which some are worked out."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.reference.models import DemandCohort, NeedArea, Place
from catalogue.reference.types import Complexity
from core.accounts.models import Person
from core.db import Base, Code, FixedDecimal, Json, LongText, PrimaryKey, ShortText, Versioned, public_id
from core.documents.models import Document
from procurement.gaps.rules.demand_model import Kind, Scenario

Millionths = FixedDecimal(6)


class DemandModel(Base):
    """A model of demand by its name; what it assumes is in its versions."""

    __tablename__ = "demand_model"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("DM")
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    title: Mapped[ShortText]
    created_at: Mapped[datetime]

    versions: Mapped[list["DemandModelVersion"]] = relationship(
        back_populates="model", order_by="DemandModelVersion.number"
    )


class DemandModelVersion(Versioned, Base):
    """One version of a model: edited until a demand set is worked out from it, then frozen for good."""

    __tablename__ = "demand_model_version"

    id: Mapped[PrimaryKey]
    model_id: Mapped[int] = mapped_column(sa.ForeignKey("demand_model.id", ondelete="CASCADE"))
    number: Mapped[int]
    # What is different in it, in a person's words.
    note: Mapped[LongText] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]

    model: Mapped[DemandModel] = relationship(back_populates="versions")
    created_by: Mapped[Person | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("model_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.Index(
            "uq_demand_model_version_one_open",
            "model_id",
            unique=True,
            sqlite_where=sa.text("frozen_at IS NULL"),
            postgresql_where=sa.text("frozen_at IS NULL"),
        ),
    )


class DemandModelRow(Base):
    """One assumption of a version: a figure with its uncertainty, source, date, base and weakness."""

    __tablename__ = "demand_model_row"

    id: Mapped[PrimaryKey]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("demand_model_version.id", ondelete="CASCADE"))
    kind: Mapped[Kind]
    # For which need area, complexity, cohort, region or delivery unit, by code; of the whole model a word.
    key: Mapped[Code]
    label: Mapped[ShortText]
    low: Mapped[Decimal] = mapped_column(Millionths)
    central: Mapped[Decimal] = mapped_column(Millionths)
    high: Mapped[Decimal] = mapped_column(Millionths)
    unit: Mapped[ShortText]
    source: Mapped[LongText]
    as_at: Mapped[Code]
    base: Mapped[ShortText]
    weakness: Mapped[LongText]
    position: Mapped[int]

    __table_args__ = (
        sa.UniqueConstraint("version_id", "kind", "key"),
        sa.CheckConstraint("low >= 0 AND central >= 0 AND high >= 0", name="not_negative"),
        sa.CheckConstraint("source <> '' AND weakness <> ''", name="says_where_from_and_how_weak"),
    )


class DemandSet(Base):
    """People a year who need a service, by cell, with where the figures come from; never edited."""

    __tablename__ = "demand_set"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("DS")
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    title: Mapped[ShortText]
    period: Mapped[ShortText]
    source: Mapped[LongText]
    modelled: Mapped[bool] = mapped_column(default=False)
    # Of a modelled set: [{"code", "value", "low", "high", "source", "date", "base", "weakness"}].
    assumptions: Mapped[list[Any]] = mapped_column(sa.JSON)
    # Of a modelled set: the version of the model that it froze, and which of its values.
    model_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("demand_model_version.id"))
    scenario: Mapped[Scenario | None]
    # Of an uploaded set: the file, the list of needs that it uses with the version of our reading of it,
    # and what has no equivalent in ours: [[label, people, rows]].
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    crosswalk: Mapped[Code] = mapped_column(default="")
    left_out: Mapped[Json | None]
    people: Mapped[int]
    row_count: Mapped[int]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]

    model_version: Mapped["DemandModelVersion | None"] = relationship()
    document: Mapped[Document | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint(
            "modelled OR (model_version_id IS NULL AND scenario IS NULL)", name="only_modelled_have_a_model"
        ),
        sa.CheckConstraint("(model_version_id IS NULL) = (scenario IS NULL)", name="model_with_its_values"),
    )


class DemandRow(Base):
    """One cell of a demand set."""

    __tablename__ = "demand_row"

    set_id: Mapped[int] = mapped_column(sa.ForeignKey("demand_set.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"), primary_key=True)
    complexity: Mapped[Complexity] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("demand_cohort.id"), primary_key=True)
    people: Mapped[int]
    # The row of the file that it was read from, as a spreadsheet numbers it; empty where it was modelled.
    line: Mapped[int | None]

    place: Mapped[Place] = relationship()
    need_area: Mapped[NeedArea] = relationship()
    cohort: Mapped[DemandCohort] = relationship()

    __table_args__ = (sa.CheckConstraint("people >= 0", name="people_not_negative"),)
