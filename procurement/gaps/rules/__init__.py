"""Pure rules of the gap analysis: cover, certificate, rounding, layers, presence, demand."""
