"""What a supplier says of itself."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.suppliers.types import SupplierSize
from core.accounts.models import Organisation
from core.db import Base, LongText, ShortText, Versioned


class SupplierProfile(Base, Versioned):
    """Facts about a supplier; identifiers are checked for form, not against the registers."""

    __tablename__ = "supplier_profile"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    companies_house_number: Mapped[str | None] = mapped_column(sa.String(8))
    charity_number: Mapped[str | None] = mapped_column(sa.String(10))
    size: Mapped[SupplierSize | None]
    voluntary_sector: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[LongText] = mapped_column(default="")
    website: Mapped[ShortText] = mapped_column(default="")

    organisation: Mapped[Organisation] = relationship()
