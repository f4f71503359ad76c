"""How offers are found: bits for what they serve, terms of a search, and what chosen places amount to."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from catalogue.offers.types import DeliveryMode, Feature, OfferContent
from catalogue.reference.rules.places import PlaceTree, ancestors, exists_on, region_of
from catalogue.reference.types import Complexity, Place, PlaceKind


@dataclass(frozen=True, slots=True)
class PlaceBit:
    """A place with the keys of the places around it; its position is its bit in the mask of its kind."""

    id: int
    kind: PlaceKind
    position: int
    region_id: int | None
    police_force_area_id: int | None


MOST_TERMS = 8
# Words that say nothing about an offer: PostgreSQL leaves most of them out by itself, SQLite does not.
_EMPTY = (
    "a an and are as at be by can do does for from has have how i in into is it its me my of on or our so "
    "that the their them there they this to up was we what when where which who will with you your"
)
EMPTY_WORDS = frozenset(_EMPTY.split())


def mask(positions: Iterable[int]) -> int:
    """The bits of some positions."""
    bits = 0
    for position in positions:
        bits |= 1 << position
    return bits


def complexity_bit(complexity: Complexity) -> int:
    """A complexity's place in its mask: low 0, medium 1, high 2."""
    return tuple(Complexity).index(complexity)


def mode_bits(mode: DeliveryMode | None) -> tuple[int, ...]:
    """One to one is bit 0, groups bit 1; both have both."""
    return {
        DeliveryMode.ONE_TO_ONE: (0,),
        DeliveryMode.GROUP: (1,),
        DeliveryMode.BOTH: (0, 1),
        None: (),
    }[mode]


def features(content: OfferContent) -> list[Feature]:
    """What finders look for that an offer has, in the order of its bits."""
    has = {
        Feature.REACH_IN: content.reaches_in,
        Feature.MEET_AT_GATE: content.meets_at_gate,
        Feature.RAR: content.counts_as_rar,
        Feature.VOLUNTEERS: content.volunteers,
        Feature.MENTORING: content.mentoring,
        Feature.INTERPRETERS: content.interpreters,
    }
    return [feature for feature in Feature if has[feature]]


def has_bit(bits: int, position: int) -> bool:
    return bool(bits >> position & 1)


def plain_letters(text: str) -> str:
    """The text without accents, so that *Mon* finds *Môn* on both engines."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )


def search_terms(text: str) -> tuple[str, ...]:
    """The words to look for, lower case, without punctuation and without words that every text has."""
    words = "".join(letter if letter.isalnum() else " " for letter in plain_letters(text).lower()).split()
    kept = [word for word in dict.fromkeys(words) if word not in EMPTY_WORDS]
    return tuple(kept[:MOST_TERMS])


def normalised_places(tree: PlaceTree, codes: Collection[str]) -> tuple[str, ...]:
    """The places chosen, in the order of the tree, without those that lie inside another of them.

    Raises KeyError for a code that is no place.
    """
    chosen = set(codes)
    for code in chosen:
        tree.by_code[code]
    return tuple(
        code
        for code in tree.by_code
        if code in chosen and not any(above.code in chosen for above in ancestors(tree, code))
    )


def unknown_places(tree: PlaceTree, codes: Iterable[str], on: date, kept: Collection[str] = ()) -> list[str]:
    """Codes that cannot be chosen: no place, or one that does not exist on the day and was not held."""
    return [
        code
        for code in codes
        if code not in tree.by_code or (code not in kept and not exists_on(tree.by_code[code], on))
    ]


def place_masks(chosen: Iterable[PlaceBit], wider: Iterable[PlaceBit]) -> tuple[int, int]:
    """The masks of regions and of police force areas that the chosen places cover wholly or in part.

    ``wider`` is every region and police force area there is.
    """
    regions = {place.id: place for place in wider if place.kind is PlaceKind.REGION}
    areas = {place.id: place for place in wider if place.kind is PlaceKind.POLICE_FORCE_AREA}
    in_regions: set[int] = set()
    in_areas: set[int] = set()
    for place in chosen:
        if place.kind is PlaceKind.NATION:
            in_regions |= set(regions)
            in_areas |= set(areas)
        elif place.kind is PlaceKind.REGION:
            in_regions.add(place.id)
            in_areas |= {area.id for area in areas.values() if area.region_id == place.id}
        else:
            in_regions.update(key for key in (place.region_id,) if key in regions)
            area_id = place.id if place.kind is PlaceKind.POLICE_FORCE_AREA else place.police_force_area_id
            in_areas.update(key for key in (area_id,) if key in areas)
    return mask(regions[key].position for key in in_regions), mask(areas[key].position for key in in_areas)


def places_by_region(tree: PlaceTree, codes: Collection[str]) -> list[tuple[Place, list[Place]]]:
    """Chosen places for reading: each region (or the nation) with its parts; no parts mean all of it."""
    found: dict[str, list[Place]] = {}
    for code in normalised_places(tree, codes):
        region = region_of(tree, code)
        head = region.code if region else code
        parts = found.setdefault(head, [])
        if code != head:
            parts.append(tree.by_code[code])
    return [(tree.by_code[head], parts) for head, parts in found.items()]
