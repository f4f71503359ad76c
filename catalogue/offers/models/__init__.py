"""Offers and their versions, what they cost and how many they serve, and what procurement tells of them."""

from catalogue.offers.models.capacity import (
    CapacityCommitment,
    CapacityPool,
    CapacityPoolVersion,
    CapacitySubLimit,
)
from catalogue.offers.models.colleagues import OfferStepAssignment
from catalogue.offers.models.design import (
    OfferCohortFit,
    OfferEvidence,
    OfferLevelOutcome,
    OfferMethod,
    OfferOutput,
)
from catalogue.offers.models.offers import (
    Offer,
    OfferAssurance,
    OfferItem,
    OfferLevel,
    OfferListing,
    OfferPartner,
    OfferVersion,
    ScopeLimit,
    offer_cohort,
    offer_language,
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
    "OfferCohortFit",
    "OfferEvidence",
    "OfferItem",
    "OfferLevel",
    "OfferLevelCost",
    "OfferLevelCosting",
    "OfferLevelOutcome",
    "OfferListing",
    "OfferMethod",
    "OfferOutput",
    "OfferPartner",
    "OfferPriceBand",
    "OfferStepAssignment",
    "OfferVersion",
    "ScopeLimit",
    "offer_cohort",
    "offer_language",
    "offer_place",
    "offer_sentence_type",
    "offer_stage",
]
