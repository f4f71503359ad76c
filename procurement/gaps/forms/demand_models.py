"""Models of demand: starting one, changing an assumption, working one out; and the words of what is wrong."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from core.reasons import Reason
from core.web.forms import CheckboxesField, Form, WordsField
from procurement.gaps.rules.demand_model import Kind, Scenario

KIND_WORDS = {
    Kind.CASELOAD: "Caseload",
    Kind.YEARLY: "From a day to a year",
    Kind.EXCLUDED: "Unlikely to benefit",
    Kind.CUSTODY: "In prison",
    Kind.OUT_OF_AREA: "Resettle elsewhere",
    Kind.REGION: "Caseload by region",
    Kind.HOME: "Homes by region",
    Kind.PLACE: "Delivery units",
    Kind.PREVALENCE: "Need",
    Kind.COMPLEXITY: "Complexity",
    Kind.COHORT: "Groups of people",
}
KIND_HINTS = {
    Kind.CASELOAD: "People under supervision on one day.",
    Kind.YEARLY: "How many people in a year there are for each person on the day.",
    Kind.EXCLUDED: (
        "The share with a likelihood of reconviction under 25%: help is unlikely to benefit them and may "
        "harm. They are taken out of the demand."
    ),
    Kind.CUSTODY: "The share of the caseload that is counted where a prison stands.",
    Kind.OUT_OF_AREA: "The share of them who resettle in another region: they are counted there.",
    Kind.REGION: "Where the caseload is. The shares add up to one.",
    Kind.HOME: "Where people who move resettle. Without it they spread as the caseload does.",
    Kind.PLACE: "How a region’s people spread over its delivery units: by weight.",
    Kind.PREVALENCE: "The share of people with each need. A person may have several.",
    Kind.COMPLEXITY: "Of those with a need, the share at each complexity. The shares add up to one.",
    Kind.COHORT: "The share of each group. The shares add up to one.",
}
SCENARIO_WORDS = {Scenario.LOW: "Low", Scenario.CENTRAL: "Central", Scenario.HIGH: "High"}
REASON_WORDS = {
    "version_open": "Version {number} is still open: change it, or work it out first",
    "version_frozen": "Version {number} is frozen, for demand was worked out from it: start a new version",
    "unknown_assumption": "There is no such assumption",
    "values_out_of_order": "{kind}, {key}: low, central and high must rise, and none may be below zero",
    "unsourced_assumption": "{kind}, {key}: say where it comes from and what its weakness is",
    "more_than_all": "{kind}, {key}: a share cannot be above 1",
    "repeated_assumption": "{kind}, {key} stands twice",
    "shares_not_a_whole": "{kind}: the {scenario} values add up to {sum}, not to 1",
    "assumption_missing": "{kind} is missing",
    "region_without_share": "{region} has no share of the caseload",
    "unreadable_assumption": "Row {line} cannot be read: {cause}",
}


def reason_words(reason: Reason) -> str:
    """A reason of the models in words."""
    params = dict(reason.params)
    if "kind" in params:
        params["kind"] = KIND_WORDS[Kind(params["kind"])]
    if "scenario" in params:
        params["scenario"] = str(params["scenario"])
    if "sum" in params:
        params["sum"] = f"{params['sum']:.4f}"
    return REASON_WORDS[reason.code].format(**params)


class FigureField(StringField):
    """A figure of an assumption, from nothing to a thousand million, with at most six places."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = (valuelist[0] if valuelist else "").strip()
        text = self.data.replace(",", "")
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise ValueError(f"{self.label.text} must be a number, like 0.39 or 241,540")
        if not value.is_finite() or not 0 <= value <= Decimal(10**9):
            raise ValueError(f"{self.label.text} must be between 0 and 1,000,000,000")
        if value != value.quantize(Decimal("0.000001")):
            raise ValueError(f"{self.label.text} must have at most six decimal places")

    @property
    def figure(self) -> Decimal:
        """The number that was typed; only of a field without errors."""
        return Decimal((self.data or "0").replace(",", ""))


class ModelForm(Form):
    """A title and where the assumptions come from: a model that is there, or a file."""

    title = StringField(
        "Title", validators=[InputRequired("Enter a title"), Length(max=200, message="Title is too long")]
    )
    source = SelectField(
        "Begin with the assumptions of", description="The latest version of a model, or of a file below"
    )
    file = FileField(
        "File of assumptions (optional)",
        description="A CSV file in the form in which every version can be downloaded",
        render_kw={"accept": ".csv,text/csv"},
    )
    note = WordsField(
        "What this version is for",
        word_limit=100,
        rows=3,
        validators=[InputRequired("Say what this version is for")],
    )


class VersionForm(Form):
    """What a new version is for."""

    note = WordsField(
        "What is different in it",
        word_limit=100,
        rows=3,
        validators=[InputRequired("Say what is different in it")],
    )


class AssumptionForm(Form):
    """One assumption: its figures with their uncertainty, and where they come from."""

    low = FigureField("Low", validators=[InputRequired("Enter the low value")])
    central = FigureField("Central", validators=[InputRequired("Enter the central value")])
    high = FigureField("High", validators=[InputRequired("Enter the high value")])
    source = WordsField(
        "Source", word_limit=100, rows=2, validators=[InputRequired("Say where it comes from")]
    )
    as_at = StringField(
        "Date of the figures",
        description="A day, month or year, like 2026-03-31",
        validators=[
            InputRequired("Enter the date of the figures"),
            Length(max=60, message="Date of the figures is too long"),
        ],
    )
    base = StringField(
        "Base",
        description="Who or what was counted",
        validators=[InputRequired("Enter the base"), Length(max=200, message="Base is too long")],
    )
    weakness = WordsField(
        "Weakness",
        description="Why it may mislead",
        word_limit=100,
        rows=2,
        validators=[InputRequired("Say why it may mislead")],
    )


class WorkOutForm(Form):
    """Which values to work out, for which period."""

    period = StringField(
        "Period",
        description="The year the people are counted in, like “April 2026 to March 2027”",
        validators=[
            InputRequired("Enter the period"),
            Length(max=200, message="Period is too long"),
        ],
    )
    scenarios = CheckboxesField(
        "Values",
        choices=[(one.value, words) for one, words in SCENARIO_WORDS.items()],
        validators=[InputRequired("Choose at least one")],
    )
