"""The words and values of offers: states, sections, answers to the specification, content as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from catalogue.reference.types import Availability, Complexity
from core.audit.types import AuditTag


class OfferState(StrEnum):
    """The state of one version of an offer; the offer itself has none."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class OfferEvent(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"


class ItemResponse(StrEnum):
    MET = "met"
    ANOTHER_WAY = "another_way"
    NOT_OFFERED = "not_offered"


class DeliveryMode(StrEnum):
    ONE_TO_ONE = "one_to_one"
    GROUP = "group"
    BOTH = "both"


class Indexation(StrEnum):
    """How a price rises over the years."""

    NONE = "none"
    CPI = "cpi"
    FIXED = "fixed"


class CostKind(StrEnum):
    """A direct cost of a place."""

    STAFF = "staff"
    PREMISES = "premises"
    MATERIALS = "materials"
    TRAVEL = "travel"
    PARTNERS = "partners"
    OTHER = "other"


class Section(StrEnum):
    """One page of the task list; those of a level exist once for each complexity offered."""

    TITLE = "title"
    COMPLEXITIES = "complexities"
    ITEMS = "items"
    OUTCOMES = "outcomes"
    PRICE = "price"
    PLACES = "places"
    COHORTS = "cohorts"
    STAGES = "stages"
    DELIVERY = "delivery"
    CUSTOMISATION = "customisation"
    PRE_RELEASE = "pre_release"

    @property
    def of_a_level(self) -> bool:
        return self in LEVEL_SECTIONS


LEVEL_SECTIONS = (Section.ITEMS, Section.OUTCOMES, Section.PRICE)


class SectionStatus(StrEnum):
    NOT_STARTED = "not_started"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    OPTIONAL = "optional"
    """Nothing is asked here, and nothing has been written."""


class CatalogueSort(StrEnum):
    TITLE = "title"
    NEWEST = "newest"


class OfferPermission(StrEnum):
    READ = "offer:read"
    DRAFT = "offer:draft"
    SUBMIT = "offer:submit"
    REVIEW = "offer:review"
    READ_COMMERCIAL = "offer:read-commercial"


class OfferTag(AuditTag):
    CREATED = "offer:created"
    SUBMITTED = "offer:submitted"
    RETURNED = "offer:returned"
    PUBLISHED = "offer:published"
    SUSPENDED = "offer:suspended"
    REINSTATED = "offer:reinstated"
    WITHDRAWN = "offer:withdrawn"
    VERSION_STARTED = "offer:version-started"
    POOL_STARTED = "capacity:pool-started"
    POOL_CHANGED = "capacity:pool-changed"
    CONFIRMED = "offer:confirmed"
    CONFIRMATION_REMINDED = "offer:confirmation-reminded"
    CONFIRMATION_MISSED = "offer:confirmation-missed"
    HIDDEN_AS_STALE = "offer:hidden-as-stale"


class AssuranceState(StrEnum):
    """How sure one can be that what a published offer says is still true."""

    CONFIRMED = "confirmed"
    DUE = "due"
    STALE = "stale"
    HIDDEN = "hidden"


class AssuranceEvent(StrEnum):
    """What happens to a published offer that its supplier does not confirm."""

    REMIND = "remind"
    NOTICE = "notice"
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class AssuranceTerms:
    """How long a confirmation holds; settings of the service."""

    stale_after_months: int = 12
    reminder_days_before: int = 30
    hidden_days_after_notice: int = 30


@dataclass(frozen=True, slots=True)
class Assurance:
    """When an offer was last confirmed, and what has been done since because it was not again."""

    assured_on: date
    reminded_on: date | None = None
    noticed_on: date | None = None
    hidden_on: date | None = None


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """Something that falls on a day: when, who acts, what."""

    when: date
    who: str
    what: AssuranceEvent


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """The answer to one item of the specification, and how or why."""

    response: ItemResponse | None
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class LevelContent:
    """What is offered at one complexity. Price in pounds a place, capacity in places a year."""

    outputs: str = ""
    outcomes_text: str = ""
    outcomes: frozenset[str] = frozenset()
    """Codes of the minimum outcomes that the level works towards."""
    unit_price: Decimal | None = None
    places_a_year: int | None = None
    answers: Mapping[str, ItemAnswer] = field(default_factory=dict, hash=False)
    """By code of the item."""


@dataclass(frozen=True, slots=True)
class OfferContent:
    """Everything that a version of an offer says, by code and as plain values."""

    title: str = ""
    summary: str = ""
    levels: Mapping[Complexity, LevelContent] = field(default_factory=dict, hash=False)
    places: frozenset[str] = frozenset()
    cohorts: frozenset[str] = frozenset()
    women_only: bool = False
    stages: frozenset[str] = frozenset()
    sentence_types: frozenset[str] = frozenset()
    sentence_type_reason: str = ""
    mode: DeliveryMode | None = None
    group_minimum: int | None = None
    group_optimum: int | None = None
    group_maximum: int | None = None
    remote_only: bool = False
    customisation: str = ""
    pre_release_support: str = ""


@dataclass(frozen=True, slots=True)
class SpecifiedLevel:
    """What the specification in force has for the offer's need area at one complexity."""

    availability: Availability
    items: tuple[str, ...] = ()
    """Codes of the effective items, in the specification's order."""
    reason: str = ""
    """Why there are no items, where there are none."""


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """An offer's content beside the reference data that it has to fit."""

    content: OfferContent
    specification: Mapping[Complexity, SpecifiedLevel]
    sentence_types: frozenset[str]
    """Every sentence type there is."""
    cohort_sex: Mapping[str, str | None]
    """The sex of each cohort, None where it is for anyone."""


@dataclass(frozen=True, slots=True, order=True)
class SectionKey:
    """A section of the task list, with its complexity where it belongs to a level."""

    section: Section
    complexity: Complexity | None = None


@dataclass(frozen=True, slots=True)
class Masks:
    """What a published offer serves, as bits: bit n is the row with position n of its kind."""

    complexity: int
    cohort: int
    stage: int
    region: int
    police_force_area: int


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

    @property
    def anything(self) -> bool:
        return any((self.words, self.needs, self.complexities, self.place, self.cohorts, self.stages))


@dataclass(frozen=True, slots=True)
class SubLimit:
    """At most ``places`` a year of a pool in a region (by code), at a complexity, or at both."""

    region: str | None
    complexity: Complexity | None
    places: int


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """A pool's places a year and the limits inside it, from a date on."""

    number: int
    effective_from: date
    places: int
    limits: tuple[SubLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Commitment:
    """Places a year of a pool under a contract; ``region`` is None where the contract spans several."""

    places: int
    complexity: Complexity
    region: str | None
    starts_on: date
    ends_on: date
    contract: str = ""


@dataclass(frozen=True, slots=True)
class Costing:
    """What a place costs its supplier, in pounds; percentages of the direct costs and of the full cost."""

    costs: Mapping[CostKind, Decimal] = field(default_factory=dict, hash=False)
    overhead_percent: Decimal | None = None
    overhead_pounds: Decimal | None = None
    surplus_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriceBand:
    """The price in pounds of every place of a year in which at least ``places_from`` are bought."""

    places_from: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Rise:
    """How a price rises: ``percent`` a year where it is fixed, from a date and every year after it."""

    kind: Indexation = Indexation.NONE
    percent: Decimal | None = None
    starts_on: date | None = None
