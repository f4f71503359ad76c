"""What a framework needs before it is published, and which codes are light touch."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from core.reasons import Reason
from procurement.framework.rules.admission import DPS_LAST_DAY
from procurement.framework.rules.parameters import DPS_NOTICED_BEFORE, reasons_against_rules
from procurement.framework.types import FrameworkState, Regime, SetupFacts

LIGHT_TOUCH_CODES = frozenset({"85312500"})
LIGHT_TOUCH_BEGINNING = "853"
"""85312500 (rehabilitation) and the codes of social work and related services, 853xxxxx, are on the list."""
CPV_DIGITS = 8
NOTICES = "PA 2023 s.39"
"""A dynamic market's intention, establishment, changes and end are each the subject of a notice."""


def is_cpv_code(code: str) -> bool:
    """Whether a code has the vocabulary's form: eight digits, with or without a dash and check digit."""
    main, dash, check = code.partition("-")
    digits = main.isascii() and main.isdigit() and len(main) == CPV_DIGITS
    return digits and (not dash or (check.isascii() and check.isdigit() and len(check) == 1))


def is_light_touch(code: str) -> bool:
    """Whether a code is on the part of the light-touch list that we have read; False calls for a warning."""
    main = code.partition("-")[0]
    return main in LIGHT_TOUCH_CODES or main.startswith(LIGHT_TOUCH_BEGINNING)


def reasons_against_details(
    regime: Regime,
    *,
    starts_on: date,
    ends_on: date | None,
    market_reference: str,
    noticed_on: date | None,
) -> list[Reason]:
    """What is wrong with a framework's dates and reference.

    A dynamic purchasing system is never newly set up: it has the reference of its notice, of a day before
    24 February 2025, and ends at the latest on 23 February 2029 (SI 2024/716 reg 5).
    """
    reasons = []
    if ends_on is not None and ends_on < starts_on:
        reasons.append(Reason("ends_before_it_starts", {"starts_on": starts_on}))
    if regime is not Regime.DPS:
        return reasons
    source = "SI 2024/716 reg 5"
    if not market_reference:
        reasons.append(Reason("dps_without_reference", source=source))
    if noticed_on is None or noticed_on >= DPS_NOTICED_BEFORE:
        reasons.append(Reason("new_dps", {"before": DPS_NOTICED_BEFORE}, source))
    if ends_on is None:
        reasons.append(Reason("dps_without_last_day", {"last_day": DPS_LAST_DAY}, source))
    elif ends_on > DPS_LAST_DAY:
        reasons.append(Reason("ends_too_late", {"ends_on": ends_on, "last_day": DPS_LAST_DAY}, source))
    return reasons


def reasons_against_category(
    regions: int, cpv_code: str, value_from: Decimal, value_below: Decimal | None
) -> list[Reason]:
    """What is wrong with a category; the database refuses an empty band too."""
    reasons = []
    if not regions:
        reasons.append(Reason("category_without_region"))
    if not is_cpv_code(cpv_code):
        reasons.append(Reason("not_a_cpv_code", {"code": cpv_code}))
    if value_below is not None and value_below <= value_from:
        reasons.append(Reason("band_is_empty", {"value_from": value_from}))
    return reasons


def reasons_not_to_announce(setup: SetupFacts) -> list[Reason]:
    """Why the intention to establish a framework cannot be announced (again)."""
    if setup.framework.regime is not Regime.DYNAMIC_MARKET:
        return [Reason("dps_has_no_notices", source="SI 2024/716 reg 5")]
    if setup.framework.state is not FrameworkState.DRAFT:
        return [Reason("framework_is_frozen")]
    if setup.intention_announced:
        return [Reason("announced_already", source=NOTICES)]
    return [] if setup.framework.categories else [Reason("no_category")]


def reasons_not_to_publish(setup: SetupFacts, rules: Mapping[str, Any]) -> list[Reason]:
    """Why a framework cannot be published (yet); what is published is frozen, so this comes first."""
    framework = setup.framework
    reasons = []
    if framework.state is not FrameworkState.DRAFT:
        return [Reason("framework_is_frozen")]
    if not framework.categories:
        reasons.append(Reason("no_category"))
    if not setup.questions:
        reasons.append(Reason("no_question"))
    if not setup.asks_for_income and any(c.turnover_floor is not None for c in framework.categories):
        reasons.append(Reason("floor_without_question"))
    if framework.regime is Regime.DYNAMIC_MARKET and not setup.intention_announced:
        reasons.append(Reason("intention_not_announced", source=NOTICES))
    if framework.regime is Regime.DPS:
        if not setup.market_reference:
            reasons.append(Reason("dps_without_reference", source="SI 2024/716 reg 5"))
        if framework.ends_on is None:
            reasons.append(Reason("dps_without_last_day", source="SI 2024/716 reg 5"))
    reasons.extend(
        reasons_against_rules(framework.regime, rules, ends_on=framework.ends_on, noticed_on=setup.noticed_on)
    )
    return reasons


def codes_in_use(categories: Iterable[str], wanted: str) -> str:
    """A code for a new category: the wanted one, or with the next free number where it is taken."""
    taken = set(categories)
    if wanted not in taken:
        return wanted
    return next(
        f"{wanted}-{number}" for number in range(2, len(taken) + 3) if f"{wanted}-{number}" not in taken
    )
