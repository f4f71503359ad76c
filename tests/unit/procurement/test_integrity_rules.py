"""Prompts for review: each pattern is seen, and what is ordinary raises none."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from procurement.calloffs.evaluation.rules import review_prompts
from procurement.calloffs.evaluation.types import IntegrityBid, IntegrityFacts, IntegrityLot, ScoresOfPlace

FIRST = IntegrityBid("BD1", "Example One", 1, D(1000), (D(10), D(20)), 1, frozenset({11}))
SECOND = IntegrityBid("BD2", "Example Two", 2, D(1100), (D(11), D(22)), 2, frozenset({22}))
LOT = IntegrityLot(1, (FIRST, SECOND), winner="BD1", invited=5, steps_to_flip=2)
PLACE = ScoresOfPlace("BD1", "Example One", "Method", 1, 5, {7: 3, 8: 4}, {7: "Sam", 8: "Alex"}, 3, 1)


def codes(facts: IntegrityFacts) -> list[str]:
    return [prompt.code for prompt in review_prompts(facts)]


def test_an_ordinary_competition_raises_nothing() -> None:
    assert codes(IntegrityFacts((LOT,), (PLACE,))) == []


@pytest.mark.parametrize(
    ("lot", "code"),
    [
        (replace(LOT, bids=(FIRST,)), "single_bid"),
        (replace(LOT, bids=(FIRST, replace(SECOND, unit_prices=FIRST.unit_prices))), "identical_prices"),
        (replace(LOT, bids=(FIRST, replace(SECOND, people=frozenset({11, 22})))), "same_contact"),
        (
            replace(
                LOT,
                bids=(
                    replace(FIRST, partners={"organisation:9": "Example Nine"}),
                    replace(SECOND, partners={"organisation:9": "Example Nine"}),
                ),
            ),
            "same_partner",
        ),
        (replace(LOT, bids=(FIRST, replace(SECOND, rank=None))), "all_others_disqualified"),
        (replace(LOT, bids=(FIRST, replace(SECOND, price=D("1009.99")))), "price_close_to_winner"),
        (
            replace(LOT, bids=(replace(FIRST, partners={"organisation:2": "Example Two"}), SECOND)),
            "loser_in_winners_chain",
        ),
        (replace(LOT, bids=(replace(FIRST, corrected=True), SECOND)), "winner_price_corrected"),
        (replace(LOT, bids=(replace(FIRST, low_price_accepted=True), SECOND)), "winner_low_price_accepted"),
        (replace(LOT, steps_to_flip=1), "one_step_decides"),
    ],
)
def test_each_pattern_of_bids_is_a_prompt(lot: IntegrityLot, code: str) -> None:
    assert codes(IntegrityFacts((lot,))) == [code]


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (replace(PLACE, scores={7: 1, 8: 4, 9: 4}, names={7: "A", 8: "B", 9: "C"}), "score_far_apart"),
        (replace(PLACE, agreed=5), "agreed_outside_scores"),
        (replace(PLACE, versions=2), "agreed_score_changed"),
    ],
)
def test_each_pattern_of_scores_is_a_prompt(place: ScoresOfPlace, code: str) -> None:
    assert codes(IntegrityFacts(places=(place,))) == [code]


def test_people_are_prompts_too_and_each_prompt_is_named_once() -> None:
    facts = IntegrityFacts((LOT,), (PLACE,), replaced=((7, "Sam"),), late_conflicts=((8, "Alex"),))
    assert codes(facts) == ["evaluator_replaced", "conflict_after_scoring"]
    lots = tuple(replace(LOT, number=number, bids=(replace(FIRST, key=f"BD{number}"),)) for number in (1, 2))
    prompts = review_prompts(IntegrityFacts(lots))
    assert len({(one.code, one.subject) for one in prompts}) == len(prompts) == 2


def test_a_second_price_below_the_winners_is_not_close_above_it() -> None:
    lot = replace(LOT, bids=(FIRST, replace(SECOND, price=D(999))))
    assert codes(IntegrityFacts((lot,))) == []
    assert (
        codes(
            IntegrityFacts(
                (
                    replace(
                        LOT,
                        bids=(FIRST, replace(SECOND, price=D("1010.06"))),
                    ),
                )
            )
        )
        == []
    )
