"""The words of suppliers' changes, and where a supplier stands as plain values."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.audit.types import AuditTag
from procurement.framework.types import MemberState, Regime


class ChangeKind(StrEnum):
    RENAMING = "renaming"
    MERGER = "merger"
    INSOLVENCY = "insolvency"


class OfferFate(StrEnum):
    """What a merger does with the offers of the supplier that goes."""

    MOVE = "move"
    WITHDRAW = "withdraw"


class ChangePermission(StrEnum):
    RECORD = "supplier-change:record"


class ChangeTag(AuditTag):
    RECORDED = "supplier:change-recorded"


class Subject(StrEnum):
    """What a change has an effect on."""

    MEMBERSHIP = "membership"
    OFFER = "offer"
    BID = "bid"
    CONTRACT = "contract"
    PART = "part"
    """Its part in the supply chain of another."""
    PARTNER = "partner"
    """A partner in its own supply chain."""
    APPLICATION = "application"
    """An application that waits for its decision."""


class Outcome(StrEnum):
    """The effect of a change on one thing."""

    KEPT = "kept"
    FLAGGED = "flagged"
    """To be considered by a person; nothing changes by itself."""
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    PASSED = "passed"
    """A contract that goes to the successor."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a supplier, as its rules see it.

    `restructuring` says that the whole business passes to the successor, which is what lets a contract pass.
    """

    kind: ChangeKind
    effective_on: date
    new_name: str = ""
    successor: str = ""
    """The successor's public identifier."""
    offers: OfferFate | None = None
    restructuring: bool = False
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that a supplier has: a membership, an offer, an open bid or a contract, by what it is called.

    `state` is a membership's; `regime` a contract's, None where it stands under no framework of ours.
    """

    subject: Subject
    key: int
    name: str
    state: MemberState | None = None
    regime: Regime | None = None
    offer_is_published: bool = False
    successor_has_it: bool = False
    """The successor is a member there, or holds a contract of the same lot, already."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to one thing, a code for why, and the source of the rule."""

    held: Held
    outcome: Outcome
    code: str
    source: str = "house rule"
