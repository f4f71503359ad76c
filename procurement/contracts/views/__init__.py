"""Pages of contracts: the list, registers, those made from call-offs, signatures, shares, duties."""

from procurement.contracts.views import awarded, register, sharing, signing
from procurement.contracts.views.register import contracts

__all__ = ["awarded", "contracts", "register", "sharing", "signing"]
