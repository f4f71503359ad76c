"""Reading events, facts, and what was published."""

from procurement.open_contracting.queries.events import history_of, new_events, unread_chains
from procurement.open_contracting.queries.facts import call_off_facts, framework_facts
from procurement.open_contracting.queries.published import (
    Published,
    count_releases,
    last_change,
    process_at,
    process_of,
    process_of_thing,
    process_page,
    public_thing,
    releases_of,
    stream_releases,
)

__all__ = [
    "Published",
    "call_off_facts",
    "count_releases",
    "framework_facts",
    "history_of",
    "last_change",
    "new_events",
    "process_at",
    "process_of",
    "process_of_thing",
    "process_page",
    "public_thing",
    "releases_of",
    "stream_releases",
    "unread_chains",
]
