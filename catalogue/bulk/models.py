"""Uploaded workbooks with the report on each of their rows, and what suppliers call their offers in files."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.bulk.types import Outcome, UploadState
from catalogue.offers.models import Offer
from core.accounts.models import Person
from core.db import Base, Code, Json, PrimaryKey, ShortText, public_id
from core.documents.models import Document
from core.jobs.models import Job


class BulkUpload(Base):
    """One uploaded workbook, from its receipt to what became of it; kept for good."""

    __tablename__ = "bulk_upload"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("BU")
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    # The work that reads it or, later, applies it.
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"))
    state: Mapped[UploadState] = mapped_column(default=UploadState.RECEIVED)
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # Whether every offer of the file that is complete is to be submitted with it.
    submits: Mapped[bool] = mapped_column(default=False)
    # Why the file as a whole was refused: a code and what its words need.
    refusal: Mapped[Code] = mapped_column(default="")
    refusal_params: Mapped[Json] = mapped_column(default=dict)
    # What was shown when it was confirmed: applied is this or nothing.
    plan_digest: Mapped[str] = mapped_column(sa.String(64), default="")
    to_create: Mapped[int] = mapped_column(default=0)
    to_change: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    complete: Mapped[int] = mapped_column(default=0)
    submitted: Mapped[int] = mapped_column(default=0)
    problem_count: Mapped[int] = mapped_column(default=0)

    document: Mapped[Document] = relationship()
    job: Mapped[Job | None] = relationship()
    uploaded_by: Mapped[Person | None] = relationship(foreign_keys=[uploaded_by_id])

    __table_args__ = (
        sa.Index("ix_bulk_upload_organisation_id_created_at", "organisation_id", "created_at"),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'applied') OR confirmed_at IS NOT NULL", name="confirmed_has_a_moment"
        ),
        sa.CheckConstraint(
            "state NOT IN ('checked', 'confirmed', 'applied') OR (problem_count = 0 AND refusal = '')",
            name="only_sound_files_go_on",
        ),
    )


class BulkRow(Base):
    """One row of the sheet of offers: what the upload does with the offer."""

    __tablename__ = "bulk_row"

    upload_id: Mapped[int] = mapped_column(
        sa.ForeignKey("bulk_upload.id", ondelete="CASCADE"), primary_key=True
    )
    row_number: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[ShortText]
    title: Mapped[ShortText]
    outcome: Mapped[Outcome]
    offer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offer.id"))
    # Names of the fields that change, each with the complexity where it belongs to one.
    changes: Mapped[Json]
    # How many things are still missing before the offer can be submitted.
    missing: Mapped[int] = mapped_column(default=0)

    offer: Mapped[Offer | None] = relationship()


class BulkProblem(Base):
    """Something wrong in an uploaded file, in the order in which it was found."""

    __tablename__ = "bulk_problem"

    id: Mapped[PrimaryKey]
    upload_id: Mapped[int] = mapped_column(sa.ForeignKey("bulk_upload.id", ondelete="CASCADE"), index=True)
    sheet: Mapped[Code]
    row_number: Mapped[int]
    column: Mapped[ShortText]
    value: Mapped[ShortText]
    code: Mapped[Code]
    params: Mapped[Json]


class OfferReference(Base):
    """What a supplier calls one of its offers in its own files, so that a file read twice makes it once."""

    __tablename__ = "offer_reference"

    id: Mapped[PrimaryKey]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    reference: Mapped[Code]
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id"), unique=True)
    # What the last file that gave no fingerprint made of the offer; where it says this still, such a file may
    # change it, and otherwise a colleague has.
    fingerprint: Mapped[str] = mapped_column(sa.String(64), default="")

    __table_args__ = (sa.UniqueConstraint("organisation_id", "reference"),)
