"""What questions and criteria may not ask: their words, and how much income a category may want to see."""

import re
from decimal import Decimal

from core.reasons import Reason
from procurement.framework.rules.conditions import HIGHEST_TURNOVER_MULTIPLE
from procurement.framework.types import Regime

_AUDITED = re.compile(r"\baudited\b[^.?!]*\b(accounts|statements)\b", re.IGNORECASE)
_INSURANCE = re.compile(
    r"\b(hold|holds|have|has|already|current|currently|certificate|copy)\b[^.?!]*\binsurance\b"
    r"|\binsurance\b[^.?!]*\b(certificate|already|current|currently)\b",
    re.IGNORECASE,
)
_AT_AWARD = re.compile(r"\b(award|awarded|contract starts|before the contract|will have)\b", re.IGNORECASE)
_EARLIER_AWARD = re.compile(
    r"\b(previous|previously|earlier|existing|past|prior)\b[^.?!]*\b(contract|contracts|award|awarded)\b[^.?!]*"
    r"\b(with|from|by|for)\s+(the |our |this )?(authority|ministry|council|department|us|hmpps|probation)\b",
    re.IGNORECASE,
)
_STANDARD = re.compile(
    r"\bISO\s?\d{4,5}\b|\bCyber Essentials\b|\bmatrix Standard\b|\bInvestors in People\b", re.IGNORECASE
)
_EQUIVALENT = re.compile(r"\bequivalent", re.IGNORECASE)
_TURNOVER = re.compile(r"\b(turnover|income)\b", re.IGNORECASE)


def lint_words(regime: Regime, text: str) -> list[Reason]:
    """What the words of a question or of a category's criteria seem to ask although the 2023 Act forbids it.

    Words can be misread: whoever means something else says it in others. Nothing found is no legal advice.
    """
    if regime is Regime.DPS:
        return []
    found = []
    if _AUDITED.search(text):
        found.append(Reason("audited_accounts", source="PA 2023 s.36"))
    if _INSURANCE.search(text) and not _AT_AWARD.search(text):
        found.append(Reason("insurance_before_award", source="PA 2023 s.36"))
    if _EARLIER_AWARD.search(text):
        found.append(Reason("earlier_award_by_authority", source="PA 2023 s.36"))
    if _STANDARD.search(text) and not _EQUIVALENT.search(text):
        found.append(Reason("no_equivalents", source="PA 2023 s.36"))
    return found


def asks_for_turnover(text: str, pass_if: str | None) -> bool:
    """Whether a question is a turnover test by another name, which belongs to a category's floor."""
    return bool(_TURNOVER.search(text)) and (pass_if or "").startswith(">")


def reasons_against_floor(
    regime: Regime, floor: Decimal | None, *, value_below: Decimal | None, own_multiple: Decimal | None
) -> list[Reason]:
    """Why a category cannot ask for so much yearly income, in pounds.

    At most twice the highest value of its lots, and no more than the framework's own published rule says.
    """
    if floor is None:
        return []
    dps = regime is Regime.DPS
    source = "PCR 2015 reg 58(9)" if dps else "PA 2023 s.36: proportionate; twice is a house rule"
    if value_below is None:
        return [Reason("floor_without_value", source=source)]
    if floor > HIGHEST_TURNOVER_MULTIPLE * value_below:
        params = {"most": HIGHEST_TURNOVER_MULTIPLE, "pounds": HIGHEST_TURNOVER_MULTIPLE * value_below}
        return [Reason("floor_too_high", params, source)]
    own = own_multiple if own_multiple is not None else Decimal(0)
    if floor > own * value_below:
        return [Reason("floor_beyond_own_rule", {"multiple": own, "pounds": own * value_below})]
    return []
