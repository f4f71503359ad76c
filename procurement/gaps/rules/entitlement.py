"""What people are entitled to at a stage, held against what is there: a comparison of sets, area by area.

The review of advice for offenders (2004) asks for a minimum at each stage of a sentence, whatever the
sentence, and for an audit of provision against it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from procurement.gaps.rules.presence import Arrangement, in_force

SEXES = ("female", "male")
OLDEST = 200


class Held(StrEnum):
    """Whether an area has what people there are entitled to."""

    PRESENT = "present"
    UNCONFIRMED = "unconfirmed"
    """Only what names the region alone: whether it reaches the area is not stated."""
    PART = "part"
    """Only some of the people, or only part of the area."""
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Entitled:
    """A minimum: a need at a stage in some police force areas, for everyone or a sex and ages in years."""

    id: str
    need: str
    stage: str
    areas: frozenset[str]
    sex: str | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class AreaHeld:
    """What an area has of an entitlement, by the references of the arrangements that count for it."""

    area: str
    held: Held
    references: tuple[str, ...]


def held_in_areas(
    entitled: Entitled, arrangements: Iterable[Arrangement], on: dt.date
) -> tuple[AreaHeld, ...]:
    """Every area of an entitlement, by code, with what is in force there at the stage on a day.

    Several arrangements may make up the minimum together: one for women and one for men, or by ages.
    """
    fitting = [
        one
        for one in arrangements
        if entitled.need in one.rows and entitled.stage in one.stages and in_force(one, on)
    ]
    found = []
    for area in sorted(entitled.areas):
        here = [one for one in fitting if area in one.areas and _serves_some(one, entitled)]
        named = [one for one in here if area not in one.parts and not one.unconfirmed]
        if _everyone(named, entitled):
            held = Held.PRESENT
        elif _everyone([one for one in here if area not in one.parts], entitled):
            held = Held.UNCONFIRMED
        else:
            held = Held.PART if here else Held.ABSENT
        found.append(AreaHeld(area, held, tuple(sorted(one.reference for one in here))))
    return tuple(found)


def _sexes(entitled: Entitled) -> Sequence[str]:
    return (entitled.sex,) if entitled.sex in SEXES else SEXES


def _ages(entitled: Entitled) -> tuple[int, int]:
    # Nobody under eighteen is on the adult caseload: what begins at eighteen serves everyone.
    return max(entitled.low or 0, 18), OLDEST if entitled.high is None else entitled.high


def _serves_some(one: Arrangement, entitled: Entitled) -> bool:
    low, high = _ages(entitled)
    top = OLDEST if one.max_age is None else one.max_age
    return (one.sex == "both" or one.sex in _sexes(entitled)) and one.min_age <= high and top >= low


def _everyone(here: Sequence[Arrangement], entitled: Entitled) -> bool:
    """Whether the arrangements together serve each sex at all ages of the entitlement."""
    low, high = _ages(entitled)
    for sex in _sexes(entitled):
        reached = low
        spans = sorted(
            (one.min_age, OLDEST if one.max_age is None else one.max_age)
            for one in here
            if one.sex in ("both", sex)
        )
        for start, end in spans:
            if start <= reached <= end:
                reached = end + 1
        if reached <= high:
            return False
    return True
