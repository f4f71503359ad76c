"""Accounts: signing in, colleagues, joining."""
