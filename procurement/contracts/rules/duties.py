"""What the law wants done after a contract was signed or a supplier excluded, and by which day."""

from datetime import date, timedelta
from decimal import Decimal

from procurement.contracts.types import DeedKind, Due
from procurement.framework.types import Regime

LARGE_CONTRACT = Decimal(5_000_000)
DETAILS_NOTICE_DAYS = 120
COPY_DAYS = 180
DPS_AWARD_NOTICE_DAYS = 30
TERMINATION_NOTICE_DAYS = 30
MINISTER_DAYS = 30
LEAST_INDICATORS = 3


def duties_of_contract(
    regime: Regime, *, signed_on: date, ends_on: date | None, value: Decimal | None
) -> list[Due]:
    """The duties that follow from a contract in force, with the last day of each; light touch throughout.

    PA 2023 s.53: details notice in 120 days, a copy above £5 million in 180. s.80: termination notice within
    30 days of the end, expiry included. PCR 2015 reg 50, 75: award notice in 30 days.
    """
    if regime is Regime.DPS:
        due = signed_on + timedelta(days=DPS_AWARD_NOTICE_DAYS)
        return [Due(DeedKind.AWARD_NOTICE, due, "PCR 2015 reg 50, 75")]
    found = [
        Due(DeedKind.DETAILS_NOTICE, signed_on + timedelta(days=DETAILS_NOTICE_DAYS), "PA 2023 s.53(1), (2)")
    ]
    if value is not None and value > LARGE_CONTRACT:
        found.append(
            Due(DeedKind.CONTRACT_COPY, signed_on + timedelta(days=COPY_DAYS), "PA 2023 s.53(3), (4)")
        )
    if ends_on is not None:
        due = ends_on + timedelta(days=TERMINATION_NOTICE_DAYS)
        found.append(Due(DeedKind.TERMINATION_NOTICE, due, "PA 2023 s.80", begins_on=ends_on))
    return found


def duty_of_exclusion(excluded_on: date) -> Due:
    """The Minister is told within 30 days that a supplier was excluded (PA 2023 s.59)."""
    return Due(DeedKind.MINISTER_TOLD, excluded_on + timedelta(days=MINISTER_DAYS), "PA 2023 s.59")
