"""How many people a supplier can serve in a year, and how many of those places are under contract."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.reference.models import Place
from catalogue.reference.types import Complexity
from core.db import Base, Code, LongText, PrimaryKey, ShortText, Versioned, public_id


class CapacityPool(Base, Versioned):
    """Staff, rooms or whatever else limits how many people a supplier can serve; offers draw on it.

    A pool of an offer's own (``offer_id``) takes its number from the version that is published; a shared one
    has a name and is changed by its supplier from a date on. Published offers cite the pool, not its number.
    """

    __tablename__ = "capacity_pool"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("CP")
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offer.id"), unique=True)
    name: Mapped[ShortText] = mapped_column(default="")
    made_of: Mapped[LongText] = mapped_column(default="")
    created_at: Mapped[datetime]

    versions: Mapped[list["CapacityPoolVersion"]] = relationship(
        back_populates="pool", order_by="CapacityPoolVersion.number", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.CheckConstraint("offer_id IS NOT NULL OR name <> ''", name="shared_has_a_name"),)


class CapacityPoolVersion(Base):
    """A pool's places a year from a date on; of two with one date the higher number holds."""

    __tablename__ = "capacity_pool_version"

    id: Mapped[PrimaryKey]
    pool_id: Mapped[int] = mapped_column(sa.ForeignKey("capacity_pool.id", ondelete="CASCADE"))
    number: Mapped[int]
    places_a_year: Mapped[int]
    effective_from: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    pool: Mapped[CapacityPool] = relationship(back_populates="versions")
    limits: Mapped[list["CapacitySubLimit"]] = relationship(
        back_populates="version", order_by="CapacitySubLimit.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.UniqueConstraint("pool_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("places_a_year >= 0", name="places_not_negative"),
    )


class CapacitySubLimit(Base):
    """No more than so many of a pool's places in a region, at a complexity, or at both."""

    __tablename__ = "capacity_sub_limit"

    id: Mapped[PrimaryKey]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("capacity_pool_version.id", ondelete="CASCADE"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    complexity: Mapped[Complexity | None]
    places_a_year: Mapped[int]

    version: Mapped[CapacityPoolVersion] = relationship(back_populates="limits")
    region: Mapped[Place | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("version_id", "region_id", "complexity"),
        sa.Index(
            "uq_capacity_sub_limit_one_of_a_complexity",
            "version_id",
            "complexity",
            unique=True,
            sqlite_where=sa.text("region_id IS NULL"),
            postgresql_where=sa.text("region_id IS NULL"),
        ),
        sa.Index(
            "uq_capacity_sub_limit_one_of_a_region",
            "version_id",
            "region_id",
            unique=True,
            sqlite_where=sa.text("complexity IS NULL"),
            postgresql_where=sa.text("complexity IS NULL"),
        ),
        sa.CheckConstraint("places_a_year >= 0", name="places_not_negative"),
        sa.CheckConstraint("region_id IS NOT NULL OR complexity IS NOT NULL", name="narrows_something"),
    )


class CapacityCommitment(Base):
    """Places already under contract; written by procurement, read by whoever counts places.

    It cites the version and the pool that stood when the contract was made. ``region_id`` is the one region
    of the contract; empty where it spans several, whose shares nobody knows.
    """

    __tablename__ = "capacity_commitment"

    id: Mapped[PrimaryKey]
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offer_version.id"))
    pool_id: Mapped[int | None] = mapped_column(sa.ForeignKey("capacity_pool.id"), index=True)
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    complexity: Mapped[Complexity]
    places_a_year: Mapped[int]
    contract_reference: Mapped[Code]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    __table_args__ = (
        sa.UniqueConstraint("offer_id", "complexity", "contract_reference"),
        sa.CheckConstraint("places_a_year > 0", name="places_positive"),
        sa.CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )
