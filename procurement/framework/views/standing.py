"""An application that was handed in: submitted, withdrawn, heard, decided."""

from datetime import datetime

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.pdf import render_pdf
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.framework import services
from procurement.framework.forms import RepresentationsForm
from procurement.framework.models import Application
from procurement.framework.types import ApplicationState, FrameworkPermission
from procurement.framework.views.blueprint import framework, own
from procurement.framework.views.words import reason_text


@framework.get("/applications/<public_id>/submitted")
@requires(FrameworkPermission.READ_APPLICATION)
def submitted(public_id: str) -> ResponseReturnValue:
    """Submitted, unmistakably, and what happens next."""
    found = own(public_id)
    if found.submitted_at is None:
        return redirect(url_for("framework.application", public_id=public_id))
    return render_template("framework/submitted.html", found=found, choices=services.in_order(found))


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


@framework.get("/applications/<public_id>/decision")
@requires(FrameworkPermission.READ_APPLICATION)
def decision(public_id: str) -> ResponseReturnValue:
    """The decision letter as a page."""
    found = _decided(own(public_id))
    return render_template("framework/decision.html", found=found, letter=found.decision_letter)


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
        decided_at=datetime.fromisoformat(letter["decided_at"]),
        received_at=datetime.fromisoformat(letter["received_at"]),
    )
    name = f"decision-{letter['reference']}.pdf"
    return Response(
        body,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _decided(found: Application) -> Application:
    if found.decision_letter is None:
        abort(404)
    return found
