"""Notices waiting to be published and published ones, and how far the events were read."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.accounts.models import Person
from core.db import Base, Code, Json, PrimaryKey, Versioned, public_id
from procurement.calloffs.drafting.models import CallOff
from procurement.framework.models import Framework
from procurement.notices.types import NoticeKind


class Notice(Base, Versioned):
    """What a notice says, as plain values kept when it was made, and where it was published."""

    __tablename__ = "notice"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("NT")
    kind: Mapped[NoticeKind]
    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"), index=True)
    # Where it is of one call-off under the framework.
    call_off_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call_off.id"), index=True)
    # The event that called for it: none calls for two.
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_event.id"), unique=True)
    happened_at: Mapped[datetime]
    due_on: Mapped[date | None]
    content: Mapped[Json]
    created_at: Mapped[datetime]
    # The reference that the central platform gave it.
    reference: Mapped[Code] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    framework: Mapped[Framework] = relationship()
    call_off: Mapped[CallOff | None] = relationship()
    published_by: Mapped[Person | None] = relationship()

    __table_args__ = (
        sa.Index("ix_notice_published_at", "published_at", "due_on"),
        sa.CheckConstraint("(published_at IS NULL) = (reference = '')", name="published_with_reference"),
    )


class NoticeCursor(Base):
    """The last event of a chain that the notices have read; a chain has no gaps, so none is missed."""

    __tablename__ = "notice_cursor"

    chain: Mapped[Code] = mapped_column(sa.ForeignKey("audit_chain.name"), primary_key=True)
    sequence: Mapped[int]
