"""What is done with offers: writing them section by section, and the steps from draft to published."""

from catalogue.offers.services.assurance import confirm_offer, follow_assurance
from catalogue.offers.services.capacity import change_pool, share_pool, start_pool
from catalogue.offers.services.colleagues import assign_step, hand_over_steps
from catalogue.offers.services.copying import start_like
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
    save_evidence,
    save_facts,
    save_languages,
    save_places,
    save_stages,
    save_title,
    start_offer,
    write_content,
)
from catalogue.offers.services.levels import save_items, save_methods, save_outcomes, save_price
from catalogue.offers.services.listing import forget_expired_marks, refresh_listings
from catalogue.offers.services.moving import move_offers, withdraw_for_supplier
from catalogue.offers.services.partners import save_partners
from catalogue.offers.services.pricing import save_prices

__all__ = [
    "assign_step",
    "change_pool",
    "confirm_offer",
    "follow_assurance",
    "forget_expired_marks",
    "hand_over_steps",
    "move_offers",
    "publish_offer",
    "refresh_listings",
    "reinstate_offer",
    "return_offer",
    "save_cohorts",
    "save_complexities",
    "save_customisation",
    "save_evidence",
    "save_facts",
    "save_items",
    "save_languages",
    "save_methods",
    "save_outcomes",
    "save_partners",
    "save_places",
    "save_price",
    "save_prices",
    "save_stages",
    "save_title",
    "share_pool",
    "start_like",
    "start_new_version",
    "start_offer",
    "start_pool",
    "submit_offer",
    "suspend_offer",
    "withdraw_for_supplier",
    "withdraw_offer",
    "write_content",
]
