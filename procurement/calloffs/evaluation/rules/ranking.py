"""From consensus scores and prices to a ranking: weights, thresholds, ties by the published rule."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, islice, permutations, product

from procurement.calloffs.drafting.types import CriterionKind, PriceFormula, TieBreak
from procurement.calloffs.evaluation.rules.pricing import price_scores
from procurement.calloffs.evaluation.rules.rounding import PLACES, rounded
from procurement.calloffs.evaluation.types import PriceRule, Ranked, ScoredBid, WeightedCriterion


def weighted(score: Decimal, weight: Decimal, scale_most: int, *, places: int = PLACES) -> Decimal:
    """A score's points of the whole: weight × score ÷ the scale's most, rounded half up once."""
    return rounded(Fraction(weight) * Fraction(score) / scale_most, places)


def quality_scores(
    consensus: Mapping[str, Decimal], criteria: Iterable[WeightedCriterion]
) -> dict[str, Decimal]:
    """The weighted score of each criterion but price. Raises KeyError where a consensus score is missing."""
    return {
        criterion.code: weighted(consensus[criterion.code], criterion.weight, criterion.scale_most)
        for criterion in criteria
        if criterion.kind is not CriterionKind.PRICE
    }


def rank(
    bids: Iterable[ScoredBid],
    criteria: Iterable[WeightedCriterion],
    rule: PriceRule,
    tie_break: TieBreak,
) -> tuple[Ranked, ...]:
    """The ranking of a lot's bids, best first; those below a threshold last, without rank.

    Each criterion's weighted score, and the price score, is rounded once; totals add what was rounded, so
    that anyone can check them by hand. Prices are scored among the bids that reach every threshold. Under
    price per quality point the lowest price for a point ranks first; otherwise the highest total. Bids that
    the tie-break leaves equal are ordered by a recorded draw (`ScoredBid.draw`); without one they share a
    rank and name each other in `tied_with`.
    """
    bids = list(bids)
    criteria = list(criteria)
    points = {bid.key: quality_scores(bid.consensus, criteria) for bid in bids}
    below = {
        bid.key: tuple(
            criterion.code
            for criterion in criteria
            if criterion.threshold is not None
            and criterion.kind is not CriterionKind.PRICE
            and bid.consensus[criterion.code] < criterion.threshold
        )
        for bid in bids
    }
    per_point = rule.formula is PriceFormula.PRICE_PER_QUALITY_POINT
    if per_point:
        # Nothing scored has no price per point: it cannot be ranked, whatever it costs.
        below |= {
            key: codes or ("no_quality_point",)
            for key, codes in below.items()
            if not sum(points[key].values(), Decimal(0))
        }
    standing = [bid for bid in bids if not below[bid.key]]
    if rule.formula is PriceFormula.QUALITY_ONLY:
        prices = dict.fromkeys((bid.key for bid in standing), Decimal(0))
    else:
        prices = price_scores({bid.key: _price(bid) for bid in standing}, rule)

    entries = [_entry(bid, points[bid.key], prices.get(bid.key), below[bid.key], per_point) for bid in bids]
    ranked = [entry for entry in entries if not entry.below_threshold]
    unranked = [entry for entry in entries if entry.below_threshold]
    draws = {bid.key: bid.draw for bid in bids}
    return (
        *_placed(ranked, criteria, tie_break, draws, per_point),
        *sorted(unranked, key=lambda entry: (-entry.quality, entry.key)),
    )


def ranked_again(
    ranking: Iterable[Ranked],
    bid: ScoredBid,
    criteria: Iterable[WeightedCriterion],
    rule: PriceRule,
    tie_break: TieBreak,
) -> tuple[Ranked, ...]:
    """What `rank` gives when one ranked bid has other scores, all else as it is and no draw held.

    Right only where the bid reaches its thresholds before and after: prices are then scored as they were.
    """
    criteria = list(criteria)
    per_point = rule.formula is PriceFormula.PRICE_PER_QUALITY_POINT
    entries = [
        _entry(bid, quality_scores(bid.consensus, criteria), one.price_score, (), per_point)
        if one.key == bid.key
        else one
        for one in ranking
        if one.rank is not None
    ]
    return tuple(_placed(entries, criteria, tie_break, {one.key: None for one in entries}, per_point))


def _price(bid: ScoredBid) -> Decimal:
    if bid.price is None:
        raise ValueError(f"bid {bid.key} has no evaluated price")
    return bid.price


def _entry(
    bid: ScoredBid,
    points: Mapping[str, Decimal],
    price_score: Decimal | None,
    below: tuple[str, ...],
    per_point: bool,
) -> Ranked:
    quality = sum(points.values(), Decimal(0))
    price_score = price_score if price_score is not None else Decimal(0)
    price_per_point = None
    if per_point and quality and bid.price is not None:
        price_per_point = rounded(Fraction(bid.price) / Fraction(quality), PLACES)
    return Ranked(
        key=bid.key,
        rank=None,
        quality=quality,
        price_score=price_score,
        total=quality + price_score,
        criterion_scores=points,
        price=bid.price,
        price_per_point=price_per_point,
        below_threshold=below,
    )


def _placed(
    entries: list[Ranked],
    criteria: list[WeightedCriterion],
    tie_break: TieBreak,
    draws: Mapping[str, int | None],
    per_point: bool,
) -> list[Ranked]:
    def first(entry: Ranked) -> Decimal:
        return -entry.total if entry.price_per_point is None else entry.price_per_point

    def second(entry: Ranked) -> tuple[Decimal, ...]:
        return _tie_break_key(entry, criteria, tie_break)

    def third(entry: Ranked) -> int:
        return draws[entry.key] or 0

    placed: list[Ranked] = []
    for _value, same_total in groupby(sorted(entries, key=first), key=first):
        group = sorted(same_total, key=lambda entry: (second(entry), third(entry), entry.key))
        for _key, same_rule in groupby(group, key=second):
            by_rule = list(same_rule)
            for _drawn, still in groupby(by_rule, key=third):
                tied = list(still)
                rank_here = len(placed) + 1
                for entry in tied:
                    others = tuple(other.key for other in tied if other is not entry)
                    broken = None
                    if len(group) > 1 and not others:
                        broken = tie_break if len(by_rule) == 1 else TieBreak.DRAW
                    placed.append(_with_rank(entry, rank_here, others, broken))
    return placed


def _tie_break_key(
    entry: Ranked, criteria: list[WeightedCriterion], tie_break: TieBreak
) -> tuple[Decimal, ...]:
    if tie_break is TieBreak.HIGHER_QUALITY:
        return (-entry.quality,)
    if tie_break is TieBreak.LOWER_PRICE:
        return (entry.price if entry.price is not None else Decimal(0),)
    if tie_break is TieBreak.FIRST_CRITERION:
        heaviest_first = sorted(
            (criterion for criterion in criteria if criterion.kind is not CriterionKind.PRICE),
            key=lambda criterion: (-criterion.weight, criterion.code),
        )
        return tuple(-entry.criterion_scores[criterion.code] for criterion in heaviest_first)
    return ()


def _with_rank(entry: Ranked, place: int, tied_with: tuple[str, ...], broken: TieBreak | None) -> Ranked:
    return Ranked(
        key=entry.key,
        rank=place,
        quality=entry.quality,
        price_score=entry.price_score,
        total=entry.total,
        criterion_scores=entry.criterion_scores,
        price=entry.price,
        price_per_point=entry.price_per_point,
        tied_with=tied_with,
        tie_broken_by=broken,
    )


MOST_ORDERS = 24


def orders_of(ranking: Iterable[Ranked], suppliers: int) -> list[tuple[str, ...]]:
    """The bids that may be awarded, best first, as many as are wanted; each order that open ties allow.

    Without a tie there is one. Of very many only the first are given.
    """
    groups = [
        [entry.key for entry in group]
        for _rank, group in groupby(
            (entry for entry in ranking if entry.rank is not None), key=lambda entry: entry.rank
        )
    ]
    orders = (
        tuple(key for group in chosen for key in group)[:suppliers]
        for chosen in product(*(list(permutations(group)) for group in groups))
    )
    return list(islice(dict.fromkeys(islice(orders, 1000)), MOST_ORDERS)) if groups else []
