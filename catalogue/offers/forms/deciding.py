"""Forms of the steps around a version: starting an offer, submitting, returning, suspending."""

from wtforms import HiddenField
from wtforms.validators import InputRequired, ValidationError

from catalogue.offers.forms.sections import choice_field
from core.web.forms import Form, WordsField


class StartForm(Form):
    need_area = choice_field("Which need area is the service for?")

    like = choice_field(
        "Begin with what another of your offers says? (optional)",
        description=("What the need area has too is copied. Prices and places a year are not."),
    )

    def validate_need_area(self, field):  # type: ignore[no-untyped-def]
        if not field.data:
            raise ValidationError("Choose the need area that the service is for")


class SubmitForm(Form):
    row_version = HiddenField()


class ReturnForm(Form):
    reasons = WordsField(
        "What must the supplier change?",
        word_limit=500,
        validators=[InputRequired("Say what the supplier must change")],
        description="The supplier reads this above the task list and in a mail.",
    )


class SuspendForm(Form):
    reason = WordsField(
        "Why is the offer suspended?",
        word_limit=300,
        validators=[InputRequired("Say why the offer is suspended")],
        description="The supplier reads this. The offer leaves the catalogue until it is reinstated.",
    )
