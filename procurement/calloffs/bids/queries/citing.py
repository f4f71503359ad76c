"""What a bid cites of the catalogue: the supplier's offers that fit, their places, and its supply chain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.offers.models import Offer, OfferLevel, OfferVersion, offer_place
from catalogue.offers.queries.capacity import PoolStanding, pools_standing
from catalogue.offers.types import OfferState
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.queries import chain_of, cited, part_of
from catalogue.partners.types import LinkKind, LinkState
from catalogue.reference.models import Place
from catalogue.reference.types import PlaceKind
from core.calendar import london_date
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.types import BidContent, Cited, NamedPart, Room, Service
from procurement.calloffs.drafting.models import Lot
from procurement.calloffs.drafting.queries import region_codes, regions_of
from procurement.framework.models import Category, Member
from procurement.framework.queries import framework_facts
from procurement.framework.rules import invitation_decision
from procurement.framework.types import LotNeed, MembershipFacts, SupplierFacts

MOST_CHOICES = 100
"""Offers to choose from on one page: more than any real bid cites."""


@dataclass(frozen=True)
class Held:
    """What a bid's citations come to today, beside what it says itself."""

    offers: int = 0
    offers_gone: tuple[str, ...] = ()
    room: tuple[Room, ...] = ()
    parts: tuple[NamedPart, ...] = ()
    not_held: tuple[tuple[str, str], ...] = ()


def citation_of(version: OfferVersion) -> str:
    """How a bid cites a loaded version of an offer: `identifier@version`."""
    return f"{version.offer.public_id}@{version.number}"


def offers_that_fit(session: Session, bid: Bid) -> Sequence[OfferVersion]:
    """The supplier's published versions that answer one of the lot's services in one of its regions."""
    lot = bid.lot
    regions = region_codes(session)
    wanted = regions_of(lot.places, regions)
    keys = [key for key, code in regions.items() if code in wanted]
    if not lot.volumes or not keys:
        return []
    serves = (
        sa.select(offer_place.c.version_id)
        .join(Place, Place.id == offer_place.c.place_id)
        .where(
            offer_place.c.version_id == OfferVersion.id,
            sa.or_(Place.region_id.in_(keys), Place.id.in_(keys), Place.kind == PlaceKind.NATION),
        )
    )
    answers = sa.select(OfferLevel.id).where(
        OfferLevel.version_id == OfferVersion.id,
        sa.or_(
            *(
                sa.and_(Offer.need_area_id == volume.need_area_id, OfferLevel.complexity == volume.complexity)
                for volume in lot.volumes
            )
        ),
    )
    return session.scalars(
        _whole()
        .where(
            Offer.supplier_id == bid.supplier_id,
            OfferVersion.state == OfferState.PUBLISHED,
            serves.exists(),
            answers.exists(),
        )
        .limit(MOST_CHOICES)
    ).all()


def offers_cited(session: Session, bid: Bid, citations: Collection[str]) -> Sequence[OfferVersion]:
    """The versions that a bid cites, of its supplier alone, by title."""
    if not citations:
        return []
    pairs = [citation.rsplit("@", 1) for citation in citations]
    named = sa.or_(
        *(
            sa.and_(Offer.public_id == offer, OfferVersion.number == int(number))
            for offer, number in pairs
            if number.isdigit()
        ),
        sa.false(),
    )
    return session.scalars(_whole().where(Offer.supplier_id == bid.supplier_id, named)).all()


def links_to_name(session: Session, bid: Bid) -> list[SupplyChainLink]:
    """The parts of the supplier's chain that a bid can name, in the order of its tree."""
    ended = (LinkState.ENDED, LinkState.DECLINED)
    return [link for link in chain_of(session, lead_id=bid.supplier_id) if link.state not in ended]


def links_named(session: Session, bid: Bid, chosen: Collection[str]) -> list[SupplyChainLink]:
    """The parts that a bid names, whatever has become of them since."""
    if not chosen:
        return []
    links = chain_of(session, lead_id=bid.supplier_id, ended=True)
    return [link for link in links if link.public_id in chosen]


def cited_of(session: Session, bid: Bid, content: BidContent) -> Cited:
    """What a bid cites, copied by value, so that nothing that happens later changes it."""
    offers = offers_cited(session, bid, content.offers or ())
    links = links_named(session, bid, content.chain or ())
    return Cited(
        offers=tuple(_offer(version) for version in offers),
        chain=tuple(_link(link) for link in links),
        terms=tuple(_terms(link) for link in links),
    )


def held_of(session: Session, bid: Bid, content: BidContent) -> Held:
    """What the offers, places and partners of a bid come to now: for its facts and their warnings."""
    versions = offers_cited(session, bid, content.offers or ())
    links = links_named(session, bid, content.chain or ())
    published = {citation_of(version) for version in versions if version.state is OfferState.PUBLISHED}
    return Held(
        offers=len(versions),
        offers_gone=tuple(version.title for version in versions if citation_of(version) not in published),
        room=_room(session, bid.lot, versions, content.capacity),
        parts=tuple(NamedPart(link.called, link.state is LinkState.CONFIRMED) for link in links),
        not_held=_not_held(session, bid, links),
    )


def _whole() -> sa.Select[OfferVersion]:
    return (
        sa.select(OfferVersion)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .options(
            joinedload(OfferVersion.offer, innerjoin=True).joinedload(Offer.need_area, innerjoin=True),
            selectinload(OfferVersion.levels),
        )
        .order_by(OfferVersion.title, Offer.id, OfferVersion.number)
    )


def _offer(version: OfferVersion) -> dict[str, object]:
    return {
        "offer": version.offer.public_id,
        "version": version.number,
        "title": version.title,
        "need_area": version.offer.need_area.code,
        "places_a_year": {str(level.complexity): level.places_a_year for level in version.levels},
    }


def _link(link: SupplyChainLink) -> dict[str, object]:
    copied = cited(link)
    return {
        "link": link.public_id,
        "partner": link.partner.public_id if link.partner else None,
        "name": copied.name,
        "kind": str(copied.kind),
        "tier": copied.tier,
        "under": link.parent.public_id if link.parent else None,
        "part": copied.part,
        "confirmed_at": copied.confirmed_at,
    }


def _terms(link: SupplyChainLink) -> dict[str, object]:
    part = part_of(link)
    return {
        "link": link.public_id,
        "share_percent": part.share_percent,
        "fee_percent": part.fee_percent,
        "payment_days": part.payment_days,
    }


def _room(
    session: Session, lot: Lot, versions: Sequence[OfferVersion], capacity: Mapping[Service, int]
) -> tuple[Room, ...]:
    """Committed places beside those of the pools that the cited offers draw on, on the lot's first day."""
    if not versions or not capacity or lot.starts_on is None:
        return ()
    drawing: dict[Service, set[int]] = {}
    for version in versions:
        for level in version.levels:
            if level.pool_id is not None:
                service = (version.offer.need_area.code, str(level.complexity))
                drawing.setdefault(service, set()).add(level.pool_id)
    pools = pools_standing(session, lot.starts_on, sorted(set().union(*drawing.values())))
    found = []
    drawn: dict[int, PoolStanding] = {}
    for service, committed in capacity.items():
        places = free = 0
        for pool_id in sorted(drawing.get(service, ())):
            if pool_id in pools:
                drawn[pool_id] = pools[pool_id]
                inside = _inside(pools[pool_id], service[1])
                places, free = places + inside[0], free + inside[1]
        if places:
            found.append(Room(service, committed, places, free))
    if len(found) > 1:
        whole = [pool.whole for pool in drawn.values()]
        found.append(
            Room(
                None,
                sum(room.committed for room in found),
                sum(standing.places for standing in whole),
                sum(standing.free for standing in whole),
            )
        )
    return tuple(found)


def _inside(pool: PoolStanding, complexity: str) -> tuple[int, int]:
    """Places and free places of a pool for one complexity: its own limit counts where it has one."""
    standings = [pool.whole] + [
        standing
        for limit, standing in pool.limits
        if limit.region is None and str(limit.complexity) == complexity
    ]
    return min(one.places for one in standings), min(one.free for one in standings)


def _not_held(session: Session, bid: Bid, links: Sequence[SupplyChainLink]) -> tuple[tuple[str, str], ...]:
    """What nobody in the bid is a member for, where the lot asks its bidder or consortium to hold it all."""
    lot, call_off = bid.lot, bid.lot.call_off
    need_areas = frozenset(volume.need_area.code for volume in lot.volumes)
    if not lot.holds_all or len(need_areas) < 2 or call_off.published_at is None:
        return ()
    members = {
        link.partner_id
        for link in links
        if link.kind is LinkKind.CONSORTIUM_MEMBER and link.state is LinkState.CONFIRMED and link.partner_id
    }
    held = _memberships(session, call_off.framework_id, {bid.supplier_id, *members})
    decision = invitation_decision(
        LotNeed(
            need_areas,
            regions_of(lot.places, region_codes(session)),
            lot.budget or Decimal(0),
            lot.holds_all,
        ),
        SupplierFacts(
            tuple(held.get(bid.supplier_id, ())),
            consortium=tuple(one for key in sorted(members) for one in held.get(key, ())),
        ),
        framework_facts(session, call_off.framework_id),
        london_date(call_off.published_at),
    )
    return tuple(
        (reason.params["need_area"], reason.params["region"])
        for reason in decision.reasons
        if "need_area" in reason.params and "region" in reason.params
    )


def _memberships(
    session: Session, framework_id: int, supplier_ids: Collection[int]
) -> dict[int, list[MembershipFacts]]:
    rows: Sequence[Any] = session.execute(
        sa.select(Member.supplier_id, Category.code, Place.code, Member.state)
        .join(Category, Category.id == Member.category_id)
        .join(Place, Place.id == Member.region_id)
        .where(Category.framework_id == framework_id, Member.supplier_id.in_(supplier_ids))
        .order_by(Member.supplier_id, Category.code, Place.code)
    ).all()
    found: dict[int, list[MembershipFacts]] = {}
    for supplier_id, category, region, state in rows:
        found.setdefault(supplier_id, []).append(MembershipFacts(category, region, state))
    return found
