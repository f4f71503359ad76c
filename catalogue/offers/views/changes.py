"""What differs between two versions of an offer, for its supplier before submitting and for the reviewer."""

from dataclasses import dataclass
from itertools import groupby

from catalogue.offers.forms import facts as facts_words
from catalogue.offers.queries import Names
from catalogue.offers.rules.changes import (
    Change,
    ChangeKind,
    Piece,
    changes,
    without_new_levels,
    word_changes,
)
from catalogue.offers.rules.facts import FactKey, facts
from catalogue.offers.types import OfferContent, Section
from catalogue.reference.types import Complexity

KIND_WORDS = {
    ChangeKind.ADDED: ("Added", "green"),
    ChangeKind.REMOVED: ("Removed", "red"),
    ChangeKind.CHANGED: ("Changed", "blue"),
}
_ORDER = tuple(Section)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change as a page shows it: word by word where it is a long text, otherwise before and after."""

    label: str
    kind: str
    colour: str
    before: list[str]
    after: list[str]
    pieces: list[Piece]


def reading_order(key: FactKey) -> tuple[int, int, int]:
    """Facts by section as on the task list; what belongs to a level stands together."""
    section = _ORDER.index(facts_words.section_of(key))
    if key.complexity is None:
        return (section, -1, section)
    return (_ORDER.index(Section.ITEMS), tuple(Complexity).index(key.complexity), section)


def changes_shown(
    names: Names, before: OfferContent, after: OfferContent, *, commercial: bool
) -> list[tuple[str, list[ShownChange]]]:
    """Changes under the headings of their sections, in the order in which the offer is read."""
    old, new = (facts(content, commercial=commercial) for content in (before, after))
    found = sorted(without_new_levels(changes(old, new)), key=lambda change: reading_order(change.key))
    return [
        (heading, [_shown(names, change) for change in group])
        for heading, group in groupby(found, key=lambda change: facts_words.heading(change.key))
    ]


def _shown(names: Names, change: Change) -> ShownChange:
    words, colour = KIND_WORDS[change.kind]
    before, after = (
        [] if value is None else facts_words.lines(names, change.key, value)
        for value in (change.before, change.after)
    )
    long = facts_words.is_long(change.before) and facts_words.is_long(change.after)
    if isinstance(change.before, tuple) and isinstance(change.after, tuple):
        # Of a list, only what came and what went is read; where only the order changed, all of it.
        gone, come = [one for one in before if one not in after], [one for one in after if one not in before]
        before, after = (gone, come) if gone or come else (before, after)
    return ShownChange(
        label=facts_words.label(names, change.key),
        kind=words,
        colour=colour,
        before=before,
        after=after,
        pieces=word_changes(before[0], after[0]) if long else [],
    )
