"""The pages of contracts."""
