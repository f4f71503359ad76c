"""What a framework asks of applicants: the list, questions on offer, questions of its own."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.questions.rules import effort
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.framework import queries, services
from procurement.framework.forms import question_form, take_form
from procurement.framework.models import Framework
from procurement.framework.types import FrameworkPermission, FrameworkState
from procurement.framework.views.blueprint import framework, managed, names_of, put_reasons
from procurement.framework.views.words import reason_text

# The reasons that are about the words of a question.
OF_THE_TEXT = dict.fromkeys(
    (
        "audited_accounts",
        "insurance_before_award",
        "earlier_award_by_authority",
        "no_equivalents",
        "turnover_by_question",
    ),
    "text",
)


@framework.get("/manage/frameworks/<public_id>/questions")
@requires(FrameworkPermission.MANAGE)
def questions(public_id: str) -> ResponseReturnValue:
    """What applicants answer, the effort it asks, and what a draft can ask beside."""
    found = managed(public_id)
    return _list(found, _taking(found))


@framework.post("/manage/frameworks/<public_id>/questions")
@requires(FrameworkPermission.MANAGE)
def take_question(public_id: str) -> ResponseReturnValue:
    """Ask one more question of the standard set or the library."""
    found = managed(public_id, lock=True)
    form = _taking(found)
    if form.validate():
        try:
            services.take_question(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                framework=found,
                code=form.code.data,
                categories=form.categories.data or [],
            )
        except Refused as refused:
            put_reasons(form, refused.reasons, {}, lambda reason: reason_text(reason, names_of(found)))
        else:
            flash("The question is asked.", "success")
            return redirect(url_for("framework.questions", public_id=public_id))
    return _list(found, form, error_title=True), 422


@framework.get("/manage/frameworks/<public_id>/questions/new")
@requires(FrameworkPermission.MANAGE)
def new_question(public_id: str) -> ResponseReturnValue:
    """Ask for a question of one's own."""
    found = managed(public_id)
    if found.state is not FrameworkState.DRAFT:
        abort(404)
    return render_template("framework/question.html", found=found, form=question_form(_categories(found)))


@framework.post("/manage/frameworks/<public_id>/questions/new")
@requires(FrameworkPermission.MANAGE)
def write_question(public_id: str) -> ResponseReturnValue:
    """Ask a question of one's own, or say which provision forbids it."""
    found = managed(public_id, lock=True)
    form = question_form(_categories(found))
    if form.validate():
        try:
            services.write_question(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                framework=found,
                definition=form.definition(),
                categories=form.categories.data or [],
            )
        except Refused as refused:
            put_reasons(form, refused.reasons, OF_THE_TEXT, reason_text)
        else:
            flash("The question is asked.", "success")
            return redirect(url_for("framework.questions", public_id=public_id))
    return render_template("framework/question.html", found=found, form=form, error_title=True), 422


@framework.post("/manage/frameworks/<public_id>/questions/<question>/remove")
@requires(FrameworkPermission.MANAGE)
def take_out_question(public_id: str, question: str) -> ResponseReturnValue:
    """Ask a question of a draft no longer."""
    found = managed(public_id, lock=True)
    try:
        services.take_out_question(
            db.session, actor=current_actor(), now=clock.now(), framework=found, code=question
        )
    except Refused as refused:
        flash(reason_text(refused.reasons[0], names_of(found)), "important")
    else:
        flash("The question is not asked any more.", "success")
    return redirect(url_for("framework.questions", public_id=public_id))


def _list(found: Framework, form: Any, **values: Any) -> str:
    return render_template(
        "framework/questions.html",
        found=found,
        effort=effort(queries.questions_of(found)),
        form=form,
        draft=found.state is FrameworkState.DRAFT,
        **values,
    )


def _taking(found: Framework) -> Any:
    offered = [(question.code, question.text) for _, question in services.questions_on_offer(found)]
    return take_form(offered, _categories(found))


def _categories(found: Framework) -> list[tuple[str, str]]:
    return [(category.code, category.name) for category in found.categories]
