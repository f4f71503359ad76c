"""How many of a pool's places are free: its number on a day, the limits inside it, what is under contract."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from catalogue.offers.types import Commitment, PoolFigures, SubLimit
from core.reasons import Reason


@dataclass(frozen=True, slots=True)
class Standing:
    """Places a year with what is under contract of them: ``places`` + ``over`` = ``committed`` + ``free``.

    ``free`` is never below zero; what is promised beyond the places is ``over``, which the page warns of.
    """

    places: int
    committed: int
    until: date | None = None
    """The last day of the contract that ends last."""

    @property
    def free(self) -> int:
        return max(0, self.places - self.committed)

    @property
    def over(self) -> int:
        return max(0, self.committed - self.places)


def in_force(figures: Iterable[PoolFigures], on: date) -> PoolFigures | None:
    """A pool's figures on a day: the latest begun by then; before the first, the first. None without any."""
    known = sorted(figures, key=lambda one: (one.effective_from, one.number))
    begun = [one for one in known if one.effective_from <= on]
    return begun[-1] if begun else known[0] if known else None


def holds(outer: SubLimit, inner: SubLimit) -> bool:
    """Whether everybody within one limit is within another."""
    return outer.region in (None, inner.region) and outer.complexity in (None, inner.complexity)


def meet(one: SubLimit, other: SubLimit) -> bool:
    """Whether somebody may be within both limits."""
    return (
        None in (one.region, other.region) or one.region == other.region
    ) and (
        None in (one.complexity, other.complexity) or one.complexity == other.complexity
    )  # fmt: skip


def reasons_about_limits(places: int, limits: Sequence[SubLimit]) -> list[Reason]:
    """What is wrong with the limits inside a pool of so many places a year.

    Each limit holds, is held by, or is apart from every other; limits that cross (a whole region, and a
    complexity everywhere) leave no one answer to who may be served, so they are refused. None is larger
    than one around it. Their sum may be more than the pool: that is sharing.
    """
    found = []
    for limit in limits:
        if limit.region is None and limit.complexity is None:
            found.append(Reason("sub_limit_narrows_nothing"))
        if limit.places > places:
            found.append(
                Reason("sub_limit_larger_than_pool", _named(limit) | {"limit": limit.places, "pool": places})
            )
    for one, other in combinations(limits, 2):
        if holds(one, other) and holds(other, one):
            found.append(Reason("sub_limit_twice", _named(one)))
        elif holds(one, other) or holds(other, one):
            outer, inner = (one, other) if holds(one, other) else (other, one)
            if inner.places > outer.places:
                found.append(
                    Reason(
                        "sub_limit_larger_than_outer",
                        _named(inner)
                        | {"limit": inner.places, "outer": outer.places, "outer_region": outer.region or ""}
                        | {"outer_complexity": str(outer.complexity or "")},
                    )
                )
        elif meet(one, other):
            region = one.region or other.region or ""
            complexity = str(one.complexity or other.complexity or "")
            found.append(Reason("sub_limits_cross", {"region": region, "level": complexity}))
    return found


def _named(limit: SubLimit) -> dict[str, object]:
    return {"region": limit.region or "", "level": str(limit.complexity or "")}


def committed_on(
    commitments: Iterable[Commitment], on: date, within: SubLimit | None = None
) -> list[Commitment]:
    """The contracts in force on a day that take places of a pool, or of a limit inside it.

    A contract in several regions takes places of the pool and of its complexity; of no single region, since
    nobody knows how many are served in each.
    """
    return [
        one
        for one in commitments
        if one.starts_on <= on <= one.ends_on
        and (within is None or holds(within, SubLimit(one.region, one.complexity, 0)))
    ]


def standing(places: int, commitments: Collection[Commitment]) -> Standing:
    """Places a year against the contracts that take some of them."""
    return Standing(
        places,
        sum(one.places for one in commitments),
        max((one.ends_on for one in commitments), default=None),
    )


def standing_on(
    figures: Iterable[PoolFigures], commitments: Sequence[Commitment], on: date
) -> tuple[Standing, tuple[tuple[SubLimit, Standing], ...]] | None:
    """A pool and each limit inside it on a day; None for a pool without figures."""
    held = in_force(figures, on)
    if held is None:
        return None
    return standing(held.places, committed_on(commitments, on)), tuple(
        (limit, standing(limit.places, committed_on(commitments, on, limit))) for limit in held.limits
    )


def course(
    figures: Sequence[PoolFigures], commitments: Sequence[Commitment], start: date
) -> list[tuple[date, Standing]]:
    """How a pool stands from a day on: one line for each later day on which anything changes."""
    days = {start}
    days |= {one.effective_from for one in figures}
    for one in commitments:
        days |= {one.starts_on, one.ends_on + timedelta(days=1)}
    lines: list[tuple[date, Standing]] = []
    for day in sorted(day for day in days if day >= start):
        found = standing_on(figures, commitments, day)
        if found and (not lines or lines[-1][1] != found[0]):
            lines.append((day, found[0]))
    return lines


def reasons_not_to_change_pool(
    *, name: str, shared: bool, places: int | None, effective_from: date, cited: bool, today: date
) -> list[Reason]:
    """Why a pool's new figures cannot be kept: a pool that published offers cite changes from today on."""
    found = []
    if shared and not name.strip():
        found.append(Reason("pool_name_missing"))
    if places is None:
        found.append(Reason("pool_places_missing"))
    if cited and effective_from < today:
        found.append(Reason("pool_changes_in_the_past"))
    return found
