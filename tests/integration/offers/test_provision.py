"""What procurement says of offers: places under contract, and where memberships let them stand."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import CapacityCommitment, Offer, OfferListing, ScopeLimit
from catalogue.reference import queries as reference
from catalogue.reference.types import Complexity
from tests.factories_offers import published_offer

DAY = date(2026, 9, 1)


def test_places_count_as_committed_from_the_first_to_the_last_day_of_a_contract(session: Session) -> None:
    version = published_offer(session, complexities=[Complexity.LOW, Complexity.HIGH], places_a_year=100)
    pool_id = version.levels[0].pool_id
    for contract, complexity, places, starts, ends in (
        ("CT-1", Complexity.LOW, 30, date(2026, 1, 1), DAY),
        ("CT-2", Complexity.LOW, 15, DAY, date(2026, 12, 31)),
        ("CT-3", Complexity.LOW, 1000, date(2026, 9, 2), date(2027, 12, 31)),
        ("CT-4", Complexity.HIGH, 140, date(2020, 1, 1), date(2030, 12, 31)),
    ):
        session.add(
            CapacityCommitment(
                offer_id=version.offer_id,
                pool_id=pool_id,
                complexity=complexity,
                places_a_year=places,
                contract_reference=contract,
                starts_on=starts,
                ends_on=ends,
            )
        )
    session.flush()
    pool = queries.pools_standing(session, DAY, [pool_id])[pool_id]
    assert (pool.whole.places, pool.whole.committed, pool.whole.free) == (200, 185, 15)
    assert [
        (limit.complexity, stands.committed, stands.free, stands.over) for limit, stands in pool.limits
    ] == [
        (Complexity.HIGH, 140, 0, 40),
        (Complexity.LOW, 45, 55, 0),
    ]


def test_an_offer_is_hidden_while_every_membership_of_its_need_is_suspended(session: Session) -> None:
    version = published_offer(session)
    offer: Offer = version.offer
    regions = reference.place_ids(session)
    limits = [
        ScopeLimit(
            supplier_id=offer.supplier_id,
            need_area_id=offer.need_area_id,
            region_id=regions[region],
            framework="FW-EXAMPLE",
            active=True,
        )
        for region in ("region:A", "region:B")
    ]
    session.add_all(limits)
    listed = sa.select(OfferListing.offer_id).where(OfferListing.offer_id == offer.id)

    limits[0].active = False
    services.refresh_listings(session, offer.supplier_id)
    assert session.scalar(listed) == offer.id, "one region's suspension leaves the other"

    limits[1].active = False
    services.refresh_listings(session, offer.supplier_id)
    assert session.scalar(listed) is None
    assert queries.published_version(session, offer.public_id) is None

    limits[0].active = True
    services.refresh_listings(session, offer.supplier_id)
    assert session.scalar(listed) == offer.id
    assert queries.published_version(session, offer.public_id) is not None
