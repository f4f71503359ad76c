"""The words of contracts."""

from enum import StrEnum

from core.audit.types import AuditTag


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
    IMPORTED = "contract:imported"
