"""The words of suppliers."""

from enum import StrEnum

from core.audit.types import AuditTag


class SupplierSize(StrEnum):
    """Head counts as public buying counts them: under 10, under 50, under 250, or more."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class SupplierPermission(StrEnum):
    READ_PROFILE = "supplier:read"
    EDIT_PROFILE = "supplier:edit"


class SupplierTag(AuditTag):
    PROFILE_CHANGED = "supplier:profile-changed"
