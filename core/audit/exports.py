"""The audit as a table: one row an event."""

import json
from collections.abc import Iterable
from typing import Any

from core.audit.models import AuditEvent

HEADER = (
    "Chain",
    "Number",
    "At (UTC)",
    "What",
    "Person",
    "Organisation",
    "Subject",
    "Subject number",
    "Details",
    "Hash",
)


def event_table(events: Iterable[AuditEvent]) -> Iterable[tuple[Any, ...]]:
    """Return the events as rows under ``HEADER``."""
    for event in events:
        yield (
            event.chain,
            event.sequence,
            event.at.isoformat(),
            event.tag,
            event.person_id,
            event.organisation_id,
            event.subject_type,
            event.subject_id,
            json.dumps(event.details, ensure_ascii=False, sort_keys=True),
            event.hash,
        )
