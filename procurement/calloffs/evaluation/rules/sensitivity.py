"""How close an outcome is: the smallest change of one score, or of the winner's price, that flips it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from procurement.calloffs.drafting.types import CriterionKind, PriceFormula, TieBreak
from procurement.calloffs.evaluation.rules.ranking import rank, ranked_again
from procurement.calloffs.evaluation.types import (
    PriceRule,
    Ranked,
    ScoreChange,
    ScoredBid,
    Sensitivity,
    WeightedCriterion,
)

PENNY = Decimal("0.01")
MOST_TIMES = 1000
"""How many times the winner's price is tried at most."""


def sensitivity(
    bids: Iterable[ScoredBid],
    criteria: Iterable[WeightedCriterion],
    rule: PriceRule,
    tie_break: TieBreak,
) -> Sensitivity | None:
    """What would flip first place; None where nobody is ranked first alone.

    A flip is any outcome in which the winner is not first alone any more, an open tie included. Score
    changes are whole steps of one consensus score of one bid, all others as they are; every change of the
    fewest steps that flips the outcome is named. The price is the winner's evaluated price (pounds over the
    term), raised penny by penny: raising it never helps its bidder, so the smallest rise is found by halving.
    """
    bids, criteria = list(bids), list(criteria)
    # A recorded draw says nothing about how close the bids are.
    bids = [replace(bid, draw=None) for bid in bids]
    ranking = rank(bids, criteria, rule, tie_break)
    winner = first_of(ranking)
    if winner is None:
        return None
    return Sensitivity(
        winner=winner,
        changes=_smallest_changes(bids, criteria, rule, tie_break, ranking, winner),
        price=_smallest_rise(bids, criteria, rule, tie_break, winner),
    )


def first_of(ranking: Sequence[Ranked]) -> str | None:
    """Who is first alone."""
    first = [entry for entry in ranking if entry.rank == 1]
    return first[0].key if len(first) == 1 else None


def changed(bids: Iterable[ScoredBid], change: ScoreChange) -> list[ScoredBid]:
    """The bids with one consensus score changed."""
    return [
        replace(bid, consensus={**bid.consensus, change.criterion: Decimal(change.after)})
        if bid.key == change.bid
        else bid
        for bid in bids
    ]


def priced_at(bids: Iterable[ScoredBid], key: str, price: Decimal) -> list[ScoredBid]:
    """The bids with one price replaced."""
    return [replace(bid, price=price) if bid.key == key else bid for bid in bids]


def _smallest_changes(
    bids: list[ScoredBid],
    criteria: list[WeightedCriterion],
    rule: PriceRule,
    tie_break: TieBreak,
    ranking: tuple[Ranked, ...],
    winner: str,
) -> tuple[ScoreChange, ...]:
    standing = {entry.key for entry in ranking if entry.rank is not None}
    by_key = {bid.key: bid for bid in bids}

    def flips(change: ScoreChange) -> bool:
        [bid] = changed([by_key[change.bid]], change)
        # A bid that stays ranked moves nobody's price score: most changes need no new ranking of all.
        if change.bid in standing and not _below(bid, criteria, rule):
            again = ranked_again(ranking, bid, criteria, rule, tie_break)
        else:
            again = rank(changed(bids, change), criteria, rule, tie_break)
        return first_of(again) != winner

    most = max((one.scale_most for one in _scored(criteria)), default=0)
    for steps in range(1, most + 1):
        found = tuple(change for change in _changes(bids, criteria, steps) if flips(change))
        if found:
            return found
    return ()


def _below(bid: ScoredBid, criteria: list[WeightedCriterion], rule: PriceRule) -> bool:
    """Whether a bid misses a threshold, or has no point that a price could be divided by."""
    if rule.formula is PriceFormula.PRICE_PER_QUALITY_POINT and not any(bid.consensus.values()):
        return True
    return any(
        one.threshold is not None and bid.consensus[one.code] < one.threshold for one in _scored(criteria)
    )


def _changes(bids: list[ScoredBid], criteria: list[WeightedCriterion], steps: int) -> Iterator[ScoreChange]:
    for bid in bids:
        for criterion in _scored(criteria):
            before = int(bid.consensus[criterion.code])
            for after in (before - steps, before + steps):
                if 0 <= after <= criterion.scale_most:
                    yield ScoreChange(bid.key, criterion.code, before, after)


def _smallest_rise(
    bids: list[ScoredBid],
    criteria: list[WeightedCriterion],
    rule: PriceRule,
    tie_break: TieBreak,
    winner: str,
) -> Decimal | None:
    own = next(bid.price for bid in bids if bid.key == winner)
    if own is None or rule.formula is PriceFormula.QUALITY_ONLY:
        return None

    def flips(pennies: int) -> bool:
        raised = priced_at(bids, winner, own + pennies * PENNY)
        return first_of(rank(raised, criteria, rule, tie_break)) != winner

    high = int(own * MOST_TIMES / PENNY)
    if not flips(high):
        return None
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if flips(middle) else (middle, high)
    return own + high * PENNY


def _scored(criteria: Iterable[WeightedCriterion]) -> list[WeightedCriterion]:
    return [one for one in criteria if one.kind is not CriterionKind.PRICE]
