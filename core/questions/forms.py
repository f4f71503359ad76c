"""Questions as forms: what a page of them sent, and what is wrong with it in words.

The fields themselves are drawn by `templates/questions/fields.html` from the same definitions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from core.questions.rules import (
    MOST_CHARACTERS,
    cell_question,
    expiry_question,
    fingerprint,
    table_rows,
    table_text,
    with_expiries,
)
from core.questions.types import Column, Question, QuestionKind
from core.reasons import Reason

SEEN = "seen"
REMOVE_ROW = "remove-row"
ADD_ROW = "add-row"
MOST_ROWS_READ = 200
"""More rows than any table has; what a forged form claims beyond is not looked for."""


def field_name(code: str) -> str:
    """The name of a question's input; the first of three for a date ends in `-day`."""
    return f"answer-{code}"


def field_id(question: Question) -> str:
    """The id that an error links to."""
    name = field_name(question.code)
    return f"{name}-day" if question.kind is QuestionKind.DATE else name


def typed_answers(form: MultiDict[str, str], questions: Iterable[Question]) -> dict[str, str]:
    """What was typed, by question code; a question that the form did not send is left out.

    A question whose evidence has an end brings a second answer, under its code and `.expires`. A file
    itself does not come with the texts: only which one was sent before, or that it is taken away.
    """
    typed = {}
    for question in with_expiries(list(questions)):
        name = field_name(question.code)
        if question.kind is QuestionKind.TABLE:
            rows = _typed_rows(form, question)
            if rows is not None:
                typed[question.code] = table_text(question, rows)
        elif question.kind is QuestionKind.FILE:
            if form.get(f"{name}-remove") == "yes":
                typed[question.code] = ""
            elif f"{name}-sent" in form:
                typed[question.code] = form[f"{name}-sent"]
        else:
            text = _typed(form, name, question.kind)
            if text is not None:
                typed[question.code] = text
    return typed


def _typed(form: MultiDict[str, str], name: str, kind: QuestionKind) -> str | None:
    """What one input or group of inputs sent; None where the form did not hold it."""
    if kind is QuestionKind.DATE:
        parts = [form.get(f"{name}-{part}") for part in ("day", "month", "year")]
        if all(part is None for part in parts):
            return None
        texts = [(part or "").strip()[:20] for part in parts]
        return "/".join(texts) if any(texts) else ""
    if name in form:
        return form[name]
    if kind in (QuestionKind.YES_NO, QuestionKind.CHOICE) and f"{name}-asked" in form:
        return ""
    return None


def cell_name(question: Question, row: int, column: Column) -> str:
    """The name of a cell's input; rows are numbered from 1."""
    return f"{field_name(question.code)}-{row}-{column.code}"


def _typed_rows(form: MultiDict[str, str], question: Question) -> list[dict[str, str]] | None:
    count = form.get(f"{field_name(question.code)}-rows", "")
    if not (count.isascii() and count.isdigit() and len(count) <= 4):
        return None
    removed = form.get(REMOVE_ROW, "")
    return [
        {
            column.code: _typed(form, cell_name(question, row, column), column.kind) or ""
            for column in question.columns
        }
        for row in range(1, min(int(count), MOST_ROWS_READ) + 1)
        if removed != f"{question.code}:{row}"
    ]


def form_rows(question: Question, answer: str) -> list[dict[str, str]]:
    """The rows that a form shows: those there are, and one more to type into where one more is allowed."""
    rows = table_rows(question, answer)
    if question.most_rows is None or len(rows) < question.most_rows:
        rows.append({column.code: "" for column in question.columns})
    return rows


def date_parts(answer: str) -> tuple[str, str, str]:
    """Day, month and year of an answer to a date question, as three boxes show them."""
    if answer.count("/") == 2:
        day, month, year = answer.split("/")
        return day, month, year
    year, _, rest = answer.partition("-")
    month, _, day = rest.partition("-")
    return (day.lstrip("0"), month.lstrip("0"), year) if day else (answer, "", "")


@dataclass(frozen=True)
class Drawn:
    """What a page of questions is drawn from beside the definitions: answers, errors, files.

    `answers` and `problems` (words) are by question code, `cells` by question code and input name, `files`
    (`core.documents.types.FileFacts`) by the identifier that is the answer.
    """

    answers: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)
    upload_words: str = ""
    add_row_words: str = "Save and add another row"

    # What the template asks of the engine while it draws.
    date_parts = staticmethod(lambda answer: date_parts(answer))
    form_rows = staticmethod(lambda question, answer: form_rows(question, answer))
    expiry_question = staticmethod(expiry_question)
    with_expiries = staticmethod(with_expiries)
    field_id = staticmethod(field_id)

    def cell_id(self, question: Question, name: str) -> str:
        """The id of a cell's first input."""
        column = next((c for c in question.columns if name.endswith(f"-{c.code}")), None)
        return f"{name}-day" if column is not None and column.kind is QuestionKind.DATE else name


def draw(
    questions: Sequence[Question],
    answers: Mapping[str, str],
    reasons: Mapping[str, Sequence[Reason]],
    *,
    more_problems: Mapping[str, str] | None = None,
    **more: Any,
) -> Drawn:
    """Answers with what is wrong with them put in words; `more` are files and the words of an upload.

    `more_problems` are in words already, by question code: of files that were refused.
    """
    return Drawn(
        answers={code: text[:MOST_CHARACTERS] for code, text in answers.items()},
        problems=problem_words(questions, reasons) | dict(more_problems or {}),
        cells={q.code: cell_problems(q, reasons[q.code]) for q in questions if reasons.get(q.code)},
        **more,
    )


def seen_mark(answers: Mapping[str, str], questions: Iterable[Question]) -> str:
    """What the form carries so that a save can tell whether somebody else saved in between."""
    return " ".join(
        f"{q.code}:{fingerprint(answers.get(q.code, ''))}" for q in with_expiries(list(questions))
    )


def seen_marks(text: str) -> dict[str, str]:
    """Read what `seen_mark` wrote; what is no mark is left out."""
    pairs = (part.partition(":") for part in text[:MOST_CHARACTERS].split())
    return {code: mark for code, colon, mark in pairs if colon}


def answer_words(question: Question, reason: Reason) -> str:
    """What is wrong with an answer, in words; about a cell, it begins with its row and column."""
    params = reason.params
    words = {
        "answer_missing": "Answer this question",
        "answer_too_long": (
            f"The answer is too long to be saved: it has {params.get('characters', 0):,} characters"
        ),
        "answer_has_too_many_words": (
            f"The answer must be {params.get('limit', 0):,} words or fewer: it has {params.get('words', 0):,}"
        ),
        "answer_not_a_number": "The answer must be a whole number, like 120",
        "answer_not_money": "The answer must be an amount in pounds, like 1,250 or 1,250.50",
        "answer_not_a_date": "The answer must be a real date, like 27 3 2026",
        "answer_not_among_the_choices": "Choose one of the answers",
        "answer_not_a_file": "Choose the file again",
        "answer_not_a_table": "The table cannot be read. Enter its rows again",
        "answer_has_too_many_rows": (
            f"The table must have {params.get('limit', 0)} rows or fewer: it has {params.get('rows', 0)}"
        ),
        "answer_not_in_form": params.get("form", ""),
    }.get(reason.code, "The answer is not one we can take")
    if "row" not in params:
        return words
    column = next((c for c in question.columns if c.code == params["column"]), None)
    if reason.code == "answer_missing":
        words = "Enter this, or clear the whole row"
    return f"Row {params['row']}, {column.text if column else params['column']}: {words}"


def problem_words(questions: Sequence[Question], problems: Mapping[str, Sequence[Reason]]) -> dict[str, str]:
    """The first problem of each answer in words, by question code, in the order of the questions."""
    return {
        q.code: answer_words(q, problems[q.code][0]) for q in with_expiries(questions) if problems.get(q.code)
    }


def cell_problems(question: Question, reasons: Sequence[Reason]) -> dict[str, str]:
    """The first problem of each cell in words, by the name of its input."""
    columns = {column.code: column for column in question.columns}
    found: dict[str, str] = {}
    for reason in reasons:
        if "row" in reason.params and reason.params["column"] in columns:
            column = columns[reason.params["column"]]
            plain = {k: v for k, v in reason.params.items() if k not in ("row", "column")}
            words = answer_words(cell_question(column), Reason(reason.code, plain))
            found.setdefault(cell_name(question, reason.params["row"], column), words)
    return found
