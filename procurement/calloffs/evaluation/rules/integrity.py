"""Prompts for review: patterns that an auditor looks at. None of them says that anything is wrong."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from statistics import median

from procurement.calloffs.evaluation.rules.rounding import PLACES, rounded
from procurement.calloffs.evaluation.types import (
    IntegrityBid,
    IntegrityFacts,
    IntegrityLot,
    ReviewPrompt,
    ScoresOfPlace,
)

CLOSE_PRICE = Decimal(1)
"""Percent by which the second price may lie above the winner's and still be looked at. House rule."""
FAR_APART = Fraction(3, 5)
"""Share of its scale by which a score may differ from the median of the others. House rule."""


def review_prompts(facts: IntegrityFacts) -> list[ReviewPrompt]:
    """Every prompt of a call-off, lot by lot, then the scores, then the people."""
    found: list[ReviewPrompt] = []
    for lot in facts.lots:
        found += _of_lot(lot)
    for place in facts.places:
        found += _of_scores(place)
    found += [
        ReviewPrompt("evaluator_replaced", str(person), {"person": name}) for person, name in facts.replaced
    ]
    found += [
        ReviewPrompt("conflict_after_scoring", str(person), {"person": name})
        for person, name in facts.late_conflicts
    ]
    return found


def _of_lot(lot: IntegrityLot) -> Iterator[ReviewPrompt]:
    here = {"lot": lot.number}
    bids = sorted(lot.bids, key=lambda bid: bid.key)
    if len(bids) == 1:
        yield ReviewPrompt("single_bid", f"lot {lot.number}", {**here, "invited": lot.invited})
    for one, other in combinations(bids, 2):
        pair = f"{one.key} {other.key}"
        both = {**here, "bids": (one.supplier, other.supplier)}
        if one.unit_prices and one.unit_prices == other.unit_prices:
            yield ReviewPrompt("identical_prices", pair, both)
        if one.people & other.people:
            yield ReviewPrompt("same_contact", pair, {**both, "count": len(one.people & other.people)})
        shared = one.partners.keys() & other.partners.keys()
        if shared:
            names = tuple(sorted(one.partners[key] for key in shared))
            yield ReviewPrompt("same_partner", pair, {**both, "partners": names})
    winner = next((bid for bid in bids if bid.key == lot.winner), None)
    if winner is not None:
        yield from _of_winner(lot, winner, [bid for bid in bids if bid is not winner])


def _of_winner(lot: IntegrityLot, winner: IntegrityBid, others: list[IntegrityBid]) -> Iterator[ReviewPrompt]:
    here = {"lot": lot.number, "winner": winner.supplier}
    if others and all(bid.rank is None for bid in others):
        yield ReviewPrompt("all_others_disqualified", winner.key, {**here, "count": len(others)})
    for bid in others:
        pair = f"{winner.key} {bid.key}"
        said = {**here, "bid": bid.supplier}
        apart = _percent_above(winner.price, bid.price)
        if apart is not None and 0 <= apart <= CLOSE_PRICE:
            yield ReviewPrompt("price_close_to_winner", pair, {**said, "percent": apart})
        if f"organisation:{bid.supplier_id}" in winner.partners:
            yield ReviewPrompt("loser_in_winners_chain", pair, said)
    if winner.corrected:
        yield ReviewPrompt("winner_price_corrected", winner.key, here)
    if winner.low_price_accepted:
        yield ReviewPrompt("winner_low_price_accepted", winner.key, here)
    if lot.steps_to_flip == 1:
        yield ReviewPrompt("one_step_decides", winner.key, here)


def _of_scores(place: ScoresOfPlace) -> Iterator[ReviewPrompt]:
    here = {"criterion": place.criterion, "bid": place.supplier}
    subject = f"{place.bid} {place.criterion_key}"
    for person, score in sorted(place.scores.items()):
        others = [given for key, given in place.scores.items() if key != person]
        if others and abs(score - Fraction(median(map(Fraction, others)))) >= FAR_APART * place.most:
            params = {**here, "person": place.names[person], "score": score, "others": tuple(sorted(others))}
            yield ReviewPrompt("score_far_apart", f"{subject} {person}", params)
    given = place.scores.values()
    if place.agreed is not None and given and not min(given) <= place.agreed <= max(given):
        params = {**here, "agreed": place.agreed, "least": min(given), "most": max(given)}
        yield ReviewPrompt("agreed_outside_scores", subject, params)
    if place.versions > 1:
        params = {**here, "count": place.versions}
        yield ReviewPrompt("agreed_score_changed", f"{subject} {place.versions}", params)


def _percent_above(price: Decimal | None, other: Decimal | None) -> Decimal | None:
    if price is None or other is None or price <= 0:
        return None
    return rounded((Fraction(other) - Fraction(price)) / Fraction(price) * 100, PLACES)
