"""Pages on offers: writing one, deciding on one, and finding those that are published."""

from typing import Any

from flask import Blueprint

from catalogue.offers.forms import commercial, reasons, words
from catalogue.reference.types import Complexity

offers = Blueprint("offers", __name__)


@offers.context_processor
def offer_words() -> dict[str, Any]:
    """The words of offers, for every page of this feature."""
    return {
        "complexities": tuple(Complexity),
        "complexity_words": words.COMPLEXITY_WORDS,
        "remote_words": words.REMOTE_WORDS,
        "mode_words": words.MODE_WORDS,
        "phase_words": words.PHASE_WORDS,
        "response_words": words.RESPONSE_WORDS,
        "response_colours": words.RESPONSE_COLOURS,
        "reason_words": reasons.reason_words,
        "section_words": words.section_words,
        "step_words": words.step_words,
        "why_words": reasons.why_words,
        "intake_words": words.INTAKE_WORDS,
        "unit_words": words.UNIT_WORDS,
        "evidence_words": words.EVIDENCE_WORDS,
        "feature_words": words.FEATURE_WORDS,
        "state_words": words.STATE_WORDS,
        "state_colours": words.STATE_COLOURS,
        "status_words": words.STATUS_WORDS,
        "field_words": words.FIELD_WORDS,
        "indexation_words": commercial.INDEXATION_WORDS,
        "format_percent": commercial.format_percent,
    }


from catalogue.offers.views import (  # noqa: E402, F401 - they add their routes
    capacity,
    colleagues,
    comparing,
    confirming,
    documents,
    finding,
    lists,
    own,
    partners,
    pricing,
    review,
    sections,
)
