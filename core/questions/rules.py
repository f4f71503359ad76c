"""What an answer must look like, whether it passes, and what a set of questions asks of people.

An answer is kept as text: what was typed where it is not yet an answer, otherwise one canonical form (a date
as 2027-03-31, a number or amount without separators).
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.money import parse_pounds
from core.questions.types import Choice, Effort, Question, QuestionKind
from core.reasons import Reason

MOST_CHARACTERS = 20_000
"""Longer than any word limit; what is beyond it is refused, so that a page can always be shown again."""
MOST_DIGITS = 12
YES, NO = "yes", "no"

# Minutes, for the estimate that people see before they begin: finding a figure out, or writing at ten words a
# minute, which counts gathering and agreeing too.
MINUTES: Mapping[QuestionKind, int] = {
    QuestionKind.YES_NO: 2,
    QuestionKind.CHOICE: 2,
    QuestionKind.NUMBER: 5,
    QuestionKind.MONEY: 5,
    QuestionKind.DATE: 3,
    QuestionKind.FILE: 15,
    QuestionKind.TEXT: 5,
}
WORDS_A_MINUTE = 10

COMPARISONS = {
    ">=": lambda value, bound: value >= bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    "<": lambda value, bound: value < bound,
}


def count_words(text: str) -> int:
    """Count words as people do: what stands between white space."""
    return len(text.split())


def canonical(question: Question, typed: str) -> str:
    """The form in which an answer is kept; what cannot be read stays as it was typed."""
    # A NUL is no character that a person types, and PostgreSQL keeps none.
    text = typed.replace("\x00", "").replace("\r\n", "\n").strip()
    try:
        if question.kind is QuestionKind.MONEY and text:
            return f"{parse_pounds(text):f}".removesuffix(".00")
        if question.kind is QuestionKind.NUMBER and text:
            return str(_whole_number(text))
        if question.kind is QuestionKind.DATE and text:
            return _day(text).isoformat()
    except ValueError:
        return text
    return text


def reasons_against(question: Question, answer: str) -> list[Reason]:
    """Why an answer (canonical) is none; an empty one is a reason only where the question is required."""
    if not answer:
        return [Reason("answer_missing")] if question.required else []
    if len(answer) > MOST_CHARACTERS:
        return [Reason("answer_too_long", {"most": MOST_CHARACTERS, "characters": len(answer)})]
    code = _CHECKS[question.kind](question, answer)
    if code is not None:
        return [Reason(code)]
    words = count_words(answer)
    if question.word_limit is not None and words > question.word_limit:
        return [Reason("answer_has_too_many_words", {"limit": question.word_limit, "words": words})]
    return []


def incomplete(questions: Iterable[Question], answers: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of the questions that lack a valid answer, in the order of the questions."""
    return tuple(q.code for q in questions if reasons_against(q, answers.get(q.code, "")))


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


def effort(questions: Iterable[Question]) -> Effort:
    """What the questions ask in all: words at most, files, and an estimate in minutes."""
    asked = list(questions)
    minutes = sum(
        -(-q.word_limit // WORDS_A_MINUTE)
        if q.kind is QuestionKind.TEXT and q.word_limit
        else MINUTES[q.kind]
        for q in asked
    )
    return Effort(
        questions=len(asked),
        words=sum(q.word_limit or 0 for q in asked if q.kind is QuestionKind.TEXT),
        files=sum(q.kind is QuestionKind.FILE for q in asked),
        minutes=minutes,
    )


def fingerprint(answer: str) -> str:
    """A short mark of an answer, by which a form knows whether somebody else changed it meanwhile."""
    return hashlib.sha256(answer.encode()).hexdigest()[:12]


def shown(question: Question, answer: str) -> Any:
    """An answer as a value that pages know how to write: Decimal, date, int, or text."""
    if not answer or reasons_against(question, answer):
        return answer
    if question.kind is QuestionKind.CHOICE:
        return next(choice.text for choice in question.choices if choice.value == answer)
    if question.kind is QuestionKind.YES_NO:
        return answer.capitalize()
    return answer if question.kind in (QuestionKind.TEXT, QuestionKind.FILE) else _value(question, answer)


def read_definition(entry: Mapping[str, Any]) -> Question:
    """Read a question from a definition file; raises ValueError saying what is wrong with which question."""
    code = str(entry.get("code", ""))
    known = {*Question.__slots__}
    unknown = sorted(set(entry) - known)
    if unknown or not code:
        raise ValueError(f"question {code or '(without code)'}: unknown keys {', '.join(unknown)}")
    try:
        kind = QuestionKind(entry["kind"])
        choices = tuple(Choice(str(c["value"]), str(c["text"])) for c in entry.get("choices", ()))
        question = Question(
            code=code,
            version=int(entry["version"]),
            kind=kind,
            text=str(entry["text"]),
            hint=str(entry.get("hint", "")),
            evidence=str(entry.get("evidence", "")),
            word_limit=entry.get("word_limit"),
            choices=choices,
            required=bool(entry.get("required", True)),
            pass_if=entry.get("pass_if"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"question {code}: {error}") from error
    if (kind is QuestionKind.CHOICE) != bool(choices):
        raise ValueError(f"question {code}: choices are for a choice, and a choice has some")
    if kind is QuestionKind.TEXT and not question.word_limit:
        raise ValueError(f"question {code}: a text has a word limit")
    _prove_pass_rule(question)
    return question


def _prove_pass_rule(question: Question) -> None:
    if question.pass_if is None:
        return
    operator, _, operand = question.pass_if.partition(" ")
    allowed = {YES, NO} if question.kind is QuestionKind.YES_NO else {c.value for c in question.choices}
    if operator in ("=", "in"):
        wanted = set(operand.split("|")) if operator == "in" else {operand}
        sound = wanted <= allowed
    elif operator in COMPARISONS:
        comparable = (QuestionKind.NUMBER, QuestionKind.MONEY, QuestionKind.DATE)
        sound = question.kind in comparable and not reasons_against(question, operand)
    else:
        sound = operator == "filled" and not operand
    if not sound:
        raise ValueError(f"question {question.code}: no such pass rule {question.pass_if!r}")


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


_CHECKS = {
    QuestionKind.TEXT: lambda question, answer: None,
    QuestionKind.FILE: lambda question, answer: None,
    QuestionKind.NUMBER: _check_number,
    QuestionKind.MONEY: _check_money,
    QuestionKind.DATE: _check_date,
    QuestionKind.YES_NO: lambda question, answer: (
        None if answer in (YES, NO) else "answer_not_among_the_choices"
    ),
    QuestionKind.CHOICE: lambda question, answer: (
        None if answer in {c.value for c in question.choices} else "answer_not_among_the_choices"
    ),
}
