"""How evidence stands on a day, and which kind of entry a question's answers make."""

from datetime import date, timedelta

from catalogue.suppliers.types import EvidenceKind, EvidenceState
from core.questions.types import QuestionKind

WARNING_DAYS = 60
"""Evidence that ends within so many days is about to expire, and its owner is reminded."""


def evidence_state(expires_on: date | None, today: date) -> EvidenceState:
    """How evidence stands; it is valid on its last day, and without one for ever."""
    if expires_on is None or expires_on > today + timedelta(days=WARNING_DAYS):
        return EvidenceState.CURRENT
    return EvidenceState.EXPIRING if expires_on >= today else EvidenceState.EXPIRED


def evidence_kind(kind: QuestionKind) -> EvidenceKind:
    """The kind of entry that holds answers to a kind of question."""
    named = {QuestionKind.FILE: EvidenceKind.FILE, QuestionKind.TABLE: EvidenceKind.TABLE}
    return named.get(kind, EvidenceKind.ANSWER)
