"""The bid in words: states and events, and the plain facts that its rules are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.audit.types import AuditTag
from procurement.calloffs.drafting.types import CallOffState

Service = tuple[str, str]
"""A need area and a complexity, by code."""


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
    """One question of a lot: whether it must be answered and evidenced, its most words (None: no limit)."""

    code: str
    required: bool = True
    word_limit: int | None = None
    asks_for_evidence: bool = False


@dataclass(frozen=True, slots=True)
class PriceBand:
    """From so many people a year on, each person costs so much (pounds)."""

    from_people: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """What a unit price is made of (pounds per person), and what people beyond the lot's volume cost."""

    staff: Decimal | None = None
    overheads: Decimal | None = None
    other: Decimal | None = None
    note: str = ""
    """Why the parts do not add up to the price, where they do not."""
    bands: tuple[PriceBand, ...] = ()

    @property
    def total(self) -> Decimal | None:
        """The sum of the parts; None where none is given."""
        given = [part for part in (self.staff, self.overheads, self.other) if part is not None]
        return sum(given, Decimal(0)) if given else None


@dataclass(frozen=True, slots=True)
class Room:
    """Places a year that a bid commits, beside what the cited offers' pools hold and have free then."""

    service: Service | None
    """None for all services of the lot together."""
    committed: int
    places: int
    free: int


@dataclass(frozen=True, slots=True)
class NamedPart:
    """A partner's part as a bid names it: who, what it stands for now."""

    name: str
    confirmed: bool


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
    volumes: Mapping[Service, int] = field(default_factory=dict, hash=False)
    """People a year that the lot expects."""
    terms: Mapping[Service, PriceTerms] = field(default_factory=dict, hash=False)
    evidenced: frozenset[str] = frozenset()
    """Questions to which a file is attached."""
    offers_cited: int = 0
    offers_gone: tuple[str, ...] = ()
    """Cited offers that are not published in that version any more."""
    capacity: Mapping[Service, int] = field(default_factory=dict, hash=False)
    room: tuple[Room, ...] = ()
    parts: tuple[NamedPart, ...] = ()
    not_held: tuple[tuple[str, str], ...] = ()
    """(need area, region) whose membership neither the bidder nor a named member of its consortium has."""


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
    question: int | None = None
    """The key of the question version that it answers; None for the bid as a whole."""


@dataclass(frozen=True, slots=True)
class BidContent:
    """What is in a bid, unsealed. Answers by question version key; prices in pounds per person."""

    answers: Mapping[int, str] = field(default_factory=dict, hash=False)
    prices: Mapping[tuple[str, str], Decimal] = field(default_factory=dict, hash=False)
    files: tuple[OpenFile, ...] = ()
    terms: Mapping[Service, PriceTerms] = field(default_factory=dict, hash=False)
    offers: tuple[str, ...] | None = None
    """Cited offers as `identifier@version`; None where nothing was chosen yet."""
    capacity: Mapping[Service, int] = field(default_factory=dict, hash=False)
    """Places a year."""
    chain: tuple[str, ...] | None = None
    """Identifiers of the links of the supply chain that deliver the lot; None where nothing was chosen."""
    versions: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Field → row version of the draft part, for optimistic locking."""


@dataclass(frozen=True, slots=True)
class Cited:
    """What a bid cites of the catalogue, copied by value, as its two envelopes take it."""

    offers: tuple[Mapping[str, object], ...] = ()
    chain: tuple[Mapping[str, object], ...] = ()
    terms: tuple[Mapping[str, object], ...] = ()
    """What is passed down to each link: a matter of price."""


class BidTag(AuditTag):
    SUBMITTED = "bid:submitted"
    WITHDRAWN = "bid:withdrawn"
    CONFIRMED = "bid:confirmed"
