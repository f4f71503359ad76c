"""Tests with a migrated database."""
