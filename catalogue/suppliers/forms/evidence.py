"""The form of evidence under a title of its own, and words for how evidence stands."""

from wtforms import FileField, StringField
from wtforms.validators import InputRequired, Length

from catalogue.suppliers.types import EvidenceState
from core.reasons import Reason
from core.web.forms import DatePartsField, Form, WordsField

STATE_WORDS = {
    EvidenceState.CURRENT: "Current",
    EvidenceState.EXPIRING: "Expires soon",
    EvidenceState.EXPIRED: "Expired",
}
_REASONS = {
    "evidence_missing": "Enter the words, or choose a file",
    "evidence_changed_meanwhile": (
        "A colleague has kept another version meanwhile. What you typed is below: keep it to make it newest"
    ),
}


def evidence_words(reason: Reason) -> str:
    """One sentence for a reason."""
    return _REASONS.get(reason.code, "That cannot be done now")


class NewEvidenceForm(Form):
    """Evidence that no question has asked for yet."""

    title = StringField(
        "What is it?",
        description="Like “Quality mark certificate” or “Volunteer policy”.",
        validators=[InputRequired("Enter what it is"), Length(max=200, message="200 characters at most")],
    )
    words = WordsField("In words (or choose a file below)", word_limit=1000, rows=8)
    file = FileField("File")
    expires_on = DatePartsField(
        "When does it expire? (optional)", description="Like 27 3 2027. You are reminded 60 days before."
    )
