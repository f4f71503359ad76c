"""Reading call-offs: an authority's own, a person's duties, the facts that the rules are given."""

from procurement.calloffs.drafting.queries.amending import (
    amendable_of,
    amendments_of,
    changes_of,
    invited_suppliers,
    last_amendment,
)
from procurement.calloffs.drafting.queries.burden import burdens
from procurement.calloffs.drafting.queries.facts import (
    Considered,
    LotPreview,
    available_services,
    draft_facts,
    invitation_preview,
    newest_levels,
    region_codes,
    regions_of,
    whole_call_off,
)
from procurement.calloffs.drafting.queries.library import LibraryQuestion, question_library
from procurement.calloffs.drafting.queries.names import Names, names, open_frameworks
from procurement.calloffs.drafting.queries.people import people_with_roles
from procurement.calloffs.drafting.queries.scoped import (
    ORDERS,
    Filters,
    all_call_offs_of,
    call_off_of,
    call_off_with_duty,
    call_offs_of,
    duties_held,
    duties_of,
    in_state,
    invitations_of_call_off,
    lot_of,
    notices_of,
    public_call_offs,
    published_call_off,
    state_on,
)
from procurement.calloffs.drafting.queries.timeline import timeline, timelines

__all__ = [
    "ORDERS",
    "Considered",
    "Filters",
    "LibraryQuestion",
    "LotPreview",
    "Names",
    "all_call_offs_of",
    "amendable_of",
    "amendments_of",
    "available_services",
    "burdens",
    "call_off_of",
    "call_off_with_duty",
    "call_offs_of",
    "changes_of",
    "draft_facts",
    "duties_held",
    "duties_of",
    "in_state",
    "invitation_preview",
    "invitations_of_call_off",
    "invited_suppliers",
    "last_amendment",
    "lot_of",
    "names",
    "newest_levels",
    "notices_of",
    "open_frameworks",
    "people_with_roles",
    "public_call_offs",
    "published_call_off",
    "question_library",
    "region_codes",
    "regions_of",
    "state_on",
    "timeline",
    "timelines",
    "whole_call_off",
]
