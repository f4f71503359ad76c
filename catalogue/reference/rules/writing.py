"""A level of the specification written here: what may be written, what changes, what items are called."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalogue.reference.types import Availability, Complexity, DraftItem, Phase
from core.reasons import Reason

SOURCE = "specification of rehabilitative interventions (source 004)"
MOST_ITEMS = 60
LETTERS = {
    Phase.ASSESS_AND_PLAN: "A",
    Phase.IMPLEMENT: "I",
    Phase.REVIEW_AND_EVALUATE: "R",
}


class ItemChange(StrEnum):
    KEPT = "kept"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """What becomes of one item: as it is published, and as it is drafted; one of the two may be missing."""

    kind: ItemChange
    phase: Phase
    before: DraftItem | None
    after: DraftItem | None


def reasons_not_to_write(availability: Availability | None) -> list[Reason]:
    """Why a level is not written here: only one that the files have without items; what they say otherwise
    is the source's."""
    if availability is Availability.NOT_PUBLISHED:
        return []
    return [Reason("level_is_the_sources", {"availability": str(availability or "")}, SOURCE)]


def tidy(items: Iterable[DraftItem], published: Collection[str]) -> tuple[DraftItem, ...]:
    """Items as they are kept: in the order of the phases, without blanks; a code that is not published, or
    stands twice, is none."""
    seen: set[str] = set()
    kept = []
    for item in items:
        text = " ".join(item.text.split())
        if not text:
            continue
        code = item.code if item.code in published and item.code not in seen else ""
        seen.add(code)
        kept.append(DraftItem(item.phase, text, code))
    return tuple(sorted(kept, key=lambda item: tuple(Phase).index(item.phase)))


def differences(before: Sequence[DraftItem], after: Sequence[DraftItem]) -> list[ItemDifference]:
    """Every item of either, phase by phase: kept or changed where it has the code of a published one."""
    held = {item.code: item for item in before}
    found = []
    for item in after:
        earlier = held.pop(item.code, None) if item.code else None
        kind = ItemChange.ADDED
        if earlier is not None:
            same = (earlier.phase, earlier.text) == (item.phase, item.text)
            kind = ItemChange.KEPT if same else ItemChange.CHANGED
        found.append(ItemDifference(kind, item.phase, earlier, item))
    found += [ItemDifference(ItemChange.REMOVED, item.phase, item, None) for item in held.values()]
    return sorted(found, key=lambda one: tuple(Phase).index(one.phase))


def reasons_not_to_publish(
    before: Sequence[DraftItem], after: Sequence[DraftItem], *, guides: tuple[str, str]
) -> list[Reason]:
    """Why a draft cannot be published yet: each of the three phases has an item, and something is new.

    `guides` are who the level is for, as published and as drafted.
    """
    phases = {item.phase for item in after}
    reasons = [Reason("phase_without_items", {"phase": str(p)}, SOURCE) for p in Phase if p not in phases]
    if len(after) > MOST_ITEMS:
        reasons.append(Reason("too_many_items", {"most": MOST_ITEMS}))
    moved = [item.code for item in before] != [item.code for item in after]
    changed = any(one.kind is not ItemChange.KEPT for one in differences(before, after))
    if not reasons and not changed and not moved and guides[0] == guides[1]:
        reasons.append(Reason("nothing_new"))
    return reasons


def new_code(prefix: str, complexity: Complexity, phase: Phase, taken: Collection[str]) -> str:
    """The next free code of an item written here: the W tells it from one of the source's (LIF-L-I-W01)."""
    begin = f"{prefix}-{str(complexity)[0].upper()}-{LETTERS[phase]}-W"
    number = 1
    while f"{begin}{number:02d}" in taken:
        number += 1
    return f"{begin}{number:02d}"
