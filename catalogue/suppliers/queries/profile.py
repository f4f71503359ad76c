"""What suppliers say of themselves."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.suppliers.models import SupplierProfile


def profile_of(session: Session, organisation_id: int) -> SupplierProfile | None:
    """A supplier's profile with its organisation; None until it has written one."""
    query = (
        sa.select(SupplierProfile)
        .where(SupplierProfile.organisation_id == organisation_id)
        .options(joinedload(SupplierProfile.organisation))
    )
    return session.scalars(query).one_or_none()
