"""Where a lot lies: the outermost of the places chosen, their regions, and whose regions they are."""

from collections.abc import Collection, Iterable, Mapping

from core.reasons import Reason

REGION_SCOPE = "region:"


def outermost(codes: Collection[str], within: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The chosen places that lie in no other chosen place; `within` gives each place's ancestors."""
    chosen = set(codes)
    return frozenset(code for code in chosen if not chosen.intersection(within[code]))


def reasons_outside_scope(regions: Iterable[str], scopes: Collection[str]) -> list[Reason]:
    """Why someone whose role is limited to some regions may not draft a lot in these regions.

    A person without a region among their scopes is not limited.
    """
    own = {scope for scope in scopes if scope.startswith(REGION_SCOPE)}
    if not own:
        return []
    return [
        Reason("region_outside_scope", {"region": region}, "house rule: the regions of a role")
        for region in sorted(set(regions) - own)
    ]
