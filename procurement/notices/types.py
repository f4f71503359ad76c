"""The words of notices: kinds, states, and what has happened as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

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
class CallOffHappening:
    """One event of a call-off that may call for a notice; `subject` is the key of what it was done to."""

    event_id: int
    at: datetime
    tag: str
    subject: int = 0
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class PlannedCallOffNotice:
    """A notice of a call-off to be made: by which day it is to be published, by which rule.

    `due_on` is None where the bank holidays are not known so far; `house_rule` says that the day is ours.
    """

    kind: NoticeKind
    event: CallOffHappening
    due_on: date | None
    source: str
    house_rule: bool = False


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """What the list of notices shows: those to be published by default."""

    state: str = "queued"
    kind: str = ""
    framework: str = ""
    call_off: str = ""
