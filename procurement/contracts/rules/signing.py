"""When a contract may be signed, how reviews move shares, and how a referral is dealt at random."""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from core.reasons import Reason
from procurement.contracts.types import SharesFacts, SignatureFacts

_WHOLE = Decimal(100)


def reasons_not_to_sign(facts: SignatureFacts) -> list[Reason]:
    """Why a signature is not taken: each party signs once, in either order, on a day that has come.

    The document exists only once the order of the regime and the standstill allow a contract, so no signature
    can come before; a challenge that is notified later holds it all the same.
    """
    reasons = []
    if facts.party in facts.signed:
        reasons.append(Reason("party_has_signed", {"party": str(facts.party)}))
    if not facts.name.strip() or not facts.position.strip():
        reasons.append(Reason("signed_by_nobody"))
    if facts.signed_on > facts.today:
        reasons.append(Reason("signed_in_the_future"))
    elif facts.signed_on < facts.made_on:
        reasons.append(Reason("signed_before_it_was_made", {"made_on": facts.made_on}))
    if facts.challenged:
        source = "PCR 2015 reg 95" if facts.regime == "pcr2015-dps" else "PA 2023 s.101"
        reasons.append(Reason("challenged", source=source))
    return reasons


def reasons_not_to_move_shares(facts: SharesFacts) -> list[Reason]:
    """Why a review cannot leave these shares: all suppliers, 100 percent in all, each within the bounds."""
    reasons = []
    if not facts.by_performance:
        return [Reason("shares_stay", source="as published")]
    if set(facts.after) != set(facts.before):
        return [Reason("a_share_for_each_supplier")]
    if sum(facts.after.values()) != _WHOLE:
        reasons.append(Reason("shares_not_whole", {"sum": sum(facts.after.values())}))
    for key, share in sorted(facts.after.items()):
        if not facts.least <= share <= facts.most:
            params = {"supplier": key, "least": facts.least, "most": facts.most}
            reasons.append(Reason("share_outside_bounds", params, "as published"))
    if len(facts.findings.split()) < 3:
        reasons.append(Reason("review_without_findings"))
    if facts.reviewed_on > facts.today:
        reasons.append(Reason("reviewed_in_the_future"))
    return reasons


def dealt_to(seed: str, weights: Sequence[tuple[str, int]]) -> str:
    """Which supplier a seed (hexadecimal) deals a referral to; anyone can compute it again.

    The SHA-256 of the seed, as a fraction of all its values, falls into the stretch of one weight, in the
    order given. Weights are whole: hundredths of a percent, or 1 each.
    """
    total = sum(weight for _key, weight in weights)
    drawn = int.from_bytes(hashlib.sha256(bytes.fromhex(seed)).digest(), "big")
    point = Fraction(drawn, 2**256) * total
    reached = 0
    for key, weight in weights:
        reached += weight
        if point < reached:
            return key
    raise ValueError("there is nobody to deal to")


def weights_of(shares: Mapping[str, Decimal | None], *, by_share: bool) -> list[tuple[str, int]]:
    """The weights of suppliers in the order of their names: 1 each, or hundredths of a percent."""
    return [
        (key, int((share or Decimal(0)) * 100) if by_share else 1) for key, share in sorted(shares.items())
    ]
