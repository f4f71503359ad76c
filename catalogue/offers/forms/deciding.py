"""Forms of the steps around a version: starting an offer, submitting, returning, suspending."""

from collections.abc import Mapping

from wtforms import HiddenField
from wtforms.validators import InputRequired, ValidationError

from catalogue.offers.forms.sections import choice_field
from catalogue.reference.types import Complexity
from core.web.forms import Form, WholeNumberField, WordsField


class StartForm(Form):
    need_area = choice_field("Which need area is the service for?")

    like = choice_field(
        "Begin with what another of your offers says? (optional)",
        description=(
            "What the need area has too is copied; prices only within one need area, places a year never."
        ),
    )
    places_low = WholeNumberField("Places a year at low complexity (optional)", least=1)
    places_medium = WholeNumberField("Places a year at medium complexity (optional)", least=1)
    places_high = WholeNumberField("Places a year at high complexity (optional)", least=1)

    def places(self) -> Mapping[Complexity, int]:
        """The places a year that were entered."""
        said = {complexity: self[f"places_{complexity}"].data for complexity in Complexity}
        return {complexity: places for complexity, places in said.items() if places is not None}

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
