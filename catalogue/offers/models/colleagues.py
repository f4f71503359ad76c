"""Which colleague is asked to write which step of an offer."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.accounts.models import Person
from core.db import Base


class OfferStepAssignment(Base):
    """A colleague who is asked to write one step of a version, until it is published."""

    __tablename__ = "offer_step_assignment"

    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offer_version.id", ondelete="CASCADE"), primary_key=True
    )
    # The code of the step, with its complexity where it is of one: ``people``, ``method-low``.
    step: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
