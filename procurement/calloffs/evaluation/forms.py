"""The forms of evaluation: scores across bids, a consensus, recommendations by lot, a reason to return."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import BooleanField, RadioField, SelectField, TextAreaField

from core.web.forms import CheckboxesField, DatePartsField, Form
from procurement.calloffs.drafting.models import Lot
from procurement.calloffs.drafting.types import Scale
from procurement.calloffs.evaluation.services.scoring import Given
from procurement.calloffs.evaluation.types import CheckOutcome, Succession

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
