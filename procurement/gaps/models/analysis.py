"""Analyses of coverage with frozen inputs, the answers cell by cell, and what is done about gaps."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.reference.models import DemandCohort, NeedArea, Place
from catalogue.reference.types import Complexity
from core.accounts.models import Person
from core.db import Base, Code, Json, LongText, PrimaryKey, ShortText, public_id
from core.jobs.models import Job
from procurement.gaps.models.demand import DemandSet
from procurement.gaps.types import ActionKind, StudyKind


class Analysis(Base):
    """One computation of coverage: what went in (by digest), how, and what came out in all."""

    __tablename__ = "analysis"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("AN")
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    demand_set_id: Mapped[int] = mapped_column(sa.ForeignKey("demand_set.id"), index=True)
    title: Mapped[ShortText]
    on_date: Mapped[date]
    # The stage whose provision alone is counted; empty counts what works at any stage.
    stage: Mapped[Code] = mapped_column(default="", server_default="")
    # What the reader chose to leave out of the provision.
    without_remote: Mapped[bool] = mapped_column(default=False)
    without_declared: Mapped[bool] = mapped_column(default=False)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"))
    inputs_digest: Mapped[str] = mapped_column(sa.String(64), default="")
    method: Mapped[ShortText] = mapped_column(default="")
    certificate: Mapped[ShortText] = mapped_column(default="")
    # Totals by layer, what was left out and why, the names of what served: plain values for the pages.
    summary: Mapped[Json | None]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    demand_set: Mapped[DemandSet] = relationship()
    job: Mapped[Job | None] = relationship()

    __table_args__ = (sa.Index("ix_analysis_inputs_digest", "organisation_id", "inputs_digest"),)


class AnalysisCell(Base):
    """The answer for one cell: people, and how many each layer serves (whole people)."""

    __tablename__ = "analysis_cell"

    analysis_id: Mapped[int] = mapped_column(
        sa.ForeignKey("analysis.id", ondelete="CASCADE"), primary_key=True
    )
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"), primary_key=True)
    complexity: Mapped[Complexity] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("demand_cohort.id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    police_force_area_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    people: Mapped[int]
    by_contract: Mapped[int]
    by_partner: Mapped[int] = mapped_column(default=0)
    by_member_offer: Mapped[int]
    by_other_offer: Mapped[int]
    # True where the specification sends these people elsewhere: they are no gap in the market.
    referred: Mapped[bool] = mapped_column(default=False)
    block: Mapped[int | None]
    # Whether it could be served twice over while everyone else keeps what they have; None where not asked.
    overlap_of_contracts: Mapped[bool | None]
    overlap_of_all: Mapped[bool | None]

    place: Mapped[Place] = relationship(foreign_keys=[place_id])
    cohort: Mapped[DemandCohort] = relationship()

    __table_args__ = (
        sa.Index("ix_analysis_cell_region", "analysis_id", "region_id", "need_area_id"),
        sa.CheckConstraint(
            "people >= by_contract + by_partner + by_member_offer + by_other_offer",
            name="no_more_served_than_are",
        ),
        sa.CheckConstraint(
            "by_contract >= 0 AND by_partner >= 0 AND by_member_offer >= 0 AND by_other_offer >= 0",
            name="layers_not_negative",
        ),
    )


class AnalysisTotal(Base):
    """The answer summed for a place of any level and a need area: what the matrix shows without summing."""

    __tablename__ = "analysis_total"

    analysis_id: Mapped[int] = mapped_column(
        sa.ForeignKey("analysis.id", ondelete="CASCADE"), primary_key=True
    )
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"), primary_key=True)
    people: Mapped[int]
    referred: Mapped[int]
    by_contract: Mapped[int]
    by_partner: Mapped[int] = mapped_column(default=0)
    by_member_offer: Mapped[int]
    by_other_offer: Mapped[int]

    place: Mapped[Place] = relationship()
    need_area: Mapped[NeedArea] = relationship()


class AnalysisSupplier(Base):
    """One supplier of an analysis, by name as it was, and how many people lose cover if it leaves."""

    __tablename__ = "analysis_supplier"

    analysis_id: Mapped[int] = mapped_column(
        sa.ForeignKey("analysis.id", ondelete="CASCADE"), primary_key=True
    )
    # 1 is the supplier whose leaving costs most.
    number: Mapped[int] = mapped_column(primary_key=True)
    supplier: Mapped[ShortText]
    contracts: Mapped[int]
    offers: Mapped[int]
    contracted_places: Mapped[int] = mapped_column(sa.BigInteger)
    lost_of_contracts: Mapped[int]
    lost_of_all: Mapped[int]

    __table_args__ = (
        sa.UniqueConstraint("analysis_id", "supplier"),
        sa.CheckConstraint("lost_of_contracts >= 0 AND lost_of_all >= 0", name="losses_not_negative"),
    )


class AnalysisBlock(Base):
    """Cells that compete for the same provision at one served rate: the explanation of a shared shortage."""

    __tablename__ = "analysis_block"

    analysis_id: Mapped[int] = mapped_column(
        sa.ForeignKey("analysis.id", ondelete="CASCADE"), primary_key=True
    )
    layer: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    # {"rate": "0.41", "people", "served", "provisions": [...], "cells": n}: names as they were.
    content: Mapped[Json]


class AnalysisStudy(Base):
    """A further question asked of an analysis (what to buy, what if), or a report of it; never edited."""

    __tablename__ = "analysis_study"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("ST")
    analysis_id: Mapped[int] = mapped_column(sa.ForeignKey("analysis.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[StudyKind]
    title: Mapped[ShortText]
    # Plain values, as the rules of its kind read and write them.
    question: Mapped[Json]
    answer: Mapped[Json | None]
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # Of a report for publication: since when anyone may read it.
    published_at: Mapped[datetime | None]

    analysis: Mapped[Analysis] = relationship()
    job: Mapped[Job | None] = relationship()


class GapAction(Base):
    """What is done about the gap of one place and need, by whom and until when."""

    __tablename__ = "gap_action"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("GA")
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    # The analysis in which the gap was found, and the people whom no contract met in it.
    analysis_id: Mapped[int] = mapped_column(sa.ForeignKey("analysis.id"), index=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"))
    gap: Mapped[int]
    kind: Mapped[ActionKind]
    # What is done, or why nothing is.
    note: Mapped[LongText]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    due_on: Mapped[date]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    analysis: Mapped[Analysis] = relationship()
    place: Mapped[Place] = relationship()
    need_area: Mapped[NeedArea] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])

    __table_args__ = (
        sa.CheckConstraint("note <> ''", name="says_what"),
        sa.CheckConstraint("gap >= 0", name="gap_not_negative"),
    )
