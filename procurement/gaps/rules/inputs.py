"""All that an analysis is computed from, as plain values: scopes, pools, demand; and its document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

METHOD = "Layered fair maximum cover, version 3: partner agencies after contracts"
LAYERS = ("contract", "partner", "member_offer", "other_offer")
"""Contracts in force; partner agencies; offers of members who may be invited; offers of others."""
IN_PLACE = LAYERS[:2]
"""Kinds of provision that people can use today without anybody buying it."""

CellKey = tuple[str, str, str, str]
"""(place, need area, complexity, cohort), by code."""

DemandFigure = tuple[str, str, str, str, int]
"""A cell's key and its people a year."""


@dataclass(frozen=True, slots=True)
class Port:
    """At most `capacity` people a year with one need at one complexity, out of a pool where it names one."""

    need: str
    complexity: str
    capacity: int
    pool: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """At most `capacity` of a pool's people a year in a region, at a complexity, or both; empty is any."""

    region: str
    complexity: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Pool:
    """What offers draw on together, after what is under contract: people a year, and nested limits."""

    id: str
    name: str
    supplier: str
    capacity: int
    limits: tuple[Limit, ...] = ()
    offers: tuple[tuple[str, str], ...] = ()
    """The offers that draw on it, of whatever need: identifier and name."""

    def around(self, region: str, complexity: str) -> list[Limit]:
        """The limits that hold everyone of a region and complexity, the widest first."""
        found = [
            limit
            for limit in self.limits
            if limit.region in ("", region) and limit.complexity in ("", complexity)
        ]
        return sorted(found, key=lambda limit: (bool(limit.region) + bool(limit.complexity), limit.capacity))

    def most(self, pairs: Iterable[tuple[str, str]]) -> int:
        """The most people a year whom the pool could serve in some (region, complexity) together."""
        outer: dict[Limit, int] = {}
        for region, complexity in set(pairs):
            chain = self.around(region, complexity)
            if not chain:
                return self.capacity
            outer[chain[0]] = outer.get(chain[0], 0) + chain[-1].capacity
        # One limit alone is added up once for each pair in it and then cut to itself.
        return min(self.capacity, sum(min(limit.capacity, inner) for limit, inner in outer.items()))


@dataclass(frozen=True, slots=True)
class Scope:
    """A contract, agency or offer: its capacities, the smallest places it covers, its parts of the partition.

    `member_regions` are the regions where its supplier may be invited for the need (offers only). `partly`
    are cohorts that it serves only in part (other ages, or people with a tag): reported, never counted.
    """

    id: str
    kind: str
    name: str
    supplier: str
    ports: tuple[Port, ...]
    places: tuple[str, ...]
    cohorts: tuple[str, ...]
    partly: tuple[str, ...] = ()
    member_regions: tuple[str, ...] = ()
    remote: bool = False
    """Given by telephone or video alone."""
    group: tuple[int, ...] = ()
    """(minimum, optimum) people of a group, where it is given in groups alone and says so."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An arrangement that the people view cannot count, and why."""

    id: str
    kind: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class DemandPlace:
    """A place of the demand set: the smallest places in it, and the places that its figures add up to."""

    leaves: tuple[str, ...]
    region: str
    area: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that an analysis is computed from; the digest of its document names the answer."""

    on: str
    demand: tuple[DemandFigure, ...]
    referred: tuple[tuple[str, str], ...]
    """(need area, complexity) that the specification sends elsewhere."""
    places: Mapping[str, DemandPlace]
    scopes: tuple[Scope, ...]
    left_out: tuple[LeftOut, ...]
    pools: tuple[Pool, ...] = ()
    stage: str = ""
    """The stage at which provision had to work to be counted; empty is any."""

    def document(self) -> bytes:
        """The inputs and the method as canonical JSON."""
        content: dict[str, Any] = {"method": METHOD, **asdict(self)}
        for name in ("demand", "referred"):
            content[name] = sorted(content[name])
        for name in ("scopes", "left_out"):
            content[name] = sorted(content[name], key=lambda row: (row["kind"], row["id"]))
        content["pools"] = sorted(content["pools"], key=lambda row: row["id"])
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def about_need(inputs: Inputs, need: str) -> Inputs:
    """What the pages about one need read of the inputs: its capacities and the places, without demand.

    The whole inputs of a national market are megabytes; no page should have to take all of them in.
    """
    scopes = tuple(
        replace(scope, ports=tuple(port for port in scope.ports if port.need == need))
        for scope in inputs.scopes
        if any(port.need == need for port in scope.ports)
    )
    drawn = {port.pool for scope in scopes for port in scope.ports}
    pools = tuple(pool for pool in inputs.pools if pool.id in drawn)
    return replace(inputs, demand=(), left_out=(), scopes=scopes, pools=pools)


def digest(document: bytes) -> str:
    """The name of an answer: the same inputs, in whatever order they were read, have the same."""
    return hashlib.sha256(document).hexdigest()


def read_inputs(document: bytes) -> Inputs:
    """The inputs of a stored analysis."""
    content: dict[str, Any] = json.loads(document)
    return Inputs(
        on=content["on"],
        demand=tuple((p, n, x, c, people) for p, n, x, c, people in content["demand"]),
        referred=tuple((need, complexity) for need, complexity in content["referred"]),
        places={
            code: DemandPlace(tuple(place["leaves"]), place["region"], place["area"])
            for code, place in content["places"].items()
        },
        scopes=tuple(
            Scope(
                id=scope["id"],
                kind=scope["kind"],
                name=scope["name"],
                supplier=scope["supplier"],
                ports=tuple(Port(**port) for port in scope["ports"]),
                places=tuple(scope["places"]),
                cohorts=tuple(scope["cohorts"]),
                partly=tuple(scope["partly"]),
                member_regions=tuple(scope["member_regions"]),
                remote=scope.get("remote", False),
                group=tuple(scope.get("group", ())),
            )
            for scope in content["scopes"]
        ),
        left_out=tuple(LeftOut(**row) for row in content["left_out"]),
        # Analyses of version 1 knew no pools: each offer was one of its own.
        pools=tuple(
            Pool(
                id=row["id"],
                name=row["name"],
                supplier=row["supplier"],
                capacity=row["capacity"],
                limits=tuple(Limit(**limit) for limit in row["limits"]),
                offers=tuple((key, name) for key, name in row["offers"]),
            )
            for row in content.get("pools", ())
        ),
        stage=content.get("stage", ""),
    )
