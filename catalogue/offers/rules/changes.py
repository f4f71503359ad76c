"""How two versions of an offer differ, fact by fact, and two texts word by word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from catalogue.offers.rules.facts import COMPLEXITIES, FactKey, Facts, Value
from catalogue.reference.types import Complexity


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that two versions say differently; None where one of them does not say it."""

    key: FactKey
    before: Value | None
    after: Value | None

    @property
    def kind(self) -> ChangeKind:
        if self.before is None:
            return ChangeKind.ADDED
        return ChangeKind.REMOVED if self.after is None else ChangeKind.CHANGED


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that are in both texts, or in the earlier or the later alone."""

    kind: ChangeKind | None
    text: str


def changes(before: Facts, after: Facts) -> list[Change]:
    """What the later says otherwise, in its order; what it no longer says comes last."""
    keys = dict.fromkeys((*after, *before))
    return [Change(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def inverse(found: Iterable[Change]) -> list[Change]:
    """The changes that lead back."""
    return [Change(change.key, change.after, change.before) for change in found]


def applied(facts: Facts, found: Iterable[Change]) -> dict[FactKey, Value]:
    """The facts after some changes. Raises ValueError for a change of what is not said that way."""
    result = dict(facts)
    for change in found:
        if result.get(change.key) != change.before:
            raise ValueError(f"{change.key} does not say {change.before!r}")
        if change.after is None:
            del result[change.key]
        else:
            result[change.key] = change.after
    return result


def without_new_levels(found: Iterable[Change]) -> list[Change]:
    """The changes to read: of a complexity that comes or goes whole, that alone and not each of its facts."""
    listed = list(found)
    whole: set[Complexity] = set()
    for change in listed:
        if change.key == COMPLEXITIES:
            whole = _offered(change.before) ^ _offered(change.after)
    return [change for change in listed if change.key.complexity not in whole]


def _offered(value: Value | None) -> set[Complexity]:
    return {one for one in value if isinstance(one, Complexity)} if isinstance(value, tuple) else set()


def word_changes(before: str, after: str) -> list[Piece]:
    """The two texts as one run of pieces: kept, taken out, put in; spaces stay where they were."""
    old, new = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (before, after))
    pieces: list[Piece] = []
    for tag, *ends in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[ends[0] : ends[1]]), "".join(new[ends[2] : ends[3]])
        if tag == "equal":
            pieces.append(Piece(None, gone))
            continue
        if gone:
            pieces.append(Piece(ChangeKind.REMOVED, gone))
        if come:
            pieces.append(Piece(ChangeKind.ADDED, come))
    return _merged(pieces)


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Changes with nothing but a space between them as one, which reads better than word by word."""
    result: list[Piece] = []
    removed = added = ""

    def flush() -> None:
        nonlocal removed, added
        if removed:
            result.append(Piece(ChangeKind.REMOVED, removed))
        if added:
            result.append(Piece(ChangeKind.ADDED, added))
        removed = added = ""

    for number, piece in enumerate(pieces):
        between = 0 < number < len(pieces) - 1 and (removed or added)
        if piece.kind is ChangeKind.REMOVED:
            removed += piece.text
        elif piece.kind is ChangeKind.ADDED:
            added += piece.text
        elif between and piece.text.isspace():
            removed += piece.text
            added += piece.text
        else:
            flush()
            result.append(piece)
    flush()
    return result
