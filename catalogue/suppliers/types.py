"""The words of suppliers."""

from dataclasses import dataclass
from enum import StrEnum

from core.audit.types import AuditTag


class SupplierSize(StrEnum):
    """Head counts as public buying counts them: under 10, under 50, under 250, or more."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class EvidenceKind(StrEnum):
    """What an entry of the library holds: an answer in words or figures, a file, or a table."""

    ANSWER = "answer"
    FILE = "file"
    TABLE = "table"


class EvidenceState(StrEnum):
    """How evidence stands on a day, by its end."""

    CURRENT = "current"
    EXPIRING = "expiring"
    """It ends within the days of warning."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class EvidenceUse:
    """Where a version of an entry is cited: by what, its page's address, and whether it was handed in."""

    version: int
    title: str
    address: str
    handed_in: bool


class SupplierPermission(StrEnum):
    READ_PROFILE = "supplier:read"
    EDIT_PROFILE = "supplier:edit"


class SupplierTag(AuditTag):
    PROFILE_CHANGED = "supplier:profile-changed"
    EVIDENCE_KEPT = "evidence:kept"
    EVIDENCE_OWNER_CHANGED = "evidence:owner-changed"
