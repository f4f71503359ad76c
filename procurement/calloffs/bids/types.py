"""The bid in words: states and events, and the plain facts that its rules are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

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
class FileFacts:
    """A file that came in: its name, size in bytes and what its first bytes say it is."""

    name: str
    size: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a supplier is handed when its bid is in; `salt` is known to it and to the sealed bid only."""

    call_off: str
    lot: int
    supplier: str
    sequence: int
    received_at: datetime
    fingerprint: str
    salt: str
    audit_chain: str
    audit_position: int
