"""The words of the audit: tags, and what an event carries."""

from dataclasses import dataclass
from enum import StrEnum


class AuditTag(StrEnum):
    """Base of every feature's tags, written ``subject:action``; ``docs/MAP.md`` lists them all."""


PLATFORM_CHAIN = "platform"


@dataclass(frozen=True)
class ChainBreak:
    """Where a chain stops being what was written."""

    chain: str
    sequence: int
    problem: str
