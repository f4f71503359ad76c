"""Playing the story through the product's own services, chapter by chapter."""
