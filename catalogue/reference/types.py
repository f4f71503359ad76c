"""The words and values of the reference data: enumerations and frozen rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.audit.types import AuditTag


class ReferenceTag(AuditTag):
    """The deeds on reference data."""

    LOADED = "reference:loaded"
    SPECIFICATION_PUBLISHED = "specification:published"


class ReferencePermission(StrEnum):
    WRITE_SPECIFICATION = "specification:write"


class PlaceKind(StrEnum):
    """From the whole to the smallest; each kind's parent is the kind before it."""

    NATION = "nation"
    REGION = "region"
    POLICE_FORCE_AREA = "police_force_area"
    DELIVERY_UNIT = "delivery_unit"


class Complexity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def below(self) -> tuple[Complexity, ...]:
        """The lower levels, lowest first: the only ones a level may inherit from."""
        members = tuple(Complexity)
        return members[: members.index(self)]


class Phase(StrEnum):
    ASSESS_AND_PLAN = "assess_and_plan"
    IMPLEMENT = "implement"
    REVIEW_AND_EVALUATE = "review_and_evaluate"


class Availability(StrEnum):
    AVAILABLE = "available"
    NOT_AVAILABLE = "not_available"
    NOT_PUBLISHED = "not_published"


class Referral(StrEnum):
    """Where the specification sends a person instead."""

    ACCREDITED_PROGRAMME = "accredited_programme"


class Concern(StrEnum):
    """What a person may bring that the service is not to deal with."""

    INTIMATE_PARTNER_VIOLENCE = "intimate_partner_violence"


class ReferralException(StrEnum):
    """When a person who should be referred may be served here after all."""

    ELIGIBLE_BUT_UNSUITABLE = "eligible_but_unsuitable"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class CohortTag(StrEnum):
    FOREIGN_NATIONAL = "foreign-national"
    LEARNING_DIFFICULTY_OR_DISABILITY = "learning-difficulty-or-disability"
    SEXUAL_OFFENCE = "sexual-offence"
    VETERAN = "veteran"


class Setting(StrEnum):
    """Where a stage happens; custody and community are counted apart."""

    CUSTODY = "custody"
    TRANSITION = "transition"
    COMMUNITY = "community"


class Equivalence(StrEnum):
    """How a heading of another list compares with one of our need areas."""

    SAME = "same"
    BROADER = "broader"  # the heading takes in more than our need area
    NARROWER = "narrower"  # it takes in only part of it
    NONE = "none"  # no need area of ours stands for it


class CrosswalkScheme(StrEnum):
    SERVICE_TYPE = "service_type"
    NEED_HEADING = "need_heading"
    DONCASTER_ROUTES = "doncaster_routes"
    DONCASTER_SUPPORT = "doncaster_support"
    OASYS = "oasys"


OF_THE_REGISTER = (CrosswalkScheme.SERVICE_TYPE, CrosswalkScheme.NEED_HEADING)
"""Lists that the register of contracts uses; the others are lists in which needs are counted."""


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the tree. `valid_from` is the first day it exists, `valid_to` the first day it no longer
    does; None is no known limit."""

    code: str
    kind: PlaceKind
    name: str
    parent: str | None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successor_codes: tuple[str, ...] = ()
    local_id: str = ""
    ons_code: str = ""
    delius_code: str = ""
    covers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    note: str = ""

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which the place exists."""
        return None if self.valid_to is None else self.valid_to - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a place sits in a tile layout, counted from the top left."""

    place: str
    abbreviation: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class NeedArea:
    code: str
    prefix: str
    name: str
    short_name: str
    aliases: tuple[str, ...]
    cpv_codes: tuple[str, ...]
    position: int
    sources: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    code: str
    need_area: str
    text: str
    position: int
    source: str


@dataclass(frozen=True, slots=True)
class ComplexityLevel:
    code: Complexity
    name: str
    definition: str
    support: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpecificationItem:
    """One thing the specification asks for. Shared items have no need area and no complexity."""

    code: str
    phase: Phase
    text: str
    source: str
    heading: str = ""
    need_area: str | None = None
    complexity: Complexity | None = None

    @property
    def shared(self) -> bool:
        return self.need_area is None


@dataclass(frozen=True, slots=True)
class DraftItem:
    """An item that somebody is writing; `code` is that of the published item which it keeps or changes."""

    phase: Phase
    text: str
    code: str = ""

    def as_json(self) -> dict[str, str]:
        """The item as it is kept in a draft."""
        return {"phase": str(self.phase), "text": self.text, "code": self.code}


@dataclass(frozen=True, slots=True)
class ReferralRule:
    code: str
    concern: Concern
    refer_to: Referral
    text: str
    exception_when: ReferralException | None
    exception_text: str
    source: str


@dataclass(frozen=True, slots=True)
class SpecificationLevel:
    """One need area at one complexity. `item_codes` are its own and shared items in the source's order;
    those of the levels in `inherits` are reached by reference (implement phase only, as in the source)."""

    need_area: str
    complexity: Complexity
    availability: Availability
    source: str
    reason: str = ""
    refer_to: Referral | None = None
    guide: str = ""
    guide_source: str = ""
    inherits: tuple[Complexity, ...] = ()
    inherits_source: str = ""
    item_codes: tuple[str, ...] = ()
    referrals: tuple[ReferralRule, ...] = ()


@dataclass(frozen=True)
class Specification:
    """All levels and items of one version."""

    version: str
    items: Mapping[str, SpecificationItem]
    levels: Mapping[tuple[str, Complexity], SpecificationLevel]


@dataclass(frozen=True, slots=True)
class EffectiveItem:
    """An item as it holds at a level, with the level whose table it stands in."""

    item: SpecificationItem
    stands_at: Complexity
    inherited: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    """People described by sex, age range (years, both ends included) and tags; empty means any."""

    code: str
    name: str
    sex: Sex | None
    age_from: int | None
    age_to: int | None
    tags: tuple[CohortTag, ...]
    description: str
    position: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemandCohort:
    """One part of the partition by which demand is counted (ages in years, both ends included)."""

    code: str
    name: str
    sex: Sex
    age_from: int
    age_to: int | None
    position: int


@dataclass(frozen=True, slots=True)
class Stage:
    code: str
    name: str
    setting: Setting
    description: str
    position: int
    source: str


@dataclass(frozen=True, slots=True)
class SentenceType:
    code: str
    name: str
    description: str
    position: int
    source: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its ISO 639 code, of two letters where there are two, otherwise of three."""

    code: str
    name: str
    position: int
    source: str


@dataclass(frozen=True, slots=True)
class QualityMark:
    """A mark that others award for quality, such as the matrix Standard; it holds until a date."""

    code: str
    name: str
    description: str
    position: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceType:
    """A type code of the contract register; local variants point to the type they are a variant of."""

    code: str
    name: str
    variant_of: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CrosswalkRow:
    scheme: CrosswalkScheme
    label: str
    need_area: str | None
    equivalence: Equivalence
    complexity: Complexity | None
    stage: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceNote:
    code: str
    title: str
    publisher: str
    note: str


@dataclass(frozen=True, slots=True)
class FileNote:
    name: str
    title: str
    version: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ReferenceData:
    version: str
    dated: dt.date | None
    note: str
    sources: tuple[SourceNote, ...]
    files: tuple[FileNote, ...]
    places: tuple[Place, ...]
    region_tiles: tuple[Tile, ...]
    police_force_area_tiles: tuple[Tile, ...]
    need_areas: tuple[NeedArea, ...]
    outcomes: tuple[Outcome, ...]
    complexity_levels: tuple[ComplexityLevel, ...]
    specification: Specification
    cohorts: tuple[Cohort, ...]
    demand_cohorts: tuple[DemandCohort, ...]
    stages: tuple[Stage, ...]
    sentence_types: tuple[SentenceType, ...]
    languages: tuple[Language, ...]
    quality_marks: tuple[QualityMark, ...]
    service_types: tuple[ServiceType, ...]
    crosswalk: tuple[CrosswalkRow, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a data file: where, which rule, and the values that broke it."""

    file: str
    row: str  # the line of a CSV or the code of an entry; empty for the whole file
    code: str
    parameters: tuple[tuple[str, str], ...] = ()


class BadReferenceData(Exception):
    """The files do not hold together; `problems` lists everything that is wrong, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        count = f"{len(problems)} problem" + ("s" if len(problems) != 1 else "")
        super().__init__(f"{count} in the reference data files")
        self.problems = problems
