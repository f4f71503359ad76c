"""Writing what an offer costs and how many it serves: all complexities on one page, saved as they are."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from catalogue.offers import queries
from catalogue.offers.models import (
    CapacityPool,
    OfferLevel,
    OfferLevelCost,
    OfferLevelCosting,
    OfferPriceBand,
    OfferVersion,
)
from catalogue.offers.rules.pricing import reasons_about_bands, reasons_about_costing
from catalogue.offers.rules.states import reasons_not_to_edit
from catalogue.offers.types import Costing, Indexation, LevelPrices, Rise
from catalogue.reference.types import Complexity
from core.actor import Actor
from core.reasons import Reason, Refused, refuse_if

IMPOSSIBLE_BANDS = {"bands_overlap", "band_from_one"}


def save_prices(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    levels: Mapping[Complexity, LevelPrices],
    places_together: int | None,
    rise: Rise | None,
    seen: str | None = None,
) -> None:
    """Save prices, places and costs of all complexities named, and what holds for them together.

    ``seen`` is `queries.prices_seen` of when the page was shown; refused with `changed_meanwhile` where a
    colleague saved since. What is merely missing is kept as it is; refused is what could not be kept.
    """
    if version.offer.supplier_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))
    refuse_if(reasons_not_to_edit(version.state))
    if seen and seen != queries.prices_seen(version):
        raise Refused(Reason("changed_meanwhile"))
    held = {level.complexity: level for level in version.levels}
    refuse_if(
        Reason("complexity_not_offered", {"complexity": str(complexity)})
        for complexity in levels
        if complexity not in held
    )
    pools = _pools(session, actor, {prices.pool for prices in levels.values()} - {""})
    for complexity, prices in levels.items():
        _save_level(session, held[complexity], complexity, prices, pools)
    version.places_together = places_together
    rise = rise or Rise()
    version.indexation = rise.kind
    version.indexation_percent = rise.percent if rise.kind is Indexation.FIXED else None
    version.indexation_from = None if rise.kind is Indexation.NONE else rise.starts_on
    # Prices lie in tables of their own: who checks the answers and then submits must submit what they read.
    flag_modified(version, "title")


def _save_level(
    session: Session,
    level: OfferLevel,
    complexity: Complexity,
    prices: LevelPrices,
    pools: Mapping[str, CapacityPool],
) -> None:
    named = {"complexity": str(complexity)}
    refuse_if(
        Reason(reason.code, {**named, **reason.params})
        for reason in (
            *reasons_about_costing(prices.costing),
            *reasons_about_bands(prices.unit_price, prices.bands, prices.band_reason),
        )
        if reason.code in IMPOSSIBLE_BANDS | {"overheads_twice"}
    )
    level.unit_price, level.band_reason = prices.unit_price, prices.band_reason.strip()
    level.pool = pools[prices.pool] if prices.pool else None
    level.places_a_year = None if prices.pool else prices.places_a_year
    bands = {band.places_from: band for band in level.bands}
    wanted = {band.places_from: band.unit_price for band in prices.bands}
    for places_from, row in bands.items():
        if places_from not in wanted:
            level.bands.remove(row)
    for places_from, unit_price in sorted(wanted.items()):
        if places_from in bands:
            bands[places_from].unit_price = unit_price
        else:
            level.bands.append(OfferPriceBand(places_from=places_from, unit_price=unit_price))
    _save_costing(level, prices.costing or Costing())


def _save_costing(level: OfferLevel, costing: Costing) -> None:
    costs = {row.kind: row for row in level.costs}
    for kind, row in costs.items():
        if kind not in costing.costs:
            level.costs.remove(row)
    for kind, amount in costing.costs.items():
        if kind in costs:
            costs[kind].amount = amount
        else:
            level.costs.append(OfferLevelCost(kind=kind, amount=amount))
    parts = (costing.overhead_percent, costing.overhead_pounds, costing.surplus_percent)
    if parts == (None, None, None):
        level.costing = None
    elif level.costing is None:
        level.costing = OfferLevelCosting(
            overhead_percent=parts[0], overhead_pounds=parts[1], surplus_percent=parts[2]
        )
    else:
        level.costing.overhead_percent, level.costing.overhead_pounds = parts[:2]
        level.costing.surplus_percent = parts[2]


def _pools(session: Session, actor: Actor, codes: set[str]) -> dict[str, CapacityPool]:
    """Shared pools of the actor's organisation by identifier; refused where one is anybody else's."""
    if not codes:
        return {}
    query = sa.select(CapacityPool).where(
        CapacityPool.public_id.in_(codes),
        CapacityPool.supplier_id == actor.organisation_id,
        CapacityPool.offer_id.is_(None),
    )
    found = {pool.public_id: pool for pool in session.scalars(query)}
    refuse_if(Reason("unknown_pool") for code in codes if code not in found)
    return found


def copied_prices(level: OfferLevel, *, same_offer: bool) -> dict[str, Any]:
    """What a copy of a level says of its price beside its facts: its pool, bands and costs, as own rows.

    Another offer shares a pool that is shared; one of the first offer's own is not taken along.
    """
    costing = level.costing
    shared = level.pool is not None and level.pool.offer_id is None
    return {
        "pool_id": level.pool_id if same_offer or shared else None,
        "bands": [OfferPriceBand(places_from=b.places_from, unit_price=b.unit_price) for b in level.bands],
        "costs": [OfferLevelCost(kind=cost.kind, amount=cost.amount) for cost in level.costs],
        "costing": None
        if costing is None
        else OfferLevelCosting(
            overhead_percent=costing.overhead_percent,
            overhead_pounds=costing.overhead_pounds,
            surplus_percent=costing.surplus_percent,
        ),
    }
