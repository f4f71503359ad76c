"""What if: asking it of an analysis, and the answer beside the baseline."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.forms.what_if import WhatIfForm
from procurement.gaps.queries import studies as queries
from procurement.gaps.queries.actions import newest_analysis
from procurement.gaps.queries.tried import call_off_to_try, tried_lots
from procurement.gaps.rules.what_if import Added, Changes, DemandChange, in_plain_values, read_changes
from procurement.gaps.services.studies import request_study
from procurement.gaps.types import GapPermission, StudyKind
from procurement.gaps.views import gaps
from procurement.gaps.views.analysis import read_query


@gaps.get("/analyses/<public_id>/what-if")
@requires(GapPermission.READ)
def what_if(public_id: str) -> ResponseReturnValue:
    """What was tried, and a form to try more; an address may fill it in."""
    return _page(public_id, _form(prefilled=True))


@gaps.post("/analyses/<public_id>/what-if")
@requires(GapPermission.ANALYSE)
def what_if_request(public_id: str) -> ResponseReturnValue:
    """Ask the worker."""
    asked = read_query(public_id, ignore_place=True)
    form = _form(prefilled=False)
    valid = form.validate()
    changes = _changes(form) if valid else Changes()
    if valid and changes == Changes():
        form.form_errors.append("Say what to try: a contract, a supplier who leaves, or other demand")
    if form.errors:
        return _page(public_id, form)
    job = request_study(
        db.session,
        actor=current_actor(),
        now=clock.now(),
        analysis=asked.analysis,
        kind=StudyKind.WHAT_IF,
        title=(form.title.data or "").strip() or "What if",
        question=in_plain_values(changes),
    )
    return redirect(url_for("gaps.analysis_progress", job_id=job.public_id))


@gaps.get("/what-if/<public_id>")
@requires(GapPermission.READ)
def what_if_answer(public_id: str) -> ResponseReturnValue:
    """The totals before and after, and every area and need where something changes."""
    study = queries.study_for(db.session, actor=current_actor(), public_id=public_id, kind=StudyKind.WHAT_IF)
    if study is None:
        abort(404)
    answer, number = study.answer or {}, page_number()
    rows = answer["rows"]
    page = Page(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(rows))
    if number > page.last:
        abort(404)
    return render_template(
        "gaps/what_if_answer.html",
        study=study,
        answer=answer,
        changes=read_changes(study.question),
        page=page,
        names={place.code: place.name for place in reference.places(db.session)},
        need_names={need.code: need.name for need in reference.need_areas(db.session)},
    )


def _form(*, prefilled: bool) -> WhatIfForm:
    """The form as it was sent, or filled in by the address."""
    data = {name: value for name, value in request.args.items() if value} if prefilled else None
    form = WhatIfForm(formdata=None if prefilled else request.form, data=data)
    kinds = (PlaceKind.REGION, PlaceKind.POLICE_FORCE_AREA, PlaceKind.DELIVERY_UNIT)
    places = [(place.code, place.name) for kind in kinds for place in reference.places(db.session, kind=kind)]
    needs = [(need.code, need.name) for need in reference.need_areas(db.session)]
    form.place.choices, form.need.choices = [("", "None"), *places], [("", "None"), *needs]
    form.demand_place.choices, form.demand_need.choices = [("", "Everywhere"), *places], [("", "All"), *needs]
    return form


def _page(public_id: str, form: WhatIfForm) -> ResponseReturnValue:
    asked, number = read_query(public_id, ignore_place=True), page_number()
    rows, total = queries.studies(
        db.session, asked.analysis, StudyKind.WHAT_IF, number=number, size=PAGE_SIZE
    )
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    wrong = request.method == "POST"
    shown = render_template("gaps/what_if.html", asked=asked, page=page, form=form, error_title=wrong)
    return shown, (422 if wrong else 200)


def _changes(form: WhatIfForm) -> Changes:
    volumes = {level: form[level].data for level in ("low", "medium", "high") if form[level].data}
    added = (Added(form.place.data, form.need.data, volumes, form.sex.data),) if volumes else ()
    demand = ()
    if form.percent.data:
        demand = (DemandChange(form.percent.data, form.demand_place.data, form.demand_need.data),)
    supplier = (form.supplier.data or "").strip()
    return Changes(
        suppliers_leave=(supplier,) if supplier else (),
        removed=tuple(dict.fromkeys((form.removed.data or "").split())),
        added=added,
        demand=demand,
    )


@gaps.route("/try/<public_id>", methods=["GET", "POST"])
@requires(GapPermission.ANALYSE)
def try_call_off(public_id: str) -> ResponseReturnValue:
    """A call-off as it stands, tried on the newest analysis before it is run."""
    session, actor = db.session, current_actor()
    call_off = call_off_to_try(session, actor=actor, public_id=public_id)
    if call_off is None:
        abort(404)
    lots, newest = tried_lots(session, call_off), newest_analysis(session, actor=actor)
    if request.method == "POST" and lots and newest is not None:
        job = request_study(
            session,
            actor=actor,
            now=clock.now(),
            analysis=newest,
            kind=StudyKind.WHAT_IF,
            title=f"Call-off {call_off.public_id}: {call_off.title}",
            question=in_plain_values(Changes(lots=lots)),
        )
        return redirect(url_for("gaps.analysis_progress", job_id=job.public_id))
    return render_template(
        "gaps/try_call_off.html",
        call_off=call_off,
        lots=lots,
        newest=newest,
        names={place.code: place.name for place in reference.places(session)},
        need_names={need.code: need.name for need in reference.need_areas(session)},
    )
