"""Forms of suppliers: the profile, and the evidence they keep."""

from catalogue.suppliers.forms.evidence import STATE_WORDS, NewEvidenceForm, evidence_words
from catalogue.suppliers.forms.profile import SIZE_WORDS, ProfileForm, reason_words

__all__ = [
    "SIZE_WORDS",
    "STATE_WORDS",
    "NewEvidenceForm",
    "ProfileForm",
    "evidence_words",
    "reason_words",
]
