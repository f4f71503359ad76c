"""The start page of each role: what waits, what comes next."""
