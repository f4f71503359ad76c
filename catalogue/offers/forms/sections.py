"""One form for each section of an offer; nothing is required, since every section saves incomplete too."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from catalogue.offers.forms.words import COMPLEXITY_WORDS, INTAKE_WORDS, MODE_WORDS, REMOTE_WORDS
from catalogue.offers.types import DeliveryMode, Intake, RemoteDelivery
from core.web.forms import CheckboxesField, Form, WholeNumberField, WordsField

Option = tuple[str, str, str]
"""A value, its words, and a hint or nothing."""


class SectionForm(Form):
    """A section; ``seen`` is the fingerprint of what its page showed."""

    class Meta(Form.Meta):
        # Several stand on one page, whose own token is looked at before any of them.
        csrf = False

    seen = HiddenField()


def choices_of(options: Iterable[Option]) -> dict[str, Any]:
    """What a field of choices needs: its values and words."""
    return {"choices": [SelectChoice(value=value, label=words) for value, words, _ in options]}


def offer_choices(field: Field, options: Sequence[Option]) -> None:
    """Give a field the choices of the reference data, with their hints."""
    field.choices = choices_of(options)["choices"]
    field.choice_hints = {value: hint for value, _, hint in options if hint}


def known_choice(form: Form, field: Field) -> None:
    # WTForms refuses a radio group without an answer; here that is a section to be finished later.
    if field.data and not any(choice[0] == field.data for choice in field.iter_choices()):
        raise ValidationError(f"{field.label.text}: choose from the list")


def choice_field(label: str, options: Iterable[Option] = (), **settings: Any) -> RadioField:
    """A group of radios of which none need be chosen."""
    return RadioField(
        label, validate_choice=False, validators=[known_choice], **choices_of(options), **settings
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
    like = choice_field(
        "If you add one, begin with what you said for another (optional)",
        description="What you add starts as a copy, which you then change. Answers to the specification too.",
    )
    confirm = BooleanField("Yes, delete what was written for the complexities I have taken out")


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


YES_NO: list[Option] = [("yes", "Yes", ""), ("no", "No", "")]


class DeliveryForm(SectionForm):
    mode = choice_field(
        "One to one or in groups?", [(mode.value, MODE_WORDS[mode], "") for mode in DeliveryMode]
    )
    individual_sessions = WholeNumberField(
        "Sessions one to one", most=1_000, description="For each person; beside the group, if there is one."
    )
    group_sessions = WholeNumberField("Sessions in the group", most=1_000, description="Only for groups.")
    session_minutes = WholeNumberField("Minutes a session", least=1, most=1_000)
    sessions_a_week = WholeNumberField("Sessions a week", least=1, most=100)
    group_minimum = WholeNumberField(
        "Smallest group", most=10_000, description="People needed to run it. Only for groups."
    )
    group_optimum = WholeNumberField("Best size of a group", most=10_000)
    group_maximum = WholeNumberField("Largest group", most=10_000)
    intake = choice_field(
        "Who joins a group when? Only for groups.",
        [(intake.value, INTAKE_WORDS[intake], "") for intake in Intake],
    )
    remote = choice_field(
        "How much is given remotely, by telephone or video?",
        [(remote.value, REMOTE_WORDS[remote], "") for remote in RemoteDelivery],
    )

    def validate_group_maximum(self, field: Field) -> None:
        least, most = self.group_minimum.data, field.data
        if least is not None and most is not None and least > most:
            # Neither is kept: the database holds no group whose smallest size is above its largest.
            raise ValidationError(f"Largest group must be {least} or more, the size of the smallest group")


class PreReleaseForm(SectionForm):
    weeks_before_release = WholeNumberField(
        "How many weeks before release do you begin?", most=104, description="Leave empty if you do not."
    )
    reaches_in = choice_field("Do you visit people in prison before release?", YES_NO)
    reach_in_visits = WholeNumberField("How many visits for each person?", most=1_000)
    meets_at_gate = choice_field("Do you meet people at the gate?", YES_NO)
    pre_release_support = WordsField("What do you do before and at release?", word_limit=500, rows=4)
    beside_prison_services = WordsField(
        "How do you avoid repeating what the prison provides?", word_limit=300, rows=3
    )
    move_on_support = WordsField(
        "What do you do when people move on from approved premises?", word_limit=300, rows=3
    )


class RarForm(SectionForm):
    counts_as_rar = choice_field("Can it count towards a rehabilitation activity requirement?", YES_NO)
    rar_days = WholeNumberField(
        "How many activity days does it make up?", least=1, most=365, description="For one person, in all."
    )
    rar_activity = WordsField(
        "What purposeful activity fills those days?",
        word_limit=300,
        rows=3,
        description="Courts and practitioners want to know what is done, and that it is the same everywhere.",
    )


class ApproachForm(SectionForm):
    unmet_needs = WordsField(
        "Which needs do you meet that accredited programmes and treatment requirements do not?",
        word_limit=300,
        rows=3,
    )
    proportionate = WordsField(
        "How is the effort in proportion to the risk of reoffending?",
        word_limit=300,
        rows=2,
        description="Intensive work with people who are unlikely to reoffend may do harm.",
    )
    motivation = WordsField("How do staff build a relationship that motivates?", word_limit=300, rows=2)
    links_onward = WordsField("Which agencies go on supporting people afterwards?", word_limit=300, rows=2)


class VolunteersForm(SectionForm):
    volunteers = choice_field("Do you work with volunteers?", YES_NO)
    mentoring = choice_field("Do you offer mentors?", YES_NO)
    volunteer_number = WholeNumberField("How many volunteers and mentors are there?", least=1, most=100_000)
    volunteer_support = WordsField("How are they trained and supervised?", word_limit=300, rows=3)


class LanguagesForm(SectionForm):
    languages = CheckboxesField("In which languages can your staff give the service?")
    interpreters = BooleanField("We arrange interpreters for other languages")


def complexity_options(states: Iterable[tuple[Any, str]]) -> list[Option]:
    """Choices of complexities, each with its hint."""
    return [
        (complexity.value, f"{COMPLEXITY_WORDS[complexity]} complexity", hint) for complexity, hint in states
    ]


class PageForms:
    """The forms of one page as the error summary reads them: one after the other."""

    def __init__(self, forms: Sequence[SectionForm]) -> None:
        self.forms = forms

    def __iter__(self) -> Iterator[Field]:
        return (field for form in self.forms for field in form)

    @property
    def form_errors(self) -> list[str]:
        return [message for form in self.forms for message in form.form_errors]

    @property
    def errors(self) -> dict[str, Sequence[str]]:
        found = {field.name: field.errors for field in self if field.errors}
        return found | ({"": self.form_errors} if self.form_errors else {})
