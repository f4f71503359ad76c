"""How an event's hash is made, and how a chain is checked: pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from core.audit.types import ChainBreak

GENESIS = "0" * 64


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it, so that what is hashed equals what is read back."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [plain(item) for item in value]
        return sorted(items, key=str) if isinstance(value, set | frozenset) else items
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, float):
        raise TypeError("an audit event carries no binary fractions")
    return value


def event_hash(fields: Mapping[str, Any], previous_hash: str) -> str:
    """Return SHA-256 (hex) over the previous hash and the canonical JSON of the event's fields."""
    text = json.dumps(plain(fields), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous_hash}\n{text}".encode()).hexdigest()


def hashed_fields(event: Any) -> dict[str, Any]:
    """Return what of an event (a row or anything of its shape) its hash covers."""
    names = (
        "chain",
        "sequence",
        "at",
        "tag",
        "person_id",
        "organisation_id",
        "subject_type",
        "subject_id",
        "details",
    )
    return {name: getattr(event, name) for name in names}


def first_break(chain: str, events: Iterable[Any], sequence: int, head: str) -> ChainBreak | None:
    """Walk a chain's events in order and return its first break, or None.

    ``sequence`` and ``head`` are what the chain's own row says its last event is.
    """
    previous, expected = GENESIS, 1
    for event in events:
        if event.sequence != expected:
            return ChainBreak(chain, expected, "an event is missing")
        if event.previous_hash != previous:
            return ChainBreak(chain, expected, "it does not follow from the event before it")
        if event_hash(hashed_fields(event), previous) != event.hash:
            return ChainBreak(chain, expected, "its content is not what was written")
        previous, expected = event.hash, expected + 1
    if expected - 1 != sequence or previous != head:
        return ChainBreak(chain, expected, "the chain does not end where its head says")
    return None
