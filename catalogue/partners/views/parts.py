"""An organisation's parts in others' supply chains: reading, confirming, declining; its declarations."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.partners import queries, services
from catalogue.partners.forms import DeclineForm, put_reasons, reason_words
from catalogue.partners.models import PartnerDeclaration, SupplyChainLink
from catalogue.partners.rules import LINK_STEPS
from catalogue.partners.services.declaring import Asked
from catalogue.partners.types import LinkEvent, PartnerPermission
from catalogue.partners.views import partners
from catalogue.suppliers.queries import KeptEvidence, current_evidence
from catalogue.suppliers.types import EvidenceState
from core import clock
from core.db import db
from core.questions.forms import ADD_ROW, REMOVE_ROW, draw, typed_answers
from core.questions.rules import reasons_against, shown
from core.questions.types import Question
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number


@partners.get("/partners/parts")
@requires(PartnerPermission.READ)
def parts() -> ResponseReturnValue:
    """Every part in others' supply chains, what waits for an answer first."""
    page = queries.parts_of(db.session, actor=current_actor(), page=page_number())
    if page.number > page.last:
        abort(404)
    return render_template("partners/parts.html", page=page)


@partners.get("/partners/parts/<public_id>")
@requires(PartnerPermission.READ)
def part(public_id: str) -> ResponseReturnValue:
    """One part with its terms: what is to be confirmed."""
    return _page(_own(public_id))


@partners.post("/partners/parts/<public_id>/confirm")
@requires(PartnerPermission.CONFIRM)
def confirm(public_id: str) -> ResponseReturnValue:
    """Confirm the part as the page showed it."""
    found = _own(public_id, lock=True)
    seen = request.form.get("seen", "")
    try:
        services.confirm_part(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            link=found,
            seen=int(seen) if seen.isascii() and seen.isdigit() else -1,
        )
    except Refused as refusal:
        for reason in refusal.reasons:
            flash(reason_words(reason), "important")
        return redirect(url_for("partners.part", public_id=public_id))
    flash(f"Your part with {found.lead.name} is confirmed", "success")
    if _latest() is None:
        return redirect(url_for("partners.declarations"))
    return redirect(url_for("partners.part", public_id=public_id))


@partners.get("/partners/parts/<public_id>/decline")
@requires(PartnerPermission.CONFIRM)
def ask_to_decline(public_id: str) -> ResponseReturnValue:
    """Ask why, before a part is declined."""
    found = _own(public_id)
    if (found.state, LinkEvent.DECLINE) not in LINK_STEPS:
        return redirect(url_for("partners.part", public_id=public_id))
    return render_template("partners/decline.html", link=found, form=DeclineForm())


@partners.post("/partners/parts/<public_id>/decline")
@requires(PartnerPermission.CONFIRM)
def decline(public_id: str) -> ResponseReturnValue:
    """Decline a part, or step back from it."""
    found = _own(public_id, lock=True)
    form = DeclineForm()
    if form.validate():
        try:
            services.decline_part(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                link=found,
                reason=form.reason.data or "",
            )
        except Refused as refusal:
            put_reasons(form, refusal.reasons)
        else:
            flash(f"Declined. {found.lead.name} is told.", "success")
            return redirect(url_for("partners.parts"))
    return render_template("partners/decline.html", link=found, form=form, error_title=True), 422


@partners.route("/partners/declarations", methods=["GET", "POST"])
@requires(PartnerPermission.CONFIRM)
def declarations() -> ResponseReturnValue:
    """The organisation's own declarations: answered once, for every part it has."""
    asked = _asked()
    questions = [question for question, _ in asked]
    latest = _latest()
    saved = {answer.question.code: answer.value for answer in latest.answers} if latest is not None else {}
    library = _library(questions)
    # What was declared before stands; what was never answered comes from the library.
    prefilled = {code: kept.answer for code, kept in library.items() if code not in saved}
    saved = {**prefilled, **saved}
    answers: dict[str, str] = saved
    problems: dict[str, list[Reason]] = {}
    if request.method == "POST":
        answers = {**saved, **typed_answers(request.form, questions)}
        if ADD_ROW not in request.form and REMOVE_ROW not in request.form:
            problems = services.declare(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                asked=asked,
                answers=answers,
                library=library,
            )
            if not problems:
                flash("Your declarations are kept with today’s date", "success")
                return redirect(url_for("partners.index"))
    page = render_template(
        "partners/declarations.html",
        questions=questions,
        drawn=draw(questions, answers, problems),
        latest=latest,
        prefilled=[question.text for question in questions if question.code in prefilled],
        error_title=bool(problems),
    )
    return page, 422 if problems else 200


def _library(questions: list[Question]) -> dict[str, KeptEvidence]:
    """What the evidence library answers of these questions, by code: in force, and fit for this wording."""
    kept = current_evidence(db.session, organisation_id=current_actor().organisation_id, today=clock.today())
    found = {question.code: kept[question.reuse_key] for question in questions if question.reuse_key in kept}
    return {
        question.code: found[question.code]
        for question in questions
        if question.code in found
        and found[question.code].state is not EvidenceState.EXPIRED
        and not reasons_against(question, found[question.code].answer)
    }


def _asked() -> Asked:
    """The questions of declarations with their grounds: the floor above registers them."""
    return current_app.extensions["declaration_questions"]()


def _latest() -> PartnerDeclaration | None:
    own = current_actor().organisation_id or 0
    return queries.latest_declarations(db.session, {own}).get(own)


def _own(public_id: str, *, lock: bool = False) -> SupplyChainLink:
    found = queries.own_part(db.session, actor=current_actor(), public_id=public_id, lock=lock)
    return found or abort(404)


def _page(found: SupplyChainLink) -> str:
    latest = _latest()
    answers = [] if latest is None else [(a.question.plain(), a.value) for a in latest.answers]
    return render_template(
        "partners/part.html",
        link=found,
        may={event for state, event in LINK_STEPS if state is found.state},
        latest=latest,
        declared=[(question, shown(question, value)) for question, value in answers],
    )
