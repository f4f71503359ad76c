"""The one place where a score is rounded: half up, from the exact fraction, once."""

from decimal import Decimal
from fractions import Fraction
from math import floor

PLACES = 2
"""Places of every score and every evaluated price, unless a call-off states others."""


def rounded(value: Fraction | Decimal | int, places: int = PLACES) -> Decimal:
    """`value` rounded half up (away from nothing below zero too) to `places` decimals."""
    exact = Fraction(value) * 10**places
    whole = floor(abs(exact) + Fraction(1, 2))
    return Decimal(whole if exact >= 0 else -whole).scaleb(-places)
