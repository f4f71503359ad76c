"""What is done with offers: writing them section by section, and the steps from draft to published."""

from catalogue.offers.services.assurance import confirm_offer, follow_assurance
from catalogue.offers.services.deciding import (
    publish_offer,
    reinstate_offer,
    return_offer,
    start_new_version,
    submit_offer,
    suspend_offer,
    withdraw_offer,
)
from catalogue.offers.services.drafting import (
    save_cohorts,
    save_complexities,
    save_customisation,
    save_delivery,
    save_items,
    save_outcomes,
    save_places,
    save_pre_release,
    save_price,
    save_stages,
    save_title,
    start_offer,
)
from catalogue.offers.services.listing import refresh_listings

__all__ = [
    "confirm_offer",
    "follow_assurance",
    "publish_offer",
    "refresh_listings",
    "reinstate_offer",
    "return_offer",
    "save_cohorts",
    "save_complexities",
    "save_customisation",
    "save_delivery",
    "save_items",
    "save_outcomes",
    "save_places",
    "save_pre_release",
    "save_price",
    "save_stages",
    "save_title",
    "start_new_version",
    "start_offer",
    "submit_offer",
    "suspend_offer",
    "withdraw_offer",
]
