"""The call-off in words: states, events, formulas, tie-breaks, and the facts that its rules are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from procurement.calloffs.delegations.types import DelegationFacts
from procurement.calloffs.drafting.types.deeds import CallOffPermission as CallOffPermission
from procurement.calloffs.drafting.types.deeds import CallOffTag as CallOffTag
from procurement.calloffs.drafting.types.joint import PartnerFacts
from procurement.framework.types import CategoryFacts, FrameworkState, Regime, Reservation


class CallOffState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    CLOSED = "closed"
    """Derived: published, and the deadline has come. Never stored."""
    QUALITY_OPENED = "quality_opened"
    QUALITY_SCORED = "quality_scored"
    CONSENSUS = "consensus"
    """Consensus reached on every score, and quality locked."""
    PRICE_OPENED = "price_opened"
    RECOMMENDED = "recommended"
    AWARD_APPROVED = "award_approved"
    SUMMARIES_SENT = "summaries_sent"
    AWARD_NOTICE = "award_notice"
    STANDSTILL = "standstill"
    CONTRACTED = "contracted"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class CallOffEvent(StrEnum):
    APPROVE = "approve"
    RETURN_TO_DRAFT = "return_to_draft"
    PUBLISH = "publish"
    OPEN_QUALITY = "open_quality"
    COMPLETE_SCORING = "complete_scoring"
    LOCK_QUALITY = "lock_quality"
    OPEN_PRICE = "open_price"
    RECOMMEND = "recommend"
    RETURN_RECOMMENDATION = "return_recommendation"
    APPROVE_AWARD = "approve_award"
    SEND_SUMMARIES = "send_summaries"
    PUBLISH_AWARD_NOTICE = "publish_award_notice"
    START_STANDSTILL = "start_standstill"
    CONTRACT = "contract"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


class LotState(StrEnum):
    OPEN = "open"
    FAILED = "failed"
    RE_RUN = "re_run"
    AWARDED = "awarded"
    CONTRACTED = "contracted"


class LotEvent(StrEnum):
    FAIL = "fail"
    AWARD = "award"
    AWARD_DIRECTLY = "award_directly"
    RE_RUN = "re_run"
    CONTRACT = "contract"


class FailureCause(StrEnum):
    """Why a lot failed; the coverage page shows it."""

    NO_BID = "no_bid"
    NO_COMPLIANT_BID = "no_compliant_bid"
    ALL_WITHDRAWN = "all_withdrawn"


class Sharing(StrEnum):
    """How the volume of a lot is shared between its suppliers, as published."""

    FIXED = "fixed"
    """Percentages by rank that stay."""
    BY_RANK = "by_rank"
    """The first takes all until it is full, then the next."""
    BY_PERFORMANCE = "by_performance"
    """Percentages to begin with, which recorded reviews move within bounds."""


class Dealing(StrEnum):
    """With what chance each supplier of a lot is dealt a person who is referred."""

    EQUAL = "equal"
    WEIGHTED = "weighted"
    """In proportion to the shares in force."""


@dataclass(frozen=True, slots=True)
class SharingTerms:
    """How many suppliers a lot has and how they share it; percentages by rank, bounds for reviews."""

    suppliers: int = 1
    sharing: Sharing | None = None
    shares: tuple[Decimal, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    review_months: int | None = None
    measures: str = ""
    dealing: Dealing | None = None


class Envelope(StrEnum):
    """The two sealed parts of a bid, each with a key of its own."""

    QUALITY = "quality"
    PRICE = "price"


class CriterionKind(StrEnum):
    QUALITY = "quality"
    SOCIAL_VALUE = "social_value"
    PRICE = "price"


class PriceModel(StrEnum):
    """What a bidder is asked to price."""

    UNIT_PRICE = "unit_price"
    """A price per person for each need area and complexity of the lot."""
    FIXED_PRICE = "fixed_price"
    """The authority states the price; bids compete on quality alone."""


class PriceFormula(StrEnum):
    """How prices become scores (rules.md, Scoring)."""

    RELATIVE_LOWEST = "relative_lowest"
    MEAN_DEVIATION = "mean_deviation"
    OPTIMAL_PRICE = "optimal_price"
    QUALITY_ONLY = "quality_only"
    PRICE_PER_QUALITY_POINT = "price_per_quality_point"


class TieBreak(StrEnum):
    """Which of two equal bids ranks first, published in advance."""

    HIGHER_QUALITY = "higher_quality"
    LOWER_PRICE = "lower_price"
    FIRST_CRITERION = "first_criterion"
    """The higher score on the heaviest quality criterion, then on the next."""
    DRAW = "draw"
    """A draw before two witnesses, recorded."""


class StaffTransfer(StrEnum):
    """Whether staff of the present provider go over to the new one (TUPE), as far as the authority knows."""

    APPLIES = "applies"
    DOES_NOT_APPLY = "does_not_apply"
    NOT_KNOWN = "not_known"
    """Suppliers take their own advice; what the present provider says is passed on."""


class Role(StrEnum):
    """Who acts at a milestone of the timetable."""

    COMMISSIONER = "commissioner"
    SUPPLIERS = "suppliers"
    OFFICERS = "officers"
    EVALUATORS = "evaluators"
    APPROVER = "approver"


class Milestone(StrEnum):
    """The timed events of a call-off, in order."""

    INVITATION = "invitation"
    QUESTIONS_CLOSE = "questions_close"
    ANSWERS_DUE = "answers_due"
    BIDS_CLOSE = "bids_close"
    QUALITY_OPENS = "quality_opens"
    SCORES_DUE = "scores_due"
    CONSENSUS_DUE = "consensus_due"
    PRICE_OPENS = "price_opens"
    RECOMMENDATION_DUE = "recommendation_due"
    AWARD_DECISION_DUE = "award_decision_due"
    SUMMARIES_DUE = "summaries_due"
    AWARD_NOTICE_DUE = "award_notice_due"
    STANDSTILL_ENDS = "standstill_ends"
    CONTRACT_FROM = "contract_from"
    CONTRACT_NOTICE_DUE = "contract_notice_due"
    SERVICE_STARTS = "service_starts"


@dataclass(frozen=True, slots=True)
class Scale:
    """A scoring scale of whole steps from 0 to `most`; `descriptors[n]` says what a score of n means."""

    code: str
    name: str
    descriptors: tuple[str, ...]

    @property
    def most(self) -> int:
        """The highest score."""
        return len(self.descriptors) - 1


@dataclass(frozen=True, slots=True)
class CriterionFacts:
    """One criterion as it would be published. `weight` is percent of the whole, price included."""

    code: str
    kind: CriterionKind
    weight: Decimal
    questions: int = 1
    """How many questions a bidder answers under it; a price criterion has none."""
    threshold: Decimal | None = None
    """Least score on the scale; a bid below it is not ranked."""


@dataclass(frozen=True, slots=True)
class LotFacts:
    """One lot of a draft. Volumes are people a year; money is pounds over the whole term."""

    number: int
    need_areas: frozenset[str] = frozenset()
    services: frozenset[tuple[str, str]] = frozenset()
    """(need area, complexity) pairs asked for."""
    places: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    """The regions that the places lie in."""
    cohorts: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    volumes: Mapping[tuple[str, str], int] = field(default_factory=dict, hash=False)
    term_months: int | None = None
    starts_on: date | None = None
    budget: Decimal | None = None
    holds_all: bool = False
    eligible_members: int | None = None
    few_members_reason: str | None = None
    ranges: Mapping[tuple[str, str], tuple[int | None, int | None]] = field(default_factory=dict, hash=False)
    """The lowest and highest number of people a year that the authority expects of a service."""
    volume_source: str = ""
    fixed_prices: Mapping[tuple[str, str], Decimal] = field(default_factory=dict, hash=False)
    """Pounds a person that the authority states, by service."""
    extensions: int = 0
    extension_months: int | None = None
    mobilisation_weeks: int | None = None
    reserved_for: Reservation | None = None


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """A call-off before it is published, and what its framework and its people say about it.

    `declarations` maps a person's key to whether that person declared a conflict (True) or none (False);
    a person without an entry has not declared.
    """

    regime: Regime
    state: CallOffState = CallOffState.DRAFT
    framework_state: FrameworkState = FrameworkState.PUBLISHED
    framework_starts_on: date | None = None
    framework_ends_on: date | None = None
    need: str = ""
    categories: tuple[CategoryFacts, ...] = ()
    available_services: frozenset[tuple[str, str]] = frozenset()
    """(need area, complexity) pairs that the specification offers."""
    deadline: datetime | None = None
    questions_close_at: datetime | None = None
    lots: tuple[LotFacts, ...] = ()
    lots_considered: str | None = None
    criteria: tuple[CriterionFacts, ...] = ()
    price_model: PriceModel = PriceModel.UNIT_PRICE
    price_formula: PriceFormula = PriceFormula.RELATIVE_LOWEST
    optimal_price: Decimal | None = None
    tie_break: TieBreak | None = None
    drafters: frozenset[int] = frozenset()
    officers: frozenset[int] = frozenset()
    evaluators: frozenset[int] = frozenset()
    approver: int | None = None
    declarations: Mapping[int, bool] = field(default_factory=dict, hash=False)
    conflicts_assessed: bool = False
    """The assessment of conflicts of the whole procurement is recorded (PA 2023 s.83)."""
    tender_days: int = 10
    """The least days from the invitation to the deadline, as the framework has published them."""
    tender_source: str = ""
    """Whence that comes, where the framework says so."""
    standstill: bool = False
    standstill_days: int | None = None
    payment_days: int = 30
    staff_transfer: StaffTransfer | None = None
    staff_transfer_note: str = ""
    lead_share: Decimal | None = None
    partners: tuple[PartnerFacts, ...] = ()
    delegations: tuple[DelegationFacts, ...] = ()
    """Those of the lead authority that name the approver, as holder or deputy."""


@dataclass(frozen=True, slots=True)
class Burden:
    """What a bid for one lot takes: words at most, minutes of work, and how that compares.

    `yearly_value` is in pounds; `ratio` is words asked for each £100,000 of it; `heavier_than` is the
    percentage of published lots that ask fewer words for their value.
    """

    lot: int
    questions: int
    words: int
    minutes: int
    yearly_value: Decimal | None = None
    ratio: Decimal | None = None
    heavier_than: int | None = None


@dataclass(frozen=True, slots=True)
class TimetableFacts:
    """What a timetable is computed from: what is fixed, what has happened, what was chosen.

    `happened` holds the moments of milestones that are past; every later date is computed from them.
    Spans are working days of the regime.
    """

    regime: Regime
    deadline: datetime
    invited_at: datetime
    questions_close_at: datetime | None = None
    standstill: bool = False
    standstill_days: int | None = None
    """The length of a standstill that the framework has published; the regime's own where None."""
    starts_on: date | None = None
    happened: Mapping[Milestone, datetime] = field(default_factory=dict, hash=False)
    scoring_days: int = 10
    consensus_days: int = 3
    recommendation_days: int = 3
    approval_days: int = 5
    letters_days: int = 2


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """One line of the timetable: what, who, when (UTC moment, or a day), and by which rule.

    `on` is None where the bank holidays are not known that far ahead; `done` where it has happened.
    """

    milestone: Milestone
    who: Role
    on: date | None
    at: datetime | None
    source: str
    done: bool = False


class AmendedField(StrEnum):
    """What of a published call-off can still be changed, for everyone; each is the name of an attribute."""

    NEED = "need"
    DATA_SHARING = "data_sharing"
    DEADLINE = "deadline"
    QUESTIONS_CLOSE = "questions_close_at"
    DESCRIPTION = "description"
    STARTS_ON = "starts_on"
    VOLUME = "volume"
    STAFF_TRANSFER = "staff_transfer_note"
    VOLUME_SOURCE = "volume_source"
    VOLUME_LOW = "volume_low"
    VOLUME_HIGH = "volume_high"
    MOBILISATION = "mobilisation_weeks"


@dataclass(frozen=True, slots=True)
class AmendableLot:
    """What of a lot can be amended. Volumes are people a year by (need area, complexity)."""

    description: str
    starts_on: date
    volumes: Mapping[tuple[str, str], int] = field(default_factory=dict, hash=False)
    volume_source: str = ""
    mobilisation_weeks: int | None = None
    lows: Mapping[tuple[str, str], int | None] = field(default_factory=dict, hash=False)
    highs: Mapping[tuple[str, str], int | None] = field(default_factory=dict, hash=False)

    def replaced(self, **values: Any) -> "AmendableLot":
        """The same with some values changed."""
        return replace(self, **values)


@dataclass(frozen=True, slots=True)
class Amendable:
    """What of a published call-off can be amended; its lots by number."""

    need: str
    data_sharing: str
    deadline: datetime
    questions_close_at: datetime | None
    staff_transfer_note: str = ""
    lots: Mapping[int, AmendableLot] = field(default_factory=dict, hash=False)

    def replaced(self, **values: Any) -> "Amendable":
        """The same with some values changed."""
        return replace(self, **values)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what, before, after; of which lot, and for a volume of which service."""

    field: AmendedField
    before: Any
    after: Any
    lot: int | None = None
    service: tuple[str, str] | None = None


class Duty(StrEnum):
    """What a person does in one call-off; each declares conflicts before access (PA 2023 s.81)."""

    DRAFTER = "drafter"
    OPENING_OFFICER = "opening_officer"
    EVALUATOR = "evaluator"
    APPROVER = "approver"


class NoticeKind(StrEnum):
    """What everyone concerned was told after publication, or the drafters before it."""

    RETURNED = "returned"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    CANCELLED = "cancelled"


APPROVER_ROLE = "approver"
"""The role whose holders are written to when their authority is to approve."""

SUPPLIER_ADMINISTRATOR = "supplier-administrator"
"""The role whose holders are written to when their organisation is invited."""
