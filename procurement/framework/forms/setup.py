"""The forms by which a framework is set up."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    BooleanField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from catalogue.reference.models import NeedArea, Place
from core.web.forms import (
    CheckboxesField,
    DatePartsField,
    Form,
    PoundsField,
    WholeNumberField,
    WordsField,
)
from procurement.framework.types import Regime, RuleParameter, RuleUnit, RuleValue

REGIMES = (
    (Regime.DYNAMIC_MARKET, "A new dynamic market (Procurement Act 2023)"),
    (Regime.DPS, "An existing dynamic purchasing system (Public Contracts Regulations 2015)"),
)

# What each rule of a framework is called, and what a person who sets it must know.
RULE_WORDS: Mapping[str, tuple[str, str]] = {
    "open_all_its_life": ("Open to applications all its life", ""),
    "member_cap": ("Most members", "Leave this empty. A framework takes every supplier that qualifies."),
    "first_window_days": ("First window for applications", "At least 30 days from the notice."),
    "decision_days": ("Time to decide on an application", ""),
    "decision_days_with_reason": (
        "Longer time to decide",
        "Taken only with a reason for the application in hand.",
    ),
    "joining_fee": ("Fee to join", "Leave this at 0. Suppliers never pay to join."),
    "award_fee_percent": ("Fee on award", "A fixed share of the contract’s estimated value, or 0."),
    "turnover_multiple": (
        "Yearly turnover asked for, at most",
        "As a multiple of the contract’s value. 0 means that none is asked for.",
    ),
    "asks_audited_accounts": ("Audited accounts are asked for", ""),
    "asks_insurance_before_award": ("Insurance is asked for before an award", ""),
    "asks_earlier_award": ("An earlier contract with a named authority is asked for", ""),
    "equivalents_allowed": ("Equivalent evidence is accepted", ""),
    "mandatory_exclusion_years": ("How far back grounds that must exclude reach", ""),
    "discretionary_exclusion_years": ("How far back grounds that may exclude reach", ""),
    "short_exclusion_years": ("How far back some of those grounds reach", ""),
    "representation_days": (
        "Time for a supplier to be heard before an exclusion",
        "From the day it is asked.",
    ),
    "reasons_before_removal": ("A supplier is told the reasons before it is removed", ""),
    "suspension_stops_invitations": (
        "A suspended member is not invited",
        "A suspension always hides offers. It stops invitations only where this says so.",
    ),
    "tender_days": ("Least time to bid in a call-off", ""),
    "standstill_days": ("Standstill, where one is chosen", ""),
    "standstill_working_days": ("Standstill, where one is chosen", ""),
}

# The rule that each finding of the lint is about, so that its words stand beside the right field.
LINT_FIELDS: Mapping[str, str] = {
    "members_capped": "member_cap",
    "fee_to_join": "joining_fee",
    "fee_on_award": "award_fee_percent",
    "award_fee_not_fixed": "award_fee_percent",
    "turnover_too_high": "turnover_multiple",
    "first_window_too_short": "first_window_days",
    "audited_accounts": "asks_audited_accounts",
    "insurance_before_award": "asks_insurance_before_award",
    "earlier_award_by_authority": "asks_earlier_award",
    "no_equivalents": "equivalents_allowed",
}

YES, NO = "yes", "no"


class VersionedForm(Form):
    """A form that carries the version of the row it showed."""

    row_version = IntegerField(widget=HiddenInput())


class DetailsForm(VersionedForm):
    """What a framework says of itself."""

    title = StringField("Title", validators=[InputRequired("Enter a title"), Length(max=200)])
    summary = WordsField(
        "Summary",
        word_limit=200,
        rows=5,
        description="What is bought and for whom. Suppliers read this before they sign up.",
        validators=[InputRequired("Enter a summary")],
    )
    starts_on = DatePartsField("First day", description="For example, 1 4 2026")
    ends_on = DatePartsField("Last day", description="Leave this empty where there is none.")
    market_reference = StringField(
        "Reference of the notice",
        description="The reference by which the notice was published, where there is one.",
        validators=[Length(max=60)],
    )
    noticed_on = DatePartsField(
        "Date of the notice",
        description="Only for an existing dynamic purchasing system: before 24 February 2025.",
    )

    def validate_starts_on(self, field: Any) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError("Enter the first day")


class NewFrameworkForm(DetailsForm):
    """A framework's regime and what it says of itself."""

    regime = RadioField(
        "Which law does it stand under?",
        choices=[(str(regime), words) for regime, words in REGIMES],
        default=str(Regime.DYNAMIC_MARKET),
        validators=[InputRequired("Choose the law it stands under")],
    )
    regime.kwargs["description"] = "This cannot be changed later. A new system is always a dynamic market."


class PublishForm(VersionedForm):
    """Nothing but the version that was read before publishing."""


class FactorField(DecimalField):
    """A number with decimal places, kept as typed; ``data`` is a Decimal or None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not text:
            return
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValueError(f"{self.label.text} must be a number, like 1.5")
        if not number.is_finite() or not 0 <= number <= 1000:
            raise ValueError(f"{self.label.text} must be between 0 and 1,000")
        self.data = number

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else f"{self.data.normalize():f}"


def rules_form(parameters: Mapping[str, RuleParameter]) -> VersionedForm:
    """The form of the rules that whoever sets a framework up is asked for, each in its unit."""
    fields = {code: _rule_field(parameter) for code, parameter in parameters.items() if parameter.asked}
    values = {code: _typed(parameter) for code, parameter in parameters.items() if parameter.asked}
    return type("RulesForm", (VersionedForm,), fields)(data=values)


def values_of(form: VersionedForm, parameters: Mapping[str, RuleParameter]) -> dict[str, RuleValue]:
    """The values of a valid form by rule code; an empty amount or factor is nought."""
    values: dict[str, RuleValue] = {}
    for code, parameter in parameters.items():
        if not parameter.asked:
            continue
        typed = form[code].data
        if parameter.unit is RuleUnit.YES_NO:
            values[code] = typed == YES
        elif parameter.unit in (RuleUnit.POUNDS, RuleUnit.PERCENT, RuleUnit.TIMES):
            values[code] = typed if typed is not None else Decimal(0)
        else:
            values[code] = typed
    return values


def _rule_field(parameter: RuleParameter) -> Any:
    name, hint = RULE_WORDS[parameter.code]
    hint = " ".join(part for part in (hint, f"{parameter.source}.") if part)
    if parameter.unit is RuleUnit.YES_NO:
        return RadioField(name, choices=[(YES, "Yes"), (NO, "No")], description=hint)
    if parameter.unit is RuleUnit.POUNDS:
        return PoundsField(name, description=hint)
    if parameter.unit in (RuleUnit.PERCENT, RuleUnit.TIMES):
        return FactorField(f"{name} ({parameter.unit})", description=hint)
    if parameter.unit is RuleUnit.MEMBERS:
        return WholeNumberField(name, least=1, most=10_000, description=hint)
    required = [InputRequired(f"{name}: enter a number")]
    return WholeNumberField(
        f"{name} ({parameter.unit})", least=1, most=10_000, description=hint, validators=required
    )


def _typed(parameter: RuleParameter) -> Any:
    if parameter.unit is RuleUnit.YES_NO:
        return YES if parameter.value else NO
    return parameter.value


def category_form(
    needs: Sequence[NeedArea], places: Sequence[Place], data: Mapping[str, Any] | None = None
) -> "CategoryForm":
    """The form of a category, with need areas and regions to choose from by their codes."""
    form = CategoryForm(data=data or {})
    form.need_area.choices = [("", "Choose a need area"), *((need.code, need.name) for need in needs)]
    form.regions.choices = [(place.code, place.name) for place in places]
    return form


class CategoryForm(VersionedForm):
    """A need area in some regions for lots of a band of values."""

    need_area = SelectField("Need area", validators=[InputRequired("Choose a need area")])
    name = StringField(
        "Name",
        description="What suppliers read, like “Accommodation, lots up to £500,000”.",
        validators=[InputRequired("Enter a name"), Length(max=200)],
    )
    regions = CheckboxesField("Regions")
    value_from = PoundsField(
        "Lots worth at least", description="Over the whole term of a lot. 0 for every lot from the smallest."
    )
    value_below = PoundsField(
        "Lots worth less than", description="Leave this empty where there is no upper end."
    )
    cpv_code = StringField(
        "CPV code",
        description="Eight digits. 85312500 is rehabilitation; codes that begin with 853 are light touch.",
        validators=[
            InputRequired("Enter a CPV code"),
            Regexp(r"^\d{8}(-\d)?$", message="CPV code must be eight digits, like 85312500"),
        ],
    )
    turnover_floor = PoundsField(
        "Least income in the last year",
        description=(
            "Leave this empty where none is asked for. At most twice the upper end of the lots, and no more "
            "than the framework’s own rule says. The supplier’s own figure is enough."
        ),
    )
    floor_by_group = BooleanField(
        "The members of a consortium can reach this least income together",
        description="Each states its own income in its declarations. Only where there is a least income.",
    )
    criteria = WordsField(
        "What a member must show in this category",
        word_limit=300,
        rows=5,
        description="Beyond the standard questions. Leave this empty where nothing is added.",
    )


KIND_NAMES = (
    ("text", "Words"),
    ("number", "A number"),
    ("money", "Pounds"),
    ("date", "A date"),
    ("yes-no", "Yes or no"),
    ("choice", "One of several"),
    ("file", "A file"),
)
PASS_NAMES = (
    ("", "An assessor judges the answer"),
    ("filled", "Any answer passes"),
    ("= yes", "Yes passes"),
    ("= no", "No passes"),
    (">=", "This much or more passes"),
)


class QuestionForm(Form):
    """A question of a framework's own."""

    text = StringField("Question", validators=[InputRequired("Enter the question"), Length(max=300)])
    hint = StringField(
        "Hint", description="What helps to answer it. You can leave this empty.", validators=[Length(max=300)]
    )
    kind = RadioField(
        "What is the answer?",
        choices=list(KIND_NAMES),
        validators=[InputRequired("Choose what the answer is")],
    )
    word_limit = WholeNumberField("Words at most", least=1, most=2000, description="Only for words.")
    choices = TextAreaField("Answers to choose from", description="Only for one of several: one a line.")
    optional = BooleanField("It can be left empty")
    passing = RadioField("How is it assessed?", choices=list(PASS_NAMES), default="")
    least = WholeNumberField(
        "How much passes?", least=0, most=10**9, description="Only where this much or more passes."
    )
    categories = CheckboxesField("Asked only of those who choose")

    def definition(self) -> dict[str, Any]:
        """The question as a file of questions would say it."""
        said: dict[str, Any] = {
            "kind": self.kind.data,
            "text": (self.text.data or "").strip(),
            "hint": (self.hint.data or "").strip(),
            "required": not self.optional.data,
        }
        if self.kind.data == "text":
            said["word_limit"] = self.word_limit.data
        if self.kind.data == "choice":
            lines = [line.strip() for line in (self.choices.data or "").splitlines() if line.strip()]
            said["choices"] = [
                {"value": f"answer-{number}", "text": line} for number, line in enumerate(lines, start=1)
            ]
        if self.passing.data == ">=":
            said["pass_if"] = f">= {self.least.data or 0}"
        elif self.passing.data:
            said["pass_if"] = self.passing.data
        return said


def question_form(categories: Sequence[tuple[str, str]]) -> QuestionForm:
    """The form of a question, with the categories (code, name) that may alone ask it."""
    form = QuestionForm()
    form.categories.choices = list(categories)
    return form


class TakeForm(Form):
    """A question of the standard set or the library, and who is asked it."""

    code = RadioField("Question", validators=[InputRequired("Choose a question")])
    categories = CheckboxesField("Asked only of those who choose")


def take_form(questions: Sequence[tuple[str, str]], categories: Sequence[tuple[str, str]]) -> TakeForm:
    """The form by which a question on offer (code, text) is asked, of certain categories or of all."""
    form = TakeForm()
    form.code.choices = list(questions)
    form.categories.choices = list(categories)
    return form
