"""Offers and their versions, what they cost and how many they serve, and what procurement tells of them."""

from catalogue.offers.models.capacity import (
    CapacityCommitment,
    CapacityPool,
    CapacityPoolVersion,
    CapacitySubLimit,
)
from catalogue.offers.models.offers import (
    Offer,
    OfferAssurance,
    OfferItem,
    OfferLevel,
    OfferListing,
    OfferVersion,
    ScopeLimit,
    offer_cohort,
    offer_level_outcome,
    offer_place,
    offer_sentence_type,
    offer_stage,
)
from catalogue.offers.models.pricing import OfferLevelCost, OfferLevelCosting, OfferPriceBand

__all__ = [
    "CapacityCommitment",
    "CapacityPool",
    "CapacityPoolVersion",
    "CapacitySubLimit",
    "Offer",
    "OfferAssurance",
    "OfferItem",
    "OfferLevel",
    "OfferLevelCost",
    "OfferLevelCosting",
    "OfferListing",
    "OfferPriceBand",
    "OfferVersion",
    "ScopeLimit",
    "offer_cohort",
    "offer_level_outcome",
    "offer_place",
    "offer_sentence_type",
    "offer_stage",
]
