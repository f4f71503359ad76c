"""The words of questions: kinds, choices, and a question as plain values."""

from dataclasses import dataclass
from enum import StrEnum


class QuestionKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes-no"
    CHOICE = "choice"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a question offers."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One wording of a question, as the form, the checks, the summary and the assessment all read it.

    `pass_if` is what an answer must be for the assessment to pass it by rule (`rules.passes`); None leaves
    the answer to judgement. `evidence` says what to have at hand.
    """

    code: str
    version: int
    kind: QuestionKind
    text: str
    hint: str = ""
    evidence: str = ""
    word_limit: int | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = True
    pass_if: str | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """What a set of questions asks of whoever answers them; minutes are an estimate for a first answer."""

    questions: int
    words: int
    files: int
    minutes: int
