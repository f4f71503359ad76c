"""What the suppliers' offers cost and how many they serve: most plainly, some in every way there is."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import OfferVersion
from catalogue.offers.types import Costing, CostKind, Indexation, LevelPrices, PriceBand, Rise, SubLimit
from catalogue.reference.types import Complexity
from core.actor import Actor
from procurement.demo.services.people import Cast
from procurement.demo.types import PlannedLevel, PlannedOffer

# Which of the planned suppliers, counted from the first, work with one team for all their offers.
SHARING = (1, 4, 24)
SHARES = {
    CostKind.STAFF: Decimal("0.58"),
    CostKind.PREMISES: Decimal("0.09"),
    CostKind.MATERIALS: Decimal("0.04"),
    CostKind.TRAVEL: Decimal("0.06"),
}
"""Parts of the price that a place costs directly; with the overheads it comes to 89% to 94% of the price."""


def start_pools(session: Session, cast: Cast, offers: Iterable[PlannedOffer], *, now: datetime) -> None:
    """Make the teams that several offers share: two thirds of what the offers would have by themselves.

    A team that works in several regions has at most half of its places in each.
    """
    offers = list(offers)
    keys = list(cast.planned)
    for number in SHARING:
        supplier = cast.planned[keys[number]]
        own = [
            level.places_a_year
            for offer in offers
            if offer.supplier == supplier.key
            for level in offer.levels
        ]
        places = max(60, sum(own) * 2 // 3 // 10 * 10)
        limits: list[SubLimit] = []
        if len(supplier.regions) > 1:
            limits += [SubLimit(f"region:{letter}", None, places // 2) for letter in supplier.regions]
            limits.append(SubLimit(f"region:{supplier.regions[0]}", Complexity.HIGH, places // 8))
        services.start_pool(
            session,
            actor=cast.actor(supplier.key),
            now=now,
            name="Caseworkers of all services",
            made_of="One team of caseworkers serves every offer; whoever is free takes the next person.",
            places=places,
            limits=limits,
        )


def write_prices(
    session: Session, actor: Actor, offer: PlannedOffer, version: OfferVersion, *, now: datetime
) -> None:
    """Save the prices and places of an offer; its seed says what stands beside the plain price."""
    pools = queries.shared_pools(session, version.offer.supplier_id)
    pool = pools[0].public_id if pools else ""
    rise = Rise()
    if offer.seed % 6 == 0:
        rise = Rise(Indexation.FIXED, Decimal("2.5"), date(now.year + 2, 4, 1))
    elif offer.seed % 6 == 3:
        rise = Rise(Indexation.CPI, None, date(now.year + 2, 4, 1))
    together = None
    if not pool and offer.seed % 9 == 5 and len(offer.levels) > 1:
        # The same people serve all complexities: fewer together than one by one.
        together = max(sum(level.places_a_year for level in offer.levels) * 4 // 5, *_places(offer))
    services.save_prices(
        session,
        actor=actor,
        version=version,
        levels={Complexity(level.complexity): _prices(offer, level, pool) for level in offer.levels},
        places_together=together,
        rise=rise,
    )


def _places(offer: PlannedOffer) -> list[int]:
    return [level.places_a_year for level in offer.levels]


def _prices(offer: PlannedOffer, level: PlannedLevel, pool: str) -> LevelPrices:
    price = level.unit_price
    bands: tuple[PriceBand, ...] = ()
    if offer.seed % 5 == 0:
        bands = tuple(PriceBand(start, _part(price, part)) for start, part in ((50, "0.96"), (150, "0.92")))
    costing = None
    if offer.seed % 4 == 0:
        costing = Costing(
            costs={kind: _part(price, str(share)) for kind, share in SHARES.items()},
            overhead_percent=Decimal(12 + offer.seed % 7),
            surplus_percent=Decimal(3),
        )
    return LevelPrices(
        unit_price=price,
        places_a_year=None if pool else level.places_a_year,
        pool=pool,
        bands=bands,
        costing=costing,
    )


def _part(price: Decimal, part: str) -> Decimal:
    return (price * Decimal(part)).quantize(Decimal("0.01"))
