"""Reading the standard questions and giving them to a framework."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from core.questions.rules import read_definition
from core.questions.services import keep_versions
from core.questions.types import Question
from procurement.framework.models import Framework, FrameworkQuestion
from procurement.framework.types import ExclusionKind

STANDARD = Path(__file__).resolve().parents[1] / "data" / "questions.toml"


@dataclass(frozen=True, slots=True)
class StandardQuestion:
    """A question with the section it stands in and the ground of exclusion it asks for, if any."""

    section: str
    question: Question
    ground: ExclusionKind | None


@cache
def standard_questions() -> tuple[StandardQuestion, ...]:
    """The standard set, in order; raises ValueError where the file breaks a rule of questions."""
    data = tomllib.loads(STANDARD.read_text(encoding="utf-8"))
    return tuple(
        StandardQuestion(
            section=section["name"],
            question=read_definition({key: value for key, value in entry.items() if key != "ground"}),
            ground=ExclusionKind(entry["ground"]) if "ground" in entry else None,
        )
        for section in data["section"]
        for entry in section["question"]
    )


def ask_standard_questions(session: Session, *, framework: Framework, now: datetime) -> None:
    """Ask the standard set in every application to a framework that has no questions yet."""
    standard = standard_questions()
    rows = keep_versions(session, questions=[entry.question for entry in standard], now=now)
    framework.questions.extend(
        FrameworkQuestion(
            section=entry.section,
            question=rows[entry.question.code],
            position=position,
            ground=entry.ground,
        )
        for position, entry in enumerate(standard, start=1)
    )
