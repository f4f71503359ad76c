"""Forms of sections that are made of rows: items, phases, outputs, outcomes, groups of people, evidence."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Length

from catalogue.offers.forms.sections import Option, SectionForm, choice_field, known_choice
from catalogue.offers.forms.words import (
    COMPLEXITY_WORDS,
    EVIDENCE_WORDS,
    PHASE_WORDS,
    RESPONSE_WORDS,
    UNIT_WORDS,
)
from catalogue.offers.types import Evidence, EvidenceKind, ItemResponse, Method, Output, OutputUnit
from catalogue.reference.models import SpecificationItem
from catalogue.reference.types import Complexity, Phase
from core.web.forms import CheckboxesField, DatePartsField, WholeNumberField, WordsField

RESPONSES: list[Option] = [(response.value, RESPONSE_WORDS[response], "") for response in ItemResponse]
EXPLANATION_WORDS = 200
OUTPUT_FIELDS = ("what", "quantity", "unit", "by_week")
METHOD_FIELDS = ("words", "sessions", "weeks", "contacts")
EVIDENCE_FIELDS = ("kind", "mark", "title", "year", "expires_on", "reference", "shows")
FEWEST_ROWS, BLANK_ROWS, MOST_ROWS = 3, 1, 30
PHASE_HINTS = {
    Phase.ASSESS_AND_PLAN: "How you find out what is needed, and agree a plan with the person.",
    Phase.IMPLEMENT: "What is done, in what order, and why it is structured like that.",
    Phase.REVIEW_AND_EVALUATE: "How progress is looked at, and how you know that it worked.",
}


def _short(label: str) -> StringField:
    too_long = Length(max=200, message=f"{label} must be 200 characters or fewer")
    return StringField(label, validators=[too_long])


def _select(label: str, options: Sequence[tuple[str, str]]) -> SelectField:
    return SelectField(
        label, choices=[("", "Choose"), *options], validate_choice=False, validators=[known_choice]
    )


def rows_shown(held: int) -> int:
    """How many rows a page has room for: what there is and some blank ones."""
    return min(max(held + BLANK_ROWS, FEWEST_ROWS), MOST_ROWS)


def items_form(items: Iterable[SpecificationItem]) -> type[SectionForm]:
    """A form with a response and an explanation for each item, named by its code."""
    fields: dict[str, Any] = {}
    for item in items:
        fields[f"response-{item.code}"] = choice_field(item.text, RESPONSES)
        fields[f"explanation-{item.code}"] = WordsField(
            f"How, or why not, for {item.code}", word_limit=EXPLANATION_WORDS, rows=2
        )
    return type("ItemsForm", (SectionForm,), fields)


def methods_form() -> type[SectionForm]:
    """A form with words and facts for each phase, named by the phase."""
    fields: dict[str, Any] = {}
    for phase in Phase:
        name = PHASE_WORDS[phase]
        fields[f"words-{phase}"] = WordsField(name, word_limit=300, rows=4, description=PHASE_HINTS[phase])
        fields[f"sessions-{phase}"] = WholeNumberField("Sessions", most=1_000)
        fields[f"weeks-{phase}"] = WholeNumberField("Weeks", most=1_000)
        fields[f"contacts-{phase}"] = WholeNumberField("Contacts between sessions", most=1_000)
    return type("MethodsForm", (SectionForm,), fields)


def outcomes_form(outcomes: Sequence[str], held_rows: int) -> type[SectionForm]:
    """A form with rows of outputs, and for each minimum outcome (by code) its measure and target."""
    fields: dict[str, Any] = {}
    for number in range(1, rows_shown(held_rows) + 1):
        fields[f"what-{number}"] = _short(f"Output {number}: what")
        fields[f"quantity-{number}"] = WholeNumberField(f"Output {number}: how many", least=1)
        fields[f"unit-{number}"] = _select(
            f"Output {number}: counted in", [(unit.value, UNIT_WORDS[unit]) for unit in OutputUnit]
        )
        fields[f"by_week-{number}"] = WholeNumberField(f"Output {number}: by week", most=1_000)
    fields["outputs"] = WordsField("More on what a person receives (optional)", word_limit=300, rows=3)
    fields["outcomes"] = CheckboxesField(
        "Minimum outcomes",
        description="Choose at least one. Say how you measure it and how many of those who start reach it.",
    )
    for code in outcomes:
        fields[f"measure-{code}"] = WordsField(f"How {code} is measured", word_limit=150, rows=2)
        fields[f"target-{code}"] = WholeNumberField(f"Percentage who reach {code}", most=100)
    fields["outcomes_text"] = WordsField("More on how outcomes are shown (optional)", word_limit=300, rows=3)
    return type("OutcomesForm", (SectionForm,), fields)


def customisation_form(
    complexities: Iterable[Complexity], cohorts: Iterable[tuple[str, str]]
) -> type[SectionForm]:
    """A form with words for each complexity, for each cohort (code, name), and for all."""
    fields: dict[str, Any] = {}
    for complexity in complexities:
        fields[f"complexity-{complexity}"] = WordsField(
            f"For people with {COMPLEXITY_WORDS[complexity].lower()} complexity", word_limit=300, rows=3
        )
    for code, name in cohorts:
        fields[f"cohort-{code}"] = WordsField(f"For {name[:1].lower()}{name[1:]}", word_limit=300, rows=3)
    fields["customisation"] = WordsField(
        "For anyone else (optional)",
        word_limit=500,
        rows=3,
        description="Where groups are for women and men: are they mixed, and how are women kept safe?",
    )
    return type("CustomisationForm", (SectionForm,), fields)


def evidence_form(marks: Sequence[tuple[str, str]], held_rows: int) -> type[SectionForm]:
    """A form with rows of evidence; ``marks`` are code and name of the quality marks."""
    fields: dict[str, Any] = {}
    for number in range(1, rows_shown(held_rows) + 1):
        fields[f"kind-{number}"] = _select(
            f"Evidence {number}: kind", [(kind.value, EVIDENCE_WORDS[kind]) for kind in EvidenceKind]
        )
        fields[f"mark-{number}"] = _select(f"Evidence {number}: which quality mark", marks)
        fields[f"title-{number}"] = _short(f"Evidence {number}: title")
        fields[f"year-{number}"] = WholeNumberField(f"Evidence {number}: year", least=1900, most=2200)
        fields[f"expires_on-{number}"] = DatePartsField(f"Evidence {number}: quality mark holds until")
        fields[f"reference-{number}"] = _short(f"Evidence {number}: where to find it")
        fields[f"shows-{number}"] = WordsField(f"Evidence {number}: what it shows", word_limit=200, rows=2)
    return type("EvidenceForm", (SectionForm,), fields)


def numbered(rows: Sequence[Output | Evidence], names: Sequence[str]) -> dict[str, Any]:
    """What rows hold, by the names of their fields."""
    return {
        f"{name}-{number}": getattr(row, name) for number, row in enumerate(rows, start=1) for name in names
    }


def of_phases(methods: dict[Phase, Method]) -> dict[str, Any]:
    """What the methods hold, by the names of their fields."""
    return {
        f"{name}-{phase}": getattr(method, name)
        for phase, method in methods.items()
        for name in METHOD_FIELDS
    }
