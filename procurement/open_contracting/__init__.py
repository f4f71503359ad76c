"""Open Contracting: each framework and each call-off as releases of what became public, and a record."""
