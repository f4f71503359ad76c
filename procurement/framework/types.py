"""The framework's words: regimes, states and events, and the plain facts its rules are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from catalogue.partners.types import LinkKind, LinkState
from core.audit.types import AuditTag
from core.calendar import WorkingDays
from core.reasons import Reason


class Regime(StrEnum):
    """The law a framework stands under; stored per framework, never inferred from dates."""

    DPS = "pcr2015-dps"
    """An existing dynamic purchasing system of the Public Contracts Regulations 2015."""
    DYNAMIC_MARKET = "pa2023-dynamic-market"
    """A dynamic market of the Procurement Act 2023."""


WORKING_DAYS: Mapping[Regime, WorkingDays] = {
    Regime.DPS: WorkingDays.PCR2015,
    Regime.DYNAMIC_MARKET: WorkingDays.PA2023,
}


class FrameworkState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CEASED = "ceased"


class ApplicationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_ASSESSMENT = "in_assessment"
    REPRESENTATIONS = "representations"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ApplicationEvent(StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    START_ASSESSMENT = "start_assessment"
    INVITE_REPRESENTATIONS = "invite_representations"
    RECEIVE_REPRESENTATIONS = "receive_representations"
    ADMIT = "admit"
    REFUSE = "refuse"


class MemberState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class MemberEvent(StrEnum):
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REMOVE = "remove"


class AssessmentOutcome(StrEnum):
    """What an assessor found on one point: a question, a condition or a ground for exclusion."""

    MET = "met"
    NOT_MET = "not_met"


class Delivery(StrEnum):
    """Who delivers with an applicant."""

    ALONE = "alone"
    CONSORTIUM = "consortium"
    SUBCONTRACTORS = "subcontractors"


class ChoiceOutcome(StrEnum):
    """What was decided on one category and region of an application."""

    ADMITTED = "admitted"
    REFUSED = "refused"


class ExclusionKind(StrEnum):
    """Whether a ground must lead to exclusion or may."""

    MANDATORY = "mandatory"
    DISCRETIONARY = "discretionary"


class RemovalBasis(StrEnum):
    """Why a membership is to end: the first must lead to removal, the others may (PA 2023 s.37)."""

    DEBARRED = "debarred"
    """On the debarment list on a mandatory ground."""
    EXCLUDED = "excluded"
    """A ground for exclusion applies."""
    CONDITIONS = "conditions"
    """The conditions of membership are no longer met."""


class ConcernKind(StrEnum):
    """What has become known of a supplier since it was admitted, and is to be considered."""

    INSOLVENCY = "insolvency"
    MERGED = "merged"
    """It has been taken up into another organisation and no longer stands by itself."""


class Reservation(StrEnum):
    """The kind of organisation that a lot may be reserved for, where the regime allows it."""

    SUPPORTED_EMPLOYMENT = "supported_employment"
    """At least 30% of its workers are disabled or disadvantaged (PCR 2015 reg 20; PA 2023 s.32)."""
    PUBLIC_MUTUAL = "public_mutual"
    """A mutual with a public service mission (PCR 2015 reg 77; PA 2023 s.33), for light touch services."""


class RuleUnit(StrEnum):
    """What a rule's value is counted in; it also says how the value is written down."""

    WORKING_DAYS = "working days"
    DAYS = "days"
    YEARS = "years"
    MEMBERS = "members"
    POUNDS = "pounds"
    PERCENT = "percent"
    TIMES = "times the value"
    YES_NO = "yes or no"


RuleValue = int | bool | Decimal | None


@dataclass(frozen=True, slots=True)
class RuleParameter:
    """One rule of a framework: its value, what it is counted in, whence it comes, whether it may vary.

    `asked` says that whoever sets a framework up is asked for it: what may vary, and what people are tempted
    to write although the regime forbids it, which is then refused naming the provision.
    """

    code: str
    value: RuleValue
    unit: RuleUnit
    source: str
    may_vary: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """One category: a need area, the regions it is let in, and its band of lot values.

    Values are pounds over the lot's whole term. The band holds its lower end and not its upper one, so that
    neighbouring bands never share a lot; None for no upper end.
    """

    code: str
    need_area: str
    regions: frozenset[str]
    value_from: Decimal = Decimal(0)
    value_below: Decimal | None = None
    turnover_floor: Decimal | None = None
    """Least income in the last year, in pounds, that a member shows; None where none is asked for."""
    floor_by_group: bool = False
    """Whether the members of a consortium reach it together."""


@dataclass(frozen=True, slots=True)
class LotNeed:
    """What decides who is invited to a lot: its need areas, the regions its places lie in, its value.

    `value` is pounds over the whole term. `holds_all` says that a bidder must hold the categories of all
    the need areas; without it a lot may name one need area only.
    """

    need_areas: frozenset[str]
    regions: frozenset[str]
    value: Decimal
    holds_all: bool = False
    reserved_for: Reservation | None = None
    """The kind of organisation that it is reserved for; None for any member."""


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """One supplier's standing in one category and region."""

    category: str
    region: str
    state: MemberState


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """All that is known of one supplier: its memberships and its open applications."""

    memberships: tuple[MembershipFacts, ...] = ()
    pending: frozenset[tuple[str, str]] = frozenset()
    """(category, region) of applications submitted and not yet decided."""
    consortium: tuple[MembershipFacts, ...] = ()
    """The memberships of those that have confirmed to deliver with it as members of its consortium."""
    kinds: frozenset[Reservation] = frozenset()
    """What it says it is, of the kinds that a lot may be reserved for."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a supplier is invited to a lot, and each reason why not (or what its standing rests on)."""

    invited: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameworkFacts:
    """A framework as its rules see it. `ends_on` is its last day."""

    regime: Regime
    state: FrameworkState
    ends_on: date | None = None
    categories: tuple[CategoryFacts, ...] = ()
    starts_on: date | None = None
    suspension_stops_invitations: bool = True
    """Whether the published terms say that a suspended member is not invited."""


@dataclass(frozen=True, slots=True)
class SetupFacts:
    """A framework that is being set up, as far as its publication hangs on it."""

    framework: FrameworkFacts
    market_reference: str = ""
    noticed_on: date | None = None
    """The day of the notice by which a dynamic purchasing system was established."""
    questions: int = 0
    asks_for_income: bool = True
    """The question is asked against which a category's turnover floor is held."""
    intention_announced: bool = False
    """The intention to establish a dynamic market was given to the notices."""


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A partner that an application cites: from its supply chain, or as it was when it was handed in.

    `key` is the party's identifier, `link` that of the supply chain, `above` the link it stands under.
    """

    key: str
    link: str
    name: str
    kind: LinkKind
    tier: int = 1
    above: str = ""
    state: LinkState = LinkState.NAMED
    relied_on: bool = False
    declared: bool = False
    grounds: frozenset[ExclusionKind] = frozenset()
    """The kinds of ground for exclusion that it declared."""
    outcome: AssessmentOutcome | None = None
    replacement_asked: bool = False
    replacement_due_on: date | None = None
    left: bool = False


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """An application to be submitted: what of it is filled in."""

    state: ApplicationState
    categories: frozenset[tuple[str, str]] = frozenset()
    """(category, region) applied for."""
    unanswered: tuple[str, ...] = ()
    """Codes of the required questions without an answer."""
    declaration_signed: bool = False
    held: frozenset[tuple[str, str]] = frozenset()
    """(category, region) in which the supplier is a member already."""
    delivery: Delivery = Delivery.ALONE
    parties: tuple[PartyFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One point of an assessment: an answered question, what its rule says of the answer, what was found."""

    code: str
    by_rule: AssessmentOutcome | None = None
    outcome: AssessmentOutcome | None = None
    ground: ExclusionKind | None = None
    """Set where the question asks for a ground of exclusion."""
    categories: frozenset[str] = frozenset()
    """The categories that alone ask it; empty where it counts for every one."""


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    """An assessed application: each point with what was found, by whom, and the exclusion grounds found."""

    state: ApplicationState
    outcomes: Mapping[str, AssessmentOutcome | None] = field(default_factory=dict, hash=False)
    asked_by: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    """The categories of each point that some alone ask; a point that is not here counts for all."""
    mandatory_grounds: frozenset[str] = frozenset()
    discretionary_grounds: frozenset[str] = frozenset()
    self_cleaning_accepted: frozenset[str] = frozenset()
    representations_invited: bool = False
    representations_due_over: bool = False
    """The time for representations is over, or they were received."""
    assessed_by_own_organisation: bool = False
    """The assessor belongs to the applicant's organisation."""
    conflict_declared: bool = False


@dataclass(frozen=True, slots=True)
class DecisionClock:
    """When an application is to be decided: the last day, how many working days that is, whence it comes."""

    due_on: date
    working_days: int
    source: str
    extended: bool = False


@dataclass(frozen=True, slots=True)
class ConditionFacts:
    """The conditions a framework's author has written, for the lint of what its regime forbids.

    Money in pounds, percentages of the estimated contract value.
    """

    regime: Regime
    member_cap: int | None = None
    admissions_close_on: date | None = None
    first_window_days: int | None = None
    joining_fee: Decimal | None = None
    award_fee_percent: Decimal | None = None
    award_fee_fixed: bool = True
    turnover_multiple: Decimal | None = None
    """Least yearly turnover asked for, as a multiple of the contract's value."""
    asks_audited_accounts: bool = False
    asks_insurance_before_award: bool = False
    asks_earlier_award_by: bool = False
    equivalents_allowed: bool = True
    ends_on: date | None = None
    established_before_2025_02_24: bool = False


class FrameworkPermission(StrEnum):
    MANAGE = "framework:manage"
    ASSESS = "application:assess"
    APPLY = "application:draft"
    SUBMIT_APPLICATION = "application:submit"
    READ_APPLICATION = "application:read"


class FrameworkTag(AuditTag):
    FRAMEWORK_CREATED = "framework:created"
    FRAMEWORK_ANNOUNCED = "framework:announced"
    FRAMEWORK_PUBLISHED = "framework:published"
    FRAMEWORK_CEASED = "framework:ceased"
    APPLICATION_STARTED = "application:started"
    APPLICATION_SUBMITTED = "application:submitted"
    APPLICATION_WITHDRAWN = "application:withdrawn"
    ASSESSMENT_STARTED = "application:assessment-started"
    ASSESSMENT_TAKEN_OVER = "application:assessment-taken-over"
    POINTS_JUDGED = "application:points-judged"
    DECISION_EXTENDED = "application:decision-extended"
    CLARIFICATION_ASKED = "application:clarification-asked"
    CLARIFICATION_ANSWERED = "application:clarification-answered"
    PARTIES_JUDGED = "application:parties-judged"
    REPLACEMENT_ASKED = "application:replacement-asked"
    PARTY_REPLACED = "application:party-replaced"
    REPRESENTATIONS_INVITED = "application:representations-invited"
    REPRESENTATIONS_RECEIVED = "application:representations-received"
    APPLICATION_ADMITTED = "application:admitted"
    APPLICATION_REFUSED = "application:refused"
    MEMBER_SUSPENDED = "member:suspended"
    MEMBER_REINSTATED = "member:reinstated"
    MEMBER_REMOVAL_INTENDED = "member:removal-intended"
    MEMBER_REMOVED = "member:removed"
    CONCERN_RAISED = "member:concern-raised"
    CONCERN_SETTLED = "member:concern-settled"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the queue of applications shows: waiting ones by default."""

    framework: str = ""
    state: str = "waiting"
    mine: bool = False


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Which members a list shows: by words of the name, need area, region (codes) and state."""

    words: str = ""
    need_area: str = ""
    region: str = ""
    state: str = ""
