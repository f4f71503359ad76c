"""One answer: the form in which it is kept, what is wrong with it, how it is shown, whether it passes.

An answer is kept as text: what was typed where it is not yet an answer, otherwise one canonical form. A date
is 2027-03-31, a number or an amount has no separators, a file is the identifier of its document, and a table
is a JSON list of rows without the blank ones, each cell kept as an answer of its column's kind.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.money import parse_pounds
from core.questions.types import Column, Question, QuestionKind, TextCheck
from core.reasons import Reason

MOST_CHARACTERS = 20_000
"""Longer than any word limit; what is beyond it is refused, so that a page can always be shown again."""
MOST_DIGITS = 12
YES, NO = "yes", "no"
DOCUMENT = re.compile(r"DC-[0-9A-Z]{8}", re.ASCII)

CHECKS: dict[str, TextCheck] = {}
"""Checks of the form of a text by name; a feature that knows a form registers it."""

COMPARISONS = {
    ">=": lambda value, bound: value >= bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    "<": lambda value, bound: value < bound,
}


def register_check(name: str, check: TextCheck) -> None:
    """Let definitions name a check of form."""
    CHECKS[name] = check


def count_words(text: str) -> int:
    """Count words as people do: what stands between white space."""
    return len(text.split())


def canonical(question: Question, typed: str) -> str:
    """The form in which an answer is kept; what cannot be read stays as it was typed."""
    # A NUL is no character that a person types, and PostgreSQL keeps none.
    text = typed.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        return ""
    try:
        if question.kind is QuestionKind.MONEY:
            return f"{parse_pounds(text):f}".removesuffix(".00")
        if question.kind is QuestionKind.NUMBER:
            return str(_whole_number(text))
        if question.kind is QuestionKind.DATE:
            return _day(text).isoformat()
        if question.kind is QuestionKind.TABLE:
            return table_text(question, _rows(text))
        if question.text_check:
            return CHECKS[question.text_check].tidy(text) or text
    except ValueError:
        return text
    return text


def reasons_against(question: Question, answer: str) -> list[Reason]:
    """Why an answer (canonical) is none; an empty one is a reason only where the question is required.

    A reason about a cell of a table says its `row` (from 1) and `column` (code) beside its own values.
    """
    if not answer:
        return [Reason("answer_missing")] if question.required else []
    if len(answer) > MOST_CHARACTERS:
        return [Reason("answer_too_long", {"most": MOST_CHARACTERS, "characters": len(answer)})]
    if question.kind is QuestionKind.TABLE:
        return _against_table(question, answer)
    code = _CHECKS[question.kind](question, answer)
    if code is not None:
        return [Reason(code)]
    words = count_words(answer)
    if question.word_limit is not None and words > question.word_limit:
        return [Reason("answer_has_too_many_words", {"limit": question.word_limit, "words": words})]
    if question.text_check and not CHECKS[question.text_check].is_sound(answer):
        return [Reason("answer_not_in_form", {"form": CHECKS[question.text_check].words})]
    return []


def passes(question: Question, answer: str) -> bool | None:
    """Whether an answer passes by the question's rule; None where it goes to judgement.

    A rule is `= value`, `in value|value`, `filled`, or a comparison such as `>= 10` of a number, an amount
    in pounds or a date. An answer that is none does not pass.
    """
    if question.pass_if is None:
        return None
    if not answer or reasons_against(question, answer):
        return False
    operator, _, operand = question.pass_if.partition(" ")
    if operator == "filled":
        return True
    if operator == "=":
        return answer == operand
    if operator == "in":
        return answer in operand.split("|")
    return COMPARISONS[operator](_value(question, answer), _value(question, operand))


def fingerprint(answer: str) -> str:
    """A short mark of an answer, by which a form knows whether somebody else changed it meanwhile."""
    return hashlib.sha256(answer.encode()).hexdigest()[:12]


def shown(question: Question, answer: str) -> Any:
    """An answer as a value that pages know how to write: Decimal, date, int, text, or rows of such values."""
    if question.kind is QuestionKind.TABLE:
        return [
            [shown(cell_question(column), row[column.code]) for column in question.columns]
            for row in table_rows(question, answer)
        ]
    if not answer or reasons_against(question, answer):
        return answer
    if question.kind is QuestionKind.CHOICE:
        return next(choice.text for choice in question.choices if choice.value == answer)
    if question.kind is QuestionKind.YES_NO:
        return answer.capitalize()
    return answer if question.kind in (QuestionKind.TEXT, QuestionKind.FILE) else _value(question, answer)


def cell_question(column: Column) -> Question:
    """A column as the question that each of its cells answers."""
    return Question(
        code=column.code,
        version=1,
        kind=column.kind,
        text=column.text,
        word_limit=column.word_limit,
        choices=column.choices,
        required=column.required,
    )


def table_rows(question: Question, answer: str) -> list[dict[str, str]]:
    """The rows of an answer to a table, each with a text for every column; none where it cannot be read."""
    try:
        rows = _rows(answer) if answer else []
    except ValueError:
        return []
    return [{column.code: row.get(column.code, "") for column in question.columns} for row in rows]


def table_text(question: Question, rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as an answer is kept: cells canonical, blank rows left out, nothing where none is left."""
    cells = {column.code: cell_question(column) for column in question.columns}
    kept = [{code: canonical(cell, row.get(code, "")) for code, cell in cells.items()} for row in rows]
    full = [row for row in kept if any(row.values())]
    return json.dumps(full, ensure_ascii=False, separators=(",", ":")) if full else ""


def _rows(text: str) -> list[dict[str, str]]:
    """Read a table; ValueError where the text is none."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError("too long for a table")
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("not a table") from None
    if not isinstance(found, list) or not all(
        isinstance(row, dict) and all(isinstance(cell, str) for cell in row.values()) for row in found
    ):
        raise ValueError("not a table")
    # Half a character pair, which JSON can spell, is no text that anything can keep.
    "".join(cell for row in found for pair in row.items() for cell in pair).encode()
    return found


def _against_table(question: Question, answer: str) -> list[Reason]:
    try:
        _rows(answer)
    except ValueError:
        return [Reason("answer_not_a_table")]
    rows = table_rows(question, answer)
    if question.most_rows is not None and len(rows) > question.most_rows:
        return [Reason("answer_has_too_many_rows", {"limit": question.most_rows, "rows": len(rows)})]
    return [
        Reason(reason.code, {**reason.params, "row": number, "column": column.code}, reason.source)
        for number, row in enumerate(rows, start=1)
        for column in question.columns
        for reason in reasons_against(cell_question(column), row[column.code])
    ]


def _whole_number(text: str) -> int:
    digits = text.replace(",", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        raise ValueError("not a whole number")
    return int(digits)


def _day(text: str) -> date:
    """Read 2027-03-31, or the 31/3/2027 that three boxes make."""
    if text.count("/") == 2:
        day, month, year = (part.strip() for part in text.split("/"))
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in (day, month, year)):
            raise ValueError("not a date")
        found = date(int(year), int(month), int(day))
    else:
        found = date.fromisoformat(text)
    if not 1900 <= found.year <= 2200:
        raise ValueError("not a date of our times")
    return found


def _value(question: Question, answer: str) -> Any:
    if question.kind is QuestionKind.NUMBER:
        return _whole_number(answer)
    if question.kind is QuestionKind.MONEY:
        return parse_pounds(answer)
    return _day(answer)


def _check_number(question: Question, answer: str) -> str | None:
    try:
        _whole_number(answer)
    except ValueError:
        return "answer_not_a_number"
    return None


def _check_money(question: Question, answer: str) -> str | None:
    try:
        amount = parse_pounds(answer)
    except (ValueError, InvalidOperation):
        return "answer_not_money"
    return None if 0 <= amount < Decimal(10) ** MOST_DIGITS else "answer_not_money"


def _check_date(question: Question, answer: str) -> str | None:
    try:
        _day(answer)
    except ValueError:
        return "answer_not_a_date"
    return None


def _check_choice(values: Sequence[str], answer: str) -> str | None:
    return None if answer in values else "answer_not_among_the_choices"


_CHECKS = {
    QuestionKind.TEXT: lambda question, answer: None,
    QuestionKind.FILE: lambda question, answer: None if DOCUMENT.fullmatch(answer) else "answer_not_a_file",
    QuestionKind.NUMBER: _check_number,
    QuestionKind.MONEY: _check_money,
    QuestionKind.DATE: _check_date,
    QuestionKind.YES_NO: lambda question, answer: _check_choice((YES, NO), answer),
    QuestionKind.CHOICE: lambda question, answer: _check_choice([c.value for c in question.choices], answer),
}
