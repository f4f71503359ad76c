"""The national demonstration, deterministic for a given day."""
