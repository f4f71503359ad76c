"""The bid in words: states and events, and the plain facts that its rules are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.audit.types import AuditTag
from procurement.calloffs.drafting.types import CallOffState


class BidState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class BidEvent(StrEnum):
    SUBMIT = "submit"
    """Also of a submitted bid: the new submission replaces the one before."""
    WITHDRAW = "withdraw"


class BidStanding(StrEnum):
    """What a supplier must be able to tell at a glance; derived, never stored."""

    NOT_STARTED = "not_started"
    NOT_SUBMITTED = "not_submitted"
    SUBMITTED = "submitted"
    SUBMITTED_WITH_CHANGES = "submitted_with_changes"
    """The last submission stands; what was changed since is not part of it."""
    WITHDRAWN = "withdrawn"
    TOO_LATE = "too_late"
    """The deadline has passed and nothing was submitted."""
    RECEIVED = "received"
    """The deadline has passed and the last submission stands."""


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """One question of a lot: whether it must be answered, and its most words (None for no limit)."""

    code: str
    required: bool = True
    word_limit: int | None = None


@dataclass(frozen=True, slots=True)
class BidFacts:
    """A supplier's bid for one lot at the moment it is looked at. Prices are pounds per person."""

    call_off_state: CallOffState
    deadline: datetime
    invited: bool
    questions: tuple[QuestionFacts, ...] = ()
    words: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Question code → words answered; a question without an answer has no entry or 0."""
    services: tuple[tuple[str, str], ...] = ()
    """(need area, complexity) pairs to be priced; none where the price is fixed."""
    prices: Mapping[tuple[str, str], Decimal] = field(default_factory=dict, hash=False)
    files_required: tuple[str, ...] = ()
    files: frozenset[str] = frozenset()
    declaration_signed: bool = True
    state: BidState | None = None
    changed_since_submission: bool = False


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An attached file as its owner, or whoever it was opened to, sees it; `digest` is of the content."""

    public_id: str
    name: str
    size: int
    media_type: str
    digest: str
    address: str
    """SHA-256 of the ciphertext: where it lies in the store."""


@dataclass(frozen=True, slots=True)
class BidContent:
    """What is in a bid, unsealed. Answers by question version key; prices in pounds per person."""

    answers: Mapping[int, str] = field(default_factory=dict, hash=False)
    prices: Mapping[tuple[str, str], Decimal] = field(default_factory=dict, hash=False)
    files: tuple[OpenFile, ...] = ()
    versions: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Field → row version of the draft part, for optimistic locking."""


class BidTag(AuditTag):
    SUBMITTED = "bid:submitted"
    WITHDRAWN = "bid:withdrawn"
    CONFIRMED = "bid:confirmed"
