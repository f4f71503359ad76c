"""What finders ask for and what offers are found by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalogue.reference.types import Complexity


class Feature(StrEnum):
    """What finders look for beside need, place and people; the order is that of the bits."""

    REACH_IN = "reach-in"
    MEET_AT_GATE = "meet-at-gate"
    RAR = "rar"
    VOLUNTEERS = "volunteers"
    MENTORING = "mentoring"
    INTERPRETERS = "interpreters"


class CatalogueSort(StrEnum):
    TITLE = "title"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Masks:
    """What a published offer serves, as bits: bit n is the row with position n of its kind."""

    complexity: int
    cohort: int
    stage: int
    region: int
    police_force_area: int


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """A choice of a facet: its bit in the facet's mask, and its name where it is a row of reference data."""

    code: str
    position: int
    name: str = ""


FACETS = ("mode", "remote", "feature", "language", "mark")
"""Kinds of filters beside need, complexity, place, people and stage; each has a mask of its name."""


@dataclass(frozen=True, slots=True)
class CatalogueFilter:
    """What a finder asked for; codes of reference data. Kinds are joined by *and*, choices of one by *or*."""

    words: str = ""
    needs: tuple[str, ...] = ()
    complexities: tuple[Complexity, ...] = ()
    place: str = ""
    """A region or a police force area; empty for anywhere."""
    cohorts: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Codes by kind of facet."""

    @property
    def anything(self) -> bool:
        asked = (self.words, self.needs, self.complexities, self.place, self.cohorts, self.stages)
        return any((*asked, *self.facets.values()))
