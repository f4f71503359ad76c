"""Coverage as tables and reports, and the words of what is found; see the modules."""

from procurement.gaps.exports.causes import gap_cause_in_words
from procurement.gaps.exports.tables import (
    about,
    cause_in_words,
    coverage_table,
    demand_finding_in_words,
    left_out_table,
    presence_table,
)

__all__ = [
    "about",
    "cause_in_words",
    "coverage_table",
    "demand_finding_in_words",
    "gap_cause_in_words",
    "left_out_table",
    "presence_table",
]
