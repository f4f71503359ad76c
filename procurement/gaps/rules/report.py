"""The figures of a coverage report: needs by places by parts, small counts left out where others read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procurement.gaps.rules.reading import CellReading
from procurement.gaps.rules.suppression import Key, Published, suppress

ALL = "all"
PARTS = ("contract", "partner", "member", "other", "market", "referred")
"""What the people of a cell divide into; `not_met` is members' offers, other offers and the market gap."""
NOT_MET = "not_met"
MOST_WORST = 10

_PART_AXIS = {
    **{part: (part,) for part in PARTS},
    NOT_MET: ("member", "other", "market"),
    ALL: PARTS,
}


def parts_of(reading: CellReading) -> dict[str, int]:
    """The people of a cell by part."""
    return {
        "contract": reading.by_contract,
        "partner": reading.by_partner,
        "member": reading.by_member_offer,
        "other": reading.by_other_offer,
        "market": reading.unmet,
        "referred": reading.referred,
    }


def published(readings: Mapping[tuple[str, str], CellReading], threshold: int) -> Published:
    """Every figure of (place, need) cells, their parts and all sums; from 1 to `threshold` − 1 left out.

    With a threshold of 1 nothing is small.
    """
    places, needs = sorted({place for place, _ in readings}), sorted({need for _, need in readings})
    cells: dict[Key, int] = {
        (place, need, part): people
        for (place, need), reading in readings.items()
        for part, people in parts_of(reading).items()
    }
    return suppress(cells, (_summed(places), _summed(needs), _PART_AXIS), threshold)


def row(figures: Published, place: str, need: str) -> dict[str, int | None]:
    """The parts of one place (or all) and need (or all), with the people in all; None is left out."""
    found = {part: figures.figures.get((place, need, part), 0) for part in (*PARTS, NOT_MET)}
    return {"people": figures.figures.get((place, need, ALL), 0), **found}


def worst(figures: Published, most: int = MOST_WORST) -> list[tuple[str, str]]:
    """(place, need) where the most people are met by neither contract nor partner agency, as far as shown."""
    gaps = [
        (-people, place, need)
        for (place, need, part), people in figures.figures.items()
        if part == NOT_MET and ALL not in (place, need) and people
    ]
    return [(place, need) for _, place, need in sorted(gaps)[:most]]


def points_of(steps: Sequence[Mapping[str, Any]]) -> list[tuple[int, float]]:
    """(people, pounds) so far after each step of a buying plan, from nothing."""
    people, pounds = 0, 0.0
    found = [(0, 0.0)]
    for step in steps:
        people += step["people"]
        pounds += step["people"] * float(step["price"])
        found.append((people, pounds))
    return found


def _summed(codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {**{code: (code,) for code in codes}, ALL: tuple(codes)}
