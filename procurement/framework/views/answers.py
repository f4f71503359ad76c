"""The answers of an application as its pages and those of its assessors write them."""

from datetime import date
from typing import Any

from flask import Response, abort, url_for

from core.db import db
from core.documents.services import content_of, facts_of
from core.documents.types import FileFacts, Quarantined
from core.pdf import render_pdf
from core.questions.rules import is_asked, shown
from core.questions.rules.asking import EXPIRES
from core.questions.types import Question
from core.web.downloads import attachment
from procurement.framework import exports, queries, services
from procurement.framework.models import Application

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ShownAnswer = tuple[Question, Any, Any]
"""A question, its answer as a value, and the end of its evidence (a date, or as typed; empty without)."""


def answers_shown(found: Application) -> list[tuple[str, list[ShownAnswer]]]:
    """Every question that is asked, by section, with its answer."""
    answers = queries.answers_of(found)
    sections: dict[str, list[ShownAnswer]] = {}
    for entry in queries.asked_of(found):
        question = entry.question.plain()
        rows = sections.setdefault(entry.section, [])
        if is_asked(question, answers):
            value = shown(question, answers.get(question.code, ""))
            ends = ends_shown(answers.get(question.code + EXPIRES, ""))
            rows.append((question, value, ends))
    return list(sections.items())


def ends_shown(text: str) -> Any:
    """The end of evidence as a date where it is one."""
    try:
        return date.fromisoformat(text) if text else ""
    except ValueError:
        return text


def files_shown(found: Application, endpoint: str, more: tuple[str, ...] = ()) -> dict[str, FileFacts]:
    """The files that the answers name, with the address of each on the pages of who is reading."""
    return {
        key: facts_of(document, url_for(endpoint, public_id=found.public_id, document=key))
        for key, document in queries.files_of(db.session, found, more).items()
    }


def answers_sent(found: Application, kind: str, endpoint: str) -> Response:
    """The answers of an application as a file: CSV, XLSX or a tagged PDF."""
    sections, files = answers_shown(found), files_shown(found, endpoint)
    name = f"answers-{found.public_id}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if kind == "pdf":
        body = render_pdf(
            "application_answers",
            title=f"Application {found.public_id}: answers",
            reference=found.public_id,
            supplier=found.supplier.name,
            framework=found.framework.title,
            submitted_at=found.submitted_at,
            choices=[(c.category.name, c.region.name) for c in services.in_order(found)],
            sections=[
                (name, [(question, value, ends) for question, value, ends in rows]) for name, rows in sections
            ],
            files={key: file.name for key, file in files.items()},
        )
        return Response(body, mimetype="application/pdf", headers=headers)
    rows = exports.answer_rows(sections, files)
    if kind == "csv":
        return Response(exports.answers_csv(rows), mimetype="text/csv", headers=headers)
    return Response(exports.answers_xlsx(rows), mimetype=XLSX, headers=headers)


def file_sent(found: Application, public_id: str) -> Response:
    """A file that an answer names, as a download; one that nobody may read is a page not found."""
    document = queries.files_of(db.session, found).get(public_id)
    if document is None:
        abort(404)
    try:
        return attachment(document.name, content_of(document))
    except Quarantined:
        abort(404)
