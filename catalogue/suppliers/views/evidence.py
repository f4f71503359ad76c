"""The evidence library: what an organisation keeps, each entry with its versions and where they are cited."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.suppliers import queries, services
from catalogue.suppliers.forms import STATE_WORDS, NewEvidenceForm, evidence_words
from catalogue.suppliers.models import EvidenceEntry, EvidenceVersion
from catalogue.suppliers.rules import evidence_state
from catalogue.suppliers.types import EvidenceKind, EvidenceState, SupplierPermission
from catalogue.suppliers.views.blueprint import suppliers
from core import clock
from core.accounts.queries import colleague, people_who_may
from core.db import db
from core.documents.forms import take_upload, upload_words
from core.documents.models import Document
from core.documents.services import content_of, facts_of
from core.documents.types import Quarantined
from core.questions.forms import ADD_ROW, REMOVE_ROW, draw, field_name, typed_answers
from core.questions.rules import canonical, reasons_against, shown, with_expiries
from core.questions.rules.asking import EXPIRES
from core.questions.types import ExpiryRule, Question, QuestionKind
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.downloads import attachment
from core.web.paging import page_number


@suppliers.get("/evidence")
@requires(SupplierPermission.READ_PROFILE)
def evidence() -> ResponseReturnValue:
    """What the organisation keeps, by how it stands."""
    chosen, actor, today = request.args.get("state", ""), current_actor(), clock.today()
    state = EvidenceState(chosen) if chosen in tuple(EvidenceState) else None
    return render_template(
        "suppliers/evidence.html",
        page=queries.evidence_of(db.session, actor=actor, today=today, state=state, page=page_number()),
        counts=queries.evidence_counts(db.session, organisation_id=actor.organisation_id, today=today),
        chosen=state,
        words=STATE_WORDS,
        shown=_shown,
    )


@suppliers.route("/evidence/new", methods=["GET", "POST"])
@requires(SupplierPermission.EDIT_PROFILE)
def new_evidence() -> ResponseReturnValue:
    """Keep something under a title of its own."""
    form = NewEvidenceForm()
    if form.validate_on_submit():
        document, problem = _uploaded("file") if request.files.get("file") else (None, "")
        words = (form.words.data or "").strip()
        if problem:
            form.file.errors = [problem]
        elif document is not None and words:
            form.words.errors = ["Enter the words or choose a file, not both"]
        else:
            try:
                version = services.keep_evidence(
                    db.session,
                    actor=current_actor(),
                    now=clock.now(),
                    title=form.title.data or "",
                    value=words,
                    document=document,
                    expires_on=form.expires_on.data,
                )
            except Refused as refused:
                form.form_errors = [evidence_words(reason) for reason in refused.reasons]
            else:
                flash(f"{version.entry.title} is in your library.", "success")
                return redirect(url_for("suppliers.evidence_entry", entry=version.entry.public_id))
    status = 422 if request.method == "POST" else 200
    form.file.description = upload_words()
    return render_template("suppliers/new_evidence.html", form=form, error_title=status == 422), status


@suppliers.get("/evidence/<entry>")
@requires(SupplierPermission.READ_PROFILE)
def evidence_entry(entry: str) -> ResponseReturnValue:
    """One entry: what it says, its versions, who looks after it, where it is cited."""
    found = _entry(entry)
    newest = found.versions[0]
    answers = {found.public_id: _answer(newest)}
    if newest.expires_on:
        answers[found.public_id + EXPIRES] = newest.expires_on.isoformat()
    return _page(found, answers, {})


@suppliers.post("/evidence/<entry>")
@requires(SupplierPermission.EDIT_PROFILE)
def replace_evidence(entry: str) -> ResponseReturnValue:
    """Keep what was typed or sent as the newest version."""
    found = _entry(entry, lock=True)
    question = _question(found)
    typed = typed_answers(request.form, [question])
    asked = with_expiries([question])
    answers = {q.code: canonical(q, typed[q.code]) for q in asked if q.code in typed}
    document, problem = None, ""
    if question.kind is QuestionKind.FILE:
        newest = found.versions[0].document
        document, problem = _uploaded(field_name(question.code))
        document = document or newest
        answers[question.code] = document.public_id if document is not None else ""
    if request.form.get(ADD_ROW) or request.form.get(REMOVE_ROW):
        return _page(found, answers, {})
    reasons = {q.code: reasons_against(q, answers.get(q.code, "")) for q in asked}
    reasons = {code: against for code, against in reasons.items() if against}
    if problem or reasons:
        return _page(found, answers, reasons, error_title=True, problem=problem), 422
    try:
        version = services.keep_evidence(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            entry=found,
            question=found.versions[0].question,
            value="" if document is not None else answers[question.code],
            document=document,
            expires_on=date.fromisoformat(answers[question.code + EXPIRES])
            if answers.get(question.code + EXPIRES)
            else None,
            seen=_number(request.form.get("seen", "")),
        )
    except Refused as refused:
        words = " ".join(evidence_words(reason) for reason in refused.reasons)
        return _page(found, answers, {}, error_title=True, problem=words), 409
    flash(f"Version {version.number} is kept. What was handed in stays as it was.", "success")
    return redirect(url_for("suppliers.evidence_entry", entry=entry))


@suppliers.post("/evidence/<entry>/owner")
@requires(SupplierPermission.EDIT_PROFILE)
def own_evidence(entry: str) -> ResponseReturnValue:
    """Say who looks after an entry."""
    found = _entry(entry, lock=True)
    person = colleague(db.session, actor=current_actor(), public_id=request.form.get("owner", ""))
    if person is None or person not in _editors():
        flash("Choose a colleague who may edit.", "important")
    else:
        services.change_owner(db.session, actor=current_actor(), now=clock.now(), entry=found, owner=person)
        flash(f"{person.name} looks after this now.", "success")
    return redirect(url_for("suppliers.evidence_entry", entry=entry))


@suppliers.get("/evidence/<entry>/<int:number>/file")
@requires(SupplierPermission.READ_PROFILE)
def evidence_file(entry: str, number: int) -> ResponseReturnValue:
    """The file of a version."""
    found = _entry(entry)
    document = next((v.document for v in found.versions if v.number == number), None)
    if document is None:
        abort(404)
    try:
        return attachment(document.name, content_of(document))
    except Quarantined:
        flash(f"{document.name} cannot be opened: see what is said of it below.", "important")
        return redirect(url_for("suppliers.evidence_entry", entry=entry))


def _uploaded(name: str) -> tuple[Document | None, str]:
    return take_upload(db.session, actor=current_actor(), now=clock.now(), upload=request.files.get(name))


def _entry(public_id: str, *, lock: bool = False) -> EvidenceEntry:
    return queries.entry_of(db.session, actor=current_actor(), public_id=public_id, lock=lock) or abort(404)


def _question(found: EvidenceEntry) -> Question:
    """The definition by which an entry is shown and changed, under the entry's own code."""
    asked = found.versions[0].question
    if asked is not None:
        return replace(asked.plain(), code=found.public_id, required=True, asked_if="")
    return Question(
        code=found.public_id,
        version=1,
        kind=QuestionKind.FILE if found.kind is EvidenceKind.FILE else QuestionKind.TEXT,
        text=found.title,
        word_limit=None if found.kind is EvidenceKind.FILE else 1000,
        expires=ExpiryRule.WARNS,
    )


def _answer(version: EvidenceVersion) -> str:
    return version.document.public_id if version.document is not None else version.value


def _shown(entry: EvidenceEntry, version: EvidenceVersion) -> tuple[Question, Any, Mapping[str, Any]]:
    """A version as pages write it: the question, the value, and its file."""
    asked = version.question.plain() if version.question is not None else None
    kind = QuestionKind.FILE if version.document is not None else QuestionKind.TEXT
    question = asked or Question(code="x", version=1, kind=kind, text=entry.title)
    files = {}
    if version.document is not None:
        address = url_for("suppliers.evidence_file", entry=entry.public_id, number=version.number)
        files[version.document.public_id] = facts_of(version.document, address)
    return question, shown(question, _answer(version)), files


def _editors() -> Sequence[Any]:
    return people_who_may(
        db.session,
        organisation_id=current_actor().organisation_id or 0,
        permission=SupplierPermission.EDIT_PROFILE,
        roles=current_app.extensions["roles"],
        day=clock.today(),
    )


def _page(
    found: EvidenceEntry,
    answers: Mapping[str, str],
    reasons: Mapping[str, Sequence[Reason]],
    *,
    problem: str = "",
    **values: Any,
) -> str:
    question = _question(found)
    newest, actor = found.versions[0], current_actor()
    _, _, files = _shown(found, newest)
    uses = current_app.extensions["evidence_uses"]
    return render_template(
        "suppliers/evidence_entry.html",
        entry=found,
        newest=newest,
        state=evidence_state(newest.expires_on, clock.today()),
        question=question,
        drawn=draw(
            [question],
            answers,
            reasons,
            files=files,
            upload_words=upload_words(),
            add_row_words="Add another row",
        ),
        problem=problem,
        shown=_shown,
        words=STATE_WORDS,
        editors=_editors() if actor.may(SupplierPermission.EDIT_PROFILE) else (),
        uses=uses(db.session, organisation_id=actor.organisation_id, entry_id=found.id),
        **values,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
