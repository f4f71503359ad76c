"""Jobs, and letters and mail waiting to leave."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Code, Json, LongText, PrimaryKey, ShortText, public_id
from core.jobs.types import JobStatus


class Job(Base):
    """A piece of work, committed with the change that asked for it."""

    __tablename__ = "job"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("JB")
    kind: Mapped[Code]
    payload: Mapped[Json]
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.WAITING)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0)
    progress_note: Mapped[ShortText] = mapped_column(default="")
    result: Mapped[Json | None]
    error: Mapped[LongText] = mapped_column(default="")

    __table_args__ = (
        sa.Index("ix_job_status_created", "status", "created_at"),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name="progress_is_a_percentage"),
    )


class OutboxMessage(Base):
    """A mail, written in the transaction that causes it and sent after it."""

    __tablename__ = "outbox_message"

    id: Mapped[PrimaryKey]
    to_address: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[ShortText]
    body: Mapped[LongText]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    # Not to be tried before: set while it is being sent, and longer after every failure. None is at once.
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[LongText] = mapped_column(default="")

    __table_args__ = (sa.Index("ix_outbox_message_unsent", "sent_at", "created_at"),)
