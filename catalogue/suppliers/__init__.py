"""Organisations that offer services, and what is known of them."""
