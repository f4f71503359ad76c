"""Use cases of the gap analysis."""
