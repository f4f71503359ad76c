"""How much a call-off asks of a bidder, beside what the lot is worth and what others ask."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from core.questions.rules import effort
from core.questions.types import Question
from procurement.calloffs.drafting.types import Burden

FEWEST_TO_COMPARE = 5
"""Below so many published lots a comparison says nothing."""
_UNIT = Decimal(100_000)


def burden_of(
    lot: int, questions: Iterable[Question], yearly_value: Decimal | None, published: Sequence[Decimal]
) -> Burden:
    """What a bid for a lot takes: words at most, minutes, and words per £100,000 of its yearly value.

    `published` holds that ratio for the lots published before; `heavier_than` is the share of them (percent,
    rounded once) that ask less for their value, None where there are too few to compare with.
    """
    asked = effort(questions)
    ratio = words_per_unit(asked.words, yearly_value)
    heavier = None
    if ratio is not None and len(published) >= FEWEST_TO_COMPARE:
        share = Decimal(100 * sum(other < ratio for other in published)) / len(published)
        heavier = int(share.quantize(Decimal(1), ROUND_HALF_UP))
    return Burden(lot, asked.questions, asked.words, asked.minutes, yearly_value, ratio, heavier)


def words_per_unit(words: int, yearly_value: Decimal | None) -> Decimal | None:
    """Words asked for each £100,000 a year, to one decimal; None for a lot without a value."""
    if not yearly_value:
        return None
    return (words * _UNIT / yearly_value).quantize(Decimal("0.1"), ROUND_HALF_UP)
