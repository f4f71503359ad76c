"""Changes of suppliers as they were recorded, with the effect they had."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.accounts.models import Organisation, Person
from core.db import Base, Json, LongText, PrimaryKey, ShortText, public_id
from procurement.changes.types import ChangeKind


class SupplierChange(Base):
    """A supplier merged, renamed or insolvent, by whom it was recorded, and what it did."""

    __tablename__ = "supplier_change"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("SC")
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    kind: Mapped[ChangeKind]
    effective_on: Mapped[date]
    # What the supplier was called until then: a name changes, its history does not.
    old_name: Mapped[ShortText]
    new_name: Mapped[ShortText] = mapped_column(default="")
    successor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    evidence: Mapped[LongText]
    # What it did to each thing, as plain values.
    effects: Mapped[Json]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    supplier: Mapped[Organisation] = relationship(foreign_keys=[supplier_id])
    successor: Mapped[Organisation | None] = relationship(foreign_keys=[successor_id])
    recorded_by: Mapped[Person] = relationship()

    __table_args__ = (
        sa.CheckConstraint("evidence <> ''", name="has_evidence"),
        sa.CheckConstraint("kind <> 'merger' OR successor_id IS NOT NULL", name="merger_has_a_successor"),
        sa.CheckConstraint(
            "successor_id IS NULL OR successor_id <> supplier_id", name="successor_is_another"
        ),
        sa.CheckConstraint("kind <> 'renaming' OR new_name <> ''", name="renaming_has_a_name"),
    )
