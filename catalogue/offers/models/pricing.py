"""What a place is made of (its supplier's secret) and what it costs when many are bought."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.offers.types import CostKind
from core.db import Base, Points, Pounds


class OfferLevelCosting(Base):
    """What is added to the direct costs of a place: overheads as a share of them or in pounds, and surplus.

    Percentages are of the direct costs (overheads) and of the full cost (surplus). Never shown to anyone but
    the supplier.
    """

    __tablename__ = "offer_level_costing"

    level_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offer_level.id", ondelete="CASCADE"), primary_key=True
    )
    overhead_percent: Mapped[Points | None]
    overhead_pounds: Mapped[Pounds | None]
    surplus_percent: Mapped[Points | None]

    __table_args__ = (
        sa.CheckConstraint(
            "overhead_percent IS NULL OR overhead_pounds IS NULL", name="overheads_in_one_way"
        ),
        sa.CheckConstraint(
            "(overhead_percent IS NULL OR overhead_percent >= 0) "
            "AND (overhead_pounds IS NULL OR overhead_pounds >= 0) "
            "AND (surplus_percent IS NULL OR surplus_percent >= 0)",
            name="nothing_below_zero",
        ),
    )


class OfferLevelCost(Base):
    """One direct cost of a place, in pounds. Never shown to anyone but the supplier."""

    __tablename__ = "offer_level_cost"

    level_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offer_level.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[CostKind] = mapped_column(primary_key=True)
    amount: Mapped[Pounds]

    __table_args__ = (sa.CheckConstraint("amount >= 0", name="amount_not_negative"),)


class OfferPriceBand(Base):
    """The price of every place of a year in which at least so many are bought."""

    __tablename__ = "offer_price_band"

    level_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offer_level.id", ondelete="CASCADE"), primary_key=True
    )
    places_from: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_price: Mapped[Pounds]

    __table_args__ = (
        sa.CheckConstraint("places_from > 1", name="begins_above_one"),
        sa.CheckConstraint("unit_price >= 0", name="price_not_negative"),
    )
