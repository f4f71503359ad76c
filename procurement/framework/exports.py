"""Lists of members, and the answers of an application, as CSV and XLSX."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from core.calendar import london_date
from core.documents.types import FileFacts
from core.questions.types import Question, QuestionKind
from core.spreadsheet import write_csv, write_xlsx
from procurement.framework.models import Member

HEADER = (
    "Supplier",
    "Supplier reference",
    "Category",
    "Category name",
    "Need area",
    "Region",
    "State",
    "Member since",
    "Reason",
)


def members_csv(members: Iterable[Member]) -> str:
    """The members as CSV text."""
    return write_csv(HEADER, _rows(members))


def members_xlsx(members: Iterable[Member]) -> bytes:
    """The members as a workbook."""
    return write_xlsx([("Members", HEADER, _rows(members))])


ANSWERS = ("Section", "Question", "Row", "Column", "Answer", "Valid until", "Question code", "Version")


def answers_csv(rows: Iterable[tuple[object, ...]]) -> str:
    """The answers of an application as CSV text."""
    return write_csv(ANSWERS, rows)


def answers_xlsx(rows: Iterable[tuple[object, ...]]) -> bytes:
    """The answers of an application as a workbook."""
    return write_xlsx([("Answers", ANSWERS, rows)])


def answer_rows(
    sections: Iterable[tuple[str, Iterable[tuple[Question, Any, Any]]]], files: Mapping[str, FileFacts]
) -> list[tuple[object, ...]]:
    """A row for each answer, and for each cell of a table; a file by its name."""
    found: list[tuple[object, ...]] = []
    for section, answers in sections:
        for question, value, ends in answers:
            about = (question.code, question.version)
            if question.kind is QuestionKind.TABLE:
                for number, row in enumerate(value, start=1):
                    for column, cell in zip(question.columns, row, strict=True):
                        found.append(
                            (section, question.text, number, column.text, plain_value(cell), "", *about)
                        )
                continue
            if question.kind is QuestionKind.FILE and value in files:
                value = files[value].name
            found.append((section, question.text, "", "", plain_value(value), plain_value(ends), *about))
    return found


def plain_value(value: Any) -> object:
    """A value as a cell holds it: numbers stay numbers, dates are 2027-03-31."""
    return value.isoformat() if isinstance(value, date) else value


def _rows(members: Iterable[Member]) -> list[tuple[str, ...]]:
    return [
        (
            member.supplier.name,
            member.supplier.public_id,
            member.category.code,
            member.category.name,
            member.category.need_area.name,
            member.region.name,
            str(member.state),
            london_date(member.admitted_at).isoformat(),
            member.state_reason,
        )
        for member in members
    ]
