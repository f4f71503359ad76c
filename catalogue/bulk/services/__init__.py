"""What is done with uploads: received, reported on, confirmed, applied or refused."""

from catalogue.bulk.services.uploads import (
    APPLY,
    CHECK,
    WRITE,
    XLSX,
    apply_plan,
    confirm_upload,
    keep_plan,
    keep_rows,
    note_failure,
    receive_upload,
    refuse_upload,
    request_workbook,
)

__all__ = [
    "APPLY",
    "CHECK",
    "WRITE",
    "XLSX",
    "apply_plan",
    "confirm_upload",
    "keep_plan",
    "keep_rows",
    "note_failure",
    "receive_upload",
    "refuse_upload",
    "request_workbook",
]
