"""Contracts: from an awarded lot, or from a register made elsewhere."""
