"""What a contract comes to."""

from decimal import Decimal

from core.money import to_pence
from procurement.contracts.models import Contract

MONTHS = Decimal(12)


def value_of(contract: Contract) -> Decimal | None:
    """What a contract comes to over its term, in pounds: as recorded, else as priced; None where unknown."""
    if contract.value is not None:
        return contract.value
    months = contract.lot.term_months if contract.lot else None
    priced = [(volume.people_a_year, volume.unit_price) for volume in contract.volumes]
    if not months or not priced or any(price is None for _, price in priced):
        return None
    yearly = sum((people * price for people, price in priced if price is not None), Decimal(0))
    return to_pence(yearly * months / MONTHS)
