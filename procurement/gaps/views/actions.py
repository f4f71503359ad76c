"""What is done about gaps: the list with its follow-up, recording an action, ending one."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference.types import PlaceKind
from core import clock
from core.accounts.queries import colleagues_on
from core.db import db
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.forms.actions import KINDS, ActionForm
from procurement.gaps.queries import actions as queries
from procurement.gaps.queries import analysis as analysis_queries
from procurement.gaps.queries.analysis import Switches
from procurement.gaps.services.actions import end_action, record_action
from procurement.gaps.types import ActionKind, GapPermission
from procurement.gaps.views import gaps
from procurement.gaps.views.analysis import EMPTY, read_query
from procurement.gaps.views.cell import read_need


@gaps.get("/actions")
@requires(GapPermission.READ)
def actions() -> ResponseReturnValue:
    """Every action with the gap as it was found and as the newest analysis finds it."""
    session, actor, number = db.session, current_actor(), page_number()
    all_of_them = request.args.get("show") == "all"
    rows, total = queries.actions(
        session, actor=actor, open_only=not all_of_them, number=number, size=PAGE_SIZE
    )
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    newest = queries.newest_analysis(session, actor=actor)
    return render_template(
        "gaps/actions.html",
        page=page,
        all_of_them=all_of_them,
        newest=newest,
        now=queries.gaps_now(session, newest, rows) if newest else {},
        kinds=KINDS,
        today=clock.today(),
    )


@gaps.route("/analyses/<public_id>/action", methods=["GET", "POST"])
@requires(GapPermission.ANALYSE)
def action_record(public_id: str) -> ResponseReturnValue:
    """Write down what is done about the gap of one place and need."""
    asked, need = read_query(public_id), read_need()
    session, actor = db.session, current_actor()
    people = {
        person.public_id: person
        for person in colleagues_on(
            session, organisation_id=asked.analysis.organisation_id, day=clock.today()
        )
    }
    form = ActionForm()
    form.owner.choices = [("", "Choose"), *((key, person.name) for key, person in people.items())]
    if form.validate_on_submit():
        reading = analysis_queries.readings(session, asked.analysis, [asked.place], Switches()).get(
            (asked.place.id, need.id), EMPTY
        )
        record_action(
            session,
            actor=actor,
            now=clock.now(),
            analysis=asked.analysis,
            place=asked.place,
            need=need,
            gap=reading.not_contracted,
            kind=ActionKind(form.kind.data),
            note=form.note.data.strip(),
            owner=people[form.owner.data],
            due_on=form.due_on.data,
        )
        flash("The action is recorded. The next analysis will say what became of the gap.", "success")
        recording = current_actor().may(GapPermission.RECORD)
        if form.kind.data == ActionKind.PARTNER_AGENCY and recording and asked.place.kind != PlaceKind.NATION:
            # What was agreed is recorded at once, filled in from the gap.
            return redirect(url_for("gaps.agency_new", place=asked.place.code, need=need.code))
        return redirect(url_for("gaps.actions"))
    page = render_template(
        "gaps/action_record.html", asked=asked, need=need, form=form, error_title=bool(form.errors)
    )
    return page, (422 if form.errors else 200)


@gaps.post("/actions/<public_id>/end")
@requires(GapPermission.ANALYSE)
def action_end(public_id: str) -> ResponseReturnValue:
    """Say that an action is over."""
    action = queries.action_for(db.session, actor=current_actor(), public_id=public_id)
    if action is None:
        abort(404)
    end_action(db.session, actor=current_actor(), now=clock.now(), action=action)
    flash("The action has ended.", "success")
    return redirect(url_for("gaps.actions"))
