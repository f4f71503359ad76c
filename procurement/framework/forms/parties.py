"""Who delivers with an applicant, and who comes in the place of a party."""

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from core.web.forms import CheckboxesField, Form, WordsField
from procurement.framework.types import Delivery

DELIVERY_WORDS = {
    Delivery.ALONE: "We deliver alone",
    Delivery.CONSORTIUM: "We lead a consortium",
    Delivery.SUBCONTRACTORS: "We deliver with subcontractors",
}
DELIVERY_HINTS = {
    Delivery.CONSORTIUM: (
        "Its members, and subcontractors if you have any. Each member confirms its part and makes its own "
        "declarations before you submit."
    ),
    Delivery.SUBCONTRACTORS: (
        "Those that you rely on for a condition confirm and declare before you submit; others may later."
    ),
}
OURSELVES = "ourselves"


class PartiesForm(Form):
    """Alone, as the lead of a consortium, or with subcontractors; and with whom."""

    delivery = RadioField(
        "Who delivers with you?",
        choices=[SelectChoice(value=one.value, label=words) for one, words in DELIVERY_WORDS.items()],
        validators=[InputRequired("Choose who delivers with you")],
    )
    links = CheckboxesField("Partners in this application")
    relied_on = CheckboxesField("Which subcontractors do you rely on to meet a condition?")
    seen = HiddenField()

    def offer(self, links: Iterable[Any]) -> None:
        """Fill in the partners to choose from: links of the applicant's supply chain."""
        self.delivery.choice_hints = {one.value: hint for one, hint in DELIVERY_HINTS.items()}
        given = list(links)
        self.links.choices = [(link.public_id, link.called) for link in given]
        self.relied_on.choices = [
            (link.public_id, link.called) for link in given if link.kind == "subcontractor"
        ]


class ReplacementForm(Form):
    """Why a party must be replaced."""

    reason = WordsField(
        "Why must it be replaced?",
        word_limit=200,
        rows=4,
        description="The lead reads this, not the partner. Do not repeat what the partner has declared.",
        validators=[InputRequired("Enter the reason")],
    )


class ReplaceForm(Form):
    """Who comes instead of a party."""

    by = RadioField("Who does this part instead?", validators=[InputRequired("Choose who does it instead")])

    def offer(self, links: Iterable[Any]) -> None:
        """Fill in the partners that have confirmed and declared, and the applicant itself."""
        self.by.choices = [
            *(SelectChoice(value=link.public_id, label=link.called) for link in links),
            SelectChoice(value=OURSELVES, label="We do it ourselves"),
        ]
