"""Whether groups can be run: shares placed and waits, the catchments that suffice, and the spiral."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from catalogue.reference import queries as reference
from catalogue.reference.types import Complexity
from core.db import db
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.forms.groups import GroupsForm
from procurement.gaps.models import DemandSet
from procurement.gaps.queries import demand as queries
from procurement.gaps.rules.tiles import neighbours
from procurement.gaps.rules.viability import (
    EXAMPLES,
    Catchment,
    Programme,
    Viability,
    catchments,
    referrals_needed,
    spiral,
)
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps

ASKED = ("need", "complexity", "sex", "referred", "optimum", "minimum", "weeks", "placed", "discouraged")


@dataclass(frozen=True)
class Answer:
    """All that the page shows of one programme and one demand set."""

    needed: float
    alone: int
    units: int
    referrals: float
    catchments: tuple[Catchment, ...]
    years: list[Viability]
    smallest: str


@gaps.get("/groups")
@requires(GapPermission.READ)
def groups() -> ResponseReturnValue:
    """One programme against one demand set; a bookmark of the address is a bookmark of the answer."""
    session, actor = db.session, current_actor()
    chosen = request.args.get("example", "thinking-skills")
    if chosen not in EXAMPLES:
        abort(404)
    example = EXAMPLES[chosen]
    public_id = request.args.get("demand_set", "")
    demand_set = (
        queries.demand_set_for(session, actor=actor, public_id=public_id)
        if public_id
        else queries.newest_demand_set(session, actor=actor)
    )
    if public_id and demand_set is None:
        abort(404)
    needs = reference.need_areas(session)
    usual = {
        "need": example.need,
        "complexity": example.complexity,
        "sex": example.sex,
        "referred": "100",
        "optimum": str(example.programme.optimum),
        "minimum": str(example.programme.minimum),
        "weeks": f"{example.programme.weeks:.0f}",
        "placed": "90",
        "discouraged": "50",
    }
    typed = MultiDict({name: request.args.get(name, usual[name]) for name in ASKED})
    form = GroupsForm(typed)
    form.need.choices = [(need.code, need.name) for need in needs]
    answer = None
    if form.validate() and demand_set is not None:
        answer = _answer(form, demand_set)
    number = page_number()
    found = answer.catchments if answer else ()
    page = Page(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(found))
    if number > page.last:
        abort(404)
    shown = render_template(
        "gaps/groups.html",
        form=form,
        example=example,
        chosen=chosen,
        examples=EXAMPLES,
        demand_set=demand_set,
        answer=answer,
        page=page,
        names={place.code: place.name for place in reference.places(session)},
        error_title=bool(form.errors),
    )
    return shown, (422 if form.errors else 200)


def _answer(form: GroupsForm, demand_set: DemandSet) -> Answer:
    programme = Programme(form.minimum.data, form.optimum.data, form.weeks.data)
    rows = queries.people_by_place(
        db.session,
        demand_set.id,
        need=form.need.data,
        complexity=Complexity(form.complexity.data) if form.complexity.data else None,
        sex=form.sex.data,
    )
    share = form.placed.data / 100
    referrals = {place.code: people * form.referred.data / 100 for place, people in rows}
    area_of = {
        place.code: place.police_force_area.code if place.police_force_area else place.code
        for place, _ in rows
    }
    needed = referrals_needed(programme, share)
    some = {code: count for code, count in referrals.items() if count > 0}
    smallest = min(some, key=lambda code: (some[code], code), default="")
    return Answer(
        needed=needed,
        alone=sum(count >= needed for count in some.values()),
        units=len(some),
        referrals=sum(some.values()),
        catchments=catchments(programme, some, area_of, neighbours(), share),
        years=spiral(programme, some[smallest], form.discouraged.data / 100) if smallest else [],
        smallest=smallest,
    )
