"""Pure rules of contracts: reading a register."""
