"""A small country to choose places in."""

from datetime import date

from catalogue.reference.rules.places import place_tree
from catalogue.reference.types import Place, PlaceKind

DAY = date(2026, 9, 1)
_ROWS = (
    ("nation:x", PlaceKind.NATION, None),
    ("region:north", PlaceKind.REGION, "nation:x"),
    ("pfa:hill", PlaceKind.POLICE_FORCE_AREA, "region:north"),
    ("pdu:top", PlaceKind.DELIVERY_UNIT, "pfa:hill"),
    ("pdu:foot", PlaceKind.DELIVERY_UNIT, "pfa:hill"),
    ("pfa:moor", PlaceKind.POLICE_FORCE_AREA, "region:north"),
    ("pdu:bog", PlaceKind.DELIVERY_UNIT, "pfa:moor"),
    ("region:south", PlaceKind.REGION, "nation:x"),
    ("pfa:city", PlaceKind.POLICE_FORCE_AREA, "region:south"),
    ("pfa:coast", PlaceKind.POLICE_FORCE_AREA, "region:south"),
    ("pdu:bay", PlaceKind.DELIVERY_UNIT, "pfa:coast"),
)
TREE = place_tree(
    [
        *(Place(code, kind, code, parent) for code, kind, parent in _ROWS),
        Place(
            "pdu:old",
            PlaceKind.DELIVERY_UNIT,
            "pdu:old",
            "pfa:coast",
            valid_to=date(2025, 3, 1),
            successor_codes=("pdu:bay",),
        ),
    ]
)
