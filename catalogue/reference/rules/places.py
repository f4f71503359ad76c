"""The tree of places: what lies under what, on which day, and what became of a place that ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalogue.reference.types import Place, PlaceKind


@dataclass(frozen=True)
class PlaceTree:
    """Places by code with their children in file order. Build it with `place_tree`."""

    by_code: Mapping[str, Place]
    children: Mapping[str, tuple[str, ...]]
    root: str


def place_tree(places: Iterable[Place]) -> PlaceTree:
    """The tree of checked places (exactly one root, every parent known, no circle)."""
    by_code = {place.code: place for place in places}
    children: dict[str, list[str]] = {code: [] for code in by_code}
    root = ""
    for place in by_code.values():
        if place.parent is None:
            root = place.code
        else:
            children[place.parent].append(place.code)
    return PlaceTree(by_code, {code: tuple(found) for code, found in children.items()}, root)


def exists_on(place: Place, day: dt.date) -> bool:
    """Whether the place exists on that day (`valid_to` is the first day it no longer does)."""
    begun = place.valid_from is None or place.valid_from <= day
    return begun and (place.valid_to is None or day < place.valid_to)


def places_under(
    tree: PlaceTree, code: str, *, on: dt.date | None = None, kind: PlaceKind | None = None
) -> tuple[Place, ...]:
    """The place itself and everything below it, in file order, optionally of one kind and on one day."""
    place = tree.by_code[code]
    found = [place] if (on is None or exists_on(place, on)) and kind in (None, place.kind) else []
    for child in tree.children[code]:
        found.extend(places_under(tree, child, on=on, kind=kind))
    return tuple(found)


def leaves_under(tree: PlaceTree, code: str, on: dt.date) -> tuple[Place, ...]:
    """The smallest places at or below one on a day.

    A police force area without delivery units of its own (City of London) is its own leaf: otherwise a
    region's leaves would lose it.
    """
    place = tree.by_code[code]
    if not exists_on(place, on):
        return ()
    below = [leaf for child in tree.children[code] for leaf in leaves_under(tree, child, on)]
    return tuple(below) or (place,)


def ancestors(tree: PlaceTree, code: str) -> tuple[Place, ...]:
    """The places a place lies in, the nearest first, ending with the nation."""
    found: list[Place] = []
    parent = tree.by_code[code].parent
    while parent is not None:
        found.append(tree.by_code[parent])
        parent = tree.by_code[parent].parent
    return tuple(found)


def enclosing(tree: PlaceTree, code: str, kind: PlaceKind) -> Place | None:
    """The place of that kind which a place lies in, or is itself; None when it is larger than the kind."""
    for place in (tree.by_code[code], *ancestors(tree, code)):
        if place.kind is kind:
            return place
    return None


def region_of(tree: PlaceTree, code: str) -> Place | None:
    """The region of a place; None for the nation."""
    return enclosing(tree, code, PlaceKind.REGION)


def police_force_area_of(tree: PlaceTree, code: str) -> Place | None:
    """The police force area of a place; None for the nation and regions."""
    return enclosing(tree, code, PlaceKind.POLICE_FORCE_AREA)


def current_codes(tree: PlaceTree, code: str, on: dt.date) -> tuple[str, ...]:
    """What stands for a place on a day: itself, or the successors of a place that has ended by then.

    Empty for a place that has not begun, or has ended without successors.
    """
    place = tree.by_code[code]
    if exists_on(place, on):
        return (code,)
    if place.valid_to is None or on < place.valid_to:
        return ()
    return tuple(now for successor in place.successor_codes for now in current_codes(tree, successor, on))


def covered_leaves(tree: PlaceTree, codes: Iterable[str], on: dt.date) -> tuple[str, ...]:
    """The smallest places, each once and in file order, that a list of place codes covers on a day.

    Ended places count as their successors, so an offer made for Staffordshire and Stoke goes on covering
    both halves.
    """
    covered = {
        leaf.code
        for code in codes
        for current in current_codes(tree, code, on)
        for leaf in leaves_under(tree, current, on)
    }
    return tuple(code for code in tree.by_code if code in covered)


@dataclass(frozen=True)
class Surroundings:
    """What lies around a place in the tree and in time."""

    above: tuple[Place, ...]  # the nation first
    inside: tuple[Place, ...]  # directly inside it, ended ones included
    replaced_by: tuple[Place, ...]
    replaces: tuple[Place, ...]


def surroundings(tree: PlaceTree, code: str) -> Surroundings:
    """The places above, directly inside, after and before a place."""
    place = tree.by_code[code]
    return Surroundings(
        above=tuple(reversed(ancestors(tree, code))),
        inside=tuple(tree.by_code[child] for child in tree.children[code]),
        replaced_by=tuple(tree.by_code[successor] for successor in place.successor_codes),
        replaces=tuple(before for before in tree.by_code.values() if code in before.successor_codes),
    )
