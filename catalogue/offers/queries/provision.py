"""What procurement has said of offers: places under contract, and where memberships let them stand."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import CapacityCommitment, ScopeLimit
from catalogue.reference.models import Place
from catalogue.reference.types import Complexity


def committed_places(
    session: Session, on: date, *, offer_id: int | None = None
) -> dict[tuple[int, Complexity], int]:
    """Places a year under contract on a day, by offer and complexity; of one offer or of all."""
    query = (
        sa.select(
            CapacityCommitment.offer_id,
            CapacityCommitment.complexity,
            sa.func.sum(CapacityCommitment.places_a_year),
        )
        .where(CapacityCommitment.starts_on <= on, CapacityCommitment.ends_on >= on)
        .group_by(CapacityCommitment.offer_id, CapacityCommitment.complexity)
        .order_by(CapacityCommitment.offer_id, CapacityCommitment.complexity)
    )
    if offer_id is not None:
        query = query.where(CapacityCommitment.offer_id == offer_id)
    return {(key, complexity): int(places) for key, complexity, places in session.execute(query)}


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
