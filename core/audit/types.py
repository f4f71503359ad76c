"""The words of the audit: tags, and what an event carries."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AuditTag(StrEnum):
    """Base of every feature's tags, written ``subject:action``; ``docs/MAP.md`` lists them all."""


class AuditPermission(StrEnum):
    READ = "audit:read"


PLATFORM_CHAIN = "platform"


@dataclass(frozen=True)
class ChainBreak:
    """Where a chain stops being what was written."""

    chain: str
    sequence: int
    problem: str


@dataclass(frozen=True)
class EventFilter:
    """Which events are wanted; moments are half-open."""

    chain: str = ""
    tag: str = ""
    since: datetime | None = None
    before: datetime | None = None
