"""From what a place costs to what is paid for it: full cost, volume bands, and how prices rise.

One rule of rounding: every figure is worked out exactly from what was entered, and rounded once, half up to
the penny, where it is read. Nothing is ever computed from a rounded figure, and nothing in binary fractions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import TypeVar

from catalogue.offers.types import Costing, Indexation, PriceBand, Rise
from core.reasons import Reason

HUNDRED = Fraction(100)
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a place costs in full, in pounds, and how a price compares with it."""

    direct: Decimal
    overheads: Decimal
    full_cost: Decimal
    surplus: Decimal
    price: Decimal
    """Full cost with the surplus: the price that the costing asks for."""
    over_cost: Decimal | None = None
    """How much the price asked is above the full cost; below zero, the supplier pays for every place."""


def pence(amount: Fraction) -> Decimal:
    """An exact amount rounded half up to the penny: the one place where anything is rounded."""
    return Decimal(floor(amount * 100 + Fraction(1, 2))).scaleb(-2)


def has_costs(costing: Costing | None) -> bool:
    """Whether anything was entered of what a place costs."""
    return costing is not None and bool(
        costing.costs or costing.overhead_pounds is not None or costing.overhead_percent is not None
    )


def recovery(costing: Costing, unit_price: Decimal | None = None) -> Recovery:
    """The full cost of a place from its parts, and how far a price recovers it."""
    direct = sum((Fraction(amount) for amount in costing.costs.values()), Fraction(0))
    overheads = (
        Fraction(costing.overhead_pounds)
        if costing.overhead_pounds is not None
        else direct * Fraction(costing.overhead_percent or 0) / HUNDRED
    )
    full = direct + overheads
    surplus = full * Fraction(costing.surplus_percent or 0) / HUNDRED
    return Recovery(
        direct=pence(direct),
        overheads=pence(overheads),
        full_cost=pence(full),
        surplus=pence(surplus),
        price=pence(full + surplus),
        over_cost=None if unit_price is None else pence(Fraction(unit_price) - full),
    )


def reasons_about_costing(costing: Costing | None) -> list[Reason]:
    """What is at odds in a costing: overheads are a share of the direct costs or an amount, not both."""
    if costing and costing.overhead_percent is not None and costing.overhead_pounds is not None:
        return [Reason("overheads_twice")]
    return []


def price_at(unit_price: Decimal | None, bands: Iterable[PriceBand], places: int) -> Decimal | None:
    """The price of a place where so many are bought in a year; a band's price holds for all of them."""
    reached = [band for band in bands if band.places_from <= places]
    if not reached:
        return unit_price
    return max(reached, key=lambda band: band.places_from).unit_price


def reasons_about_bands(
    unit_price: Decimal | None, bands: Sequence[PriceBand], reason: str = ""
) -> list[Reason]:
    """What is wrong with volume bands: two from the same volume, or a price that rises without a reason.

    A band reaches from its volume to the next one's, so bands overlap only where two begin together.
    """
    found = []
    ordered = sorted(bands, key=lambda band: band.places_from)
    for below, above in pairwise(ordered):
        if below.places_from == above.places_from:
            found.append(Reason("bands_overlap", {"places": below.places_from}))
    if any(band.places_from < 2 for band in ordered):
        found.append(Reason("band_from_one"))
    if bands and unit_price is None:
        found.append(Reason("bands_without_price"))
    if not reason.strip():
        whole = ordered if unit_price is None else [PriceBand(1, unit_price), *ordered]
        found += [
            Reason("band_price_rises", {"places": above.places_from})
            for below, above in pairwise(whole)
            if above.unit_price > below.unit_price
        ]
    return found


def reasons_about_rise(rise: Rise) -> list[Reason]:
    """What is missing in how a price rises."""
    found = []
    if rise.kind is Indexation.FIXED and rise.percent is None:
        found.append(Reason("indexation_percent_missing"))
    if rise.kind is not Indexation.NONE and rise.starts_on is None:
        found.append(Reason("indexation_date_missing"))
    return found


def rises_by(starts_on: date, on: date) -> int:
    """How often a price has risen by a day: on its date and every anniversary of it."""
    if on < starts_on:
        return 0
    years = on.year - starts_on.year
    # A rise on 29 February comes on 1 March of years that have none.
    return years + ((on.month, on.day) >= (starts_on.month, starts_on.day))


def price_on(
    price: Decimal, rise: Rise, on: date, cpi: Mapping[int, Decimal] | None = None
) -> Decimal | None:
    """A price in pounds as it is on a day; None where it follows an index that is not known so far.

    ``cpi`` is the index's yearly change in percent by the year of the rise. Rises are compounded exactly.
    """
    if rise.kind is Indexation.NONE or rise.starts_on is None:
        return price
    factor = Fraction(1)
    for step in range(rises_by(rise.starts_on, on)):
        percent = (
            rise.percent if rise.kind is Indexation.FIXED else (cpi or {}).get(rise.starts_on.year + step)
        )
        if percent is None:
            return None
        factor *= 1 + Fraction(percent) / HUNDRED
    return pence(Fraction(price) * factor)


def price_years(
    prices: Mapping[Key, Decimal], rise: Rise, today: date, most: int = 5
) -> list[tuple[date, dict[Key, Decimal | None]]]:
    """Prices in pounds from each coming rise on, as (day, prices); none unless a fixed rise is known."""
    if rise.kind is not Indexation.FIXED or rise.percent is None or rise.starts_on is None:
        return []
    begun = rises_by(rise.starts_on, today)
    days = [_anniversary(rise.starts_on, begun + step) for step in range(most)]
    return [(day, {key: price_on(price, rise, day) for key, price in prices.items()}) for day in days]


def _anniversary(first: date, years: int) -> date:
    try:
        return first.replace(year=first.year + years)
    except ValueError:
        # 29 February in a year that has none.
        return date(first.year + years, 3, 1)
