"""Overlaps of an analysis, and its inputs as a case that others can work out again."""

from __future__ import annotations

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core.db import db
from core.web.access import requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.queries import analysis as analysis_queries
from procurement.gaps.queries import overlaps as queries
from procurement.gaps.queries.report import overlaps_by_need
from procurement.gaps.rules.case import case_text
from procurement.gaps.rules.serving import may_serve
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps
from procurement.gaps.views.analysis import read_query


@gaps.get("/analyses/<public_id>/overlaps")
@requires(GapPermission.READ)
def analysis_overlaps(public_id: str) -> ResponseReturnValue:
    """How much could be served twice by need area, and for one need the cells with what is behind each."""
    asked, session = read_query(public_id), db.session
    needs = reference.need_areas(session)
    code = request.args.get("need", "")
    need = next((row for row in needs if row.code == code), None)
    if code and need is None:
        abort(404)
    page, behind = None, []
    if need is not None:
        number = page_number()
        rows, total = queries.overlapping_cells(
            session, asked.analysis, asked.place, need, asked.switches, number=number, size=PAGE_SIZE
        )
        page = Page(rows, number, total)
        if number > page.last:
            abort(404)
        inputs = analysis_queries.frozen_inputs(session, asked.analysis, need) if rows else None
        behind = [
            may_serve(
                inputs,
                place=row.place.code,
                need=need.code,
                complexities=[row.complexity.value],
                cohorts=[row.cohort.code],
            )
            for row in rows
            if inputs is not None
        ]
    return render_template(
        "gaps/overlaps.html",
        asked=asked,
        by_need=overlaps_by_need(session, asked.analysis, asked.place),
        need=need,
        page=page,
        behind=behind,
        places=[
            asked.above[0] if asked.above else asked.place,
            *analysis_queries.places_of_kind(session, asked.analysis, PlaceKind.REGION),
        ],
    )


@gaps.get("/analyses/<public_id>/case.json")
@requires(GapPermission.READ)
def analysis_case(public_id: str) -> ResponseReturnValue:
    """All that the analysis was worked out from, in the form that `flask gaps allocate` reads."""
    asked = read_query(public_id)
    inputs = analysis_queries.whole_inputs(db.session, asked.analysis)
    text = case_text(inputs, public_id)
    headers = {"Content-Disposition": f'attachment; filename="case-{public_id}.json"'}
    return Response(text, mimetype="application/json", headers=headers)
