"""The words of partners: kinds of link, its states and events, and the plain facts of its rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from core.audit.types import AuditTag


class LinkKind(StrEnum):
    """How an organisation delivers with the lead: bidding together with it, or under contract to it."""

    CONSORTIUM_MEMBER = "consortium_member"
    SUBCONTRACTOR = "subcontractor"


class LinkState(StrEnum):
    NAMED = "named"
    INVITED = "invited"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    ENDED = "ended"


class LinkEvent(StrEnum):
    INVITE = "invite"
    CONFIRM = "confirm"
    DECLINE = "decline"
    CHANGE = "change"
    END = "end"


class NextStep(StrEnum):
    """Who must act next on a link, and how."""

    LEAD_INVITES = "lead_invites"
    PARTNER_JOINS = "partner_joins"
    PARTNER_CONFIRMS = "partner_confirms"
    PARTNER_DECLARES = "partner_declares"
    LEAD_REPLACES = "lead_replaces"
    NOBODY = "nobody"


class PartnerPermission(StrEnum):
    READ = "partner:read"
    NAME = "partner:name"
    CONFIRM = "partner:confirm"
    READ_ALL = "partner:read-all"
    READ_WANTED = "partner:read-wanted"
    SEEK = "partner:seek"


class PartnerTag(AuditTag):
    NAMED = "partner:named"
    INVITED = "partner:invited"
    JOINED = "partner:joined"
    CONFIRMED = "partner:confirmed"
    DECLINED = "partner:declined"
    CHANGED = "partner:changed"
    ENDED = "partner:ended"
    DECLARED = "partner:declared"
    WANTED_LISTED = "partner:wanted-listed"
    WANTED_CLOSED = "partner:wanted-closed"
    WANTED_ANSWERED = "partner:wanted-answered"


@dataclass(frozen=True, slots=True)
class Part:
    """What a partner does, on which terms. Percentages are of the whole contract; days of the calendar."""

    need_areas: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    words: str = ""
    share_percent: Decimal | None = None
    fee_percent: Decimal | None = None
    """The management fee that the one above keeps of what it passes down."""
    payment_days: int = 30
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """One link of a lead's supply chain. ``partner`` stands for an organisation, or for an address so far."""

    key: str
    partner: str
    kind: LinkKind
    tier: int
    parent: str | None = None
    part: Part = field(default_factory=Part)
    state: LinkState = LinkState.NAMED


@dataclass(frozen=True, slots=True)
class DeclaredAnswer:
    """One answer of an organisation's declaration, with the question as it was asked."""

    code: str
    version: int
    text: str
    answer: str
    ground: str = ""
    """``mandatory`` or ``discretionary`` where the question asks for a ground of exclusion."""
    declared: bool = False
    """Whether the answer says that a ground applies."""


@dataclass(frozen=True, slots=True)
class CitedPart:
    """A link copied by value, as an application or a version of an offer cites it."""

    name: str
    kind: LinkKind
    tier: int
    part: Mapping[str, object]
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WantedFilter:
    """Which listings a page shows: by need area and place (codes; empty for any)."""

    need_area: str = ""
    place: str = ""
