"""Pounds as people write and read them."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

PENNY = Decimal("0.01")


def parse_pounds(text: str) -> Decimal:
    """Read an amount such as ``£1,250.50``; raise ValueError for anything that is not pounds and pence."""
    cleaned = text.strip().removeprefix("£").replace(",", "").replace(" ", "")
    try:
        amount = Decimal(cleaned)
        # An amount with more digits than the context holds, such as 1e50, cannot be brought to pence.
        in_pence = amount.quantize(PENNY)
    except InvalidOperation:
        raise ValueError("not an amount of money")
    if not amount.is_finite() or amount != in_pence:
        raise ValueError("not an amount in pounds and pence")
    return in_pence


def format_pounds(amount: Decimal) -> str:
    """Write an amount with thousands, and pence only where there are any: ``£1,250`` or ``£1,250.50``."""
    sign = "−" if amount < 0 else ""
    amount = abs(amount).quantize(PENNY)
    return f"{sign}£{amount:,.0f}" if amount == amount.to_integral_value() else f"{sign}£{amount:,.2f}"


def to_pence(amount: Decimal) -> Decimal:
    """Round an amount half up to the penny."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)
