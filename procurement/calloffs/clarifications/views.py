"""Pages of clarifications: the authority's answers; a supplier's questions and what everyone was told."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.calloffs.bids.queries import InvitedCallOff
from procurement.calloffs.bids.queries import call_off_of as invited_call_off
from procurement.calloffs.clarifications import queries, services
from procurement.calloffs.clarifications.forms import WHOLE, AnswerForm, AskForm, WaiverForm, reason_words
from procurement.calloffs.clarifications.models import Clarification
from procurement.calloffs.clarifications.rules import last_moment, reasons_not_to_ask
from procurement.calloffs.clarifications.types import ClarificationState
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.queries import call_off_of, state_on
from procurement.calloffs.drafting.services import declaration_of
from procurement.calloffs.drafting.types import CallOffPermission

clarifications = Blueprint("clarifications", __name__)


@clarifications.get("/commissioning/<public_id>/questions")
@requires(CallOffPermission.READ)
def board(public_id: str) -> ResponseReturnValue:
    """Every question of a call-off without the name of who asked, and what is ready to be published."""
    return _board(_call_off(public_id))


@clarifications.post("/commissioning/<public_id>/questions")
@requires(CallOffPermission.PUBLISH)
def publish(public_id: str) -> ResponseReturnValue:
    """Publish every answer that is ready to everyone invited, at once."""
    call_off = _call_off(public_id)
    _refuse_unless_declared(call_off)
    try:
        count = services.publish_answers(
            db.session, call_off=call_off, actor=current_actor(), now=clock.now()
        )
    except Refused as refusal:
        return _board(call_off, 422, refused=refusal.reasons)
    flash(f"Published. Everyone invited reads {count} new answer{'s' if count > 1 else ''} now.", "success")
    return redirect(url_for("clarifications.board", public_id=public_id))


def _board(call_off: CallOff, status: int = 200, **more: Any) -> ResponseReturnValue:
    page = render_template(
        "clarifications/board.html",
        call_off=call_off,
        now=clock.now(),
        state=state_on(call_off, clock.now()),
        questions=queries.questions_of(db.session, call_off, page=page_number()),
        ready=len(queries.ready_questions(db.session, call_off)),
        waiting=queries.open_questions(db.session, call_off),
        may_answer=_may_answer(call_off),
        reason_words=reason_words,
        error_title=status != 200,
        **more,
    )
    return page, status


@clarifications.route("/commissioning/questions/<question>", methods=["GET", "POST"])
@requires(CallOffPermission.PUBLISH)
def answer(question: str) -> ResponseReturnValue:
    """Write what everyone will read; it stays a draft until all that is ready is published."""
    found = _question(question)
    form = AnswerForm(
        data={
            "wording": found.wording or found.question,
            "answer": found.answer,
            "row_version": found.row_version,
        }
    )
    if form.validate_on_submit():
        try:
            services.save_answer(
                db.session,
                question=found,
                actor=current_actor(),
                now=clock.now(),
                wording=form.wording.data or "",
                answer=form.answer.data or "",
                row_version=form.row_version.data,
            )
        except Refused as refusal:
            form.form_errors = [reason_words(reason) for reason in refusal.reasons]
            if any(reason.code == "changed_meanwhile" for reason in refusal.reasons):
                form.row_version.data = found.row_version
        else:
            flash("The answer is saved. Publish it when all that belongs together is ready.", "success")
            return redirect(url_for("clarifications.board", public_id=found.call_off.public_id))
    page = render_template(
        "clarifications/answer.html", found=found, form=form, error_title=bool(form.errors)
    )
    return page, 422 if form.errors else 200


@clarifications.route("/commissioning/questions/<question>/waiver", methods=["GET", "POST"])
@requires(CallOffPermission.PUBLISH)
def waive(question: str) -> ResponseReturnValue:
    """Record why a question gets no answer."""
    found = _question(question)
    form = WaiverForm()
    if form.validate_on_submit():
        services.waive(
            db.session,
            question=found,
            actor=current_actor(),
            now=clock.now(),
            reason=form.reason.data or "",
        )
        flash("Recorded. Whoever asked is told.", "success")
        return redirect(url_for("clarifications.board", public_id=found.call_off.public_id))
    page = render_template("clarifications/waive.html", found=found, form=form, error_title=bool(form.errors))
    return page, 422 if form.errors else 200


@clarifications.get("/invitations/<call_off>/questions")
@requires(CallOffPermission.READ_INVITED)
def asked(call_off: str) -> ResponseReturnValue:
    """What everyone was told, and the organisation's own questions."""
    return _asked(_invited(call_off), AskForm())


@clarifications.post("/invitations/<call_off>/questions")
@requires(CallOffPermission.BID)
def ask(call_off: str) -> ResponseReturnValue:
    """Ask a question."""
    invited = _invited(call_off)
    form = AskForm()
    form.offer(invited.call_off.lots)
    if form.validate_on_submit():
        try:
            services.ask(
                db.session,
                invited=invited,
                actor=current_actor(),
                now=clock.now(),
                question=form.question.data or "",
                lot_number=int(form.about.data) if form.about.data != WHOLE else None,
            )
        except Refused as refusal:
            form.question.errors = [reason_words(reason) for reason in refusal.reasons]
        else:
            flash("Your question is in. You and everyone invited will read the answer here.", "success")
            return redirect(url_for("clarifications.asked", call_off=call_off))
    return _asked(invited, form, 422)


@clarifications.post("/invitations/questions/<question>/withdraw")
@requires(CallOffPermission.BID)
def withdraw(question: str) -> ResponseReturnValue:
    """Take one's own question back."""
    found = queries.own_question(db.session, actor=current_actor(), public_id=question)
    if found is None:
        abort(404)
    if found.state is ClarificationState.ASKED:
        services.withdraw(db.session, question=found, actor=current_actor(), now=clock.now())
        flash("Your question is withdrawn.", "success")
    else:
        flash("The question was dealt with meanwhile.", "notice")
    return redirect(url_for("clarifications.asked", call_off=found.call_off.public_id))


def _asked(invited: InvitedCallOff, form: AskForm, status: int = 200) -> ResponseReturnValue:
    call_off, actor = invited.call_off, current_actor()
    form.offer(call_off.lots)
    facts = services.asking_facts(invited)
    # The question itself is checked when it is sent; here, whether one may be asked at all.
    closed = reasons_not_to_ask(facts, clock.now(), "?")
    page = render_template(
        "clarifications/asked.html",
        call_off=call_off,
        answers=queries.published_answers(db.session, call_off, page=page_number()),
        own=queries.own_questions(db.session, call_off, actor=actor),
        closes=last_moment(facts),
        closed=[reason_words(reason) for reason in closed],
        may_ask=not closed and actor.may(CallOffPermission.BID),
        form=form,
        error_title=status != 200,
    )
    return page, status


def _call_off(public_id: str) -> CallOff:
    found = call_off_of(db.session, actor=current_actor(), public_id=public_id, lock=request.method == "POST")
    if found is None or found.published_at is None:
        abort(404)
    return found


def _question(public_id: str) -> Clarification:
    """An unanswered question that the actor may answer; a page not found for another authority's."""
    found = queries.question_of(
        db.session, actor=current_actor(), public_id=public_id, lock=request.method == "POST"
    )
    if found is None:
        abort(404)
    _refuse_unless_declared(found.call_off)
    if found.state is not ClarificationState.ASKED:
        flash("This question has been dealt with already.", "notice")
        abort(redirect(url_for("clarifications.board", public_id=found.call_off.public_id)))
    return found


def _invited(public_id: str) -> InvitedCallOff:
    found = invited_call_off(db.session, actor=current_actor(), public_id=public_id)
    if found is None:
        abort(404)
    return found


def _may_answer(call_off: CallOff) -> bool:
    actor = current_actor()
    return actor.may(CallOffPermission.PUBLISH) and declaration_of(call_off, actor) is not True


def _refuse_unless_declared(call_off: CallOff) -> None:
    """Nobody with a declared conflict of interest answers bidders."""
    if declaration_of(call_off, current_actor()) is True:
        abort(403)
