"""What a supplier says of itself, and the evidence that it keeps from application to application."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.suppliers.types import EvidenceKind, SupplierSize
from core.accounts.models import Organisation, Person
from core.db import Base, LongText, PrimaryKey, ShortText, Versioned, public_id
from core.documents.models import Document
from core.questions.models import QuestionVersion


class SupplierProfile(Base, Versioned):
    """Facts about a supplier; identifiers are checked for form, not against the registers."""

    __tablename__ = "supplier_profile"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    companies_house_number: Mapped[str | None] = mapped_column(sa.String(8))
    charity_number: Mapped[str | None] = mapped_column(sa.String(10))
    size: Mapped[SupplierSize | None]
    voluntary_sector: Mapped[bool] = mapped_column(default=False)
    # What lets it bid for lots that are reserved.
    supported_employment: Mapped[bool] = mapped_column(default=False)
    public_mutual: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[LongText] = mapped_column(default="")
    website: Mapped[ShortText] = mapped_column(default="")

    organisation: Mapped[Organisation] = relationship()


class EvidenceEntry(Base, Versioned):
    """One thing that an organisation answers or shows again and again; what it says is in its versions.

    `reuse_key` joins it to the questions it answers; an entry under a title of its own has none. `latest`
    is the number of its newest version.
    """

    __tablename__ = "evidence_entry"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("EV")
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    reuse_key: Mapped[str | None] = mapped_column(sa.String(60))
    title: Mapped[ShortText]
    kind: Mapped[EvidenceKind]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    latest: Mapped[int] = mapped_column(default=0)
    # The end of which its owner was reminded: of each end once.
    reminded_of: Mapped[date | None]
    created_at: Mapped[datetime]

    owner: Mapped[Person | None] = relationship()
    versions: Mapped[list["EvidenceVersion"]] = relationship(
        back_populates="entry", order_by="EvidenceVersion.number.desc()"
    )

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "reuse_key"),
        sa.CheckConstraint("latest >= 0", name="latest_not_negative"),
    )


class EvidenceVersion(Base):
    """What an entry said from one moment on; never changed, so that an application may cite it."""

    __tablename__ = "evidence_version"

    id: Mapped[PrimaryKey]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence_entry.id"))
    number: Mapped[int]
    # The wording that it answers; None under a title of its own.
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_version.id"))
    value: Mapped[LongText] = mapped_column(default="")
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    expires_on: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    entry: Mapped[EvidenceEntry] = relationship(back_populates="versions")
    question: Mapped[QuestionVersion | None] = relationship()
    document: Mapped[Document | None] = relationship()
    by: Mapped[Person | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("entry_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint(
            "(document_id IS NOT NULL AND value = '') OR (document_id IS NULL AND value <> '')",
            name="a_file_or_a_value",
        ),
        sa.Index("ix_evidence_version_expires_on", "expires_on"),
    )
