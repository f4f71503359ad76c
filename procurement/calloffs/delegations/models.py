"""The register of delegations of an authority."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.reference.models import Place
from core.accounts.models import Organisation, Person
from core.db import Base, Pounds, PrimaryKey, Versioned, link_table, public_id

delegation_region = link_table("delegation_region", "delegation", "place")


class Delegation(Base, Versioned):
    """A person's power to approve for an authority; without regions it reaches all of them.

    `value_limit` is pounds over the whole term of a call-off; None for no limit. `valid_to`, `absent_to` are
    last days.
    """

    __tablename__ = "delegation"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("DL")
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    value_limit: Mapped[Pounds | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    # Who acts while the holder is recorded as absent.
    deputy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    absent_from: Mapped[date | None]
    absent_to: Mapped[date | None]
    created_at: Mapped[datetime]

    authority: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    deputy: Mapped[Person | None] = relationship(foreign_keys=deputy_id)
    regions: Mapped[list[Place]] = relationship(secondary=delegation_region, order_by=Place.code)

    __table_args__ = (
        sa.CheckConstraint("value_limit IS NULL OR value_limit > 0", name="limit_positive"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
        sa.CheckConstraint("deputy_id IS NULL OR deputy_id <> person_id", name="deputy_is_another"),
        sa.CheckConstraint(
            "absent_to IS NULL OR (absent_from IS NOT NULL AND absent_to >= absent_from)",
            name="absence_in_order",
        ),
    )
