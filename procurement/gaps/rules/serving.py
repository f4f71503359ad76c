"""Who may serve a cell, from the frozen inputs of an analysis; never who does: that flow is not unique."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from procurement.gaps.rules.inputs import IN_PLACE, Inputs, Scope
from procurement.gaps.rules.reading import CellReading


@dataclass(frozen=True, slots=True)
class Serving:
    """A contract or offer that may serve a cell, with its yearly capacity for the need."""

    scope: Scope
    capacity: int
    """People a year; of a pool, the most that it could serve in the regions reached."""
    regions: int
    """In how many regions it works: its capacity is for all of them together."""
    admitted: bool
    """A contract, a partner agency, or an offer whose supplier may be invited there."""
    shared_with: tuple[str, ...] = ()
    """Other offers that draw on the same pools, by name: their people take the same places."""


def may_serve(
    inputs: Inputs, *, place: str | None, need: str, complexities: Iterable[str], cohorts: Iterable[str]
) -> tuple[Serving, ...]:
    """Contracts first, then partner agencies, members' offers and others, each by name.

    `place` is a delivery unit, area or region, None for everywhere; a scope counts when it wholly covers one
    of the demand set's places there.
    """
    here = [
        around
        for code, around in inputs.places.items()
        if place is None or place in (code, around.area, around.region)
    ]
    complexities, cohorts = set(complexities), set(cohorts)
    region_of_leaf = {leaf: around.region for around in inputs.places.values() for leaf in around.leaves}
    pools = {pool.id: pool for pool in inputs.pools}
    found = []
    for scope in inputs.scopes:
        covered = set(scope.places)
        reached = [around for around in here if covered.issuperset(around.leaves)]
        ports = [port for port in scope.ports if port.need == need and port.complexity in complexities]
        drawn = {port.pool for port in ports} - {""}
        capacity = sum(port.capacity for port in ports if not port.pool) + sum(
            pools[pool].most((a.region, p.complexity) for p in ports if p.pool == pool for a in reached)
            for pool in drawn
        )
        if not capacity or not reached or not cohorts & set(scope.cohorts):
            continue
        admitted = scope.kind in IN_PLACE or any(a.region in scope.member_regions for a in reached)
        regions = len({region_of_leaf[leaf] for leaf in covered if leaf in region_of_leaf})
        others = {other for pool in drawn for other in pools[pool].offers if other[0] != scope.id}
        shared_with = tuple(sorted(name for _, name in others))
        found.append(Serving(scope, capacity, regions, admitted, shared_with))
    return tuple(
        sorted(
            found,
            key=lambda s: (
                IN_PLACE.index(s.scope.kind) if s.scope.kind in IN_PLACE else len(IN_PLACE),
                not s.admitted,
                s.scope.name,
                s.scope.id,
            ),
        )
    )


def add_up(readings: Iterable[CellReading]) -> CellReading:
    """Several cells as one."""
    total = CellReading(0, 0, 0, 0, 0)
    for r in readings:
        total = CellReading(
            total.people + r.people,
            total.referred + r.referred,
            total.by_contract + r.by_contract,
            total.by_member_offer + r.by_member_offer,
            total.by_other_offer + r.by_other_offer,
            total.by_partner + r.by_partner,
        )
    return total
