"""The words of contracts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from core.audit.types import AuditTag
from procurement.framework.types import Regime


class ContractOrigin(StrEnum):
    CALL_OFF = "call_off"
    REGISTER = "register"


class ContractSex(StrEnum):
    MALE = "male"
    FEMALE = "female"
    BOTH = "both"


class Party(StrEnum):
    """Who signs a contract."""

    AUTHORITY = "authority"
    SUPPLIER = "supplier"


class DeedKind(StrEnum):
    """What the law wants done after an award, by a day."""

    DETAILS_NOTICE = "details_notice"
    CONTRACT_COPY = "contract_copy"
    AWARD_NOTICE = "award_notice"
    TERMINATION_NOTICE = "termination_notice"
    MINISTER_TOLD = "minister_told"


class ContractPermission(StrEnum):
    READ = "contract:read"
    IMPORT = "contract:import"
    MAKE = "contract:make"
    SIGN = "contract:sign"
    DEAL = "contract:deal-referrals"


class ContractTag(AuditTag):
    MADE = "contract:made"
    SIGNED = "contract:signed"
    IN_FORCE = "contract:in-force"
    INDICATORS_SET = "contract:indicators-set"
    SHARES_REVIEWED = "contract:shares-reviewed"
    REFERRAL_DEALT = "contract:referral-dealt"
    DUTY_DONE = "contract:duty-done"
    DIRECT_RECOMMENDED = "award:direct-recommended"
    DIRECT_APPROVED = "award:direct-approved"
    DIRECT_TRANSPARENCY = "award:transparency-notice-published"
    DIRECT_NOTICE = "award:direct-notice-published"
    IMPORTED = "contract:imported"


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """A party about to sign: who for it, on which day, and what holds the contract."""

    party: Party
    signed: frozenset[Party]
    name: str
    position: str
    signed_on: date
    made_on: date
    today: date
    challenged: bool
    regime: str


@dataclass(frozen=True, slots=True)
class SharesFacts:
    """A review of a lot's shares, percent by contract, with the bounds that were published."""

    by_performance: bool
    before: Mapping[str, Decimal] = field(hash=False)
    after: Mapping[str, Decimal] = field(hash=False)
    least: Decimal
    most: Decimal
    findings: str
    reviewed_on: date
    today: date


@dataclass(frozen=True, slots=True)
class Due:
    """A duty, its last day, its source, and the day on which it begins where that is not the signing."""

    kind: DeedKind
    on: date
    source: str
    begins_on: date | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A duty of an authority about one thing, done or not. `key` is the thing's public identifier."""

    due: Due
    key: str
    what: str
    call_off: str
    done_on: date | None = None
    reference: str = ""

    def overdue(self, today: date) -> bool:
        """Whether its last day is over and nobody recorded that it was done."""
        return self.done_on is None and self.due.on < today


class DirectStep(StrEnum):
    """What a direct award goes through until there is a contract."""

    APPROVE = "approve"
    TRANSPARENCY_NOTICE = "transparency_notice"
    AWARD_NOTICE = "award_notice"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class DirectFacts:
    """A direct award as its rules see it; moments are None until they have come."""

    regime: Regime
    recommender: int
    approver: int | None
    approved_at: datetime | None
    transparency_notice_at: datetime | None
    award_notice_at: datetime | None
    contracted_at: datetime | None
    standstill: bool
    challenged: bool = False
