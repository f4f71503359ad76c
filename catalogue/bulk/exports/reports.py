"""The report on an uploaded workbook as files: what is wrong, and what happens to each offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catalogue.bulk.exports.words import OUTCOME_WORDS, problem_words
from catalogue.bulk.models import BulkProblem, BulkRow
from catalogue.bulk.types import Outcome
from core.spreadsheet import write_csv, write_xlsx

PROBLEM_HEADER = ("Sheet", "Row", "Column", "Value", "What is wrong", "What to do")
ROW_HEADER = (
    "Row",
    "Offer",
    "Name of the service",
    "What happens",
    "Fields changed",
    "Still missing",
    "Identifier",
)


def problem_rows(problems: Iterable[BulkProblem]) -> list[Sequence[str | int]]:
    """A row for each problem; row 0 of a file stands for the whole sheet."""
    return [
        (one.sheet, one.row_number, one.column, one.value, *problem_words(one.code, one.params))
        for one in problems
    ]


def outcome_rows(rows: Iterable[BulkRow]) -> list[Sequence[str | int]]:
    """A row for each offer of the file."""
    return [
        (
            abs(row.row_number),
            row.reference,
            row.title,
            "Pool changed"
            if row.row_number < 0 and row.outcome is Outcome.CHANGED
            else OUTCOME_WORDS[row.outcome],
            len(row.changes),
            row.missing,
            row.offer.public_id if row.offer is not None else "",
        )
        for row in rows
    ]


def report_xlsx(problems: Iterable[BulkProblem], rows: Iterable[BulkRow]) -> bytes:
    """Both lists as a workbook of two sheets."""
    return write_xlsx(
        [("Problems", PROBLEM_HEADER, problem_rows(problems)), ("Offers", ROW_HEADER, outcome_rows(rows))]
    )


def report_csv(problems: Iterable[BulkProblem], rows: Iterable[BulkRow]) -> str:
    """The problems or, where there are none, the offers; marked so that spreadsheets read accents right."""
    found = problem_rows(problems)
    if found:
        return "\ufeff" + write_csv(PROBLEM_HEADER, found)
    return "\ufeff" + write_csv(ROW_HEADER, outcome_rows(rows))
