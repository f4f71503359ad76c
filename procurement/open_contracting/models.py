"""Contracting processes with identifiers kept for ever, their releases, and how far events were read."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Code, Json, PrimaryKey
from procurement.calloffs.drafting.models import CallOff
from procurement.framework.models import Framework


class ContractingProcess(Base):
    """A framework or a call-off under its Open Contracting identifier, which a new prefix does not change."""

    __tablename__ = "contracting_process"

    id: Mapped[PrimaryKey]
    ocid: Mapped[Code] = mapped_column(unique=True)
    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"), index=True)
    # None where the process is the framework itself.
    call_off_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call_off.id"), unique=True)
    created_at: Mapped[datetime]

    framework: Mapped[Framework] = relationship()
    call_off: Mapped[CallOff | None] = relationship()

    __table_args__ = (
        sa.Index(
            "uq_contracting_process_of_a_framework",
            "framework_id",
            unique=True,
            sqlite_where=sa.text("call_off_id IS NULL"),
            postgresql_where=sa.text("call_off_id IS NULL"),
        ),
    )


class ContractingRelease(Base):
    """What became public by one event, as it was published and dated by the event. Never changed."""

    __tablename__ = "contracting_release"

    id: Mapped[PrimaryKey]
    process_id: Mapped[int] = mapped_column(sa.ForeignKey("contracting_process.id"))
    # The event that made it public: none makes two releases.
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_event.id"), unique=True)
    at: Mapped[datetime]
    content: Mapped[Json]
    created_at: Mapped[datetime]

    process: Mapped[ContractingProcess] = relationship()

    __table_args__ = (sa.Index("ix_contracting_release_process_id", "process_id", "at", "event_id"),)


class ContractingCursor(Base):
    """The last event of a chain that was read for releases; a chain has no gaps, so none is missed."""

    __tablename__ = "contracting_cursor"

    chain: Mapped[Code] = mapped_column(sa.ForeignKey("audit_chain.name"), primary_key=True)
    sequence: Mapped[int]
