"""Changing what a supplier says of itself, and the evidence it keeps."""

from catalogue.suppliers.services.evidence import (
    change_owner,
    hand_over_evidence,
    keep_evidence,
    remind_of_ends,
    tell_of_quarantine,
)
from catalogue.suppliers.services.profile import save_profile

__all__ = [
    "change_owner",
    "hand_over_evidence",
    "keep_evidence",
    "remind_of_ends",
    "save_profile",
    "tell_of_quarantine",
]
