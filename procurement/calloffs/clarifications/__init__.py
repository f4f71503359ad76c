"""Clarifications: questions of those invited, answered to everyone at once and without a name."""
