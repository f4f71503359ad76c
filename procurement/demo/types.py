"""What the demonstration is planned as, before any of it is written."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """Someone who signs in, with their role and, where it is limited, their regions."""

    key: str
    name: str
    email: str
    role: str
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedLevel:
    """One complexity of an offer: pounds a place, places a year, and how each item is answered."""

    complexity: str
    unit_price: Decimal
    places_a_year: int
    outputs: str


@dataclass(frozen=True, slots=True)
class PlannedOffer:
    """An offer as its supplier would write it."""

    supplier: str
    need_area: str
    title: str
    summary: str
    levels: tuple[PlannedLevel, ...]
    places: tuple[str, ...]
    cohorts: tuple[str, ...]
    stages: tuple[str, ...]
    mode: str
    group: tuple[int, int, int] | None
    remote_only: bool
    seed: int
    ends_as: str
    """published, draft, submitted or returned."""


@dataclass(frozen=True, slots=True)
class PlannedSupplier:
    """A supplier with an obviously invented name."""

    key: str
    name: str
    size: str
    voluntary: bool
    regions: tuple[str, ...]
    need_areas: tuple[str, ...]
    summary: str
    application: str
    """admitted, refused, submitted, in_assessment, representations, overdue, draft or none."""


@dataclass(frozen=True, slots=True)
class PlannedLot:
    """One lot: a need area in one region, people a year by complexity, pounds over the term."""

    title: str
    need_area: str
    region: str
    volumes: tuple[tuple[str, int], ...]
    budget: Decimal
    bidders: int = 3
    """How many of the invited suppliers submit a bid; 0 lets the lot fail."""
    suppliers: int = 1
    """How many are awarded; several share the volume by performance."""


@dataclass(frozen=True, slots=True)
class PlannedCallOff:
    """A call-off and how far it has come on the day of the story."""

    key: str
    title: str
    need: str
    lots: tuple[PlannedLot, ...]
    reaches: str
    """A state of the call-off; ``closed`` is published with its deadline past."""
    published_days_ago: int = 0
    tender_days: int = 21
    standstill: bool = True
    cohorts: tuple[str, ...] = ("women", "men")
    stages: tuple[str, ...] = ("pre-release", "at-the-gate", "community")
    term_months: int = 36
    partner_share: Decimal | None = None
    """Percent that the partner authority bears; None where the authority buys alone."""
