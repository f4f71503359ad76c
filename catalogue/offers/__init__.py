"""Interventions: versions, levels, prices, places, and finding them."""
