"""What one modelled figure is made of: the factors whose product it is, each with its assumption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from procurement.gaps.rules.demand_model import (
    Assumption,
    Kind,
    PlaceWeight,
    Scenario,
    where_people_resettle,
)


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a product: a code for the words, its value, and the assumptions it is read from."""

    code: str
    value: Fraction
    assumptions: tuple[Assumption, ...]


def factors(
    assumptions: Sequence[Assumption],
    weights: Sequence[PlaceWeight],
    scenario: Scenario,
    *,
    need: str,
    place: str = "",
    complexity: str = "",
    cohort: str = "",
) -> tuple[Factor, ...]:
    """The factors of people a year with a need, everywhere or in one place, at one complexity or all.

    Their product is exact: the sum of the modelled rows before rounding.
    """

    def of(kind: Kind, key: str = "") -> tuple[Assumption, ...]:
        return tuple(a for a in assumptions if a.kind is kind and key in ("", a.key))

    def share(kind: Kind, key: str) -> Fraction:
        whole = sum((a.value(scenario) for a in of(kind)), Fraction(0))
        return sum((a.value(scenario) for a in of(kind, key)), Fraction(0)) / whole

    found = [
        Factor(kind.value, 1 - a.value(scenario) if kind is Kind.EXCLUDED else a.value(scenario), (a,))
        for kind in (Kind.CASELOAD, Kind.YEARLY, Kind.EXCLUDED)
        for a in of(kind)
    ]
    if place:
        here = next(weight for weight in weights if weight.place == place)
        inside = sum(weight.weight for weight in weights if weight.region == here.region)
        moved = of(Kind.CUSTODY) + of(Kind.OUT_OF_AREA)
        found.append(
            Factor(
                "resettle",
                where_people_resettle(assumptions, scenario)[here.region],
                of(Kind.REGION, here.region) + moved,
            )
        )
        found.append(Factor("place", Fraction(here.weight, inside), of(Kind.PLACE, place)))
    found += [Factor("prevalence", a.value(scenario), (a,)) for a in of(Kind.PREVALENCE, need)]
    for kind, key in ((Kind.COMPLEXITY, complexity), (Kind.COHORT, cohort)):
        if key:
            found.append(Factor(kind.value, share(kind, key), of(kind, key)))
    return tuple(found)


def product(found: Sequence[Factor]) -> Fraction:
    """People a year, exact."""
    result = Fraction(1)
    for factor in found:
        result *= factor.value
    return result
