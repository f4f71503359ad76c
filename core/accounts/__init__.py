"""People, organisations, and what a role lets a person do."""
