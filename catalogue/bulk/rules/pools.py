"""What a file would do to a supplier's shared pools of places and the limits inside them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from catalogue.bulk.rules.cells import KEEP_HELD, Lists, settled, write_cell
from catalogue.bulk.rules.columns import BY_SHEET, FINGERPRINT, HEADINGS
from catalogue.bulk.rules.reading import FilePool
from catalogue.bulk.types import HeldPool, Outcome, PlannedPool, Problem, Sheet
from catalogue.offers.rules.capacity import reasons_about_limits, reasons_not_to_change_pool
from catalogue.offers.types import SubLimit


def print_of_pool(pool: HeldPool) -> str:
    """The fingerprint of what a pool says on the day of the file."""
    limits = sorted([str(one.region), str(one.complexity), one.places] for one in pool.limits)
    said = json.dumps([settled(pool.name), settled(pool.made_of), pool.pool_places, limits])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def plan_pools(
    found: Mapping[str, FilePool], held: Mapping[str, HeldPool], today: dt.date, problems: list[Problem]
) -> list[PlannedPool]:
    """Compare the pools of a file with those there are; what is wrong goes to ``problems``.

    A limit that the file leaves out stays; one whose places are empty goes. A day that is over counts as
    today: what was, was.
    """
    return [_planned(pool, held[code], today, problems) for code, pool in found.items()]


def _planned(pool: FilePool, held: HeldPool, today: dt.date, problems: list[Problem]) -> PlannedPool:
    name = pool.values["name"] or ""
    made_of = held.made_of if pool.values["made_of"] is KEEP_HELD else pool.values["made_of"] or ""
    places = pool.values["pool_places"]
    limits = {(one.region, one.complexity): one.places for one in held.limits}
    for key, (_, most) in pool.limits.items():
        limits.pop(key, None)
        if most is not None:
            limits[key] = most
    after = tuple(SubLimit(region, complexity, most) for (region, complexity), most in limits.items())
    effective_from = max(pool.values["effective_from"] or today, today)
    differs = {
        "name": settled(held.name) != settled(name),
        "made_of": settled(held.made_of) != settled(made_of),
        "pool_places": held.pool_places != places,
        "limits": set(held.limits) != set(after),
    }
    wrong: list[tuple[str, str, Any, Mapping[str, Any]]] = []
    if any(differs.values()) and not pool.faulty:
        reasons = reasons_not_to_change_pool(
            name=name,
            shared=True,
            places=places,
            effective_from=effective_from,
            cited=held.cited,
            today=today,
        )
        if places is not None:
            reasons += reasons_about_limits(places, after)
        heading = HEADINGS[Sheet.POOLS, "pool_places"]
        wrong = [(heading, one.code, places, one.params) for one in reasons]
        if not pool.fingerprint:
            wrong.append((FINGERPRINT, "fingerprint_missing", "", {}))
        elif pool.fingerprint != print_of_pool(held):
            wrong.append((HEADINGS[Sheet.POOLS, "pool"], "pool_changed_meanwhile", held.public_id, {}))
    for heading, code, value, params in wrong:
        shown = "" if value is None else str(value)
        problems.append(Problem(str(Sheet.POOLS), pool.row, heading, shown, code, params))
    outcome = Outcome.CHANGED if any(differs.values()) else Outcome.UNCHANGED
    return PlannedPool(
        row=pool.row,
        held=held,
        outcome=Outcome.PROBLEM if wrong or pool.faulty else outcome,
        name=name,
        made_of=made_of,
        pool_places=places or 0,
        limits=after,
        effective_from=effective_from,
        changes=tuple((field, "") for field, other in differs.items() if other),
    )


def pool_rows(pools: Mapping[str, HeldPool], lists: Lists) -> Iterator[tuple[Sheet, list[Any]]]:
    """The rows of pools and of the limits inside them."""
    for code, pool in pools.items():
        said = {
            "pool": code,
            "name": pool.name,
            "made_of": pool.made_of,
            "pool_places": pool.pool_places,
            "effective_from": pool.effective_from,
            "fingerprint": print_of_pool(pool),
        }
        yield Sheet.POOLS, [write_cell(one, said[one.field], lists) for one in BY_SHEET[Sheet.POOLS]]
        for limit in pool.limits:
            row = {"pool": code, "region": limit.region, "level": limit.complexity, "most": limit.places}
            yield Sheet.LIMITS, [write_cell(one, row[one.field], lists) for one in BY_SHEET[Sheet.LIMITS]]
