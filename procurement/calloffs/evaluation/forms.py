"""The forms of evaluation: scores across bids, a consensus, recommendations by lot, a reason to return."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from core.web.forms import CheckboxesField, DatePartsField, Form, MomentField, PoundsField, WordsField
from procurement.calloffs.drafting.models import Lot
from procurement.calloffs.drafting.types import Scale
from procurement.calloffs.evaluation.services.scoring import Given
from procurement.calloffs.evaluation.types import (
    AbnormallyLowTest,
    CheckOutcome,
    CorrectionRule,
    NoBid,
    Succession,
)

NOBODY = "nobody"


@dataclass(frozen=True)
class Line:
    """One score to give: the key of its fields, whose or what it is, and the scale it is given on."""

    key: str
    name: str
    scale: Scale


def scale_choices(scale: Scale) -> list[tuple[str, str]]:
    """The steps of a scale with what each means."""
    return [(str(step), f"{step}: {meaning}") for step, meaning in enumerate(scale.descriptors)]


class PercentField(StringField):
    """A percentage with at most two decimals; ``data`` is a Decimal or None. Keeps what was typed."""

    typed = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not self.typed:
            return
        try:
            number = Decimal(self.typed.removesuffix("%").strip())
            if not number.is_finite() or round(number, 2) != number or not 0 < number < 100:
                raise InvalidOperation
        except InvalidOperation:
            raise ValueError(f"{self.label.text}: enter a percentage between 0 and 100, like 15") from None
        self.data = number

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else f"{self.data.normalize():f}")


class ScoresForm(Form):
    """Scores across bids or across questions: each with its reason, filled in as far as one has got."""

    lines: ClassVar[Sequence[Line]] = ()

    def of(self, key: str) -> tuple[Any, Any]:
        """The fields of a line: score and reason."""
        return self[f"score-{key}"], self[f"reason-{key}"]

    def given(self) -> dict[str, Given]:
        """What was filled in, by key; a score off the scale is left out (the field says so)."""
        found = {}
        for line in self.lines:
            score, reason = self.of(line.key)
            found[line.key] = Given(step_of(score.data, line.scale), (reason.data or "").strip())
        return found


def scores_form(lines: Iterable[Line], values: Mapping[str, Any] | None = None) -> ScoresForm:
    """The form for these lines, filled with drafts."""
    lines = list(lines)
    fields: dict[str, Any] = {"lines": lines}
    for line in lines:
        fields[f"score-{line.key}"] = RadioField(
            f"Your score for {line.name}", choices=scale_choices(line.scale), validate_choice=False
        )
        fields[f"reason-{line.key}"] = TextAreaField(f"Your reason for {line.name}")
    return type("TheseScores", (ScoresForm,), fields)(data=values or {})


class ConsensusForm(Form):
    """The panel's score on one criterion of one bid, with its reason."""

    score = RadioField("Agreed score", validate_choice=False)
    reason = TextAreaField(
        "Reason for the agreed score",
        description="The bidder reads this in its letter. Say what in the bid led to the score.",
    )

    def on(self, scale: Scale) -> "ConsensusForm":
        """The form with the steps of a scale."""
        self.score.choices = scale_choices(scale)
        self.scale = scale
        return self

    def agreed(self) -> int | None:
        """The chosen step of the scale."""
        return step_of(self.score.data, self.scale)


class PanelForm(Form):
    """Who scores one question, lot by lot."""

    def of(self, lot: Lot) -> tuple[Any, Any]:
        """The fields of a lot: its people, and why they are few."""
        return self[f"people-{lot.number}"], self[f"few-{lot.number}"]


def panel_form(
    lots: Iterable[Lot], people: Sequence[tuple[str, str]], values: Mapping[str, Any] | None = None
) -> PanelForm:
    """The form for these lots; `people` are (key, name)."""
    fields: dict[str, Any] = {}
    for lot in lots:
        fields[f"people-{lot.number}"] = CheckboxesField(
            f"Who scores lot {lot.number}: {lot.title}", choices=people, validate_choice=False
        )
        fields[f"few-{lot.number}"] = TextAreaField(
            f"Why fewer than two people score lot {lot.number}",
            description="Only where you choose one person.",
        )
    return type("ThisPanel", (PanelForm,), fields)(data=values)


class ReplaceForm(Form):
    """Who takes over from an evaluator, what becomes of the scores, and why."""

    successor = SelectField("Who takes over", validate_choice=False)
    succession = RadioField(
        "What becomes of the scores submitted so far",
        choices=[
            (str(Succession.THE_REST), "They stand; the new evaluator scores what is missing"),
            (
                str(Succession.EVERYTHING),
                "They stay on record and count no more; the new evaluator scores all",
            ),
        ],
        validate_choice=False,
    )
    reason = TextAreaField(
        "Why the evaluator is replaced", description="It stands in the record of the procedure."
    )


class RecommendForm(Form):
    """A recommendation for each open lot."""

    def of(self, lot: Lot) -> dict[str, Any]:
        """The fields of a lot by what they ask."""
        return {name: self[f"{name}-{lot.number}"] for name in ("winner", "reason", "checked", "drawn")}

    def chosen(self, lot: Lot) -> tuple[str, ...]:
        """The public identifiers of the bids that were chosen for a lot, by place; empty for nobody."""
        value = self[f"winner-{lot.number}"].data or ""
        return () if value == NOBODY else tuple(value.split(","))


def recommend_form(choices: Mapping[Lot, list[tuple[str, str]]]) -> RecommendForm:
    """The form for these lots; `choices` gives the bids that may win each."""
    fields: dict[str, Any] = {}
    for lot, bids in choices.items():
        fields[f"winner-{lot.number}"] = RadioField(
            f"Award lot {lot.number} to", choices=[*bids, (NOBODY, "Nobody: do not award this lot")]
        )
        fields[f"reason-{lot.number}"] = TextAreaField(
            f"Reason for lot {lot.number}",
            description="It stands in the record. Where a low price was asked about, say what was answered.",
        )
        fields[f"checked-{lot.number}"] = BooleanField(
            f"Exclusion grounds and the debarment list were checked again for the winner of lot {lot.number}"
        )
        fields[f"drawn-{lot.number}"] = BooleanField(
            f"A draw was held for lot {lot.number}; the reason names its witnesses"
        )
    return type("TheseRecommendations", (RecommendForm,), fields)()


class ReturnForm(Form):
    """Why a recommendation goes back."""

    reason = TextAreaField("Why the recommendation goes back")


class CheckForm(Form):
    """What the check at award found of one party."""

    outcome = RadioField(
        "What was found",
        choices=[
            (str(CheckOutcome.CLEAR), "No ground applies, and it is not on the debarment list"),
            (str(CheckOutcome.CONSIDERED), "Something is known; it was considered and is no bar"),
            (str(CheckOutcome.EXCLUDED), "It is excluded"),
        ],
        validate_choice=False,
    )
    reason = TextAreaField("What was looked at, and why this follows")

    def found(self) -> CheckOutcome | None:
        """The chosen outcome, or None where none was chosen."""
        return CheckOutcome(self.outcome.data) if self.outcome.data in set(CheckOutcome) else None


class ChallengeForm(Form):
    """A challenge that was notified."""

    received_on = DatePartsField("Day on which it was received")
    summary = TextAreaField("Who challenges what", description="Parties read only that a challenge stands.")


class LiftForm(Form):
    """Why a challenge no longer holds the contract."""

    reason = TextAreaField("Why it is lifted: withdrawn, settled or decided")


class DayForm(Form):
    """One day."""

    day = DatePartsField("Day")


def step_of(value: Any, scale: Scale) -> int | None:
    """A typed step of the scale; None for anything else."""
    return int(value) if str(value) in {str(step) for step in range(scale.most + 1)} else None


class InquiryForm(Form):
    """What one bidder is asked, and until when."""

    criterion = SelectField("Which question it is about", validate_choice=False)
    question = WordsField("What you ask", word_limit=300, rows=5)
    answer_by = MomentField(
        "Answer by", description="At least 24 hours from now. An answer is taken until that moment."
    )


class AnswerForm(Form):
    """A bidder's answer."""

    answer = WordsField(
        "Your answer",
        word_limit=1000,
        rows=10,
        description="It explains what you submitted. It cannot change or improve your bid.",
    )


class DecisionForm(Form):
    """What the authority makes of an answer."""

    accepted = RadioField("Your decision", validate_choice=False)
    reason = TextAreaField("Reason", description="It stands in the record of the procedure.")

    def chosen(self) -> bool | None:
        """Whether it was accepted; None where nothing was chosen."""
        return {"yes": True, "no": False}.get(self.accepted.data or "")


class CorrectionForm(Form):
    """A unit price to correct, by which rule, to what."""

    service = RadioField("Which price", validate_choice=False)
    rule = RadioField(
        "By which rule",
        choices=[
            (str(CorrectionRule.DECIMAL_POINT), "The decimal point is in the wrong place"),
            (
                str(CorrectionRule.TOTAL_FOR_VOLUME),
                "The price of a year’s people was stated for one person",
            ),
            (str(CorrectionRule.SUM_OF_PARTS), "The parts that the bid states add up to another price"),
        ],
        validate_choice=False,
    )
    after = PoundsField("Corrected price for one person")
    reason = TextAreaField("Reason", description="The bidder reads it beside both figures.")


class RemovalForm(Form):
    """Why a bid is evaluated no more."""

    cause = RadioField(
        "Why",
        choices=[
            (str(NoBid.NOT_COMPLIANT), "It does not meet the conditions that were published"),
            (str(NoBid.NOT_ADMITTED), "The bidder was not admitted to the framework"),
            (str(NoBid.EXCLUDED), "The bidder is excluded"),
            (str(NoBid.WITHDRAWN), "The bidder has withdrawn it in writing"),
        ],
        validate_choice=False,
    )
    reason = TextAreaField("Reason", description="The bidder reads it in its letter.")
    exception_reason = TextAreaField(
        "Why a pending application cannot be decided first",
        description="Only in a dynamic market, and only for exceptional complexity. May stay empty.",
    )


class WithdrawForm(Form):
    """Why a bidder withdraws after opening."""

    reason = TextAreaField("Why you withdraw the bid")


class DismissForm(Form):
    """Why a prompt for review needs nothing more."""

    reason = TextAreaField("Reason")


class LowPriceTestsForm(Form):
    """When a price is asked about: up to three tests, each with one or two percentages."""

    ROWS: ClassVar[range] = range(1, 4)

    def of(self, row: int) -> tuple[Any, Any, Any]:
        """The fields of a row: below the mean, below the next, the mean without the highest price."""
        return self[f"mean-{row}"], self[f"next-{row}"], self[f"without-{row}"]

    def tests(self) -> list[AbnormallyLowTest]:
        """The rows that were filled in."""
        found = []
        for row in self.ROWS:
            mean, following, without = (field.data for field in self.of(row))
            if mean is not None or following is not None or without:
                found.append(AbnormallyLowTest(mean, following, mean_without_highest=bool(without)))
        return found


for _row in LowPriceTestsForm.ROWS:
    setattr(LowPriceTestsForm, f"mean-{_row}", PercentField("Below the mean price by more than (%)"))
    setattr(LowPriceTestsForm, f"next-{_row}", PercentField("Lowest price, below the next by more than (%)"))
    setattr(LowPriceTestsForm, f"without-{_row}", BooleanField("The mean leaves out the highest price"))
