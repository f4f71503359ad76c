"""What procurement has said of offers: where memberships let them stand."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import ScopeLimit
from catalogue.reference.models import Place


def member_regions(session: Session, supplier_id: int) -> dict[int, frozenset[str]]:
    """By need area, the regions (by code) where an active membership lets a supplier's offers stand."""
    query = (
        sa.select(ScopeLimit.need_area_id, Place.code)
        .join(Place, Place.id == ScopeLimit.region_id)
        .where(ScopeLimit.supplier_id == supplier_id, ScopeLimit.active)
        .order_by(ScopeLimit.id)
    )
    found: dict[int, set[str]] = {}
    for need, region in session.execute(query):
        found.setdefault(need, set()).add(region)
    return {need: frozenset(regions) for need, regions in found.items()}


def lets_stand(session: Session, *, supplier_id: int, need_area_id: int) -> bool:
    """Whether a supplier's offers for a need area may be shown: not where every membership is suspended."""
    active = session.scalars(
        sa.select(ScopeLimit.active).where(
            ScopeLimit.supplier_id == supplier_id, ScopeLimit.need_area_id == need_area_id
        )
    ).all()
    return not active or any(active)
