"""Files that a form sent: taken in, or refused in words that name the file, the limit and the reason."""

from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from core.actor import Actor
from core.documents.models import Document
from core.documents.rules import EVIDENCE_ENDINGS, file_problem
from core.documents.services import take_in
from core.documents.types import FileProblem
from core.web.filters import format_bytes

ENDINGS = {
    ".pdf": "PDF",
    ".docx": "Word (.docx)",
    ".xlsx": "Excel (.xlsx)",
    ".odt": "OpenDocument text (.odt)",
    ".csv": "CSV",
    ".txt": "plain text",
    ".png": "PNG",
    ".jpg": "JPEG",
}


def problem_words(problem: FileProblem) -> str:
    """One sentence for a refused file."""
    name = problem.name
    return {
        "empty": f"{name} is empty. Choose the file again",
        "too-large": (
            f"{name} is {format_bytes(problem.size)}; {format_bytes(problem.limit_bytes)} is the most we take"
        ),
        "wrong-type": f"{name} is of a kind we do not take. Send {taken_words(problem.allowed)}",
        "not-text": f"{name} cannot be read as text. Save it as UTF-8 and send it again",
        "content-differs": f"{name} is not what its ending says. Save it again in the form it is named for",
        "unpacks-too-large": (
            f"{name} unpacks to more than we take, or is damaged. Save it again without large pictures"
        ),
    }[problem.code]


def taken_words(endings: Sequence[str]) -> str:
    """The kinds of files that are taken, as a list in words."""
    names = [ENDINGS.get(ending, ending) for ending in endings]
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " or " + names[-1]


def upload_words(endings: Sequence[str] = EVIDENCE_ENDINGS) -> str:
    """What may be uploaded, for the hint of a field."""
    return f"{taken_words(endings)}; {format_bytes(current_app.config['UPLOAD_LIMIT'])} at most."


def take_upload(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    upload: FileStorage | None,
    endings: Sequence[str] = EVIDENCE_ENDINGS,
) -> tuple[Document | None, str]:
    """Store a file that a form sent, or say in words what is wrong with it; neither, where there is none."""
    if upload is None or not upload.filename:
        return None, ""
    content = upload.read()
    upload.close()
    problem = file_problem(
        upload.filename, content, limit_bytes=current_app.config["UPLOAD_LIMIT"], allowed=tuple(endings)
    )
    if problem is not None:
        return None, problem_words(problem)
    return take_in(session, actor=actor, now=now, name=upload.filename, content=content), ""
