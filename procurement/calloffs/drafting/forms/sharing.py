"""The form of how several suppliers share a lot, and what it says when that does not hold together."""

from decimal import Decimal, InvalidOperation

from wtforms import StringField
from wtforms.validators import ValidationError

from core.reasons import Reason
from core.web.forms import WholeNumberField, WordsField
from procurement.calloffs.drafting.forms.fields import DecimalField, OneOfField, StepForm, trimmed
from procurement.calloffs.drafting.types import Dealing, Sharing, SharingTerms

SHARING_WORDS = {
    Sharing.FIXED: "Fixed shares by rank",
    Sharing.BY_RANK: "By rank: the first takes everyone until it is full, then the next",
    Sharing.BY_PERFORMANCE: "By performance: shares to begin with, which reviews move within bounds",
}
DEALING_WORDS = {
    Dealing.EQUAL: "At random, with the same chance for each supplier",
    Dealing.WEIGHTED: "At random, with chances in proportion to the shares",
}
_FIELDS = {
    "suppliers_out_of_bounds": ("suppliers_wanted", "Suppliers must be between 1 and {most}"),
    "sharing_not_stated": ("sharing", "Say how {suppliers} suppliers share the volume"),
    "a_share_for_each": ("shares", "Give a percentage for each of the {suppliers} suppliers, like 60, 40"),
    "shares_not_whole": ("shares", "The percentages must be more than 0 and add up to 100, not {sum}"),
    "shares_rise_with_rank": ("shares", "A later rank cannot have more than an earlier one"),
    "review_not_stated": ("review_months", "Say every how many months the shares are reviewed"),
    "measures_not_stated": ("review_measures", "Say by which measures the shares are reviewed"),
    "bounds_not_stated": ("share_least", "Give the least and the most that a share can come to"),
    "bounds_out_of_order": ("share_least", "The least share must be more than 0 and under the most"),
    "share_outside_bounds": ("shares", "Each share to begin with must lie between {least}% and {most}%"),
    "dealt_in_order_of_rank": ("dealing", "Where the first takes everyone, nobody is dealt at random"),
}


class LotSharingForm(StepForm):
    """How many suppliers, and how they share the volume."""

    suppliers_wanted = WholeNumberField(
        "How many suppliers the lot is for", least=1, most=10, description="One, unless you state otherwise."
    )
    sharing = OneOfField(
        "How they share the volume",
        choices=list(SHARING_WORDS.items()),
        description="Leave this and all below open for one supplier.",
    )
    shares = StringField(
        "Percentages by rank", description="For fixed shares and shares to begin with, like 60, 40."
    )
    share_least = DecimalField("The least a reviewed share can come to, in percent")
    share_most = DecimalField("The most a reviewed share can come to, in percent")
    review_months = WholeNumberField("Months between reviews", least=1, most=60)
    review_measures = WordsField(
        "Measures of the review",
        word_limit=300,
        description="What is measured, and what moves a share up or down.",
    )
    dealing = OneOfField(
        "How people are allocated",
        choices=[("", "By referral to the supplier that the shares name"), *DEALING_WORDS.items()],
        description="Shares are never drawn by lot. People who are referred can be.",
    )

    def validate_shares(self, field: StringField) -> None:
        """Refuse what is not a list of numbers."""
        try:
            _percentages(field.data or "")
        except InvalidOperation:
            raise ValidationError(
                "Percentages by rank must be numbers with commas between, like 60, 40"
            ) from None

    def terms(self) -> SharingTerms:
        """What was filled in, for the rules."""
        return SharingTerms(
            suppliers=self.suppliers_wanted.data or 1,
            sharing=Sharing(self.sharing.data) if self.sharing.data else None,
            shares=_percentages(self.shares.data or ""),
            least=self.share_least.data,
            most=self.share_most.data,
            review_months=self.review_months.data,
            measures=self.review_measures.data or "",
            dealing=Dealing(self.dealing.data) if self.dealing.data else None,
        )

    def show(self, reasons: tuple[Reason, ...]) -> None:
        """Put each reason beside the field that it speaks of."""
        for reason in reasons:
            name, words = _FIELDS[reason.code]
            values = {
                key: trimmed(value) if isinstance(value, Decimal) else value
                for key, value in reason.params.items()
            }
            self[name].errors = [*self[name].errors, words.format(**values)]


def _percentages(text: str) -> tuple[Decimal, ...]:
    parts = [part.strip().removesuffix("%").strip() for part in text.replace(";", ",").split(",")]
    found = tuple(Decimal(part) for part in parts if part)
    if any(not part.is_finite() or part != part.quantize(Decimal("0.01")) for part in found):
        raise InvalidOperation
    return found
