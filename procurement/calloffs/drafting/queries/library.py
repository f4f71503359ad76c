"""The library of questions that a call-off can start from, read from a versioned file of ours."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from procurement.calloffs.drafting.types import CriterionKind

FILE = Path(__file__).resolve().parent.parent / "data" / "questions.toml"


@dataclass(frozen=True)
class LibraryQuestion:
    """A question to copy from; `weight` is the percentage it suggests."""

    code: str
    principle: str
    name: str
    text: str
    hint: str
    word_limit: int
    weight: Decimal
    kind: CriterionKind


@cache
def question_library() -> Mapping[str, LibraryQuestion]:
    """The library's questions by code, in the order of the file."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["question"]
    return {
        entry["code"]: LibraryQuestion(
            code=entry["code"],
            principle=entry["principle"],
            name=entry["name"],
            text=entry["text"],
            hint=entry["hint"],
            word_limit=entry["word_limit"],
            weight=Decimal(entry["weight"]),
            kind=CriterionKind(entry.get("kind", "quality")),
        )
        for entry in entries
    }
