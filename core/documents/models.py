"""What is kept in the document store."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, PrimaryKey, ShortText, public_id
from core.documents.types import ScanState


class Document(Base):
    """One stored file; several may share one content.

    ``digest`` is the SHA-256 of what lies in the store: of the ciphertext where the file is sealed.
    """

    __tablename__ = "document"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("DC")
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    name: Mapped[ShortText]
    media_type: Mapped[ShortText]
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    created_at: Mapped[datetime]
    scan: Mapped[ScanState] = mapped_column(default=ScanState.NOT_SCANNED)
    scanned_at: Mapped[datetime | None]
    # What the scanner calls that which it found.
    scan_finding: Mapped[ShortText] = mapped_column(default="")

    __table_args__ = (
        sa.CheckConstraint("size > 0", name="not_empty"),
        sa.CheckConstraint(
            "scan NOT IN ('clean', 'quarantined') OR scanned_at IS NOT NULL", name="scanned_has_a_moment"
        ),
        sa.CheckConstraint("scan <> 'quarantined' OR scan_finding <> ''", name="quarantined_for_something"),
        # What waits is few, and looked for often.
        sa.Index(
            "ix_document_waiting",
            "id",
            sqlite_where=sa.text("scan = 'waiting'"),
            postgresql_where=sa.text("scan = 'waiting'"),
        ),
    )
