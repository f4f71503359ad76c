"""Profiles of needs that a source counted among some people, as assumptions with their doubt."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from math import sqrt

from procurement.gaps.rules.demand_model import Assumption, Kind

Z = 1.96
"""Nineteen samples in twenty would give an interval that holds the true share."""
PLACES = 10**4


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """So many of so many people had a need, by the label of the source's own list."""

    label: str
    people: int
    of: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A source that counted needs: who was counted when, and why it may mislead."""

    code: str
    title: str
    scheme: str
    """The list of needs that it uses, as the crosswalk names it."""
    as_at: str
    base: str
    weakness: str
    rows: tuple[ProfileRow, ...]


def interval(people: int, of: int) -> tuple[Fraction, Fraction]:
    """The Wilson interval of a share at 95%, to four places: small samples leave wide doubt."""
    share, n = people / of, of
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Fraction(round(low * PLACES), PLACES), Fraction(round(high * PLACES), PLACES)


def prevalences(
    profile: Profile, needs: Mapping[str, tuple[str, ...]], names: Mapping[str, str]
) -> tuple[tuple[Assumption, ...], tuple[str, ...]]:
    """Assumptions for our needs, and the labels that stand for none of ours or for several.

    `needs` maps each label to our need areas. Where two labels stand for one need the larger is taken: the
    same people may be in both, so that they are never added.
    """
    found: dict[str, Assumption] = {}
    without = []
    for row in profile.rows:
        ours = needs.get(row.label, ())
        if len(ours) != 1:
            without.append(row.label)
            continue
        need, central = ours[0], Fraction(round(Fraction(row.people, row.of) * PLACES), PLACES)
        low, high = interval(row.people, row.of)
        if need in found and found[need].central >= central:
            continue
        found[need] = Assumption(
            kind=Kind.PREVALENCE,
            key=need,
            label=f"Need help with {names[need].lower()}"[:200],
            low=min(low, central),
            central=central,
            high=max(high, central),
            unit="share of people",
            source=f"{profile.title}: {row.label.lower()}, {row.people} of {row.of}",
            as_at=profile.as_at,
            base=profile.base,
            weakness=profile.weakness,
        )
    return tuple(found[need] for need in sorted(found)), tuple(without)


def profiles() -> dict[str, Profile]:
    """The profiles that come with the program, by code."""
    text = (resources.files("procurement.gaps") / "data" / "need_profiles.csv").read_text(encoding="utf-8")
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        rows.setdefault(row["profile"], []).append(row)
    return {
        code: Profile(
            code=code,
            title=lines[0]["title"],
            scheme=lines[0]["scheme"],
            as_at=lines[0]["as_at"],
            base=lines[0]["base"],
            weakness=lines[0]["weakness"],
            rows=tuple(ProfileRow(line["label"], int(line["people"]), int(line["of"])) for line in lines),
        )
        for code, lines in rows.items()
    }
