"""Reading questions from definition files: what is unsound is refused by name before anyone answers it."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.questions.rules.answers import CHECKS, COMPARISONS, NO, YES, reasons_against
from core.questions.rules.asking import conditions_of
from core.questions.types import (
    CELL_KINDS,
    Answerer,
    Choice,
    Column,
    ExpiryRule,
    Question,
    QuestionKind,
)


def read_definition(entry: Mapping[str, Any]) -> Question:
    """Read a question from a definition file; raises ValueError saying what is wrong with which question."""
    code = str(entry.get("code", ""))
    unknown = sorted(set(entry) - {*Question.__slots__})
    if unknown or not code:
        raise ValueError(f"question {code or '(without code)'}: unknown keys {', '.join(unknown)}")
    try:
        question = Question(
            code=code,
            version=int(entry["version"]),
            kind=QuestionKind(entry["kind"]),
            text=str(entry["text"]),
            hint=str(entry.get("hint", "")),
            evidence=str(entry.get("evidence", "")),
            word_limit=entry.get("word_limit"),
            choices=_choices(entry),
            required=bool(entry.get("required", True)),
            pass_if=entry.get("pass_if"),
            columns=tuple(read_column(column) for column in entry.get("columns", ())),
            most_rows=entry.get("most_rows"),
            reuse_key=str(entry.get("reuse_key", "")),
            answered_by=Answerer(entry.get("answered_by", Answerer.LEAD)),
            expires=ExpiryRule(entry.get("expires", ExpiryRule.NONE)),
            asked_if=str(entry.get("asked_if", "")),
            text_check=str(entry.get("text_check", "")),
        )
        _prove_sound(question)
        _prove_pass_rule(question)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"question {code}: {error}") from error
    return question


def read_column(entry: Mapping[str, Any]) -> Column:
    """Read a column of a table, from a definition file or from the row of a question's version."""
    unknown = sorted(set(entry) - {*Column.__slots__})
    if unknown:
        raise ValueError(f"unknown keys of a column: {', '.join(unknown)}")
    column = Column(
        code=str(entry["code"]),
        text=str(entry["text"]),
        kind=QuestionKind(entry["kind"]),
        word_limit=entry.get("word_limit"),
        choices=_choices(entry),
        required=bool(entry.get("required", True)),
    )
    if column.kind not in CELL_KINDS:
        raise ValueError(f"column {column.code}: no cell is a {column.kind}")
    if (column.kind is QuestionKind.CHOICE) != bool(column.choices):
        raise ValueError(f"column {column.code}: choices are for a choice, and a choice has some")
    if column.kind is QuestionKind.TEXT and not column.word_limit:
        raise ValueError(f"column {column.code}: a text has a word limit")
    return column


def prove_conditions(questions: Iterable[Question]) -> None:
    """Raise ValueError where a question hangs on an answer that no question before it can have."""
    before: dict[str, Question] = {}
    for question in questions:
        for code, value in conditions_of(question):
            deciding = before.get(code)
            if deciding is None or deciding.asked_if or value not in _values(deciding):
                raise ValueError(f"question {question.code}: nothing before it answers {code} = {value}")
        before[question.code] = question


def _choices(entry: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(str(c["value"]), str(c["text"])) for c in entry.get("choices") or ())


def _values(question: Question) -> set[str]:
    if question.kind is QuestionKind.YES_NO:
        return {YES, NO}
    return {choice.value for choice in question.choices}


def _prove_sound(question: Question) -> None:
    kind, table = question.kind, question.kind is QuestionKind.TABLE
    if (kind is QuestionKind.CHOICE) != bool(question.choices):
        raise ValueError("choices are for a choice, and a choice has some")
    if kind is QuestionKind.TEXT and not question.word_limit:
        raise ValueError("a text has a word limit")
    if table != bool(question.columns) or table != bool(question.most_rows):
        raise ValueError("columns and a limit of rows are for a table, and a table has both")
    if len({column.code for column in question.columns}) != len(question.columns):
        raise ValueError("two columns have one code")
    if question.text_check and (kind is not QuestionKind.TEXT or question.text_check not in CHECKS):
        raise ValueError(f"no such check of a text: {question.text_check!r}")
    if question.expires is not ExpiryRule.NONE and kind not in (QuestionKind.FILE, QuestionKind.TEXT):
        raise ValueError("a file or a text can expire, nothing else")
    if question.asked_if and not all(len(part.split(" = ")) == 2 for part in question.asked_if.split(" | ")):
        raise ValueError(f"no such condition {question.asked_if!r}")


def _prove_pass_rule(question: Question) -> None:
    if question.pass_if is None:
        return
    operator, _, operand = question.pass_if.partition(" ")
    if operator in ("=", "in"):
        wanted = set(operand.split("|")) if operator == "in" else {operand}
        sound = wanted <= _values(question)
    elif operator in COMPARISONS:
        comparable = (QuestionKind.NUMBER, QuestionKind.MONEY, QuestionKind.DATE)
        sound = question.kind in comparable and not reasons_against(question, operand)
    else:
        sound = operator == "filled" and not operand
    if not sound:
        raise ValueError(f"no such pass rule {question.pass_if!r}")
