"""The forms of assessors and of those who look after members."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from core.web.forms import CheckboxesField, Form, WordsField
from procurement.framework.types import AssessmentOutcome

FINDINGS = ((AssessmentOutcome.MET, "Met"), (AssessmentOutcome.NOT_MET, "Not met"))
MOST_NOTE = 2000


class StartForm(Form):
    """The declaration that comes before an assessment."""

    no_conflict = BooleanField(
        "I have no interest in this supplier or in the outcome",
        validators=[InputRequired("Tick the box, or let a colleague assess this application")],
    )


def findings_form(codes: Iterable[str], found: Mapping[str, tuple[str | None, str]]) -> Form:
    """For each point, by question code: met or not met, and a note."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for code in codes:
        outcome, note = found.get(code, (None, ""))
        fields[_outcome(code)] = RadioField(
            "Finding",
            choices=[(str(value), words) for value, words in FINDINGS],
            # A point may wait for its finding; what is no finding is none.
            validate_choice=False,
        )
        fields[_note(code)] = StringField("Note", validators=[Length(max=MOST_NOTE)])
        data[_outcome(code)] = str(outcome) if outcome else None
        data[_note(code)] = note
    return type("FindingsForm", (Form,), fields)(data=data)


def findings_of(form: Form, codes: Iterable[str]) -> dict[str, tuple[AssessmentOutcome | None, str]]:
    """What was typed, by question code; a point without a choice has none yet."""
    values = {str(value): value for value in AssessmentOutcome}
    return {
        code: (values.get(form[_outcome(code)].data or ""), (form[_note(code)].data or "")[:MOST_NOTE])
        for code in codes
    }


def _outcome(code: str) -> str:
    return f"outcome-{code}"


def _note(code: str) -> str:
    return f"note-{code}"


class ExtendForm(Form):
    """Why this application takes longer."""

    reason = WordsField(
        "Why does this application need more time?",
        word_limit=200,
        rows=4,
        description="The supplier reads this.",
        validators=[InputRequired("Enter the reason for this case")],
    )


class HearForm(Form):
    """What the supplier is asked to say something on."""

    asked = WordsField(
        "What should the supplier say something on?",
        word_limit=300,
        rows=6,
        description="Name the ground, what it rests on, and what would help. The supplier reads this.",
        validators=[InputRequired("Enter what the supplier should answer")],
    )


class AdmitForm(Form):
    """Words that go with an admission."""

    reasons = WordsField(
        "Anything the supplier should know",
        word_limit=300,
        rows=4,
        description="It stands in the decision letter. You can leave this empty.",
    )


class RefuseForm(Form):
    """Why an application is refused."""

    reasons = WordsField(
        "Why is the application refused?",
        word_limit=500,
        rows=8,
        description=(
            "The supplier reads this in the decision letter, with your note on each point that is not met. "
            "Say what it would take to succeed next time."
        ),
        validators=[InputRequired("Enter the reasons")],
    )


class MembersForm(Form):
    """Some of a supplier's memberships, and why something is done with them."""

    everything = BooleanField("All memberships for which this is possible")
    chosen = CheckboxesField("Memberships")
    reason = WordsField(
        "Reason",
        word_limit=300,
        rows=4,
        description="The supplier reads this.",
        validators=[InputRequired("Enter the reason")],
    )

    def validate_chosen(self, field: Any) -> None:
        if not field.data and not self.everything.data:
            raise ValidationError("Choose at least one membership")
