"""Audit events and the heads of their chains."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Code, Json, PrimaryKey


class AuditChain(Base):
    """The head of one chain; its row is the lock behind which events of the chain queue."""

    __tablename__ = "audit_chain"

    name: Mapped[Code] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    head: Mapped[str] = mapped_column(sa.String(64))


class AuditEvent(Base):
    """One deed. Never changed, never deleted: triggers refuse both on either database.

    People appear by number only; sealed content only as salted digests.
    """

    __tablename__ = "audit_event"

    id: Mapped[PrimaryKey]
    chain: Mapped[Code] = mapped_column(sa.ForeignKey("audit_chain.name"))
    sequence: Mapped[int]
    at: Mapped[datetime]
    tag: Mapped[Code]
    person_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    subject_type: Mapped[Code]
    subject_id: Mapped[int | None]
    details: Mapped[Json]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (
        sa.UniqueConstraint("chain", "sequence"),
        sa.Index("ix_audit_event_subject", "subject_type", "subject_id"),
        sa.Index("ix_audit_event_at", "at"),
    )
