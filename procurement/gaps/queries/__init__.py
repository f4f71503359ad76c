"""All reading for the coverage pages."""
