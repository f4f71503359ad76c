"""Whether groups can be run: how many are placed, how long they wait, and which places together suffice.

Referrals arrive by chance (Poisson) at a rate a year. A group opens as soon as its optimum number waits, or a
fixed time after the first referral if the minimum waits by then; where fewer wait, they go without. Each
opening or giving up begins anew, so that everything follows from one such cycle. Groups that begin on fixed
dates need another formula.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp

WEEKS_IN_YEAR = 52
MOST_REFERRALS = 100_000.0


@dataclass(frozen=True, slots=True)
class Programme:
    """A group programme: people in a group, and weeks from the first referral until it gives up."""

    minimum: int
    optimum: int
    weeks: float


@dataclass(frozen=True, slots=True)
class Viability:
    """What referrals make of a programme: share placed, mean weeks of the placed, groups a year."""

    referrals: float
    placed: float
    wait: float
    groups: float


@dataclass(frozen=True, slots=True)
class Example:
    """A programme of the market engagement of June 2019 (4.9), and the demand that stands for referrals."""

    name: str
    programme: Programme
    need: str
    complexity: str
    sex: str
    about: str


EXAMPLES = {
    "thinking-skills": Example(
        "Thinking Skills Programme",
        Programme(minimum=4, optimum=8, weeks=12),
        "attitudes",
        "high",
        "",
        "4 to 12 people, best with 8; 15 group sessions and 4 for each person alone, 1 to 4 sessions a week",
    ),
    "better-relationships": Example(
        "Building Better Relationships",
        Programme(minimum=4, optimum=8, weeks=12),
        "family",
        "high",
        "male",
        "4 to 12 people, best with 8; 29 sessions",
    ),
}


def viability(programme: Programme, referrals: float) -> Viability:
    """In closed form, from one cycle: N further referrals in the time after the first, and what they lead to.

    With N below minimum − 1 nobody is placed; below optimum − 1 the group opens when the time is over, the
    first having waited all of it and the others half on average; else it opens at the last arrival T, and the
    optimum number waited T/2 on average, where E[T; T ≤ weeks] = (optimum − 1)/rate × P(N ≥ optimum).
    """
    rate = referrals / WEEKS_IN_YEAR
    if rate <= 0:
        return Viability(referrals, 0.0, programme.weeks, 0.0)
    mean = rate * programme.weeks
    last = programme.optimum - 1
    chances = [exp(-mean)]
    for n in range(1, programme.optimum):
        chances.append(chances[-1] * mean / n)
    early = max(0.0, 1 - sum(chances[:last]))
    later = [(n, chances[n]) for n in range(last)]
    arrived = sum((1 + n) * chance for n, chance in later) + programme.optimum * early
    opened = [(n, chance) for n, chance in later if n + 1 >= programme.minimum]
    placed = sum((1 + n) * chance for n, chance in opened) + programme.optimum * early
    until_last = last / rate * max(0.0, 1 - sum(chances[: programme.optimum]))
    waited = sum(chance * programme.weeks * (1 + n / 2) for n, chance in opened)
    waited += until_last * programme.optimum / 2
    cycle = 1 / rate + until_last + programme.weeks * (1 - early)
    groups = (early + sum(chance for _, chance in opened)) / cycle * WEEKS_IN_YEAR
    return Viability(
        referrals,
        placed / arrived,
        waited / placed if placed else programme.weeks,
        groups,
    )


def referrals_needed(programme: Programme, share: float) -> float:
    """The least referrals a year of which such a share is placed."""
    low, high = 0.0, 1.0
    while viability(programme, high).placed < share and high < MOST_REFERRALS:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if viability(programme, middle).placed < share else (low, middle)
    return high


def spiral(programme: Programme, referrals: float, discouraged: float, years: int = 6) -> list[Viability]:
    """Year by year, where of those who go without a share `discouraged` is not referred the next year."""
    found = []
    for _ in range(years):
        year = viability(programme, referrals)
        found.append(year)
        referrals *= 1 - discouraged * (1 - year.placed)
    return found


@dataclass(frozen=True, slots=True)
class Catchment:
    """Delivery units that share their groups, with the areas they lie in."""

    units: tuple[str, ...]
    areas: tuple[str, ...]
    outcome: Viability
    viable: bool


def catchments(
    programme: Programme,
    referrals: Mapping[str, float],
    area_of: Mapping[str, str],
    neighbours: Mapping[str, Collection[str]],
    share: float,
) -> tuple[Catchment, ...]:
    """Delivery units put together until such a share is placed, nearest first: as few as suffice.

    A unit that suffices alone stays alone. In an area the others are put together, the largest first, and
    what is left over joins the smallest of them. An area that does not suffice joins the neighbouring
    catchment with the fewest referrals, again and again; only what has no neighbour stays unviable.
    """
    needed = referrals_needed(programme, share)
    groups: list[list[str]] = []
    by_area: dict[str, list[str]] = {}
    for unit in sorted(referrals, key=lambda one: (-referrals[one], one)):
        by_area.setdefault(area_of[unit], []).append(unit)

    def total(units: Sequence[str]) -> float:
        return sum(referrals[unit] for unit in units)

    for area in sorted(by_area):
        together: list[list[str]] = []
        for unit in by_area[area]:
            if together and total(together[-1]) < needed:
                together[-1].append(unit)
            else:
                together.append([unit])
        if len(together) > 1 and total(together[-1]) < needed:
            rest = together.pop()
            min(together, key=lambda units: (total(units), units)).extend(rest)
        groups += together
    while True:
        short = [units for units in groups if total(units) < needed]
        joined = False
        for units in sorted(short, key=lambda one: (total(one), one)):
            areas = {area_of[unit] for unit in units}
            near = areas.union(*(neighbours.get(area, ()) for area in areas))
            beside = [
                other
                for other in groups
                if other is not units and near.intersection(area_of[unit] for unit in other)
            ]
            if beside:
                min(beside, key=lambda one: (total(one), one)).extend(units)
                groups.remove(units)
                joined = True
                break
        if not joined:
            break
    found = []
    for units in groups:
        outcome = viability(programme, total(units))
        found.append(
            Catchment(
                tuple(sorted(units)),
                tuple(sorted({area_of[unit] for unit in units})),
                outcome,
                outcome.placed >= share - 1e-9,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.areas, -one.outcome.referrals, one.units)))
