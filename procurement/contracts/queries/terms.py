"""What a contract says, as plain values: parties, service, volumes, prices, promises, supply chain, terms."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.offers.models import (
    CapacityCommitment,
    Offer,
    OfferItem,
    OfferLevel,
    OfferVersion,
)
from catalogue.offers.types import ItemResponse, OfferState
from catalogue.partners.queries.chains import chain_of
from catalogue.reference.models import SpecificationItem
from catalogue.reference.types import Complexity, PlaceKind
from core.money import format_pounds
from core.web.filters import format_date
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.types import BidState
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.evaluation.queries.letters import percent
from procurement.calloffs.evaluation.queries.opened import cited_versions
from procurement.contracts.models import Contract
from procurement.framework.types import Regime

_REGIMES = {
    Regime.DYNAMIC_MARKET: "Procurement Act 2023, dynamic market",
    Regime.DPS: "Public Contracts Regulations 2015, dynamic purchasing system",
}


def contract_terms(session: Session, contract: Contract, call_off: CallOff) -> dict[str, Any]:
    """What the contract's document says, in plain values that JSON keeps; frozen when it is made."""
    lot = contract.lot
    assert lot is not None
    session.refresh(contract, ["supplier"])
    assert contract.supplier is not None
    return {
        "reference": contract.reference,
        "title": contract.title,
        "authority": call_off.authority.name,
        "supplier": contract.supplier.name,
        "supplier_identifier": contract.supplier.public_id,
        "call_off": call_off.public_id,
        "call_off_title": call_off.title,
        "framework": call_off.framework.title,
        "regime": _REGIMES[call_off.framework.regime],
        "market": call_off.framework.regime is Regime.DYNAMIC_MARKET,
        "lot": lot.number,
        "need": call_off.need,
        "description": lot.description,
        "starts_on": format_date(contract.starts_on),
        "ends_on": format_date(contract.ends_on) if contract.ends_on else "",
        "months": lot.term_months,
        "places": [place.name for place in contract.places],
        "cohorts": [cohort.name for cohort in contract.cohorts],
        "stages": [stage.name for stage in contract.stages],
        "volumes": [
            {
                "need_area": volume.need_area.name,
                "complexity": str(volume.complexity),
                "people": volume.people_a_year,
                "price": format_pounds(volume.unit_price) if volume.unit_price is not None else "",
            }
            for volume in _volumes(session, contract)
        ],
        "value": format_pounds(contract.value) if contract.value is not None else "",
        "rank": contract.rank,
        "share": percent(contract.share) if contract.share is not None else "",
        "suppliers": lot.suppliers_wanted,
        "sharing": str(lot.sharing) if lot.sharing else "",
        "review_months": lot.review_months,
        "review_measures": lot.review_measures,
        "bounds": [percent(lot.share_least), percent(lot.share_most)]
        if lot.share_least is not None and lot.share_most is not None
        else [],
        "dealing": str(lot.dealing) if lot.dealing else "",
        "promises": _promises(session, contract),
        "chain": [
            {
                "name": link.called,
                "kind": str(link.kind),
                "tier": link.tier,
                "part": link.part,
                "state": str(link.state),
                "confirmed_on": format_date(link.confirmed_at.date()) if link.confirmed_at else "",
                "payment_days": link.payment_days,
            }
            for link in chain_of(session, lead_id=contract.supplier.id)
        ],
        "payment_days": contract.payment_days,
        "data_sharing": call_off.data_sharing,
    }


def only_region(contract: Contract) -> int | None:
    """The region that a contract lies in (its key), or None where its places lie in several."""
    regions = {place.id if place.kind is PlaceKind.REGION else place.region_id for place in contract.places}
    return regions.pop() if len(regions) == 1 else None


def versions_cited(session: Session, contract: Contract) -> frozenset[int]:
    """The versions of offers (keys) that the bid behind a contract cites; none for a direct award."""
    lot = contract.lot
    if lot is None:
        return frozenset()
    bid = session.scalars(
        sa.select(Bid).where(
            Bid.lot_id == lot.id, Bid.supplier_id == contract.supplier_id, Bid.state == BidState.SUBMITTED
        )
    ).one_or_none()
    if bid is None:
        return frozenset()
    return frozenset(version.id for version in cited_versions(session, lot.call_off, bid))


def offer_behind(
    session: Session,
    supplier_id: int | None,
    need_area_id: int,
    complexity: Complexity,
    cited: frozenset[int],
) -> tuple[int, int, int | None] | None:
    """(offer, version, pool) behind a volume, or None.

    The version that the bid cites there; where it cites none, the supplier's published one with most places.
    """
    row = session.execute(
        sa.select(Offer.id, OfferVersion.id, OfferLevel.pool_id)
        .join(OfferVersion, OfferVersion.offer_id == Offer.id)
        .join(OfferLevel, OfferLevel.version_id == OfferVersion.id)
        .where(
            Offer.supplier_id == supplier_id,
            Offer.need_area_id == need_area_id,
            sa.or_(OfferVersion.state == OfferState.PUBLISHED, OfferVersion.id.in_(cited)),
            OfferLevel.complexity == complexity,
        )
        .order_by(
            sa.case((OfferVersion.id.in_(cited), 0), else_=1),
            sa.func.coalesce(OfferLevel.places_a_year, 0).desc(),
            Offer.id,
        )
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def commitments_of(session: Session, contract: Contract) -> list[tuple[str, str, int, bool]]:
    """(offer, complexity, places a year, whether the region is known) for what a contract takes of offers."""
    rows = session.execute(
        sa.select(
            OfferVersion.title,
            CapacityCommitment.complexity,
            CapacityCommitment.places_a_year,
            CapacityCommitment.region_id,
        )
        .join(OfferVersion, OfferVersion.id == CapacityCommitment.version_id)
        .where(CapacityCommitment.contract_reference == contract.reference)
        .order_by(CapacityCommitment.id)
    )
    return [(title, str(level), places, region is not None) for title, level, places, region in rows]


def _volumes(session: Session, contract: Contract) -> list[Any]:
    for volume in contract.volumes:
        session.refresh(volume, ["need_area"])
    return list(contract.volumes)


def _promises(session: Session, contract: Contract) -> list[dict[str, Any]]:
    """The items of the specification that the offer behind each volume says are met, or met another way."""
    found = []
    cited = versions_cited(session, contract)
    for volume in contract.volumes:
        behind = offer_behind(session, contract.supplier_id, volume.need_area_id, volume.complexity, cited)
        if behind is None:
            continue
        rows = session.execute(
            sa.select(OfferVersion, SpecificationItem, OfferItem.response, OfferItem.explanation)
            .join(OfferLevel, OfferLevel.version_id == OfferVersion.id)
            .join(OfferItem, OfferItem.level_id == OfferLevel.id)
            .join(SpecificationItem, SpecificationItem.id == OfferItem.item_id)
            .where(
                OfferVersion.id == behind[1],
                OfferLevel.complexity == volume.complexity,
                OfferItem.response.in_((ItemResponse.MET, ItemResponse.ANOTHER_WAY)),
            )
            .options(joinedload(OfferVersion.offer))
            .order_by(SpecificationItem.code)
        ).all()
        if not rows:
            continue
        version = rows[0][0]
        found.append(
            {
                "need_area": volume.need_area.name,
                "complexity": str(volume.complexity),
                "offer": version.title,
                "version": version.number,
                "items": [
                    {
                        "code": item.code,
                        "text": item.text,
                        "another_way": explanation if response is ItemResponse.ANOTHER_WAY else "",
                    }
                    for _version, item, response, explanation in rows
                ],
            }
        )
    return found
