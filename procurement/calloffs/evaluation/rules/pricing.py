"""From prices to scores by the published formulas, and which prices are low enough to ask about."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from procurement.calloffs.drafting.types import PriceFormula
from procurement.calloffs.evaluation.rules.rounding import PLACES, rounded
from procurement.calloffs.evaluation.types import AbnormallyLowTest, PriceRule, Prompt

ABNORMALLY_LOW_TESTS = (
    AbnormallyLowTest(below_mean=Decimal(15), below_next=Decimal(1), mean_without_highest=True),
    AbnormallyLowTest(below_mean=Decimal(40), below_next=None),
    AbnormallyLowTest(below_mean=None, below_next=Decimal(30)),
)
"""Tests seen in use; a call-off may state others."""


def evaluated_price(
    prices: Mapping[tuple[str, str], Decimal], volumes: Mapping[tuple[str, str], int], *, months: int
) -> Decimal:
    """What a lot would cost over its term at these prices: price per person × people a year × years, pounds.

    Every service with a volume needs its price (KeyError otherwise). Rounded to pence.
    """
    yearly = sum((prices[service] * people for service, people in volumes.items()), Decimal(0))
    return rounded(Fraction(yearly) * months / 12, PLACES)


def price_scores(
    prices: Mapping[str, Decimal], rule: PriceRule, *, places: int = PLACES
) -> dict[str, Decimal]:
    """Each bid's weighted price score (points of the whole), rounded half up to `places` once.

    `prices` holds the bids that are ranked, in pounds, all above zero (ValueError otherwise).
    - relative lowest: weight × lowest ÷ price;
    - mean deviation: half the weight at the mean, a hundredth of the weight for each percent away from it,
      never below nothing or above the weight;
    - optimal price: weight × (highest − price) ÷ (highest − optimal), the whole weight at the optimal price
      and under it, nothing at the highest and above;
    - quality only, and price per quality point: no weighted price score, so nothing.
    """
    if any(price <= 0 for price in prices.values()):
        raise ValueError("a price is above zero")
    if not prices:
        return {}
    score = {
        PriceFormula.RELATIVE_LOWEST: _relative_lowest,
        PriceFormula.MEAN_DEVIATION: _mean_deviation,
        PriceFormula.OPTIMAL_PRICE: _optimal_price,
        PriceFormula.QUALITY_ONLY: _nothing,
        PriceFormula.PRICE_PER_QUALITY_POINT: _nothing,
    }[rule.formula]
    weight = Fraction(rule.weight)
    return {
        key: rounded(weight * _between(score(Fraction(price), prices, rule)), places)
        for key, price in prices.items()
    }


def _relative_lowest(price: Fraction, prices: Mapping[str, Decimal], rule: PriceRule) -> Fraction:
    return Fraction(min(prices.values())) / price


def _mean_deviation(price: Fraction, prices: Mapping[str, Decimal], rule: PriceRule) -> Fraction:
    mean = _mean(prices.values())
    return Fraction(1, 2) + (mean - price) / mean


def _optimal_price(price: Fraction, prices: Mapping[str, Decimal], rule: PriceRule) -> Fraction:
    if rule.optimal is None:
        raise ValueError("the optimal-price formula needs its optimal price")
    highest = Fraction(rule.most if rule.most is not None else max(prices.values()))
    optimal = Fraction(rule.optimal)
    if price <= optimal:
        return Fraction(1)
    if price >= highest:
        return Fraction(0)
    return (highest - price) / (highest - optimal)


def _nothing(price: Fraction, prices: Mapping[str, Decimal], rule: PriceRule) -> Fraction:
    return Fraction(0)


def _between(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))


def _mean(prices: Iterable[Decimal]) -> Fraction:
    values = [Fraction(price) for price in prices]
    return sum(values, Fraction(0)) / len(values)


def abnormally_low(
    prices: Mapping[str, Decimal], tests: Iterable[AbnormallyLowTest] = ABNORMALLY_LOW_TESTS
) -> list[Prompt]:
    """Which prices to ask about, by price; a single bid has nothing to be compared with.

    "Below the next" is measured for the lowest price alone: a gap further up says that the other is dear.
    """
    if len(prices) < 2:
        return []
    prompts = []
    ordered = sorted(prices.items(), key=lambda item: (item[1], item[0]))
    for place, (key, price) in enumerate(ordered[:-1]):
        following = ordered[place + 1][1]
        below_next = _percent_below(price, Fraction(following))
        for number, test in enumerate(tests):
            compared = [value for _key, value in (ordered[:-1] if test.mean_without_highest else ordered)]
            below_mean = _percent_below(price, _mean(compared))
            low_mean = test.below_mean is None or below_mean > Fraction(test.below_mean)
            low_next = test.below_next is None or (place == 0 and below_next > Fraction(test.below_next))
            if low_mean and low_next:
                prompts.append(
                    Prompt(
                        bid=key,
                        below_mean=rounded(below_mean, PLACES) if test.below_mean is not None else None,
                        below_next=rounded(below_next, PLACES) if test.below_next is not None else None,
                        test=number,
                    )
                )
                break
    return prompts


def _percent_below(price: Decimal, compared: Fraction) -> Fraction:
    return (compared - Fraction(price)) / compared * 100
