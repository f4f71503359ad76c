"""The words of documents."""

from dataclasses import dataclass
from enum import StrEnum

from core.audit.types import AuditTag


class DocumentTag(AuditTag):
    QUARANTINED = "document:quarantined"


class Quarantined(Exception):
    """A file that the scanner found something in, or has not looked at yet: nobody reads it."""


class ScanState(StrEnum):
    """What is known of a file's content. Nobody reads one that is quarantined."""

    NOT_SCANNED = "not-scanned"
    """No scanner was set when it came, or its content is sealed."""
    WAITING = "waiting"
    CLEAN = "clean"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A stored file as pages write it; without an address it is named and not linked."""

    public_id: str
    name: str
    size: int
    state: ScanState
    address: str = ""

    @property
    def readable(self) -> bool:
        """Whether anybody may read it: neither waiting for the scanner nor locked away."""
        return self.state in (ScanState.CLEAN, ScanState.NOT_SCANNED)


@dataclass(frozen=True)
class FileProblem:
    """Why a file is refused: a code, the file's name, and what the words need."""

    code: str
    name: str
    limit_bytes: int = 0
    size: int = 0
    allowed: tuple[str, ...] = ()
