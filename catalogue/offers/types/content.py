"""What an offer says, as plain values by code, and what it has to fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from catalogue.offers.types.capacity import PriceBand
from catalogue.offers.types.words import (
    AssuranceEvent,
    DeliveryMode,
    EvidenceKind,
    Indexation,
    Intake,
    ItemResponse,
    OutputUnit,
    RemoteDelivery,
    Section,
    Step,
)
from catalogue.reference.types import Availability, Complexity, Phase


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
class Method:
    """How one phase is done: words beside facts. Contacts are calls and messages between the sessions."""

    words: str = ""
    sessions: int | None = None
    weeks: int | None = None
    contacts: int | None = None

    def __bool__(self) -> bool:
        return self != Method()


@dataclass(frozen=True, slots=True)
class Output:
    """One thing that one person receives: how many, in what unit, by which week from the start."""

    what: str = ""
    quantity: int | None = None
    unit: OutputUnit | None = None
    by_week: int | None = None

    def __bool__(self) -> bool:
        return self != Output()


@dataclass(frozen=True, slots=True)
class OutcomeTarget:
    """How an outcome is measured, and by how many percent of the people who start it is reached."""

    measure: str = ""
    target_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that the service rests on; a quality mark (by code) holds up to and including a day."""

    kind: EvidenceKind | None = None
    mark: str = ""
    title: str = ""
    year: int | None = None
    expires_on: date | None = None
    reference: str = ""
    """An address or a citation."""
    shows: str = ""

    def __bool__(self) -> bool:
        return self != Evidence()


@dataclass(frozen=True, slots=True)
class LevelContent:
    """What is offered at one complexity. Price in pounds a place, capacity in places a year."""

    methods: Mapping[Phase, Method] = field(default_factory=dict, hash=False)
    output_rows: tuple[Output, ...] = ()
    outputs: str = ""
    """What the rows cannot say."""
    outcomes: Mapping[str, OutcomeTarget] = field(default_factory=dict, hash=False)
    """By codes of the minimum outcomes that the level works towards."""
    outcomes_text: str = ""
    customisation: str = ""
    """How the service differs for people with this level of need."""
    unit_price: Decimal | None = None
    bands: tuple[PriceBand, ...] = ()
    band_reason: str = ""
    """Why a larger volume costs more a place, where it does."""
    pool: str = ""
    """The shared pool that it draws on; empty where the places are the offer's own."""
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
    group_sessions: int | None = None
    individual_sessions: int | None = None
    """One to one, by themselves or beside the group."""
    session_minutes: int | None = None
    sessions_a_week: int | None = None
    intake: Intake | None = None
    remote: RemoteDelivery | None = None
    customisation: str = ""
    """What holds for all, such as whether groups are mixed."""
    cohort_customisation: Mapping[str, str] = field(default_factory=dict, hash=False)
    """How the service differs for each cohort that it claims to serve, by code."""
    pre_release_support: str = ""
    weeks_before_release: int | None = None
    reaches_in: bool | None = None
    """Whether staff visit people in prison before release; None while nothing is said."""
    reach_in_visits: int | None = None
    meets_at_gate: bool | None = None
    move_on_support: str = ""
    beside_prison_services: str = ""
    """How it avoids repeating what the prison provides."""
    counts_as_rar: bool | None = None
    rar_days: int | None = None
    rar_activity: str = ""
    unmet_needs: str = ""
    """Which needs it addresses that accredited programmes and treatment requirements do not meet."""
    proportionate: str = ""
    """How the effort is proportionate to the likelihood of reconviction."""
    motivation: str = ""
    """How a motivating relationship is at its core."""
    links_onward: str = ""
    """Which other agencies go on supporting people afterwards."""
    languages: frozenset[str] = frozenset()
    interpreters: bool = False
    volunteers: bool | None = None
    mentoring: bool | None = None
    volunteer_number: int | None = None
    """Volunteers and mentors together."""
    volunteer_support: str = ""
    """How they are trained and supervised."""
    evidence: tuple[Evidence, ...] = ()
    places_together: int | None = None
    """Of the offer's own places a year, all complexities together; None where its levels add up."""
    indexation: Indexation | None = None
    indexation_percent: Decimal | None = None
    indexation_from: date | None = None


VERSION_FACTS = (
    "title",
    "summary",
    "women_only",
    "sentence_type_reason",
    "mode",
    "group_minimum",
    "group_optimum",
    "group_maximum",
    "group_sessions",
    "individual_sessions",
    "session_minutes",
    "sessions_a_week",
    "intake",
    "remote",
    "customisation",
    "pre_release_support",
    "weeks_before_release",
    "reaches_in",
    "reach_in_visits",
    "meets_at_gate",
    "move_on_support",
    "beside_prison_services",
    "counts_as_rar",
    "rar_days",
    "rar_activity",
    "unmet_needs",
    "proportionate",
    "motivation",
    "links_onward",
    "interpreters",
    "volunteers",
    "mentoring",
    "volunteer_number",
    "volunteer_support",
    "places_together",
    "indexation",
    "indexation_percent",
    "indexation_from",
)
"""What a version's row holds under the name that its content has: read, copied and compared one by one."""
LEVEL_FACTS = ("outputs", "outcomes_text", "customisation", "unit_price", "band_reason", "places_a_year")
"""The same of the row of a level."""


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
    plain_cohorts: frozenset[str] = frozenset()
    """Cohorts that a service need not be fitted to: men of any age and circumstances."""
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    """The name of every place and the code of its region: a region's own, and none of the nation."""
    member_regions: frozenset[str] = frozenset()
    """Where an active membership for the need area lets the supplier's offers stand."""
    today: date = date.min
    """The day on which quality marks must hold."""
    pool_places: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Places a year of each shared pool of the supplier."""


@dataclass(frozen=True, slots=True, order=True)
class StepKey:
    """A step of writing an offer, with its complexity where there is one page for each."""

    step: Step
    complexity: Complexity | None = None

    @property
    def code(self) -> str:
        """The step in addresses and rows: ``people``, or ``method-low`` where there is one for each level."""
        return str(self.step) if self.complexity is None else f"{self.step}-{self.complexity}"


@dataclass(frozen=True, slots=True, order=True)
class SectionKey:
    """A section of the task list, with its complexity where it belongs to a level."""

    section: Section
    complexity: Complexity | None = None
