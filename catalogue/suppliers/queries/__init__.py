"""Reading what suppliers say of themselves, and the evidence they keep."""

from catalogue.suppliers.queries.evidence import (
    KeptEvidence,
    count_evidence,
    current_evidence,
    ends_to_remind_of,
    entries_owned_by,
    entry_of,
    evidence_counts,
    evidence_of,
)
from catalogue.suppliers.queries.profile import profile_of

__all__ = [
    "KeptEvidence",
    "count_evidence",
    "current_evidence",
    "ends_to_remind_of",
    "entries_owned_by",
    "entry_of",
    "evidence_counts",
    "evidence_of",
    "profile_of",
]
