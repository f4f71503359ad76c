"""Coverage as tables and reports, and the words of what is found; see the modules."""

from procurement.gaps.exports.causes import gap_cause_in_words
from procurement.gaps.exports.report import ACTION_NAMES, report_sheets, with_words
from procurement.gaps.exports.tables import (
    about,
    cause_in_words,
    coverage_table,
    demand_finding_in_words,
    left_out_table,
    presence_table,
)

__all__ = [
    "ACTION_NAMES",
    "about",
    "cause_in_words",
    "coverage_table",
    "demand_finding_in_words",
    "gap_cause_in_words",
    "left_out_table",
    "presence_table",
    "report_sheets",
    "with_words",
]
