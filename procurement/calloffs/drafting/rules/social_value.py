"""Social value in the criteria: how much of the marks it should carry."""

from collections.abc import Iterable
from decimal import Decimal

from core.reasons import Reason
from procurement.calloffs.drafting.types import CriterionKind

LEAST_SOCIAL_VALUE = Decimal(10)
"""Percent of the marks, for central government. Guidance, not law: a warning, never a refusal."""

SOURCE = "Procurement policy on social value†"


def social_value_warnings(criteria: Iterable[tuple[CriterionKind, Decimal]]) -> list[Reason]:
    """What a commissioner is told of the weight of social value; (kind, percent of the whole) of each."""
    weight = sum((share for kind, share in criteria if kind is CriterionKind.SOCIAL_VALUE), Decimal(0))
    if weight >= LEAST_SOCIAL_VALUE:
        return []
    return [Reason("social_value_light", {"weight": weight, "least": LEAST_SOCIAL_VALUE}, SOURCE)]
