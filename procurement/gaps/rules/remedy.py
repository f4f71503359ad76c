"""What a call-off drafted from a gap asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Remedy:
    """People a year by complexity, cohorts by code, pounds for one year (None where a price is missing)."""

    volumes: dict[str, int]
    cohorts: tuple[str, ...]
    budget: Decimal | None


def remedy(gap: Mapping[str, int], prices: Mapping[str, Decimal], *, sex: str | None) -> Remedy:
    """A lot for everyone whom no contract meets, budgeted at the median price offered for each complexity.

    `gap` is people a year by complexity. A complexity without a price leaves the budget open: half a budget
    would look like a whole one.
    """
    volumes = {complexity: people for complexity, people in gap.items() if people > 0}
    cohorts = {"female": ("women",), "male": ("men",)}.get(sex or "", ("women", "men"))
    budget = None
    if volumes and all(complexity in prices for complexity in volumes):
        total = sum((people * prices[complexity] for complexity, people in volumes.items()), Decimal(0))
        budget = total.quantize(Decimal("0.01")) or None
    return Remedy(volumes, cohorts, budget)
