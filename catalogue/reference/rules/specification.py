"""What the specification asks for at a level, inheritance resolved."""

from __future__ import annotations

from catalogue.reference.types import (
    Complexity,
    EffectiveItem,
    Phase,
    ReferralRule,
    Specification,
    SpecificationItem,
)

PHASES = tuple(Phase)


def effective_items(
    specification: Specification, need_area: str, complexity: Complexity
) -> tuple[EffectiveItem, ...]:
    """Every item that holds for a need area at a complexity, by phase, lower levels' items first.

    Only the implement phase is inherited (the source says "in addition to" and "similar activities from" a
    lower level there alone); assessing and reviewing are printed at each level. An item met twice is listed
    once. Empty where the level is not available or not published.
    """
    level = specification.levels[need_area, complexity]
    listed: dict[str, EffectiveItem] = {}
    for lower in level.inherits:
        for found in effective_items(specification, need_area, lower):
            if found.item.phase is Phase.IMPLEMENT:
                listed.setdefault(found.item.code, EffectiveItem(found.item, found.stands_at, True))
    for item in own_items(specification, need_area, complexity):
        listed.setdefault(item.code, EffectiveItem(item, complexity, False))
    return tuple(sorted(listed.values(), key=lambda found: PHASES.index(found.item.phase)))


def own_items(
    specification: Specification, need_area: str, complexity: Complexity
) -> tuple[SpecificationItem, ...]:
    """The items of the level's own table, shared ones included, in the source's order."""
    level = specification.levels[need_area, complexity]
    return tuple(specification.items[code] for code in level.item_codes)


def effective_referrals(
    specification: Specification, need_area: str, complexity: Complexity
) -> tuple[ReferralRule, ...]:
    """The rules that send a person elsewhere, those of inherited levels included."""
    level = specification.levels[need_area, complexity]
    rules = {
        rule.code: rule
        for lower in level.inherits
        for rule in effective_referrals(specification, need_area, lower)
    }
    rules |= {rule.code: rule for rule in level.referrals}
    return tuple(rules.values())
