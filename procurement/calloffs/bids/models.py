"""Sealed bids: ciphertext from the first draft, and submissions that nothing changes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.accounts.models import Organisation
from core.db import Base, Code, PrimaryKey, Versioned, public_id
from core.documents.models import Document
from procurement.calloffs.bids.types import BidState
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.types import Envelope


class EnvelopeKey(Base):
    """The data key of one envelope of one call-off, wrapped by a setting that is not in the database."""

    __tablename__ = "envelope_key"

    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), primary_key=True)
    envelope: Mapped[Envelope] = mapped_column(primary_key=True)
    wrapped_key: Mapped[bytes]
    created_at: Mapped[datetime]

    call_off: Mapped[CallOff] = relationship()


class Bid(Base, Versioned):
    """One supplier's bid for one lot: its draft parts, and its submissions."""

    __tablename__ = "bid"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("BD")
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"))
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    state: Mapped[BidState] = mapped_column(default=BidState.DRAFT)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    # The number of the last amendment that the supplier has read and bids on; None before the first.
    amendment_read: Mapped[int | None]

    lot: Mapped[Lot] = relationship()
    supplier: Mapped[Organisation] = relationship()
    parts: Mapped[list["BidPart"]] = relationship(back_populates="bid", order_by="BidPart.id")
    files: Mapped[list["BidFile"]] = relationship(back_populates="bid", order_by="BidFile.id")
    submissions: Mapped[list["BidSubmission"]] = relationship(
        back_populates="bid", order_by="BidSubmission.number"
    )

    __table_args__ = (sa.UniqueConstraint("lot_id", "supplier_id"),)


class BidPart(Base, Versioned):
    """An answer or price of the draft as ciphertext; ``field`` is ``answer:<code>`` or ``price:<volume>``."""

    __tablename__ = "bid_part"

    id: Mapped[PrimaryKey]
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    envelope: Mapped[Envelope]
    field: Mapped[Code]
    ciphertext: Mapped[bytes]
    changed_at: Mapped[datetime]

    bid: Mapped[Bid] = relationship(back_populates="parts")

    __table_args__ = (sa.UniqueConstraint("bid_id", "field"),)


class BidFile(Base):
    """An attached file: its ciphertext lies in the store; its name is sealed too."""

    __tablename__ = "bid_file"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("BF")
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    envelope: Mapped[Envelope]
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    sealed_name: Mapped[bytes]
    size: Mapped[int]
    created_at: Mapped[datetime]

    bid: Mapped[Bid] = relationship(back_populates="files")
    document: Mapped[Document] = relationship()


class BidSubmission(Base):
    """What was submitted, when by the database's clock, and its fingerprint. Never changed, never deleted."""

    __tablename__ = "bid_submission"

    id: Mapped[PrimaryKey]
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    number: Mapped[int]
    received_at: Mapped[datetime]
    submitted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    fingerprint: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sealed_quality: Mapped[bytes]
    sealed_price: Mapped[bytes]
    # The place of the receipt in the call-off's audit chain.
    chain_sequence: Mapped[int]

    bid: Mapped[Bid] = relationship(back_populates="submissions")

    __table_args__ = (
        sa.UniqueConstraint("bid_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )
