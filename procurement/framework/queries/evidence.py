"""What stands behind the answers of an application: files, their ends, and the supplier's library."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.suppliers.models import EvidenceVersion
from catalogue.suppliers.queries import KeptEvidence, current_evidence
from core.actor import Actor
from core.documents.models import Document
from core.documents.queries import documents_of
from core.documents.types import ScanState
from core.questions.rules import asked, expiry_reasons, has_expired, incomplete
from core.questions.rules.asking import EXPIRES
from core.questions.types import Question, QuestionKind
from core.reasons import Reason
from procurement.framework.models import Application, ApplicationAnswer, Framework
from procurement.framework.queries.applications import applications_by_key, sections_assigned_to
from procurement.framework.queries.facts import answers_of, asked_of


@dataclass(frozen=True)
class LibraryNote:
    """How an answer stands to the supplier's library: it says the same, something else, or nothing is kept.

    `kept` is what the library says now, None where it says nothing; `same` whether the answer says it too.
    """

    kept: KeptEvidence | None
    same: bool


def questions_asked(application: Application) -> list[Question]:
    """Return the questions that a loaded application is asked, given its choices and answers, in order."""
    return asked([entry.question.plain() for entry in asked_of(application)], answers_of(application))


def files_of(session: Session, application: Application, more: Iterable[str] = ()) -> dict[str, Document]:
    """Return the files that the answers name, and others of the supplier by identifier, in one query."""
    answers = answers_of(application)
    named = [
        answers[entry.question.code]
        for entry in application.framework.questions
        if entry.question.kind is QuestionKind.FILE and answers.get(entry.question.code)
    ]
    wanted = {*named, *more}
    if not wanted:
        return {}
    return documents_of(session, organisation_id=application.supplier_id, public_ids=wanted)


def evidence_reasons(session: Session, *, application: Application, today: date) -> list[Reason]:
    """Return why the evidence of an application keeps it from being handed in: ended, or locked away."""
    answers, files = answers_of(application), files_of(session, application)
    reasons = []
    for question in questions_asked(application):
        answer = answers.get(question.code, "")
        reasons += expiry_reasons(question, answer, answers.get(question.code + EXPIRES, ""), today)
        if question.kind is not QuestionKind.FILE or not answer:
            continue
        document = files.get(answer)
        if document is None:
            reasons.append(Reason("file_lost", {"question": question.code}))
        elif document.scan is ScanState.QUARANTINED:
            reasons.append(Reason("file_quarantined", {"question": question.code, "file": document.name}))
    return reasons


def ended_evidence(application: Application, today: date) -> dict[str, str]:
    """Return the ends that have passed, as kept, by question code: to be said, whatever they stop."""
    answers = answers_of(application)
    ends = {q.code: answers.get(q.code + EXPIRES, "") for q in questions_asked(application)}
    return {code: end for code, end in ends.items() if has_expired(end, today)}


def library_notes(session: Session, *, application: Application, today: date) -> dict[str, LibraryNote]:
    """Return how each answer that could be kept stands to the supplier's library, by question code."""
    library = current_evidence(session, organisation_id=application.supplier_id, today=today)
    answers = answers_of(application)
    notes = {}
    for entry in asked_of(application):
        question = entry.question
        if question.reuse_key:
            kept = library.get(question.reuse_key)
            notes[question.code] = LibraryNote(
                kept, kept is not None and says_the_same(kept, question.code, answers)
            )
    return notes


def says_the_same(kept: KeptEvidence, code: str, answers: Mapping[str, str]) -> bool:
    """Whether an answer and the end of its evidence are what the library says."""
    return (kept.answer, kept.expires) == (answers.get(code, ""), answers.get(code + EXPIRES, ""))


def unfinished_sections(session: Session, *, actor: Actor) -> list[tuple[Application, str]]:
    """Return the sections that are handed to the actor and lack an answer, with their applications."""
    rows = sections_assigned_to(session, organisation_id=actor.organisation_id, person_id=actor.person_id)
    if not rows:
        return []
    keys = {row.application_id for row in rows}
    whole = {one.id: one for one in applications_by_key(session, keys)}
    found = []
    for row in rows:
        application = whole[row.application_id]
        answers = answers_of(application)
        questions = [
            entry.question.plain() for entry in asked_of(application) if entry.section == row.section
        ]
        if incomplete(questions, answers):
            found.append((application, row.section))
    return found


def citing_applications(
    session: Session, *, organisation_id: int | None, entry_id: int
) -> list[tuple[int, Application, str]]:
    """Return which versions of an entry applications cite: number, application, framework's title."""
    query = (
        sa.select(EvidenceVersion.number, Application, Framework.title)
        .join(ApplicationAnswer, ApplicationAnswer.library_version_id == EvidenceVersion.id)
        .join(Application, Application.id == ApplicationAnswer.application_id)
        .join(Framework, Framework.id == Application.framework_id)
        .where(EvidenceVersion.entry_id == entry_id, Application.supplier_id == organisation_id)
        .order_by(Application.created_at.desc(), Application.id.desc(), EvidenceVersion.number)
    )
    return [(number, application, title) for number, application, title in session.execute(query)]
