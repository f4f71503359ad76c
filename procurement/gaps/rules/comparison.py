"""What lies between two analyses: provision that came, went or changed its places."""

from __future__ import annotations

from dataclasses import dataclass

from procurement.gaps.rules.inputs import Inputs, Scope


@dataclass(frozen=True, slots=True)
class ProvisionChange:
    """A contract or offer with its places a year before and after; None where it was not there."""

    kind: str
    id: str
    name: str
    supplier: str
    before: int | None
    after: int | None
    moved: bool
    """Other places, cohorts, complexities or memberships, whatever became of its capacity."""


def provision_changes(before: Inputs, after: Inputs) -> tuple[ProvisionChange, ...]:
    """Contracts first, then the greatest changes in places, then by number."""
    old, new = _by_id(before), _by_id(after)
    found = []
    for key in sorted({*old, *new}):
        was, is_now = old.get(key), new.get(key)
        known = is_now or was
        if was == is_now or known is None:
            continue
        moved = was is not None and is_now is not None and _reach(was) != _reach(is_now)
        capacities = _capacity(was), _capacity(is_now)
        if capacities[0] != capacities[1] or moved:
            found.append(ProvisionChange(*key, known.name, known.supplier, *capacities, moved))
    return tuple(
        sorted(found, key=lambda one: (one.kind, -abs((one.after or 0) - (one.before or 0)), one.id))
    )


def _by_id(inputs: Inputs) -> dict[tuple[str, str], Scope]:
    return {(scope.kind, scope.id): scope for scope in inputs.scopes}


def _capacity(scope: Scope | None) -> int | None:
    return None if scope is None else sum(port.capacity for port in scope.ports)


def _reach(scope: Scope) -> tuple:
    """Whom a scope may serve, apart from how many."""
    served = {(port.need, port.complexity) for port in scope.ports}
    return served, scope.places, scope.cohorts, scope.member_regions
