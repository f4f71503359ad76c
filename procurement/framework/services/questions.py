"""Reading the standard questions and giving them to a framework."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from catalogue.suppliers.rules import (
    is_charity_number,
    is_company_number,
    tidy_charity_number,
    tidy_company_number,
)
from core.questions.rules import prove_conditions, read_definition, register_check
from core.questions.services import keep_versions
from core.questions.types import Answerer, Question, TextCheck
from procurement.framework.models import Framework, FrameworkQuestion
from procurement.framework.types import ExclusionKind

# Definitions of questions name these checks of form.
register_check(
    "company-number",
    TextCheck(
        tidy_company_number,
        is_company_number,
        "Enter 8 digits, or 2 letters and 6 digits, like 01234567 or SC123456",
    ),
)
register_check(
    "charity-number",
    TextCheck(tidy_charity_number, is_charity_number, "Enter 6 or 7 digits, like 1234567, or SC012345"),
)

STANDARD = Path(__file__).resolve().parents[1] / "data" / "questions.toml"
PARTNERS = STANDARD.with_name("partner_questions.toml")


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
    standard = tuple(
        StandardQuestion(
            section=section["name"],
            question=read_definition({key: value for key, value in entry.items() if key != "ground"}),
            ground=ExclusionKind(entry["ground"]) if "ground" in entry else None,
        )
        for section in data["section"]
        for entry in section["question"]
    )
    prove_conditions(entry.question for entry in standard)
    return standard


@cache
def partner_questions() -> tuple[Question, ...]:
    """What declarations ask beside the standard set, in order."""
    data = tomllib.loads(PARTNERS.read_text(encoding="utf-8"))
    return tuple(read_definition(entry) for entry in data["question"])


def declaration_questions() -> tuple[tuple[Question, str], ...]:
    """The questions that every organisation of a supply chain answers for itself, in order.

    Each comes with the kind of ground of exclusion that it asks for, or nothing.
    """
    of_all = [
        (entry.question, str(entry.ground) if entry.ground is not None else "")
        for entry in standard_questions()
        if entry.question.answered_by is Answerer.EVERY
    ]
    return (*of_all, *((question, "") for question in partner_questions()))


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
