"""What a gap can be closed with: frameworks that reach it, prices offered; and competitions that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from catalogue.offers.models import Offer, OfferLevel, OfferPriceBand, OfferVersion
from catalogue.offers.queries import is_confirmed
from catalogue.offers.rules.pricing import pence, price_at
from catalogue.offers.types import OfferState, PriceBand
from catalogue.reference.models import NeedArea, Place
from catalogue.reference.types import Complexity
from procurement.calloffs.drafting.models import CallOff, Lot, LotVolume, lot_place
from procurement.calloffs.drafting.types import CallOffState, LotState
from procurement.framework.models import Category, Framework, category_region
from procurement.framework.types import FrameworkState


def frameworks_reaching(session: Session, *, need: NeedArea, region_id: int, on: date) -> Sequence[Framework]:
    """Frameworks in force with a category for the need area in the region, by title."""
    reaching = (
        sa.select(Category.framework_id)
        .join(category_region, category_region.c.category_id == Category.id)
        .where(Category.need_area_id == need.id, category_region.c.place_id == region_id)
    )
    query = (
        sa.select(Framework)
        .where(
            Framework.id.in_(reaching),
            Framework.state == FrameworkState.PUBLISHED,
            Framework.starts_on <= on,
            sa.or_(Framework.ends_on.is_(None), Framework.ends_on >= on),
        )
        .order_by(Framework.title, Framework.id)
    )
    return session.scalars(query).all()


def median_prices(
    session: Session, *, need: NeedArea, volumes: Mapping[Complexity, int] | None = None
) -> dict[Complexity, Decimal]:
    """The median price of a place in published offers of a need area, in pounds, by complexity.

    Where ``volumes`` says how many places a year are wanted, each offer's price is that of its band for so
    many; where not, of a single place.
    """
    wanted = volumes or {}
    query = (
        sa.select(OfferLevel.id, OfferLevel.complexity, OfferLevel.unit_price)
        .join(OfferVersion, OfferVersion.id == OfferLevel.version_id)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .where(
            OfferVersion.state == OfferState.PUBLISHED,
            is_confirmed(),
            Offer.need_area_id == need.id,
            OfferLevel.unit_price.is_not(None),
        )
        .order_by(OfferLevel.id)
    )
    found = session.execute(query).all()
    bands: dict[int, list[PriceBand]] = {}
    band_query = (
        sa.select(OfferPriceBand.level_id, OfferPriceBand.places_from, OfferPriceBand.unit_price)
        .where(OfferPriceBand.level_id.in_(query.with_only_columns(OfferLevel.id).order_by(None)))
        .order_by(OfferPriceBand.level_id, OfferPriceBand.places_from)
    )
    for level_id, places_from, price in session.execute(band_query):
        bands.setdefault(level_id, []).append(PriceBand(places_from, price))
    prices: dict[Complexity, list[Decimal]] = {}
    for level_id, complexity, unit_price in found:
        price = price_at(unit_price, bands.get(level_id, ()), max(1, wanted.get(complexity, 1)))
        if price is not None:
            prices.setdefault(complexity, []).append(price)
    return {complexity: pence(Fraction(median(held))) for complexity, held in prices.items()}


def offer_prices(session: Session) -> dict[tuple[str, str], Decimal]:
    """(offer, complexity) → the price of a place in pounds, for published offers that state one."""
    query = (
        sa.select(Offer.public_id, OfferLevel.complexity, OfferLevel.unit_price)
        .join(OfferVersion, OfferVersion.id == OfferLevel.version_id)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .where(OfferVersion.state == OfferState.PUBLISHED, is_confirmed(), OfferLevel.unit_price.is_not(None))
    )
    rows = session.execute(query)
    return {(offer, complexity.value): price for offer, complexity, price in rows if price is not None}


def failed_lots(session: Session, *, need: NeedArea, place: Place) -> Sequence[Lot]:
    """Lots for the need area from which nothing came, in this place, around it or within it.

    Those that failed, and those of published call-offs that were cancelled.
    """
    around = {place.id, place.region_id, place.police_force_area_id} - {None}
    near = sa.or_(Place.id.in_(around), Place.region_id == place.id, Place.police_force_area_id == place.id)
    query = (
        sa.select(Lot)
        .join(CallOff, CallOff.id == Lot.call_off_id)
        .options(contains_eager(Lot.call_off))
        .where(
            sa.or_(
                Lot.state == LotState.FAILED,
                sa.and_(
                    CallOff.state == CallOffState.CANCELLED,
                    CallOff.published_at.is_not(None),
                    Lot.state == LotState.OPEN,
                ),
            ),
            Lot.id.in_(sa.select(LotVolume.lot_id).where(LotVolume.need_area_id == need.id)),
            Lot.id.in_(
                sa.select(lot_place.c.lot_id).join(Place, Place.id == lot_place.c.place_id).where(near)
            ),
        )
        .order_by(Lot.id)
    )
    return session.scalars(query).all()
