"""What an organisation's answers declare of it."""

from collections.abc import Iterable, Mapping

from catalogue.partners.types import DeclaredAnswer
from core.questions.rules import passes
from core.questions.types import Question


def applies(question: Question, ground: str, answer: str) -> bool:
    """Whether an answer says that a ground of exclusion applies: its question asks for one and fails."""
    return bool(ground) and bool(answer) and passes(question, answer) is False


def declared_answers(
    asked: Iterable[tuple[Question, str]], answers: Mapping[str, str]
) -> tuple[DeclaredAnswer, ...]:
    """The declaration as plain values, in the order asked; ``asked`` are questions with their grounds."""
    return tuple(
        DeclaredAnswer(
            code=question.code,
            version=question.version,
            text=question.text,
            answer=answers.get(question.code, ""),
            ground=ground,
            declared=applies(question, ground, answers.get(question.code, "")),
        )
        for question, ground in asked
    )
