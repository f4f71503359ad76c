"""Use cases of contracts: taking in a register, and making contracts from awarded lots."""
