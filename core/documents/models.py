"""What is kept in the document store."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, PrimaryKey, ShortText, public_id


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

    __table_args__ = (sa.CheckConstraint("size > 0", name="not_empty"),)
