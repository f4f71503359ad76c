"""Between an application and the supplier's library: filled in from it, kept in it where people say so."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from flask import url_for
from sqlalchemy.orm import Session

from catalogue.suppliers import queries as suppliers
from catalogue.suppliers.queries import KeptEvidence
from catalogue.suppliers.services import keep_evidence
from catalogue.suppliers.types import EvidenceUse
from core.actor import Actor
from core.calendar import london_date
from core.questions.rules import canonical, reasons_against
from core.questions.rules.asking import EXPIRES
from core.questions.types import QuestionKind
from core.reasons import Reason, Refused
from procurement.framework import queries
from procurement.framework.models import Application, ApplicationAnswer

# Questions that the supplier's profile answers before anything is in the library.
FROM_PROFILE = {"company-number": "companies_house_number", "charity-number": "charity_number"}


def prefill(session: Session, *, application: Application, now: datetime) -> int:
    """Fill an application that is begun from the supplier's library and profile; return how many answers.

    An answer of the library that the question's wording of today does not take is left out.
    """
    library = suppliers.current_evidence(
        session, organisation_id=application.supplier_id, today=london_date(now)
    )
    profile = suppliers.profile_of(session, application.supplier_id)
    there = {answer.question_id for answer in application.answers}
    count = 0
    for entry in application.framework.questions:
        row, question = entry.question, entry.question.plain()
        kept = library.get(question.reuse_key) if question.reuse_key else None
        if row.id in there:
            continue
        if kept is not None and fits(kept, question.kind) and not reasons_against(question, kept.answer):
            application.answers.append(
                ApplicationAnswer(
                    question_id=row.id,
                    value=kept.answer,
                    expires=kept.expires if question.expires != "none" else "",
                    library_version_id=kept.version.id,
                )
            )
            count += 1
        elif profile is not None and question.code in FROM_PROFILE:
            value = canonical(question, getattr(profile, FROM_PROFILE[question.code]) or "")
            if value and not reasons_against(question, value):
                application.answers.append(ApplicationAnswer(question_id=row.id, value=value))
                count += 1
    session.flush()
    return count


def fits(kept: KeptEvidence, kind: QuestionKind) -> bool:
    """Whether what is kept was given to a question of this kind."""
    return kept.version.question is not None and kept.version.question.kind is kind


def cite_library(
    session: Session, *, application: Application, codes: Collection[str], now: datetime
) -> None:
    """Let changed answers cite the library's version that says the same, or none."""
    notes = queries.library_notes(session, application=application, today=london_date(now))
    rows = {answer.question_id: answer for answer in application.answers}
    for entry in application.framework.questions:
        row, note = rows.get(entry.question_id), notes.get(entry.question.code)
        if row is not None and entry.question.code in codes:
            row.library_version_id = note.kept.version.id if note and note.kept and note.same else None
    session.flush()


def keep_answers(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    application: Application,
    codes: Collection[str],
    first_ones: bool,
    changed_ones: bool,
    seen: Mapping[str, int],
) -> tuple[int, list[str]]:
    """Keep sound answers in the library: those it has none for, and those it has others for, as chosen.

    `seen` says by question code which version of the library the form showed. Returns how many were kept,
    and the codes of those whose entry a colleague has changed meanwhile: they are left as they are.
    """
    notes = queries.library_notes(session, application=application, today=london_date(now))
    answers = queries.answers_of(application)
    rows = {answer.question_id: answer for answer in application.answers}
    files = queries.files_of(session, application)
    kept_count, overtaken = 0, []
    for entry in queries.asked_of(application):
        question = entry.question
        note, answer = notes.get(question.code), answers.get(question.code, "")
        wanted = note is not None and (first_ones if note.kept is None else changed_ones and not note.same)
        if question.code not in codes or not wanted or not answer:
            continue
        ends = answers.get(question.code + EXPIRES, "")
        if reasons_against(question.plain(), answer) or not _is_end(ends):
            continue
        document = files.get(answer) if question.kind is QuestionKind.FILE else None
        try:
            version = keep_evidence(
                session,
                actor=actor,
                now=now,
                question=question,
                value="" if document is not None else answer,
                document=document,
                expires_on=date.fromisoformat(ends) if ends else None,
                seen=seen.get(question.code, 0),
            )
        except Refused:
            overtaken.append(question.code)
            continue
        rows[question.id].library_version_id = version.id
        kept_count += 1
    session.flush()
    return kept_count, overtaken


def use_library(
    session: Session, *, actor: Actor, now: datetime, application: Application, code: str
) -> dict[str, str]:
    """Return what the library says to a question, as answers by code, to be saved like typed ones."""
    note = queries.library_notes(session, application=application, today=london_date(now)).get(code)
    if note is None or note.kept is None:
        raise Refused(Reason("nothing_in_library", {"question": code}))
    return {code: note.kept.answer, code + EXPIRES: note.kept.expires}


def evidence_uses(session: Session, *, organisation_id: int | None, entry_id: int) -> list[EvidenceUse]:
    """Return where versions of an entry of the library are cited, the newest application first."""
    return [
        EvidenceUse(
            version=number,
            title=f"Application {application.public_id} to {title}",
            address=url_for("framework.application", public_id=application.public_id),
            handed_in=application.submitted_at is not None,
        )
        for number, application, title in queries.citing_applications(
            session, organisation_id=organisation_id, entry_id=entry_id
        )
    ]


def _is_end(text: str) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False
