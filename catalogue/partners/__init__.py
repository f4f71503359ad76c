"""Consortia and supply chains: who delivers with whom, on which terms, and who looks for partners."""
