"""Evaluation in words: scales, scores, rankings, and the plain facts that its rules are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.audit.types import AuditTag
from procurement.calloffs.drafting.types import CallOffState, CriterionKind, Envelope, PriceFormula, TieBreak
from procurement.framework.types import ApplicationState, Regime


class ScoreState(StrEnum):
    """An evaluator's score is the evaluator's own until it is submitted, and never changes after."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


class BidOutcome(StrEnum):
    """What became of a bid, for its letter."""

    SUCCESSFUL = "successful"
    EXCLUDED = "excluded"
    UNSUCCESSFUL = "unsuccessful"
    BELOW_THRESHOLD = "below_threshold"
    SET_ASIDE = "set_aside"
    """The lot was awarded to nobody."""
    REMOVED = "removed"
    """Withdrawn after opening, or set aside."""


class CheckOutcome(StrEnum):
    """What the check at award found of a party to a bid."""

    CLEAR = "clear"
    CONSIDERED = "considered"
    """Something is known of it; considered, and no bar to the award."""
    EXCLUDED = "excluded"


class NoBid(StrEnum):
    """Why a submitted bid is not evaluated (any more)."""

    WITHDRAWN = "withdrawn"
    EXCLUDED = "excluded"
    NOT_ADMITTED = "not_admitted"
    ABNORMALLY_LOW = "abnormally_low"
    NOT_COMPLIANT = "not_compliant"


class Succession(StrEnum):
    """What a new evaluator does about what the one before has scored."""

    THE_REST = "the_rest"
    """Submitted scores stand; the successor scores what is missing."""
    EVERYTHING = "everything"
    """Submitted scores stay on record and count no more; the successor scores all again."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """Who took over from whom, and what became of the scores given before."""

    leaver: int
    successor: int
    succession: Succession


class InquiryKind(StrEnum):
    """What one bidder may be asked after opening."""

    CLARIFICATION = "clarification"
    LOW_PRICE = "low_price"


class CorrectionRule(StrEnum):
    """The stated rules of arithmetic correction; nothing else of a price is ever changed."""

    DECIMAL_POINT = "decimal_point"
    """The decimal point is in the wrong place: the figures are the same, ten times up or down."""
    TOTAL_FOR_VOLUME = "total_for_volume"
    """The price of the whole volume was stated for one person: divided by the volume, to the penny."""
    SUM_OF_PARTS = "sum_of_parts"
    """The bid's own parts add up to another sum: the parts prevail."""


REMOVAL_WORDS = {
    NoBid.WITHDRAWN: "Withdrawn by the bidder after opening",
    NoBid.EXCLUDED: "Set aside: the bidder is excluded",
    NoBid.NOT_ADMITTED: "Set aside: the bidder was not admitted to the framework",
    NoBid.ABNORMALLY_LOW: "Set aside: the price is abnormally low and was not explained",
    NoBid.NOT_COMPLIANT: "Set aside: the bid does not meet the conditions that were published",
}
"""What a result and a letter say of a bid that is evaluated no more."""


@dataclass(frozen=True, slots=True)
class WeightedCriterion:
    """A criterion as published: `weight` percent of the whole, `threshold` the least score on the scale."""

    code: str
    kind: CriterionKind
    weight: Decimal
    threshold: Decimal | None = None
    scale_most: int = 5


@dataclass(frozen=True, slots=True)
class ScoredBid:
    """One bid of a lot: the consensus score of each quality criterion, and its evaluated price in pounds."""

    key: str
    consensus: Mapping[str, Decimal] = field(hash=False)
    price: Decimal | None = None
    draw: int | None = None
    """Its place in a recorded draw, where one was held."""


@dataclass(frozen=True, slots=True)
class PriceRule:
    """The published way from prices to scores. `weight` is the price criterion's, percent of the whole."""

    formula: PriceFormula
    weight: Decimal = Decimal(0)
    optimal: Decimal | None = None
    most: Decimal | None = None
    """Highest price of the optimal-price formula; the highest price bid where it is not stated."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A bid in the ranking. `rank` is None where a threshold was missed; equal ranks mean an open tie."""

    key: str
    rank: int | None
    quality: Decimal
    price_score: Decimal
    total: Decimal
    criterion_scores: Mapping[str, Decimal] = field(hash=False)
    """Criterion code → weighted score, the price criterion left out."""
    price: Decimal | None = None
    price_per_point: Decimal | None = None
    below_threshold: tuple[str, ...] = ()
    tied_with: tuple[str, ...] = ()
    tie_broken_by: TieBreak | None = None


@dataclass(frozen=True, slots=True)
class IntegrityBid:
    """A submitted bid as a review sees it, one that was set aside too."""

    key: str
    supplier: str
    supplier_id: int
    price: Decimal | None = None
    unit_prices: tuple[Decimal, ...] = ()
    """In the order of the lot's services; empty where none is known."""
    rank: int | None = None
    people: frozenset[int] = frozenset()
    """The people of the bidder's organisation."""
    partners: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Whom its supply chain names: a stable key (`organisation:7` for one on the platform) → the name."""
    corrected: bool = False
    low_price_accepted: bool = False


@dataclass(frozen=True, slots=True)
class IntegrityLot:
    """A lot with its bids; `steps_to_flip` is the smallest change of one score that flips first place."""

    number: int
    bids: tuple[IntegrityBid, ...]
    winner: str | None = None
    invited: int = 0
    steps_to_flip: int | None = None


@dataclass(frozen=True, slots=True)
class ScoresOfPlace:
    """What was given on one question of one bid: by person, agreed, and how often agreed anew."""

    bid: str
    supplier: str
    criterion: str
    criterion_key: int
    most: int
    scores: Mapping[int, int] = field(hash=False)
    names: Mapping[int, str] = field(default_factory=dict, hash=False)
    agreed: int | None = None
    versions: int = 0


@dataclass(frozen=True, slots=True)
class IntegrityFacts:
    """A call-off whose prices are open, for review. People are (key, name)."""

    lots: tuple[IntegrityLot, ...] = ()
    places: tuple[ScoresOfPlace, ...] = ()
    replaced: tuple[tuple[int, str], ...] = ()
    late_conflicts: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewPrompt:
    """A pattern to look at. `subject` names what it is about, so that a dismissal finds it again."""

    code: str
    subject: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class LotSheet:
    """What is computed for one lot. Prices are pounds for one person, `services` (name, people a year)."""

    number: int
    title: str
    months: int
    services: Sequence[tuple[str, int]]
    unit_prices: Sequence[Sequence[Decimal]]
    """By bid, in the order of `bids` and of `services`; empty where the price is fixed."""
    bids: Sequence[ScoredBid]
    suppliers: Sequence[str]
    ranking: Sequence[Ranked]


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """One consensus score of one bid, changed."""

    bid: str
    criterion: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What would flip first place: the smallest changes of one score, and the winner's price.

    `changes` is empty where no change of a single score does; `price` is None where no price does.
    """

    winner: str
    changes: tuple[ScoreChange, ...]
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """What two officers ask for when they open an envelope."""

    envelope: Envelope
    state: CallOffState
    deadline: datetime
    officers: frozenset[int]
    """The officers named before publication."""
    releasing: tuple[int, ...]
    """The officers who ask for it now, in the order in which they confirmed."""
    declarations: Mapping[int, bool] = field(default_factory=dict, hash=False)
    quality_locked: bool = False
    clarifications_unanswered: int = 0


@dataclass(frozen=True, slots=True)
class ConsensusFacts:
    """The consensus on one criterion of one bid, beside the panel's submitted scores."""

    bid: str
    criterion: str
    scores: Mapping[int, int] = field(default_factory=dict, hash=False)
    """Evaluator → submitted score."""
    assigned: frozenset[int] = frozenset()
    agreed: int | None = None
    reason: str | None = None
    scale_most: int = 5
    few_reason: str = ""
    """Why fewer than two people score it."""


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """The panel of a call-off and everything it has agreed."""

    state: CallOffState
    evaluators: frozenset[int]
    declarations: Mapping[int, bool] = field(default_factory=dict, hash=False)
    consensus: tuple[ConsensusFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """A lot about to be recommended or awarded to one bid."""

    state: CallOffState
    regime: Regime
    ranking: tuple[Ranked, ...]
    winner: str | None
    place: int = 1
    """Its place in the award, where the lot has several suppliers."""
    recommender: int | None = None
    approver: int | None = None
    declarations: Mapping[int, bool] = field(default_factory=dict, hash=False)
    reason: str | None = None
    winner_application: ApplicationState | None = None
    """The state of the winner's application where it bid while that was pending."""
    parties_unchecked: tuple[str, ...] = ()
    """Names of partners, and of what is on record of the winner, that nobody has considered at award."""
    parties_excluded: tuple[str, ...] = ()
    winner_excluded: bool | None = None
    """What the check of exclusion grounds at award found; None while it has not been made."""
    abnormally_low_open: frozenset[str] = frozenset()
    """Bids asked to explain an abnormally low price and not yet decided."""
    budget: Decimal | None = None
    """Pounds over the lot's term."""
    value: Decimal | None = None
    """Pounds over the lot's term at the winner's prices."""


@dataclass(frozen=True, slots=True)
class SigningFacts:
    """A contract about to be made; the standstill starts on the day of the notice (DPS: of the letters)."""

    state: CallOffState
    regime: Regime
    summaries_sent_at: datetime | None
    award_notice_at: datetime | None
    standstill_chosen: bool
    standstill_started_on: date | None
    challenged: bool = False
    standstill_days: int | None = None
    """The length that the framework has published; the regime's own where None."""


@dataclass(frozen=True, slots=True)
class AbnormallyLowTest:
    """When a price is low enough to ask about it. Percentages; None leaves that half of the test out.

    With both halves, both must hold. Never a rejection: ask, hear, decide (PCR 2015 reg 69; PA 2023 s.19).
    """

    below_mean: Decimal | None
    below_next: Decimal | None
    mean_without_highest: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """A price to ask about, and the figures that raised the question (percent)."""

    bid: str
    below_mean: Decimal | None
    below_next: Decimal | None
    test: int
    """Which of the configured tests, counted from 0."""


class EvaluationTag(AuditTag):
    ENVELOPE_RELEASED = "envelope:released"
    ENVELOPE_OPENED = "envelope:opened"
    BIDS_READ = "bid:read"
    SCORES_SUBMITTED = "score:submitted"
    SCORING_COMPLETED = "score:completed"
    CONSENSUS_REACHED = "consensus:reached"
    QUALITY_LOCKED = "consensus:locked"
    LOT_FAILED = "lot:failed"
    PANEL_SET = "panel:set"
    EVALUATOR_REPLACED = "panel:evaluator-replaced"
    BIDDER_ASKED = "bid:asked"
    BIDDER_ANSWERED = "bid:answered"
    ANSWER_DECIDED = "bid:answer-decided"
    PRICE_CORRECTED = "bid:price-corrected"
    BID_REMOVED = "bid:removed"
    PROMPT_DISMISSED = "prompt:dismissed"
    RECOMMENDED = "award:recommended"
    RECOMMENDATION_RETURNED = "award:returned"
    AWARD_APPROVED = "award:approved"
    LETTERS_SENT = "letter:sent"
    NOTICE_PUBLISHED = "award:notice-published"
    STANDSTILL_STARTED = "award:standstill-started"
    PARTY_CHECKED = "award:party-checked"
    CHALLENGE_RECORDED = "award:challenge-recorded"
    CHALLENGE_LIFTED = "award:challenge-lifted"
    LETTERS_ASKED_FOR = "letter:asked-for"
    DEBRIEF_ASKED_FOR = "debrief:asked-for"
    DEBRIEF_GIVEN = "debrief:given"
    LOT_RERUN = "lot:let-again"
