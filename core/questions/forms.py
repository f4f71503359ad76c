"""Questions as forms: what a page of them sent, and what is wrong with it in words.

The fields themselves are drawn by `templates/questions/fields.html` from the same definitions.
"""

from collections.abc import Iterable, Mapping, Sequence

from werkzeug.datastructures import MultiDict

from core.questions.rules import MOST_CHARACTERS, fingerprint
from core.questions.types import Question, QuestionKind
from core.reasons import Reason

SEEN = "seen"


def field_name(code: str) -> str:
    """The name of a question's input; the first of three for a date ends in `-day`."""
    return f"answer-{code}"


def field_id(question: Question) -> str:
    """The id that an error links to."""
    name = field_name(question.code)
    return f"{name}-day" if question.kind is QuestionKind.DATE else name


def typed_answers(form: MultiDict[str, str], questions: Iterable[Question]) -> dict[str, str]:
    """What was typed, by question code; a question that the form did not send is left out."""
    typed = {}
    for question in questions:
        name = field_name(question.code)
        if question.kind is QuestionKind.DATE:
            parts = [form.get(f"{name}-{part}") for part in ("day", "month", "year")]
            if all(part is None for part in parts):
                continue
            texts = [(part or "").strip()[:20] for part in parts]
            typed[question.code] = "/".join(texts) if any(texts) else ""
        elif name in form:
            typed[question.code] = form[name]
        elif question.kind in (QuestionKind.YES_NO, QuestionKind.CHOICE) and f"{name}-asked" in form:
            typed[question.code] = ""
    return typed


def date_parts(answer: str) -> tuple[str, str, str]:
    """Day, month and year of an answer to a date question, as three boxes show them."""
    if answer.count("/") == 2:
        day, month, year = answer.split("/")
        return day, month, year
    year, _, rest = answer.partition("-")
    month, _, day = rest.partition("-")
    return (day.lstrip("0"), month.lstrip("0"), year) if day else (answer, "", "")


def seen_mark(answers: Mapping[str, str], questions: Iterable[Question]) -> str:
    """What the form carries so that a save can tell whether somebody else saved in between."""
    return " ".join(f"{q.code}:{fingerprint(answers.get(q.code, ''))}" for q in questions)


def seen_marks(text: str) -> dict[str, str]:
    """Read what `seen_mark` wrote; what is no mark is left out."""
    pairs = (part.partition(":") for part in text[:MOST_CHARACTERS].split())
    return {code: mark for code, colon, mark in pairs if colon}


def answer_words(question: Question, reason: Reason) -> str:
    """What is wrong with an answer, in words."""
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
    }
    return words.get(reason.code, "The answer is not one we can take")


def problem_words(questions: Sequence[Question], problems: Mapping[str, Sequence[Reason]]) -> dict[str, str]:
    """The first problem of each answer in words, by question code, in the order of the questions."""
    return {q.code: answer_words(q, problems[q.code][0]) for q in questions if problems.get(q.code)}
