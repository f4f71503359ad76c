"""Tests in tiers: unit (pure), integration (both databases), browser (the whole product)."""
