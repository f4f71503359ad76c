"""The words of prices and places: costs, how prices rise, and what the rules say against them."""

from decimal import Decimal

from catalogue.offers.types import CostKind, Indexation

INDEXATION_WORDS = {
    Indexation.NONE: "They stay the same",
    Indexation.CPI: "With the consumer price index (CPI), once a year",
    Indexation.FIXED: "By a fixed percentage, once a year",
}
COST_WORDS = {
    CostKind.STAFF: "Staff",
    CostKind.PREMISES: "Premises",
    CostKind.MATERIALS: "Materials",
    CostKind.TRAVEL: "Travel",
    CostKind.PARTNERS: "Partners and subcontractors",
    CostKind.OTHER: "Other direct costs",
}
COMMERCIAL_REASONS = {
    "overheads_twice": "Enter overheads as a percentage or in pounds, not both",
    "bands_overlap": "{complexity} complexity: two prices begin at {places} places a year. Keep one of them",
    "band_from_one": "{complexity} complexity: a price by volume begins at 2 places a year or more",
    "bands_without_price": "{complexity} complexity: enter the price of a single place, too",
    "band_price_rises": (
        "{complexity} complexity: the price from {places} places a year is higher than below it. "
        "Lower it, or say why"
    ),
    "level_places_over_total": (
        "One complexity has more places than there are together ({places}): it can never use them"
    ),
    "total_places_out_of_reach": (
        "The complexities have {sum} places between them, fewer than the {places} together: raise them, or "
        "leave the places together empty"
    ),
    "indexation_percent_missing": "Say by how many percent prices rise a year",
    "indexation_date_missing": "Say when prices first rise",
    "unknown_pool": "Choose one of your organisation’s own pools",
    "pool_name_missing": "Give the pool a name",
    "pool_places_missing": "Enter how many places a year the pool has",
    "pool_changes_in_the_past": "Published offers draw on this pool: a change takes effect today or later",
    "pool_is_an_offers": "These places belong to one offer. Change them in the offer, or share them first",
    "pool_is_shared": "These places are already shared",
    "sub_limit_narrows_nothing": "Choose a region, a complexity or both for each limit",
    "sub_limit_larger_than_pool": "A limit ({limit}) is more than the pool has ({pool})",
    "sub_limit_larger_than_outer": "A limit ({limit}) is more than the wider limit around it ({outer})",
    "sub_limit_twice": "Two limits are for the same region and complexity. Keep one of them",
    "sub_limits_cross": (
        "A limit for a whole region and a limit for a complexity everywhere cross each other: people of that "
        "complexity in that region are in both, and neither limit holds the other. Limit the complexity "
        "inside each region instead"
    ),
}


def format_percent(percent: Decimal) -> str:
    """Write a percentage without needless places: ``2.5%``."""
    return f"{percent.normalize():f}%"
