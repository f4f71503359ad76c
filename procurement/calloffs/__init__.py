"""Call-offs: need, invitation, sealed bids, evaluation, award."""
