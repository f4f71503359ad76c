"""The burden meter: what a bid takes, beside what the lot is worth and what other lots ask."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.questions.types import Question, QuestionKind
from procurement.calloffs.drafting.rules import burden_of, words_per_unit


def question(words: int) -> Question:
    return Question(code=f"q-{words}", version=1, kind=QuestionKind.TEXT, text="?", word_limit=words)


def test_a_worked_example() -> None:
    """44 questions of 1,250 words for £350,000 a year, as suppliers complain of."""
    asked = burden_of(1, [question(1250)] * 44, Decimal(350_000), [Decimal(400), Decimal(600)] * 3)
    assert (asked.questions, asked.words) == (44, 55_000)
    assert asked.ratio == Decimal("15714.3")
    assert asked.minutes == 44 * 125
    assert asked.heavier_than == 100


def test_without_a_value_or_enough_others_nothing_is_compared() -> None:
    assert burden_of(1, [question(500)], None, [Decimal(1)] * 9).ratio is None
    few = burden_of(1, [question(500)], Decimal(100_000), [Decimal(1)] * 4)
    assert (few.ratio, few.heavier_than) == (Decimal("500.0"), None)


@given(st.lists(st.decimals(0, 10_000, places=1), min_size=5, max_size=40), st.integers(1, 5_000))
def test_asking_more_never_looks_lighter(published: list[Decimal], words: int) -> None:
    value = Decimal(250_000)
    less = burden_of(1, [question(words)], value, published)
    more = burden_of(1, [question(words), question(words)], value, published)
    assert less.heavier_than is not None
    assert more.heavier_than is not None
    assert 0 <= less.heavier_than <= more.heavier_than <= 100


def test_the_ratio_is_of_a_year() -> None:
    assert words_per_unit(1_000, Decimal(200_000)) == Decimal("500.0")
    assert words_per_unit(1_000, Decimal(0)) is None
