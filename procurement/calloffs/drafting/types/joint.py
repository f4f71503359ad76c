"""Authorities that buy together, as the rules see them."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """Another authority in a call-off: its share (percent of the budget), and whether it has approved."""

    authority: int
    name: str
    share: Decimal
    approved: bool = False
