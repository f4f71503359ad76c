"""Suspension and removal: what each needs first, and which removals must be made."""

from core.reasons import Reason
from procurement.framework.types import MemberEvent, Regime, RemovalBasis

MUST_REMOVE = frozenset({RemovalBasis.DEBARRED})
"""A supplier on the debarment list on a mandatory ground must be removed; any other may be (PA 2023 s.37)."""


def reasons_against_change(event: MemberEvent, regime: Regime, *, told: bool, must_go: bool) -> list[Reason]:
    """Why memberships cannot be suspended, reinstated or removed now.

    `told`: the supplier was told the reasons for a removal; `must_go`: it is one that must be made.
    """
    source = "house rule" if regime is Regime.DPS else "PA 2023 s.37"
    if event is MemberEvent.REMOVE and not told:
        return [Reason("not_told_before_removal", source=source)]
    if event is MemberEvent.REINSTATE and must_go:
        return [Reason("must_be_removed", source=source)]
    return []


def reasons_against_basis(basis: RemovalBasis, regime: Regime) -> list[Reason]:
    """Why a removal cannot rest on this: the debarment list of the 2023 Act binds its markets alone."""
    if basis in MUST_REMOVE and regime is Regime.DPS:
        return [Reason("no_debarment_here", source="PA 2023 s.37; SI 2024/716 reg 5")]
    return []
