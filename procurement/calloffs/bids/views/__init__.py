"""Pages of bidding: invitations, and a bid from its first word to its receipt."""

from procurement.calloffs.bids.views import delivering, invited, parts, pricing, submitting
from procurement.calloffs.bids.views.blueprint import bids

__all__ = ["bids", "delivering", "invited", "parts", "pricing", "submitting"]
