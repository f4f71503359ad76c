"""Drafting a call-off: lots, criteria, officers, who would be invited, publishing."""
