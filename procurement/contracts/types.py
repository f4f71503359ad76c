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


class ContractPermission(StrEnum):
    READ = "contract:read"
    IMPORT = "contract:import"
    MAKE = "contract:make"


class ContractTag(AuditTag):
    MADE = "contract:made"
    IMPORTED = "contract:imported"
