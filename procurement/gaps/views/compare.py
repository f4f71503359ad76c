"""Two analyses side by side: what changed for whom, and because of what."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core.db import db
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.queries import analysis as queries
from procurement.gaps.queries.analysis import Switches
from procurement.gaps.rules.comparison import provision_changes
from procurement.gaps.rules.serving import add_up
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps
from procurement.gaps.views.analysis import EMPTY, read_query


@gaps.get("/analyses/<public_id>/compare")
@requires(GapPermission.READ)
def analysis_compare(public_id: str) -> ResponseReturnValue:
    """An analysis against an earlier one: need by need, and for one need region by region with its causes."""
    asked, session = read_query(public_id), db.session
    choices = queries.others(session, actor=current_actor(), analysis=asked.analysis)
    wanted, code = request.args.get("with", ""), request.args.get("need", "")
    earlier = next((one for one in choices if one.public_id == wanted), None)
    need = reference.need_area(session, code) if code else None
    if (wanted and earlier is None) or (code and need is None):
        abort(404)
    if earlier is None and choices:
        earlier = next((one for one in choices if one.on_date <= asked.analysis.on_date), choices[0])
    regions = reference.places(session, kind=PlaceKind.REGION)
    needs = reference.need_areas(session)
    after = queries.readings(session, asked.analysis, regions, Switches())
    before = queries.readings(session, earlier, regions, Switches()) if earlier else {}
    rows = []
    if need is None:
        for one in needs:
            keys = [(region.id, one.id) for region in regions]
            rows.append(
                (one.name, one.code, *(add_up(r.get(k, EMPTY) for k in keys) for r in (before, after)))
            )
    else:
        for region in regions:
            key = (region.id, need.id)
            rows.append((region.name, region.code, before.get(key, EMPTY), after.get(key, EMPTY)))
    changes = ()
    if need is not None and earlier is not None:
        changes = provision_changes(
            queries.frozen_inputs(session, earlier, need),
            queries.frozen_inputs(session, asked.analysis, need),
        )
    number = page_number()
    page = Page(changes[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(changes))
    if number > page.last:
        abort(404)
    return render_template(
        "gaps/compare.html",
        asked=asked,
        earlier=earlier,
        choices=choices,
        need=need,
        needs=needs,
        rows=rows,
        page=page,
    )
