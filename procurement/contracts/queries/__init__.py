"""All reading of contracts."""
