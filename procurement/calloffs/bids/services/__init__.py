"""What a supplier does with a bid: begin it, save its parts, submit it, withdraw it."""

from procurement.calloffs.bids.services.drafting import (
    SEALED_MEDIA_TYPE,
    ChangedMeanwhile,
    add_file,
    remove_file,
    save_answer,
    save_capacity,
    save_chain,
    save_offers,
    save_prices,
    save_terms,
    start_bid,
)
from procurement.calloffs.bids.services.submitting import confirm_bid, submit_bid, withdraw_bid

__all__ = [
    "SEALED_MEDIA_TYPE",
    "ChangedMeanwhile",
    "add_file",
    "confirm_bid",
    "remove_file",
    "save_answer",
    "save_capacity",
    "save_chain",
    "save_offers",
    "save_prices",
    "save_terms",
    "start_bid",
    "submit_bid",
    "withdraw_bid",
]
