"""Releases from facts and events, the record from releases, packages from both: pure."""

from procurement.open_contracting.rules.call_offs import CALL_OFF_TAGS, call_off_release
from procurement.open_contracting.rules.frameworks import FRAMEWORK_TAGS, framework_release
from procurement.open_contracting.rules.packages import (
    EXTENSIONS,
    ocid,
    package_head,
    record,
)

__all__ = [
    "CALL_OFF_TAGS",
    "EXTENSIONS",
    "FRAMEWORK_TAGS",
    "call_off_release",
    "framework_release",
    "ocid",
    "package_head",
    "record",
]
