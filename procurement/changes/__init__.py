"""What becomes of suppliers: merged, renamed, insolvent; and what that does to where they stand."""
