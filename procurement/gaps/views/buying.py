"""What to buy first: asking, the frontier of people against pounds, and the call-off drafted from it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from itertools import accumulate

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.models import NeedArea, Place
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.money import parse_pounds
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.calloffs.drafting.services import draft_from_gap
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.gaps.forms.buying import WEIGHTS, weights_form, weights_of
from procurement.gaps.models import AnalysisStudy
from procurement.gaps.queries import remedies
from procurement.gaps.queries import studies as queries
from procurement.gaps.rules.buying import Frontier, Step, bought_within, read_frontier
from procurement.gaps.services.studies import request_study
from procurement.gaps.types import GapPermission, StudyKind
from procurement.gaps.views import gaps
from procurement.gaps.views.analysis import read_query
from procurement.gaps.views.cell import REFUSALS


@gaps.route("/analyses/<public_id>/buying", methods=["GET"])
@requires(GapPermission.READ)
def buying(public_id: str) -> ResponseReturnValue:
    """The plans there are, and how to ask for another."""
    asked = read_query(public_id)
    number = page_number()
    rows, total = queries.studies(db.session, asked.analysis, StudyKind.BUYING, number=number, size=PAGE_SIZE)
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    needs = reference.need_areas(db.session)
    return render_template(
        "gaps/buying.html",
        asked=asked,
        page=page,
        form=weights_form(needs),
        words=lambda study: _weights_in_words(study, {need.code: need.short_name for need in needs}),
    )


@gaps.post("/analyses/<public_id>/buying")
@requires(GapPermission.ANALYSE)
def buying_request(public_id: str) -> ResponseReturnValue:
    """Ask the worker what to buy first."""
    asked = read_query(public_id)
    needs = reference.need_areas(db.session)
    form = weights_form(needs)
    if not form.validate():
        abort(400)
    weights = weights_of(form)
    job = request_study(
        db.session,
        actor=current_actor(),
        now=clock.now(),
        analysis=asked.analysis,
        kind=StudyKind.BUYING,
        title="What to buy first",
        question={"weights": weights},
    )
    return redirect(url_for("gaps.analysis_progress", job_id=job.public_id))


@gaps.get("/buying/<public_id>")
@requires(GapPermission.READ)
def buying_plan(public_id: str) -> ResponseReturnValue:
    """The frontier as a picture and a table; narrowed to a region or a need, its steps."""
    study, plan, region, need = _read(public_id)
    steps = _narrowed(plan.steps, region, need)
    number = page_number()
    total_people = list(accumulate(step.people for step in steps))
    total_pounds = list(accumulate(step.pounds for step in steps))
    rows = list(zip(steps, total_people, total_pounds, strict=True))
    page = Page(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(rows))
    if number > page.last:
        abort(404)
    needs = reference.need_areas(db.session)
    names = {row.code: row.short_name for row in needs}
    regions = reference.places(db.session, kind=PlaceKind.REGION)
    return render_template(
        "gaps/buying_plan.html",
        study=study,
        plan=plan,
        page=page,
        region=region,
        need=need,
        regions=regions,
        needs=needs,
        need_names=names,
        region_names={place.code: place.name for place in regions},
        fairness=_fairness(study),
        points=list(zip([Decimal(0), *total_pounds], [0, *total_people], strict=True)),
        weights=_weights_in_words(study, names),
    )


@gaps.route("/buying/<public_id>/call-off", methods=["GET", "POST"])
@requires(CallOffPermission.DRAFT)
def buying_call_off(public_id: str) -> ResponseReturnValue:
    """The lot that a plan asks for in one region and need, within a budget, and its draft."""
    study, plan, region, need = _read(public_id)
    if region is None or need is None:
        flash("Choose a region and a need area to draft a call-off for.", "error")
        return redirect(url_for("gaps.buying_plan", public_id=public_id))
    error = ""
    try:
        typed = request.values.get("budget", "").strip()
        budget = parse_pounds(typed) if typed else None
        if budget is not None and budget <= 0:
            raise ValueError
    except (ValueError, InvalidOperation):
        budget, error = None, "Budget must be an amount in pounds above zero, like 250,000"
    bought = bought_within(_narrowed(plan.steps, region, need), budget)
    frameworks = remedies.frameworks_reaching(db.session, need=need, region_id=region.id, on=clock.today())
    people = sum(count for count, _ in bought.values())
    pounds = sum((spent for _, spent in bought.values()), Decimal(0))
    chosen = next((f for f in frameworks if f.public_id == request.form.get("framework")), None)
    if request.method == "POST" and chosen is None and not error:
        error = "Choose a framework that reaches this need and region"
    if request.method == "POST" and chosen is not None and not error and bought:
        try:
            call_off = draft_from_gap(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                framework_id=chosen.id,
                title=f"{need.short_name}: {region.name}",
                need_area_codes=[need.code],
                complexities=list(bought),
                place_codes=[region.code],
                cohort_codes=["women", "men"],
                stage_codes=["community"],
                volumes={complexity: count for complexity, (count, _) in bought.items()},
                budget=pounds or None,
                source_note=_source_note(study, region, need, people, pounds),
            )
        except Refused as refused:
            db.session.rollback()
            error = REFUSALS.get(refused.reasons[0].code, "The call-off could not be drafted.")
        else:
            flash(
                f"Call-off {call_off.public_id} is drafted from this plan. Complete and check it.", "success"
            )
            return redirect(url_for("calloffs.overview", public_id=call_off.public_id))
    page = render_template(
        "gaps/buying_call_off.html",
        study=study,
        region=region,
        need=need,
        bought=bought,
        people=people,
        pounds=pounds,
        typed=request.values.get("budget", ""),
        frameworks=frameworks,
        error=error,
        error_title=bool(error),
    )
    return page, (422 if error else 200)


def _read(public_id: str) -> tuple[AnalysisStudy, Frontier, Place | None, NeedArea | None]:
    """The plan and what it is narrowed to; what does not exist is a page that does not exist."""
    study = queries.study_for(db.session, actor=current_actor(), public_id=public_id, kind=StudyKind.BUYING)
    code, need_code = request.values.get("region", ""), request.values.get("need", "")
    region = next(
        (place for place in reference.places(db.session, kind=PlaceKind.REGION) if place.code == code), None
    )
    need = reference.need_area(db.session, need_code) if need_code else None
    if study is None or (code and region is None) or (need_code and need is None):
        abort(404)
    return study, read_frontier(study.answer or {}), region, need


def _narrowed(steps: Sequence[Step], region: Place | None, need: NeedArea | None) -> list[Step]:
    return [
        step
        for step in steps
        if (region is None or step.region == region.code) and (need is None or step.need == need.code)
    ]


def _fairness(study: AnalysisStudy) -> dict | None:
    kept = (study.answer or {}).get("fairness")
    if kept is None:
        return None
    cheapest, fair = Decimal(kept["cheapest"]), Decimal(kept["fair"])
    more = fair - cheapest
    return {"people": kept["people"], "cheapest": cheapest, "fair": fair, "more": more}


def _weights_in_words(study: AnalysisStudy, names: dict[str, str]) -> str:
    given = study.question["weights"]
    words = (f"{names[code]}: {WEIGHTS[weight].lower()}" for code, weight in given.items() if code in names)
    return "; ".join(words) or "All need areas count alike"


def _source_note(study: AnalysisStudy, region: Place, need: NeedArea, people: int, pounds: Decimal) -> str:
    of = study.analysis
    return (
        f"From buying plan {study.public_id} of coverage analysis {of.public_id} (“{of.title}”, "
        f"{of.on_date:%d %B %Y}): {people:,} people a year in {region.name} who need help with "
        f"{need.name.lower()} and whom no contract meets; at the prices offered, £{pounds:,.2f} a year. "
        "Change the budget when the term is decided."
    )
