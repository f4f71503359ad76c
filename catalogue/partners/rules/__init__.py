"""The rules of supply chains: steps of a link, what a chain may look like, what declarations say."""

from catalogue.partners.rules.chains import (
    LONGEST_CHAIN,
    LOWEST_TIER,
    MOST_PAYMENT_DAYS,
    below,
    in_order,
    is_in_force,
    part_key,
    partner_key_of_address,
    partner_key_of_organisation,
    reasons_against_part,
    reasons_not_to_name,
)
from catalogue.partners.rules.declaring import applies, declared_answers
from catalogue.partners.rules.states import LINK_STEPS, LIVE, next_step
from catalogue.partners.rules.wanted import LONGEST_LISTED, reasons_against_listing

__all__ = [
    "LINK_STEPS",
    "LIVE",
    "LONGEST_CHAIN",
    "LONGEST_LISTED",
    "LOWEST_TIER",
    "MOST_PAYMENT_DAYS",
    "applies",
    "below",
    "declared_answers",
    "in_order",
    "is_in_force",
    "next_step",
    "part_key",
    "partner_key_of_address",
    "partner_key_of_organisation",
    "reasons_against_listing",
    "reasons_against_part",
    "reasons_not_to_name",
]
