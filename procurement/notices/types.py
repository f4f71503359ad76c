"""The words of notices: kinds, states, and what has happened as plain values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.audit.types import AuditTag

Choice = tuple[str, str]
"""(category, region) codes."""


class NoticeKind(StrEnum):
    """Notices of dynamic markets (PA 2023 s.39) and of call-offs, by their number on the central platform.

    Those of a dynamic purchasing system have no such number: they keep the regulation that asks for them.
    """

    TENDER = "UK4"
    TRANSPARENCY = "UK5"
    AWARD = "UK6"
    CONTRACT_DETAILS = "UK7"
    CONTRACT_CHANGE = "UK10"
    CONTRACT_TERMINATION = "UK11"
    PROCUREMENT_TERMINATION = "UK12"
    INTENTION = "UK13"
    ESTABLISHMENT = "UK14"
    MODIFICATION = "UK15"
    CESSATION = "UK16"
    DPS_AWARD = "PCR50"
    """Contract award notice of a contract under a dynamic purchasing system (PCR 2015 reg 50, 75)."""
    DPS_CHANGE = "PCR72"
    """Modification of such a contract during its term (PCR 2015 reg 72(3))."""


class NoticePermission(StrEnum):
    READ = "notice:read"
    PUBLISH = "notice:publish"


class NoticeTag(AuditTag):
    PUBLISHED = "notice:published"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the audit that may call for a notice; `framework` is a public identifier."""

    event_id: int
    at: datetime
    tag: str
    framework: str
    supplier: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """A notice to be made, and the event that calls for it."""

    kind: NoticeKind
    event_id: int
    at: datetime
    framework: str
    supplier: str = ""
    admitted: tuple[Choice, ...] = ()
    removed: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """What the list of notices shows: those to be published by default."""

    state: str = "queued"
    kind: str = ""
    framework: str = ""
