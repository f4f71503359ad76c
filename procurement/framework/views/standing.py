"""An application that was handed in: submitted, withdrawn, heard, decided."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.pdf import render_pdf
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.framework import services
from procurement.framework.forms import ClarificationAnswerForm, RepresentationsForm
from procurement.framework.models import Application, ApplicationClarification
from procurement.framework.rules import PENDING_STATES
from procurement.framework.types import ApplicationState, ChoiceOutcome, FrameworkPermission
from procurement.framework.views.blueprint import by_need_area, framework, own
from procurement.framework.views.words import reason_text


@framework.get("/applications/<public_id>/submitted")
@requires(FrameworkPermission.READ_APPLICATION)
def submitted(public_id: str) -> ResponseReturnValue:
    """Submitted, unmistakably, and what happens next."""
    found = own(public_id)
    if found.submitted_at is None:
        return redirect(url_for("framework.application", public_id=public_id))
    needs = [need for need, _ in by_need_area(choice.category for choice in found.choices)]
    return render_template(
        "framework/submitted.html", found=found, choices=services.in_order(found), needs=needs
    )


@framework.get("/applications/<public_id>/withdraw")
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def ask_to_withdraw(public_id: str) -> ResponseReturnValue:
    """Ask before an application is withdrawn."""
    return render_template("framework/withdraw.html", found=own(public_id))


@framework.post("/applications/<public_id>/withdraw")
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Withdraw an application that is not decided."""
    found = own(public_id, lock=True)
    try:
        services.withdraw_application(db.session, actor=current_actor(), now=clock.now(), application=found)
    except Refused as refused:
        flash(reason_text(refused.reasons[0]), "important")
    else:
        flash("The application is withdrawn.", "success")
    return redirect(url_for("framework.application", public_id=public_id))


@framework.get("/applications/<public_id>/representations")
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def representations(public_id: str) -> ResponseReturnValue:
    """What the supplier was asked, and the place to answer."""
    found = own(public_id)
    if found.state is not ApplicationState.REPRESENTATIONS:
        return redirect(url_for("framework.application", public_id=public_id))
    return render_template("framework/representations.html", found=found, form=RepresentationsForm())


@framework.post("/applications/<public_id>/representations")
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def give_representations(public_id: str) -> ResponseReturnValue:
    """Send what the supplier has to say."""
    found = own(public_id, lock=True)
    form = RepresentationsForm()
    if form.validate():
        try:
            services.give_representations(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                application=found,
                text=form.text.data,
            )
        except Refused as refused:
            form.form_errors = [reason_text(reason) for reason in refused.reasons]
        else:
            flash("What you had to say is with the authority.", "success")
            return redirect(url_for("framework.application", public_id=public_id))
    return render_template("framework/representations.html", found=found, form=form, error_title=True), 422


@framework.get("/applications/<public_id>/clarifications/<int:number>")
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def clarification(public_id: str, number: int) -> ResponseReturnValue:
    """One thing the supplier is asked to make clear, and the place to do so."""
    found = own(public_id)
    asked = _clarification(found, number)
    if asked.answered_at is not None or found.state not in PENDING_STATES:
        return redirect(url_for("framework.application", public_id=public_id))
    return render_template(
        "framework/clarification.html", found=found, asked=asked, form=ClarificationAnswerForm()
    )


@framework.post("/applications/<public_id>/clarifications/<int:number>")
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def answer_clarification(public_id: str, number: int) -> ResponseReturnValue:
    """Send what the supplier makes clear."""
    found = own(public_id, lock=True)
    asked = _clarification(found, number)
    form = ClarificationAnswerForm()
    if form.validate():
        try:
            services.answer_clarification(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                clarification=asked,
                answer=form.answer.data,
            )
        except Refused as refused:
            form.form_errors = [reason_text(reason) for reason in refused.reasons]
        else:
            flash("Your answer is with the authority.", "success")
            return redirect(url_for("framework.application", public_id=public_id))
    return (
        render_template(
            "framework/clarification.html", found=found, asked=asked, form=form, error_title=True
        ),
        422,
    )


@framework.get("/applications/<public_id>/decision")
@requires(FrameworkPermission.READ_APPLICATION)
def decision(public_id: str) -> ResponseReturnValue:
    """The decision letter as a page."""
    found = _decided(own(public_id))
    letter = found.decision_letter or {}
    return render_template(
        "framework/decision.html",
        found=found,
        letter=letter,
        outcomes=outcomes_of(letter),
        floors=[(category, Decimal(floor)) for category, floor in letter.get("floors", ())],
    )


@framework.get("/applications/<public_id>/decision.pdf")
@requires(FrameworkPermission.READ_APPLICATION)
def decision_pdf(public_id: str) -> ResponseReturnValue:
    """The decision letter as a tagged PDF."""
    return letter_of(_decided(own(public_id)))


def letter_of(found: Application) -> Response:
    """The letter of a decided application, from the values that were frozen with the decision."""
    letter = found.decision_letter or {}
    body = render_pdf(
        "framework_decision",
        title=f"Decision on application {letter['reference']}",
        letter=letter,
        outcomes=outcomes_of(letter),
        floors=[(category, Decimal(floor)) for category, floor in letter.get("floors", ())],
        decided_at=datetime.fromisoformat(letter["decided_at"]),
        received_at=datetime.fromisoformat(letter["received_at"]),
    )
    name = f"decision-{letter['reference']}.pdf"
    return Response(
        body,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


Outcome = tuple[str, list[str], list[tuple[str, list[str]]]]


def outcomes_of(letter: Mapping[str, Any]) -> list[Outcome]:
    """What a letter says of each category: the regions admitted, and those refused under each reason.

    Letters from before decisions went by category and region name only what was applied for.
    """
    found: dict[str, tuple[list[str], dict[str, list[str]]]] = {}
    for _, category, region, *decided in letter.get("choices", ()):
        outcome, reason = decided or (("admitted" if letter["admitted"] else "refused"), "")
        admitted, refused = found.setdefault(category, ([], {}))
        if outcome == ChoiceOutcome.ADMITTED:
            admitted.append(region)
        else:
            refused.setdefault(reason, []).append(region)
    return [(category, admitted, list(refused.items())) for category, (admitted, refused) in found.items()]


def _decided(found: Application) -> Application:
    if found.decision_letter is None:
        abort(404)
    return found


def _clarification(found: Application, number: int) -> ApplicationClarification:
    if not 1 <= number <= len(found.clarifications):
        abort(404)
    return found.clarifications[number - 1]
