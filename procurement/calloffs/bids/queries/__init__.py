"""Reading invitations and bids: scoped to the supplier that owns them, unsealed for nobody else."""

from procurement.calloffs.bids.queries.scoped import (
    InvitedCallOff,
    bid_of,
    bid_to_submit,
    call_off_of,
    facts_of,
    fingerprints_of,
    invitations_of,
    last_submission,
    own_bids,
    standing_of,
)
from procurement.calloffs.bids.queries.sealed import (
    context,
    data_key,
    data_keys,
    draft_content,
    file_content,
    file_of,
    receipt_of,
    record_problem,
    submitted_parts,
    wrapping_key,
)

__all__ = [
    "InvitedCallOff",
    "bid_of",
    "bid_to_submit",
    "call_off_of",
    "context",
    "data_key",
    "data_keys",
    "draft_content",
    "facts_of",
    "file_content",
    "file_of",
    "fingerprints_of",
    "invitations_of",
    "last_submission",
    "own_bids",
    "receipt_of",
    "record_problem",
    "standing_of",
    "submitted_parts",
    "wrapping_key",
]
