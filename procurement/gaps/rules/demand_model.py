"""Modelled demand: caseload × place × prevalence × complexity × cohort, every assumption sourced."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from core.reasons import Reason, Refused
from procurement.gaps.rules.rounding import largest_remainder


class Scenario(StrEnum):
    """Which value of each assumption is used: low means few people, high means many."""

    LOW = "low"
    CENTRAL = "central"
    HIGH = "high"


class Kind(StrEnum):
    """What an assumption is about; its `key` says for which need, complexity, cohort or region."""

    CASELOAD = "caseload"
    YEARLY = "yearly"
    EXCLUDED = "excluded"
    CUSTODY = "custody"
    OUT_OF_AREA = "out_of_area"
    REGION = "region"
    HOME = "home"
    PLACE = "place"
    PREVALENCE = "prevalence"
    COMPLEXITY = "complexity"
    COHORT = "cohort"


SHARED_OUT = (Kind.REGION, Kind.COMPLEXITY, Kind.COHORT)
"""Kinds whose values are shares of a whole: they must add up to one in every scenario."""
SHARES = (Kind.EXCLUDED, Kind.CUSTODY, Kind.OUT_OF_AREA, Kind.PREVALENCE)
"""Kinds whose values are parts of people: none may be above one."""
TOLERANCE = Fraction(1, 1000)

FORMULA = (
    "caseload × yearly × (1 − excluded) × region where people resettle × place within its region"
    " × prevalence × complexity × cohort"
)


@dataclass(frozen=True, slots=True)
class Assumption:
    """One figure of the model with its uncertainty, source, date, base and weakness, all of them shown."""

    kind: Kind
    key: str
    label: str
    low: Fraction
    central: Fraction
    high: Fraction
    unit: str
    source: str
    as_at: str
    base: str
    weakness: str

    def value(self, scenario: Scenario) -> Fraction:
        """The figure for a scenario; leaving many out makes demand low, so that kind runs the other way."""
        if self.kind is Kind.EXCLUDED and scenario is not Scenario.CENTRAL:
            return self.high if scenario is Scenario.LOW else self.low
        return getattr(self, scenario.value)


@dataclass(frozen=True, slots=True)
class PlaceWeight:
    """A place's weight inside its region (live small-user postcodes, a proxy for people)."""

    place: str
    region: str
    weight: int


@dataclass(frozen=True, slots=True)
class ModelledRow:
    """People a year in one cell, rounded, with the exact figure before rounding."""

    place: str
    need: str
    complexity: str
    cohort: str
    people: int
    exact: Fraction


def read_assumptions(text: str) -> tuple[Assumption, ...]:
    """A whole model's assumptions from a CSV of ours. Raises `Refused` with all that is wrong."""
    assumptions = read_rows(text)
    reasons = reasons_not_to_model(assumptions)
    if reasons:
        raise Refused(*reasons)
    return assumptions


def read_rows(text: str) -> tuple[Assumption, ...]:
    """Assumptions from a CSV of ours; a blank low or high is the central value. Raises `Refused`.

    Whether they make a whole model is not asked.
    """
    assumptions: list[Assumption] = []
    reasons: list[Reason] = []
    for line, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            central = Fraction(row["central"])
            assumptions.append(
                Assumption(
                    kind=Kind(row["kind"]),
                    key=row["key"],
                    label=row["label"],
                    low=Fraction(row["low"] or central),
                    central=central,
                    high=Fraction(row["high"] or central),
                    unit=row["unit"],
                    source=row["source"],
                    as_at=row["as_at"],
                    base=row["base"],
                    weakness=row["weakness"],
                )
            )
        except (ValueError, KeyError, TypeError, ZeroDivisionError) as error:
            reasons.append(Reason("unreadable_assumption", {"line": line, "cause": str(error)}))
    if reasons:
        raise Refused(*reasons)
    return tuple(assumptions)


def reasons_not_to_model(assumptions: Sequence[Assumption]) -> list[Reason]:
    """What is wrong with a list of assumptions: doubles, values out of order, shares that are not a whole."""
    reasons: list[Reason] = []
    keys = [(assumption.kind, assumption.key) for assumption in assumptions]
    reasons += [
        Reason("repeated_assumption", {"kind": kind, "key": key})
        for kind, key in sorted({pair for pair in keys if keys.count(pair) > 1})
    ]
    for assumption in assumptions:
        # Shares of a whole trade off against each other: a low share of one is a high share of another.
        ordered = assumption.low <= assumption.central <= assumption.high
        if min(assumption.low, assumption.central, assumption.high) < 0 or (
            assumption.kind not in SHARED_OUT and not ordered
        ):
            reasons.append(Reason("values_out_of_order", {"kind": assumption.kind, "key": assumption.key}))
        if not assumption.source or not assumption.weakness:
            reasons.append(Reason("unsourced_assumption", {"kind": assumption.kind, "key": assumption.key}))
    reasons += [
        Reason("more_than_all", {"kind": assumption.kind, "key": assumption.key})
        for assumption in assumptions
        if assumption.kind in SHARES and assumption.high > 1
    ]
    given = {assumption.kind for assumption in assumptions}
    for kind in (*SHARED_OUT, *({Kind.HOME} & given)):
        for scenario in Scenario:
            whole = sum((a.value(scenario) for a in assumptions if a.kind is kind), Fraction(0))
            if abs(whole - 1) > TOLERANCE:
                reasons.append(
                    Reason("shares_not_a_whole", {"kind": kind, "scenario": scenario, "sum": float(whole)})
                )
    for kind in (Kind.CASELOAD, Kind.YEARLY, Kind.EXCLUDED):
        if sum(assumption.kind is kind for assumption in assumptions) != 1:
            reasons.append(Reason("assumption_missing", {"kind": kind}))
    # Who is in prison and how many of them go elsewhere say something only together.
    for kind, other in ((Kind.CUSTODY, Kind.OUT_OF_AREA), (Kind.OUT_OF_AREA, Kind.CUSTODY)):
        if kind in given and other not in given:
            reasons.append(Reason("assumption_missing", {"kind": other}))
    if Kind.PREVALENCE not in given:
        reasons.append(Reason("assumption_missing", {"kind": Kind.PREVALENCE}))
    return reasons


def model_demand(
    assumptions: Sequence[Assumption],
    weights: Sequence[PlaceWeight],
    scenario: Scenario = Scenario.CENTRAL,
) -> tuple[ModelledRow, ...]:
    """People a year in every cell of every place, by `FORMULA`.

    Rounded by largest remainder inside each need area, so that a need's national total is the whole number
    below its exact one. Raises `Refused` when a place's region has no share.
    """
    value: dict[tuple[Kind, str], Fraction] = {(a.kind, a.key): a.value(scenario) for a in assumptions}
    regions = {weight.region for weight in weights}
    missing = sorted(region for region in regions if (Kind.REGION, region) not in value)
    if missing:
        raise Refused(*(Reason("region_without_share", {"region": region}) for region in missing))
    whole = {kind: sum(v for (k, _), v in value.items() if k is kind) for kind in SHARED_OUT}
    resettle = where_people_resettle(assumptions, scenario)
    in_region: dict[str, int] = {}
    for weight in weights:
        in_region[weight.region] = in_region.get(weight.region, 0) + weight.weight
    people = _one(value, Kind.CASELOAD) * _one(value, Kind.YEARLY) * (1 - _one(value, Kind.EXCLUDED))
    by_place = {
        weight.place: people * resettle[weight.region] * Fraction(weight.weight, in_region[weight.region])
        for weight in weights
    }
    parts = [
        (complexity, cohort, x * y / whole[Kind.COMPLEXITY] / whole[Kind.COHORT])
        for complexity, x in _keyed(value, Kind.COMPLEXITY)
        for cohort, y in _keyed(value, Kind.COHORT)
    ]
    rows: list[ModelledRow] = []
    for need, prevalence in _keyed(value, Kind.PREVALENCE):
        cells = [
            (place, complexity, cohort, here * prevalence * part)
            for place, here in by_place.items()
            for complexity, cohort, part in parts
        ]
        rounded = largest_remainder([cell[3] for cell in cells])
        rows += [
            ModelledRow(place, need, complexity, cohort, count, exact)
            for (place, complexity, cohort, exact), count in zip(cells, rounded, strict=True)
        ]
    return tuple(rows)


def where_people_resettle(
    assumptions: Sequence[Assumption], scenario: Scenario = Scenario.CENTRAL
) -> dict[str, Fraction]:
    """The share of the caseload that each region's services meet, once people are released.

    The part of the caseload that is in prison counts where the prison stands; so many of them (*out of area*)
    resettle in another region, in proportion to the other regions' share of homes (where none is given, of
    the caseload). Nobody is lost on the way: the shares add up to one. Without such assumptions nobody moves.
    """
    value = {(a.kind, a.key): a.value(scenario) for a in assumptions}
    shares = dict(_keyed(value, Kind.REGION))
    total = sum(shares.values())
    shares = {region: share / total for region, share in shares.items()}
    homes = dict(_keyed(value, Kind.HOME)) or shares
    moving = _single(value, Kind.CUSTODY) * _single(value, Kind.OUT_OF_AREA)
    if not moving or len(shares) < 2:
        return shares
    found = {region: share * (1 - moving) for region, share in shares.items()}
    for region, share in shares.items():
        others = {other: homes.get(other, Fraction(0)) for other in shares if other != region}
        reached = sum(others.values())
        for other, weight in others.items():
            # Where nobody else's homes are known, those who move stay: they are not to be lost.
            found[other if reached else region] += (
                share * moving * (weight / reached if reached else Fraction(1, len(others)))
            )
    return found


def _single(value: Mapping[tuple[Kind, str], Fraction], kind: Kind) -> Fraction:
    return next((found for (of_kind, _), found in value.items() if of_kind is kind), Fraction(0))


def _one(value: Mapping[tuple[Kind, str], Fraction], kind: Kind) -> Fraction:
    return next(found for (of_kind, _), found in value.items() if of_kind is kind)


def _keyed(value: Mapping[tuple[Kind, str], Fraction], kind: Kind) -> list[tuple[str, Fraction]]:
    return [(key, found) for (of_kind, key), found in value.items() if of_kind is kind]
