"""What a draft asks: questions of the standard set and the library, questions of its own, for all or some."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.actor import Actor
from core.questions.models import QuestionVersion
from core.questions.rules import conditions_of, prove_conditions, read_definition
from core.questions.services import keep_versions
from core.questions.types import Question
from core.reasons import Reason, Refused, refuse_if
from procurement.framework import rules
from procurement.framework.models import Framework, FrameworkQuestion
from procurement.framework.services.drafts import refuse_frozen, touch
from procurement.framework.services.questions import STANDARD, standard_questions
from procurement.framework.types import ExclusionKind, Regime

LIBRARY = STANDARD.with_name("library_questions.toml")
OWN_SECTION = "Further questions"


@cache
def library_questions() -> tuple[Question, ...]:
    """The questions that a framework may ask beside the standard set, in order."""
    data = tomllib.loads(LIBRARY.read_text(encoding="utf-8"))
    return tuple(read_definition(entry) for entry in data["question"])


def questions_on_offer(framework: Framework) -> list[tuple[str, Question]]:
    """(section, question) of the standard set and the library that a framework does not ask."""
    asked = {entry.question.code for entry in framework.questions}
    return [
        *(
            (entry.section, entry.question)
            for entry in standard_questions()
            if entry.question.code not in asked
        ),
        *((OWN_SECTION, question) for question in library_questions() if question.code not in asked),
    ]


def take_question(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework: Framework,
    code: str,
    categories: Collection[str] = (),
) -> None:
    """Ask one more question of the standard set or the library in a draft, of certain categories or of all.

    A question that hangs on another's answer needs that one asked before it.
    """
    chosen = next(((s, q) for s, q in questions_on_offer(framework) if q.code == code), None)
    if chosen is None:
        raise Refused(Reason("no_such_question", {"question": code}))
    section, question = chosen
    standard = {entry.question.code: entry for entry in standard_questions()}
    ground = standard[code].ground if code in standard else None
    _ask(session, framework, now, section, question, categories, ground)


def write_question(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework: Framework,
    definition: Mapping[str, Any],
    section: str = "",
    categories: Collection[str] = (),
) -> Question:
    """Ask a question of one's own in a draft; `definition` is as in a file of questions, without its code.

    Refused where it is no whole question, or where its words ask what the regime forbids.
    """
    taken = {entry.question.code for entry in framework.questions}
    stem = f"own-{framework.public_id.lower()}"
    numbers = range(1, len(taken) + 2)
    code = next(f"{stem}-{number}" for number in numbers if f"{stem}-{number}" not in taken)
    try:
        question = read_definition({**definition, "code": code, "version": 1})
    except ValueError as error:
        raise Refused(Reason("not_a_question", {"why": str(error).partition(": ")[2]})) from None
    said = [question.text, question.hint, question.evidence, *(choice.text for choice in question.choices)]
    refuse_if(rules.lint_words(framework.regime, " ".join(said)))
    if rules.asks_for_turnover(question.text, question.pass_if):
        raise Refused(Reason("turnover_by_question", source="PCR 2015 reg 58(9); PA 2023 s.36"))
    newer = _newer(session, question)
    _ask(session, framework, now, section or OWN_SECTION, newer, categories, None)
    return newer


def take_out_question(
    session: Session, *, actor: Actor, now: datetime, framework: Framework, code: str
) -> None:
    """Ask a question of a draft no longer; the grounds for exclusion are always asked."""
    refuse_frozen(framework)
    entry = next((one for one in framework.questions if one.question.code == code), None)
    if entry is None:
        raise Refused(Reason("no_such_question", {"question": code}))
    if entry.ground is not None or code in rules.EVENT_TABLES.values():
        source = "PCR 2015 reg 57" if framework.regime is Regime.DPS else "PA 2023 Sch 6, 7"
        raise Refused(Reason("question_is_needed", {"question": code}, source))
    hanging = [
        one.question.code
        for one in framework.questions
        if any(deciding == code for deciding, _ in conditions_of(one.question.plain()))
    ]
    refuse_if(Reason("question_decides_another", {"question": other}) for other in hanging)
    framework.questions.remove(entry)
    session.delete(entry)
    touch(session, framework)


def _ask(
    session: Session,
    framework: Framework,
    now: datetime,
    section: str,
    question: Question,
    categories: Collection[str],
    ground: ExclusionKind | None,
) -> None:
    refuse_frozen(framework)
    chosen = [category for category in framework.categories if category.code in set(categories)]
    reasons = []
    if len(chosen) != len(set(categories)):
        reasons.append(Reason("no_such_category"))
    try:
        prove_conditions([*(entry.question.plain() for entry in framework.questions), question])
    except ValueError:
        reasons.append(Reason("question_hangs_on_another", {"question": question.code}))
    refuse_if(reasons)
    rows = keep_versions(session, questions=[question], now=now)
    framework.questions.append(
        FrameworkQuestion(
            section=section,
            question=rows[question.code],
            position=max((entry.position for entry in framework.questions), default=0) + 1,
            ground=ground,
            categories=chosen,
        )
    )
    touch(session, framework)


def _newer(session: Session, question: Question) -> Question:
    """The question under the next free version: what was written and taken out before keeps its wording."""
    last = session.scalar(
        sa.select(sa.func.max(QuestionVersion.version)).where(QuestionVersion.code == question.code)
    )
    return replace(question, version=(last or 0) + 1)
