"""The words of questions."""

from enum import StrEnum


class QuestionKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes-no"
    CHOICE = "choice"
    FILE = "file"
