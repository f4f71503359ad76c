"""What identifiers of suppliers look like, and how evidence stands on a day."""

from catalogue.suppliers.rules.evidence import WARNING_DAYS, evidence_kind, evidence_state
from catalogue.suppliers.rules.profile import (
    is_charity_number,
    is_company_number,
    is_web_address,
    reasons_against_profile,
    tidy_charity_number,
    tidy_company_number,
)

__all__ = [
    "WARNING_DAYS",
    "evidence_kind",
    "evidence_state",
    "is_charity_number",
    "is_company_number",
    "is_web_address",
    "reasons_against_profile",
    "tidy_charity_number",
    "tidy_company_number",
]
