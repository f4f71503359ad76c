"""Pools of places and prices as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from catalogue.offers.types.words import CostKind, Indexation
from catalogue.reference.types import Complexity


@dataclass(frozen=True, slots=True)
class SubLimit:
    """At most ``places`` a year of a pool in a region (by code), at a complexity, or at both."""

    region: str | None
    complexity: Complexity | None
    places: int


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """A pool's places a year and the limits inside it, from a date on."""

    number: int
    effective_from: date
    places: int
    limits: tuple[SubLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Commitment:
    """Places a year of a pool under a contract; ``region`` is None where the contract spans several."""

    places: int
    complexity: Complexity
    region: str | None
    starts_on: date
    ends_on: date
    contract: str = ""


@dataclass(frozen=True, slots=True)
class Costing:
    """What a place costs its supplier, in pounds; percentages of the direct costs and of the full cost."""

    costs: Mapping[CostKind, Decimal] = field(default_factory=dict, hash=False)
    overhead_percent: Decimal | None = None
    overhead_pounds: Decimal | None = None
    surplus_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriceBand:
    """The price in pounds of every place of a year in which at least ``places_from`` are bought."""

    places_from: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Rise:
    """How a price rises: ``percent`` a year where it is fixed, from a date and every year after it."""

    kind: Indexation = Indexation.NONE
    percent: Decimal | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class LevelPrices:
    """What a supplier enters for the price and places of one complexity; ``pool`` names a shared pool."""

    unit_price: Decimal | None = None
    places_a_year: int | None = None
    pool: str = ""
    bands: tuple[PriceBand, ...] = ()
    band_reason: str = ""
    costing: Costing | None = None
