"""The forms of assessors and of those who look after members."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from core.web.forms import CheckboxesField, DatePartsField, Form, WordsField
from procurement.framework.types import AssessmentOutcome, Regime, RemovalBasis

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


class DecisionForm(Form):
    """For each category chosen: the regions to admit in, and the reason for the others."""

    reasons = WordsField(
        "Anything else the supplier should know",
        word_limit=300,
        rows=4,
        description="It stands in the decision letter. You can leave this empty.",
    )

    def refusals(self, chosen: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The (category, region) codes that are not ticked, each with the reason given for its category."""
        return {
            (category, region): self[_refusal(category)].data or ""
            for category, region in chosen
            if region not in (self[_admission(category)].data or [])
        }


def decision_form(
    chosen: Mapping[str, tuple[str, Sequence[tuple[str, str]]]], admitted: Iterable[str] = ()
) -> DecisionForm:
    """The form of a decision. `chosen` has for each category's code its name and its regions (code, name);
    `admitted` the codes of the categories that are ticked to begin with.
    """
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for category, (name, places) in chosen.items():
        fields[_admission(category)] = CheckboxesField(f"Admit for {name} in", choices=list(places))
        fields[_refusal(category)] = WordsField(
            f"Why is {name} refused where it is not ticked?", word_limit=200, rows=3
        )
        data[_admission(category)] = [code for code, _ in places] if category in set(admitted) else []
    return type("DecisionFormOfCategories", (DecisionForm,), fields)(data=data)


def decision_fields(category: str) -> tuple[str, str]:
    """The names of a category's two fields: the regions to admit in, and the reason for the others."""
    return _admission(category), _refusal(category)


def _admission(category: str) -> str:
    return f"admit-{category}"


def _refusal(category: str) -> str:
    return f"refuse-{category}"


class ClarifyForm(Form):
    """What the applicant is asked to make clear, and by when."""

    asked = WordsField(
        "What should the supplier make clear?",
        word_limit=300,
        rows=6,
        description="The supplier reads this. Ask about what it has written, not for something new.",
        validators=[InputRequired("Enter what the supplier should make clear")],
    )
    due_on = DatePartsField("Answer by", description="The supplier can still answer later, until you decide.")

    def validate_due_on(self, field: Any) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError("Enter the day by which you want the answer")


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


def members_form(held: Sequence[tuple[str, str]]) -> MembersForm:
    """The form of a deed on some of a supplier's memberships (key, label)."""
    form = MembersForm()
    form.chosen.choices = list(held)
    return form


BASES = (
    (RemovalBasis.DEBARRED, "It is on the debarment list on a mandatory ground: it must be removed"),
    (RemovalBasis.EXCLUDED, "A ground for exclusion applies: it may be removed"),
    (RemovalBasis.CONDITIONS, "It no longer meets the conditions of membership: it may be removed"),
)


class RemovalForm(MembersForm):
    """Some of a supplier's memberships, what their removal rests on, and the reasons."""

    basis = RadioField(
        "What does the removal rest on?", validators=[InputRequired("Choose what the removal rests on")]
    )


def removal_form(held: Sequence[tuple[str, str]], regime: Regime) -> RemovalForm:
    """The form of an intended removal; the debarment list binds dynamic markets alone."""
    form = RemovalForm()
    form.chosen.choices = list(held)
    form.basis.choices = [
        (str(basis), words)
        for basis, words in BASES
        if basis is not RemovalBasis.DEBARRED or regime is Regime.DYNAMIC_MARKET
    ]
    return form


class SettleForm(Form):
    """What came of considering something."""

    settlement = WordsField(
        "What did you decide, and why?",
        word_limit=300,
        rows=5,
        validators=[InputRequired("Enter what you decided, and why")],
    )


class CeaseForm(Form):
    """Why a framework ends."""

    reason = WordsField(
        "Why does it end?",
        word_limit=300,
        rows=5,
        description="Members and applicants read this.",
        validators=[InputRequired("Enter why it ends")],
    )
