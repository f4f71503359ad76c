"""Delegations in words: who manages them, what is recorded, and the facts that the rule is given."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.audit.types import AuditTag


@dataclass(frozen=True, slots=True)
class DelegationFacts:
    """One delegation. `value_limit` is pounds, None for no limit; without regions it reaches all of them."""

    holder: int
    valid_from: date
    valid_to: date | None = None
    value_limit: Decimal | None = None
    regions: frozenset[str] = frozenset()
    deputy: int | None = None
    absent_from: date | None = None
    absent_to: date | None = None


class DelegationPermission(StrEnum):
    MANAGE = "delegation:manage"
    READ = "delegation:read"


class DelegationTag(AuditTag):
    GIVEN = "delegation:given"
    CHANGED = "delegation:changed"
    ENDED = "delegation:ended"
