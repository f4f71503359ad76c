"""The sections of an application: a page of questions each, its files, and who is asked to fill it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.suppliers.types import SupplierPermission
from core import clock
from core.accounts.models import Person
from core.accounts.queries import people_who_may
from core.db import db
from core.documents.forms import take_upload, upload_words
from core.questions.forms import (
    ADD_ROW,
    REMOVE_ROW,
    SEEN,
    draw,
    field_name,
    seen_mark,
    seen_marks,
    typed_answers,
)
from core.questions.rules import asked, reasons_against, shown, with_expiries
from core.questions.types import Question, QuestionKind
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.edge import keep_despite_errors
from core.web.filters import format_time
from procurement.framework import queries, services
from procurement.framework.models import Application
from procurement.framework.types import ApplicationState, FrameworkPermission
from procurement.framework.views.answers import file_sent, files_shown
from procurement.framework.views.blueprint import framework, own
from procurement.framework.views.words import reason_text

LIBRARY_SEEN = "library-seen"
KEEP_FIRST, KEEP_CHANGED, USE_LIBRARY = "keep-first", "keep-changed", "use-library"


@dataclass(frozen=True)
class Section:
    """One page of questions: its number from 1, its questions, how far they are, and who fills it in."""

    number: int
    name: str
    questions: Sequence[Question]
    now_asked: int
    answered: int
    problems: int
    missing: int
    person: Person | None = None


@framework.get("/applications/<public_id>/questions/<int:number>")
@requires(FrameworkPermission.APPLY)
def section(public_id: str, number: int) -> ResponseReturnValue:
    """One section's questions with the answers so far, and what is wrong with them."""
    found = draft_of(public_id)
    page = _section(found, number)
    answers = queries.answers_of(found)
    problems = {
        question.code: reasons_against(question, answers[question.code])
        for question in with_expiries(asked(page.questions, answers))
        if answers.get(question.code)
    }
    return _questions(found, page, answers, {code: against for code, against in problems.items() if against})


@framework.post("/applications/<public_id>/questions/<int:number>")
@requires(FrameworkPermission.APPLY)
def save_section(public_id: str, number: int) -> ResponseReturnValue:
    """Save a section as typed. What is no answer yet is kept, and said; a refused file stops nothing else."""
    found = own(public_id, lock=True)
    page = _section(found, number)
    typed = typed_answers(request.form, page.questions)
    refused_files = _take_files(found, page, typed)
    try:
        if USE_LIBRARY in request.form:
            typed |= services.use_library(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                application=found,
                code=request.form[USE_LIBRARY],
            )
            typed = {code: text for code, text in typed.items() if _is_on(page, code)}
        problems = _save(found, typed)
    except Refused as refused:
        return _not_saved(found, page, typed, refused)
    overtaken = _keep(found, page)
    changed = request.form.get(ADD_ROW) or request.form.get(REMOVE_ROW, "").partition(":")[0]
    changed = changed or request.form.get(USE_LIBRARY, "")
    if changed and not refused_files:
        anchor = field_name(changed) if _is_on(page, changed) else None
        return redirect(url_for("framework.section", public_id=public_id, number=number, _anchor=anchor))
    if problems or refused_files:
        keep_despite_errors()
        saved = {**queries.answers_of(found), **typed}
        values = {"error_title": True, "saved": True, "refused_files": refused_files}
        return _questions(found, page, saved, problems, **values), 422
    if overtaken:
        flash("A colleague has changed the library meanwhile, so it is left alone: look again.", "important")
        return redirect(url_for("framework.section", public_id=public_id, number=number))
    if "next" in request.form:
        if number < len(sections_of(found)):
            return redirect(url_for("framework.section", public_id=public_id, number=number + 1))
        return redirect(url_for("framework.check", public_id=public_id))
    flash(f"{page.name}: your answers are saved.", "success")
    return redirect(url_for("framework.application", public_id=public_id))


@framework.post("/applications/<public_id>/questions/<int:number>/autosave")
@requires(FrameworkPermission.APPLY)
def autosave(public_id: str, number: int) -> ResponseReturnValue:
    """Save while typing, where scripts run; the library is never touched by it."""
    found = own(public_id, lock=True)
    page = _section(found, number)
    try:
        _save(found, typed_answers(request.form, page.questions))
    except Refused as refused:
        return jsonify(message=f"Not saved. {reason_text(refused.reasons[0])}."), 409
    return jsonify(
        saved_at=format_time(clock.now()),
        fields={SEEN: seen_mark(queries.answers_of(found), page.questions)},
    )


@framework.get("/applications/<public_id>/files/<document>")
@requires(FrameworkPermission.READ_APPLICATION)
def answer_file(public_id: str, document: str) -> Response:
    """A file that an answer of one's own names."""
    return file_sent(own(public_id), document)


@framework.get("/applications/<public_id>/questions/<int:number>/colleague")
@requires(FrameworkPermission.APPLY)
def ask_colleague(public_id: str, number: int) -> ResponseReturnValue:
    """Choose who fills a section in."""
    found = draft_of(public_id)
    return render_template(
        "framework/hand_section.html", found=found, page=_section(found, number), people=_applying()
    )


@framework.post("/applications/<public_id>/questions/<int:number>/colleague")
@requires(FrameworkPermission.APPLY)
def assign_section(public_id: str, number: int) -> ResponseReturnValue:
    """Hand a section to a colleague, or to nobody in particular."""
    found = own(public_id, lock=True)
    page, people = _section(found, number), _applying()
    wanted = request.form.get("person", "")
    person = next((one for one in people if one.public_id == wanted), None)
    if wanted and person is None:
        return render_template(
            "framework/hand_section.html", found=found, page=page, people=people, error_title=True
        ), 422
    try:
        services.assign_section(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            application=found,
            section=page.name,
            number=number,
            person=person,
        )
    except Refused as refused:
        flash(reason_text(refused.reasons[0]), "important")
    else:
        words = f"is handed to {person.name}, who gets a mail" if person else "is nobody's in particular"
        flash(f"{page.name} {words}.", "success")
    return redirect(url_for("framework.application", public_id=public_id))


def draft_of(public_id: str) -> Application:
    """An application that can still be changed; one that was handed in has no such page."""
    found = own(public_id)
    if found.state is not ApplicationState.DRAFT:
        abort(404)
    return found


def sections_of(found: Application) -> list[Section]:
    """The sections of an application in order, with how far each is."""
    names: dict[str, list[Question]] = {}
    for entry in queries.asked_of(found):
        names.setdefault(entry.section, []).append(entry.question.plain())
    answers = queries.answers_of(found)
    people = {assignment.section: assignment.person for assignment in found.assignments}
    sections = []
    for number, (name, questions) in enumerate(names.items(), start=1):
        now_asked = asked(questions, answers)
        given = [q for q in now_asked if answers.get(q.code)]
        sections.append(
            Section(
                number,
                name,
                questions,
                now_asked=len(now_asked),
                answered=len(given),
                problems=sum(bool(reasons_against(q, answers[q.code])) for q in given),
                missing=sum(q.required and not answers.get(q.code) for q in now_asked),
                person=people.get(name),
            )
        )
    return sections


def _section(found: Application, number: int) -> Section:
    sections = sections_of(found)
    if not 1 <= number <= len(sections):
        abort(404)
    return sections[number - 1]


def _is_on(page: Section, code: str) -> bool:
    return code in {question.code for question in with_expiries(page.questions)}


def _applying() -> Sequence[Person]:
    return people_who_may(
        db.session,
        organisation_id=current_actor().organisation_id or 0,
        permission=FrameworkPermission.APPLY,
        roles=current_app.extensions["roles"],
        day=clock.today(),
    )


def _take_files(found: Application, page: Section, typed: dict[str, str]) -> dict[str, str]:
    """Store the files that came with the form into what was typed; return why others are refused, by code."""
    refused = {}
    for question in page.questions:
        upload = request.files.get(field_name(question.code))
        if question.kind is not QuestionKind.FILE or found.state is not ApplicationState.DRAFT:
            continue
        document, problem = take_upload(db.session, actor=current_actor(), now=clock.now(), upload=upload)
        if document is not None:
            typed[question.code] = document.public_id
        elif problem:
            refused[question.code] = problem
    return refused


def _save(found: Application, typed: Mapping[str, str]) -> dict[str, list[Reason]]:
    return services.save_answers(
        db.session,
        actor=current_actor(),
        now=clock.now(),
        application=found,
        answers=typed,
        seen=seen_marks(request.form.get(SEEN, "")),
    )


def _keep(found: Application, page: Section) -> list[str]:
    """Keep answers of the section in the library as was ticked; return which a colleague has overtaken."""
    first, changed = KEEP_FIRST in request.form, KEEP_CHANGED in request.form
    if not (first or changed) or not current_actor().may(SupplierPermission.EDIT_PROFILE):
        return []
    pairs = (part.rpartition(":") for part in request.form.get(LIBRARY_SEEN, "")[:4000].split())
    _, overtaken = services.keep_answers(
        db.session,
        actor=current_actor(),
        now=clock.now(),
        application=found,
        codes={question.code for question in page.questions},
        first_ones=first,
        changed_ones=changed,
        seen={code: int(number) for code, _, number in pairs if number.isascii() and number.isdigit()},
    )
    return overtaken


def _not_saved(
    found: Application, page: Section, typed: Mapping[str, str], refused: Refused
) -> ResponseReturnValue:
    """Somebody else saved meanwhile: theirs and yours side by side; saving from this page is a decision."""
    if found.state is not ApplicationState.DRAFT:
        values = [(question, shown(question, typed.get(question.code, ""))) for question in page.questions]
        return render_template("framework/too_late.html", found=found, values=values, error_title=False), 409
    theirs = {
        reason.params["question"]: reason.params["saved"]
        for reason in refused.reasons
        if reason.code == "changed_meanwhile"
    }
    if not theirs:
        abort(422)
    # Nothing was saved but a file that came along: it is there for whoever decides for it.
    keep_despite_errors()
    return _questions(
        found,
        page,
        {**queries.answers_of(found), **typed},
        {},
        error_title=True,
        theirs=theirs,
        theirs_shown={
            q.code: shown(q, theirs[q.code]) for q in with_expiries(page.questions) if q.code in theirs
        },
    ), 409


def _questions(
    found: Application,
    page: Section,
    answers: Mapping[str, str],
    problems: Mapping[str, Sequence[Reason]],
    *,
    refused_files: Mapping[str, str] | None = None,
    **values: Any,
) -> str:
    more = tuple(answers.get(q.code, "") for q in page.questions if q.kind is QuestionKind.FILE)
    more += tuple(values.get("theirs", {}).values())
    notes = queries.library_notes(db.session, application=found, today=clock.today())
    notes = {q.code: notes[q.code] for q in page.questions if q.code in notes}
    return render_template(
        "framework/section.html",
        found=found,
        page=page,
        last=page.number == len(sections_of(found)),
        drawn=draw(
            page.questions,
            answers,
            problems,
            more_problems=refused_files or {},
            files=files_shown(found, "framework.answer_file", more),
            upload_words=upload_words(),
        ),
        seen=seen_mark(queries.answers_of(found), page.questions),
        notes=notes,
        library_seen=" ".join(
            f"{code}:{note.kept.entry.latest if note.kept else 0}" for code, note in notes.items()
        ),
        keep_first=KEEP_FIRST in request.form if request.method == "POST" else True,
        keep_changed=KEEP_CHANGED in request.form,
        may_keep=current_actor().may(SupplierPermission.EDIT_PROFILE),
        **values,
    )
