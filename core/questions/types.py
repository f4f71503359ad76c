"""The words of questions: kinds, choices, columns, and a question as plain values."""

from collections.abc import Callable
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
    TABLE = "table"


CELL_KINDS = (
    QuestionKind.TEXT,
    QuestionKind.NUMBER,
    QuestionKind.MONEY,
    QuestionKind.DATE,
    QuestionKind.CHOICE,
)


class Answerer(StrEnum):
    """Who answers a question where several organisations stand behind one answer sheet."""

    LEAD = "lead"
    EVERY = "every"
    """The lead, and each organisation named beside it, for itself."""


class ExpiryRule(StrEnum):
    """What becomes of evidence that has an end: not asked for; warned of; stopping submission too."""

    NONE = "none"
    WARNS = "warns"
    BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a question offers."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table question; its cells are answers of its kind."""

    code: str
    text: str
    kind: QuestionKind
    word_limit: int | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """One wording of a question, as the form, the checks, the summary and the assessment all read it.

    `pass_if` is what an answer must be for the assessment to pass it by rule (`rules.passes`); None leaves
    the answer to judgement. `evidence` says what to have at hand. `reuse_key` names the entry of an
    organisation's library that answers belong to; empty where they are not kept. `asked_if` is
    `code = value`, several divided by ` | `: the question is asked where one of them holds. `text_check`
    names a check of form (`rules.register_check`) of a text.
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
    columns: tuple[Column, ...] = ()
    most_rows: int | None = None
    reuse_key: str = ""
    answered_by: Answerer = Answerer.LEAD
    expires: ExpiryRule = ExpiryRule.NONE
    asked_if: str = ""
    text_check: str = ""


@dataclass(frozen=True, slots=True)
class TextCheck:
    """A check of the form of a text: how it is tidied, whether it is sound, and what to type instead."""

    tidy: Callable[[str], str]
    is_sound: Callable[[str], bool]
    words: str


@dataclass(frozen=True, slots=True)
class Effort:
    """What a set of questions asks of whoever answers them; minutes are an estimate for a first answer.

    `words`, `files` and `tables` are the most that can be asked; `conditional` says how many of the
    questions are asked only after certain answers.
    """

    questions: int
    words: int
    files: int
    minutes: int
    tables: int = 0
    conditional: int = 0
