"""The market check before publication: what would widen a lot, and how many bidders to expect."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from procurement.framework.types import LotNeed


class WideningKind(StrEnum):
    """What could be changed about a lot so that more members are eligible."""

    WITHOUT_REGION = "without_region"
    NEED_AREA_ALONE = "need_area_alone"
    WITHOUT_COMPLEXITY = "without_complexity"
    OTHER_BAND = "other_band"
    WITHOUT_EXTENSIONS = "without_extensions"
    WITHOUT_RESERVATION = "without_reservation"
    PENDING_DECIDED = "pending_decided"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A lot changed in one thing; `what` is the code of the region, need area or complexity it is about."""

    kind: WideningKind
    need: LotNeed
    what: str = ""


@dataclass(frozen=True, slots=True)
class Widening:
    """What an alternative brings: how many would be eligible, and how many of them are not now."""

    alternative: Alternative
    eligible: int
    further: int


@dataclass(frozen=True, slots=True)
class PastInvitation:
    """One member's invitation to a lot whose bids have closed: how long it was open, and whether it bid."""

    supplier: int
    tender_days: int
    bid: bool


@dataclass(frozen=True, slots=True)
class BidRate:
    """How often invitations led to a bid. `rate` is percent, None where the base is too small to say."""

    invitations: int
    bids: int
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """How many bidders the record lets expect, None without base; and the record by length of the period.

    `days` is the tender period of the call-off; `longer` holds the call-offs that were open longer, `others`
    the rest.
    """

    members: int
    record: BidRate
    expected: Decimal | None = None
    days: int | None = None
    longer: BidRate = BidRate(0, 0)
    others: BidRate = BidRate(0, 0)
