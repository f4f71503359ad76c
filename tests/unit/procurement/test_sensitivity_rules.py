"""How close an outcome is: the change that is named flips it, and nothing smaller does."""

from decimal import Decimal as D

from hypothesis import assume, given
from hypothesis import strategies as st

from procurement.calloffs.drafting.types import CriterionKind, PriceFormula, TieBreak
from procurement.calloffs.evaluation.rules import rank, sensitivity
from procurement.calloffs.evaluation.rules.sensitivity import changed, first_of, priced_at
from procurement.calloffs.evaluation.types import PriceRule, ScoreChange, ScoredBid, WeightedCriterion

METHOD = WeightedCriterion("method", CriterionKind.QUALITY, D(40), threshold=D(1))
SOCIAL = WeightedCriterion("social", CriterionKind.SOCIAL_VALUE, D(20), scale_most=10)
CRITERIA = (METHOD, SOCIAL, WeightedCriterion("price", CriterionKind.PRICE, D(40)))
WEIGHT = D(40)
RULES = st.sampled_from(
    [
        PriceRule(PriceFormula.RELATIVE_LOWEST, WEIGHT),
        PriceRule(PriceFormula.MEAN_DEVIATION, WEIGHT),
        PriceRule(PriceFormula.OPTIMAL_PRICE, WEIGHT, optimal=D(50)),
        PriceRule(PriceFormula.QUALITY_ONLY),
        PriceRule(PriceFormula.PRICE_PER_QUALITY_POINT),
    ]
)
TIES = st.sampled_from(list(TieBreak))


def bid(key: str, method: int, social: int, price: str) -> ScoredBid:
    return ScoredBid(key, {"method": D(method), "social": D(social)}, D(price))


BIDS = st.lists(
    st.builds(
        lambda key, method, social, pennies: ScoredBid(
            key, {"method": D(method), "social": D(social)}, D(pennies) / 100
        ),
        st.sampled_from("abcd"),
        st.integers(0, 5),
        st.integers(0, 10),
        st.integers(100, 50_000),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.key,
)


def test_by_worked_example() -> None:
    bids = [bid("a", 4, 6, "105"), bid("b", 3, 6, "100")]
    close = sensitivity(
        bids, CRITERIA, PriceRule(PriceFormula.RELATIVE_LOWEST, WEIGHT), TieBreak.HIGHER_QUALITY
    )
    assert close is not None
    # 82.10 against 76: one step of method is 8 points, either way.
    assert close.winner == "a"
    assert set(close.changes) == {ScoreChange("a", "method", 4, 3), ScoreChange("b", "method", 3, 4)}
    # a's price score may fall to 32.00 before b, with less quality, is ahead at 31.99: 4000 / 31.995.
    assert close.price == D("125.02")


def test_nobody_first_alone_has_no_closeness() -> None:
    rule = PriceRule(PriceFormula.RELATIVE_LOWEST, WEIGHT)
    equal = [bid("a", 3, 3, "100"), bid("b", 3, 3, "100")]
    assert sensitivity(equal, CRITERIA, rule, TieBreak.HIGHER_QUALITY) is None
    assert sensitivity([], CRITERIA, rule, TieBreak.HIGHER_QUALITY) is None


def test_a_single_bid_flips_only_below_its_threshold() -> None:
    rule = PriceRule(PriceFormula.RELATIVE_LOWEST, WEIGHT)
    close = sensitivity([bid("a", 3, 3, "100")], CRITERIA, rule, TieBreak.HIGHER_QUALITY)
    assert close is not None
    assert close.changes == (ScoreChange("a", "method", 3, 0),)
    assert close.price is None


@given(BIDS, RULES, TIES)
def test_the_named_score_change_flips_and_no_smaller_one_does(bids, rule, tie_break) -> None:
    close = sensitivity(bids, CRITERIA, rule, tie_break)
    assume(close is not None)

    def winner_after(change: ScoreChange) -> str | None:
        return first_of(rank(changed(bids, change), CRITERIA, rule, tie_break))

    for change in close.changes:
        assert winner_after(change) != close.winner
    steps = {abs(change.after - change.before) for change in close.changes}
    assert len(steps) <= 1
    fewest = steps.pop() if steps else 11
    for one in bids:
        for code, most in (("method", 5), ("social", 10)):
            before = int(one.consensus[code])
            for after in range(most + 1):
                if 0 < abs(after - before) < fewest:
                    assert winner_after(ScoreChange(one.key, code, before, after)) == close.winner


@given(BIDS, RULES, TIES, st.integers(0, 10**9))
def test_the_named_price_flips_and_no_lower_one_does(bids, rule, tie_break, drawn) -> None:
    close = sensitivity(bids, CRITERIA, rule, tie_break)
    assume(close is not None)
    own = next(one.price for one in bids if one.key == close.winner)

    def winner_at(price: D) -> str | None:
        return first_of(rank(priced_at(bids, close.winner, price), CRITERIA, rule, tie_break))

    if close.price is None:
        assert winner_at(own * 999) == close.winner
        return
    assert close.price > own
    assert winner_at(close.price) != close.winner
    assert winner_at(close.price - D("0.01")) == close.winner
    between = int((close.price - own) * 100)
    assert winner_at(own + D(drawn % between) / 100) == close.winner
