"""The forms of evaluation: scores across bids, a consensus, recommendations by lot, a reason to return."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField

from core.web.forms import Form
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import Lot
from procurement.calloffs.evaluation.rules import DEFAULT_SCALE
from procurement.calloffs.evaluation.services.scoring import Given

NOBODY = "nobody"


def scale_choices() -> list[tuple[str, str]]:
    """The steps of the scale with what each means."""
    return [(str(step), f"{step}: {meaning}") for step, meaning in enumerate(DEFAULT_SCALE.descriptors)]


class ScoresForm(Form):
    """One question across all bids: a score and a reason for each, filled in as far as one has got."""

    def of(self, bid: Bid) -> tuple[Any, Any]:
        """The fields of a bid: score and reason."""
        return self[f"score-{bid.public_id}"], self[f"reason-{bid.public_id}"]

    def given(self, bids: Iterable[Bid]) -> dict[int, Given]:
        """What was filled in, by bid key; a score off the scale is left out (the field says so)."""
        found = {}
        for bid in bids:
            score, reason = self.of(bid)
            text = (reason.data or "").strip()
            found[bid.id] = Given(int(score.data) if _is_step(score.data) else None, text)
        return found


def scores_form(bids: Iterable[Bid], values: Mapping[str, Any] | None = None) -> ScoresForm:
    """The form for these bids, filled with drafts."""
    fields: dict[str, Any] = {}
    for bid in bids:
        name = bid.supplier.name
        fields[f"score-{bid.public_id}"] = RadioField(
            f"Your score for {name}", choices=scale_choices(), validate_choice=False
        )
        fields[f"reason-{bid.public_id}"] = TextAreaField(f"Your reason for {name}")
    return type("TheseScores", (ScoresForm,), fields)(data=values or {})


class ConsensusForm(Form):
    """The panel's score on one criterion of one bid, with its reason."""

    score = RadioField("Agreed score", choices=scale_choices(), validate_choice=False)
    reason = TextAreaField(
        "Reason for the agreed score",
        description="The bidder reads this in its letter. Say what in the bid led to the score.",
    )

    def agreed(self) -> int | None:
        """The chosen step of the scale."""
        return int(self.score.data) if _is_step(self.score.data) else None


class RecommendForm(Form):
    """A recommendation for each open lot."""

    def of(self, lot: Lot) -> dict[str, Any]:
        """The fields of a lot by what they ask."""
        return {name: self[f"{name}-{lot.number}"] for name in ("winner", "reason", "checked", "drawn")}


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


def _is_step(value: Any) -> bool:
    return str(value) in {str(step) for step in range(DEFAULT_SCALE.most + 1)}
