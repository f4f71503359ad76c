"""How several suppliers of a lot share its volume: what may be stated, and what each share comes to."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from core.reasons import Reason
from procurement.calloffs.drafting.types import Sharing, SharingTerms

MOST_SUPPLIERS = 10
WHOLE = Decimal(100)
_SOURCE = "PCR 2015 reg 46; PA 2023 s.18"


def reasons_against_sharing(terms: SharingTerms) -> list[Reason]:
    """Why a lot cannot be shared as stated; a lot of one supplier states nothing.

    Percentages are stated by rank, one for each supplier, never more for a later one, 100 in all. People
    may be dealt at random between suppliers; shares never are, so there is no way to state that.
    """
    if not 1 <= terms.suppliers <= MOST_SUPPLIERS:
        return [Reason("suppliers_out_of_bounds", {"most": MOST_SUPPLIERS})]
    if terms.suppliers == 1:
        return []
    if terms.sharing is None:
        return [Reason("sharing_not_stated", {"suppliers": terms.suppliers}, _SOURCE)]
    reasons = []
    if terms.sharing is not Sharing.BY_RANK:
        if len(terms.shares) != terms.suppliers:
            params = {"suppliers": terms.suppliers, "shares": len(terms.shares)}
            reasons.append(Reason("a_share_for_each", params))
        elif any(share <= 0 for share in terms.shares) or sum(terms.shares) != WHOLE:
            reasons.append(Reason("shares_not_whole", {"sum": sum(terms.shares)}))
        elif list(terms.shares) != sorted(terms.shares, reverse=True):
            reasons.append(Reason("shares_rise_with_rank"))
    if terms.sharing is Sharing.BY_PERFORMANCE:
        reasons.extend(_bounds(terms))
    if terms.dealing is not None and terms.sharing is Sharing.BY_RANK:
        reasons.append(Reason("dealt_in_order_of_rank"))
    return reasons


def _bounds(terms: SharingTerms) -> list[Reason]:
    reasons = []
    if terms.review_months is None:
        reasons.append(Reason("review_not_stated"))
    if not terms.measures.strip():
        reasons.append(Reason("measures_not_stated"))
    if terms.least is None or terms.most is None:
        return [*reasons, Reason("bounds_not_stated")]
    if not 0 < terms.least < terms.most < WHOLE:
        reasons.append(Reason("bounds_out_of_order", {"least": terms.least, "most": terms.most}))
    elif any(not terms.least <= share <= terms.most for share in terms.shares):
        reasons.append(Reason("share_outside_bounds", {"least": terms.least, "most": terms.most}))
    return reasons


def shares_for(stated: Sequence[Decimal], suppliers: int) -> tuple[Decimal, ...]:
    """The shares of the first `suppliers` of those stated, percent with two decimals, 100 in all.

    Where fewer are awarded than were wanted, theirs grow in proportion.
    """
    kept = [Fraction(share) for share in stated[:suppliers]]
    return tuple(Decimal(part) / 100 for part in _apportioned(10_000, kept))


def people_for(people: int, shares: Sequence[Decimal]) -> tuple[int, ...]:
    """Whole people a year for each share, `people` in all: the largest remainders round up."""
    return tuple(_apportioned(people, [Fraction(share) for share in shares]))


def _apportioned(units: int, weights: Sequence[Fraction]) -> list[int]:
    total = sum(weights)
    exact = [units * weight / total for weight in weights]
    found = [int(part) for part in exact]
    # The earlier of equal remainders rounds up: it has the better rank.
    order = sorted(range(len(exact)), key=lambda n: (found[n] - exact[n], n))
    for n in order[: units - sum(found)]:
        found[n] += 1
    return found
