"""Pages of contracts: the list, registers, those made from call-offs, signatures, shares, duties."""

from procurement.contracts.views import awarded, failed, register, sharing, signing
from procurement.contracts.views.register import contracts

__all__ = ["awarded", "contracts", "failed", "register", "sharing", "signing"]
