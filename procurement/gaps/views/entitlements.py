"""Entitlements: what is entitled and not present, one of them area by area, stating and ending one."""

from __future__ import annotations

from collections import Counter

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.reasons import Refused
from core.spreadsheet import write_csv
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.forms.entitlements import HELD_WORDS, EntitlementForm
from procurement.gaps.queries import entitlements as queries
from procurement.gaps.queries.presence import Axes, axes
from procurement.gaps.rules.entitlement import Held, held_in_areas
from procurement.gaps.services.entitlements import end_entitlement, state_entitlement
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps

OUTSIDE = "This place is outside the regions that your role covers"


@gaps.get("/entitlements")
@requires(GapPermission.READ)
def entitlements() -> ResponseReturnValue:
    """Every entitlement with the areas that have it and those that do not, by region."""
    session, actor, on = db.session, current_actor(), clock.today()
    number, ended = page_number(), request.args.get("show") == "all"
    rows, total = queries.entitlements(
        session, actor=actor, on=on, ended=ended, number=number, size=PAGE_SIZE
    )
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    around, there = axes(session, on), queries.everything_there(session, actor.organisation_id)
    held = {row.id: held_in_areas(queries.entitled(row, around), there, on) for row in rows}
    return render_template(
        "gaps/entitlements.html",
        page=page,
        ended=ended,
        counts={key: Counter(one.held.value for one in found) for key, found in held.items()},
        missing={key: [one.area for one in found if one.held is Held.ABSENT] for key, found in held.items()},
        names={code: place.name for code, place in around.areas.items()},
        held_words=HELD_WORDS,
        today=on,
    )


@gaps.get("/entitlements.csv")
@requires(GapPermission.READ)
def entitlements_csv() -> ResponseReturnValue:
    """Every entitlement in force in every area, with what is there: what is missing comes to light."""
    session, actor, on = db.session, current_actor(), clock.today()
    around, there = axes(session, on), queries.everything_there(session, actor.organisation_id)
    rows = [
        [
            row.public_id,
            row.stage.name,
            row.need_area.name,
            row.cohort.name if row.cohort else "everyone",
            _region_name(around, one.area),
            around.areas[one.area].name,
            HELD_WORDS[one.held].lower(),
            "; ".join(one.references),
            row.statement,
            row.source,
        ]
        for row in queries.all_in_force(session, actor=actor, on=on)
        for one in held_in_areas(queries.entitled(row, around), there, on)
    ]
    header = ("number", "stage", "need area", "for whom", "region", "police force area", "what is there",
              "arrangements", "entitled to", "laid down in")  # fmt: skip
    name = f'attachment; filename="entitlements-{on}.csv"'
    return Response(write_csv(header, rows), mimetype="text/csv", headers={"Content-Disposition": name})


@gaps.get("/entitlements/<public_id>")
@requires(GapPermission.READ)
def entitlement(public_id: str) -> ResponseReturnValue:
    """One entitlement, area by area, with the arrangements that count for it."""
    session, actor, on = db.session, current_actor(), clock.today()
    found = queries.entitlement_for(session, actor=actor, public_id=public_id)
    if found is None:
        abort(404)
    around, there = axes(session, on), queries.everything_there(session, actor.organisation_id)
    held = held_in_areas(queries.entitled(found, around), there, on)
    providers = {one.reference: one for one in there}
    return render_template(
        "gaps/entitlement.html",
        entitlement=found,
        by_region=[
            (region, [one for one in held if around.region_of_area.get(one.area) == code])
            for code, region in around.regions.items()
        ],
        counts=Counter(one.held.value for one in held),
        providers=providers,
        names={code: place.name for code, place in around.areas.items()},
        held_words=HELD_WORDS,
        today=on,
    )


@gaps.route("/entitlements/new", methods=["GET", "POST"])
@requires(GapPermission.RECORD)
def entitlement_new() -> ResponseReturnValue:
    """State what people are entitled to."""
    session, actor = db.session, current_actor()
    needs = {row.code: row for row in reference.need_areas(session)}
    stages = {row.code: row for row in reference.stages(session)}
    cohorts = {row.code: row for row in reference.cohorts(session)}
    kinds = (PlaceKind.NATION, PlaceKind.REGION, PlaceKind.POLICE_FORCE_AREA)
    places = {row.code: row for row in reference.places(session) if row.kind in kinds}
    form = EntitlementForm()
    form.need.choices = [("", "Choose"), *((code, row.name) for code, row in needs.items())]
    form.stage.choices = [("", "Choose"), *((code, row.name) for code, row in stages.items())]
    form.place.choices = [("", "Choose"), *((code, row.name) for code, row in places.items())]
    form.cohort.choices = [("", "Everyone"), *((code, row.name) for code, row in cohorts.items())]
    if form.validate_on_submit():
        try:
            made = state_entitlement(
                session,
                actor=actor,
                now=clock.now(),
                need=needs[form.need.data],
                stage=stages[form.stage.data],
                place=places[form.place.data],
                cohort=cohorts.get(form.cohort.data or ""),
                statement=form.statement.data.strip(),
                source=form.source.data.strip(),
                starts_on=form.starts_on.data,
            )
            flash("The entitlement is stated.", "success")
            return redirect(url_for("gaps.entitlement", public_id=made.public_id))
        except Refused:
            session.rollback()
            form.place.errors = [OUTSIDE]
    page = render_template("gaps/entitlement_new.html", form=form, error_title=bool(form.errors))
    return page, (422 if form.errors else 200)


@gaps.post("/entitlements/<public_id>/end")
@requires(GapPermission.RECORD)
def entitlement_end(public_id: str) -> ResponseReturnValue:
    """Let an entitlement end with today."""
    found = queries.entitlement_for(db.session, actor=current_actor(), public_id=public_id)
    if found is None:
        abort(404)
    try:
        end_entitlement(
            db.session, actor=current_actor(), now=clock.now(), today=clock.today(), entitlement=found
        )
        flash("The entitlement ends with today.", "success")
    except Refused:
        flash(f"{OUTSIDE}.", "error")
    return redirect(url_for("gaps.entitlement", public_id=public_id))


def _region_name(around: Axes, area: str) -> str:
    region = around.regions.get(around.region_of_area.get(area, ""))
    return region.name if region else ""
