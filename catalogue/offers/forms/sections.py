"""One form for each section of an offer; nothing is required, since every section saves incomplete too."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from catalogue.offers.forms.words import COMPLEXITY_WORDS, MODE_WORDS, REMOTE_WORDS, RESPONSE_WORDS
from catalogue.offers.types import DeliveryMode, ItemResponse, RemoteDelivery
from catalogue.reference.models import SpecificationItem
from core.web.forms import CheckboxesField, Form, WholeNumberField, WordsField

Option = tuple[str, str, str]
"""A value, its words, and a hint or nothing."""


class SectionForm(Form):
    """A section; ``seen`` is the fingerprint of what its page showed."""

    seen = HiddenField()


def choices_of(options: Iterable[Option]) -> dict[str, Any]:
    """What a field of choices needs: its values and words."""
    return {"choices": [SelectChoice(value=value, label=words) for value, words, _ in options]}


def offer_choices(field: Field, options: Sequence[Option]) -> None:
    """Give a field the choices of the reference data, with their hints."""
    field.choices = choices_of(options)["choices"]
    field.choice_hints = {value: hint for value, _, hint in options if hint}


def _known_choice(form: Form, field: Field) -> None:
    # WTForms refuses a radio group without an answer; here that is a section to be finished later.
    if field.data and not any(choice[0] == field.data for choice in field.iter_choices()):
        raise ValidationError(f"{field.label.text}: choose from the list")


def choice_field(label: str, options: Iterable[Option] = (), **settings: Any) -> RadioField:
    """A group of radios of which none need be chosen."""
    return RadioField(
        label, validate_choice=False, validators=[_known_choice], **choices_of(options), **settings
    )


class TitleForm(SectionForm):
    title = StringField(
        "Name of the service",
        validators=[Length(max=200, message="Name of the service must be 200 characters or fewer")],
        description="As people will find it in the catalogue. Up to 200 characters.",
    )
    summary = WordsField(
        "Summary",
        word_limit=300,
        description="What you do, for whom and how it helps, in plain words. Anyone can read this.",
    )


class ComplexitiesForm(SectionForm):
    complexities = CheckboxesField("Which complexities do you offer?")
    confirm = BooleanField("Yes, delete what was written for the complexities I have taken out")


class OutcomesForm(SectionForm):
    outputs = WordsField(
        "Outputs",
        word_limit=300,
        description="What one person receives: sessions, hours, weeks, reports.",
    )
    outcomes = CheckboxesField(
        "Minimum outcomes",
        description="Which outcomes of the need area does this complexity work towards? Choose at least one.",
    )
    outcomes_text = WordsField(
        "How outcomes are shown (optional)",
        word_limit=300,
        description="How you will know, and show, that an outcome was reached.",
    )


class PlacesForm(SectionForm):
    places = CheckboxesField("Where do you give this service?")


class CohortsForm(SectionForm):
    cohorts = CheckboxesField(
        "Whom is the service for?",
        description="Every group that you are able to serve. A place is open to anyone in one of them.",
    )
    women_only = BooleanField("This service is for women only")


class StagesForm(SectionForm):
    stages = CheckboxesField("At which stages do you work with people?")
    sentence_types = CheckboxesField(
        "Under which sentences may people be referred?",
        description="All of them, unless you say below why not.",
    )
    sentence_type_reason = WordsField(
        "Why is a sentence type left out?",
        word_limit=150,
        rows=3,
        description="Leave empty when all are chosen.",
    )


class DeliveryForm(SectionForm):
    mode = choice_field(
        "One to one or in groups?", [(mode.value, MODE_WORDS[mode], "") for mode in DeliveryMode]
    )
    group_minimum = WholeNumberField(
        "Smallest group", least=0, most=10_000, description="People needed to run it. Only for groups."
    )
    group_optimum = WholeNumberField("Best size of a group", least=0, most=10_000)
    group_maximum = WholeNumberField("Largest group", least=0, most=10_000)
    remote = choice_field(
        "How much is given remotely, by telephone or video?",
        [(remote.value, REMOTE_WORDS[remote], "") for remote in RemoteDelivery],
    )

    def validate_group_maximum(self, field: Field) -> None:
        least, most = self.group_minimum.data, field.data
        if least is not None and most is not None and least > most:
            # Neither is kept: the database holds no group whose smallest size is above its largest.
            raise ValidationError(f"Largest group must be {least} or more, the size of the smallest group")


class CustomisationForm(SectionForm):
    customisation = WordsField(
        "How do you fit the service to the people who come?",
        word_limit=500,
        rows=8,
        description=(
            "By complexity and by group: women, young adults, foreign nationals, people with learning "
            "difficulties and others. If groups are for women and men, say whether they are mixed."
        ),
    )


class PreReleaseForm(SectionForm):
    pre_release_support = WordsField(
        "What do you do before release?",
        word_limit=500,
        rows=8,
        description=(
            "How many weeks before, how you reach in, whether you meet people at the gate, and how you avoid "
            "repeating what the prison provides."
        ),
    )


def complexity_options(states: Iterable[tuple[Any, str]]) -> list[Option]:
    """Choices of complexities, each with its hint."""
    return [
        (complexity.value, f"{COMPLEXITY_WORDS[complexity]} complexity", hint) for complexity, hint in states
    ]


RESPONSES: list[Option] = [(response.value, RESPONSE_WORDS[response], "") for response in ItemResponse]
EXPLANATION_WORDS = 200


def items_form(items: Iterable[SpecificationItem]) -> type[SectionForm]:
    """A form with a response and an explanation for each item, named by its code."""
    fields: dict[str, Any] = {}
    for item in items:
        fields[f"response-{item.code}"] = choice_field(item.text, RESPONSES)
        fields[f"explanation-{item.code}"] = WordsField(
            f"How, or why not, for {item.code}", word_limit=EXPLANATION_WORDS, rows=2
        )
    return type("ItemsForm", (SectionForm,), fields)
