"""The forms of a supplier's application that are not made of questions."""

from collections.abc import Collection, Iterable

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from core.web.forms import CheckboxesField, Form, WordsField
from procurement.framework.models import Category


def choice_value(category: str, region: str) -> str:
    """One box of the grid of categories and regions, as the form sends it."""
    return f"{category} {region}"


class ChoicesForm(Form):
    """Categories and regions to apply for."""

    chosen = CheckboxesField("Categories and regions")
    seen = HiddenField()

    def pairs(self) -> list[tuple[str, str]]:
        """(category, region) codes that are ticked."""
        return [(value.partition(" ")[0], value.partition(" ")[2]) for value in self.chosen.data or []]


def choices_form(
    categories: Iterable[Category],
    held: Collection[tuple[str, str]],
    chosen: Iterable[tuple[str, str]] = (),
    seen: str = "",
) -> ChoicesForm:
    """The grid: every category × region that is let and that the supplier does not hold already."""
    form = ChoicesForm(data={"chosen": [choice_value(*pair) for pair in chosen], "seen": seen})
    form.chosen.choices = [
        (choice_value(category.code, region.code), region.name)
        for category in categories
        for region in category.regions
        if (category.code, region.code) not in held
    ]
    return form


class DeclarationForm(Form):
    """What whoever hands an application in declares."""

    declared = BooleanField(
        "I declare this for my organisation",
        validators=[InputRequired("Tick the box to declare that this is true")],
    )


class RepresentationsForm(Form):
    """What the supplier says on grounds of exclusion."""

    text = WordsField(
        "What do you have to say?",
        word_limit=1000,
        rows=12,
        description=(
            "Say what happened and when, what you have changed since, and why it will not happen again. "
            "You can send this once."
        ),
        validators=[InputRequired("Enter what you have to say")],
    )


class ClarificationAnswerForm(Form):
    """What the supplier makes clear."""

    answer = WordsField(
        "Your answer",
        word_limit=500,
        rows=8,
        description="You can send this once.",
        validators=[InputRequired("Enter your answer")],
    )
