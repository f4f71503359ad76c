"""Reading offers: as their supplier and the framework manager see them, as finders do, as provision."""

from catalogue.offers.queries.provision import committed_places, provision_rows, scope_limits
from catalogue.offers.queries.versions import (
    any_version,
    availabilities,
    content_of,
    facts_for,
    level_items,
    open_version_of,
    own_offer,
    own_offers,
    own_version,
    people_to_tell,
    place_bits,
    standing_version,
    standing_version_of,
    states_of_own,
    submitted_versions,
    waiting_for_review,
)

__all__ = [
    "any_version",
    "availabilities",
    "committed_places",
    "content_of",
    "facts_for",
    "level_items",
    "open_version_of",
    "own_offer",
    "own_offers",
    "own_version",
    "people_to_tell",
    "place_bits",
    "provision_rows",
    "scope_limits",
    "standing_version",
    "standing_version_of",
    "states_of_own",
    "submitted_versions",
    "waiting_for_review",
]
