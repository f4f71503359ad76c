"""Whether someone may approve something of a value in some regions on a day, by a delegation."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from core.reasons import Reason
from procurement.calloffs.delegations.types import DelegationFacts

SOURCE = "house rule: approval by delegation"


def in_force(delegation: DelegationFacts, day: date) -> bool:
    """Whether the delegation counts on a day; its last day is one on which it does."""
    return delegation.valid_from <= day and (delegation.valid_to is None or day <= delegation.valid_to)


def is_absent(delegation: DelegationFacts, day: date) -> bool:
    """Whether its holder is recorded as absent on a day; an absence without an end goes on."""
    if delegation.absent_from is None or day < delegation.absent_from:
        return False
    return delegation.absent_to is None or day <= delegation.absent_to


def acts(delegation: DelegationFacts, person: int, day: date) -> bool:
    """Whether a person acts by it on a day: its holder, or its deputy while the holder is absent."""
    if not in_force(delegation, day):
        return False
    return person == (delegation.deputy if is_absent(delegation, day) else delegation.holder)


def reasons_not_delegated(
    delegations: Iterable[DelegationFacts],
    person: int,
    *,
    value: Decimal,
    regions: Collection[str],
    day: date,
) -> list[Reason]:
    """Why a person may not approve something worth `value` pounds in these regions on a day.

    One delegation must cover all of it: two never add up. The reasons are those of the one that lacks least.
    """
    standing = list(delegations)
    held = [one for one in standing if acts(one, person, day)]
    if not held:
        return [_nothing_held(standing, person, day)]
    return min((_lacking(one, person, value, regions) for one in held), key=len)


def _nothing_held(delegations: list[DelegationFacts], person: int, day: date) -> Reason:
    for one in delegations:
        if not in_force(one, day):
            continue
        if one.holder == person and is_absent(one, day):
            return Reason("delegation_holder_absent", {"person": person}, SOURCE)
        if one.deputy == person:
            return Reason("deputy_while_holder_is_there", {"person": person}, SOURCE)
    return Reason("no_delegation", {"person": person, "day": day}, SOURCE)


def _lacking(
    delegation: DelegationFacts, person: int, value: Decimal, regions: Collection[str]
) -> list[Reason]:
    reasons = []
    if delegation.value_limit is not None and value > delegation.value_limit:
        given = {"person": person, "value": value, "limit": delegation.value_limit}
        reasons.append(Reason("delegation_below_value", given, SOURCE))
    if delegation.regions:
        reasons += [
            Reason("delegation_outside_region", {"person": person, "region": region}, SOURCE)
            for region in sorted(set(regions) - delegation.regions)
        ]
    return reasons
