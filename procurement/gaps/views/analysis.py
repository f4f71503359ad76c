"""Analyses: the list, asking for one, waiting, the matrix, a cell with its reasons, exports."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.models import DemandCohort, Place
from catalogue.reference.types import Complexity, PlaceKind
from core import clock
from core.db import db
from core.jobs.queries import job_for
from core.spreadsheet import write_csv, write_xlsx
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.exports import tables as exports
from procurement.gaps.models import Analysis
from procurement.gaps.queries import analysis as queries
from procurement.gaps.queries import demand as demand_queries
from procurement.gaps.queries.analysis import Switches
from procurement.gaps.rules.reading import CellReading
from procurement.gaps.rules.serving import add_up
from procurement.gaps.rules.tiles import tiles
from procurement.gaps.services.analysis import request_analysis
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STUDY_PAGES = {"buying": "gaps.buying_plan", "what_if": "gaps.what_if_answer", "report": "gaps.report"}
MAPS = {"region": PlaceKind.REGION, "area": PlaceKind.POLICE_FORCE_AREA}
EMPTY = CellReading(0, 0, 0, 0, 0)


@gaps.get("")
@requires(GapPermission.READ)
def index() -> ResponseReturnValue:
    """Where to begin: the latest analyses, demand sets, and where contracts are in force."""
    number = page_number()
    rows, total = queries.analyses(db.session, actor=current_actor(), number=number, size=PAGE_SIZE)
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    return render_template("gaps/index.html", page=page)


@gaps.post("/analyses")
@requires(GapPermission.ANALYSE)
def analysis_request() -> ResponseReturnValue:
    """Ask the worker for an analysis and go to the page that waits for it."""
    found = demand_queries.demand_set_for(
        db.session, actor=current_actor(), public_id=request.form.get("demand_set", "")
    )
    if found is None:
        abort(404)
    try:
        on = date.fromisoformat(request.form.get("on") or clock.today().isoformat())
    except ValueError:
        abort(400)
    stage = request.form.get("stage", "")
    if stage not in dict(stage_choices()):
        abort(400)
    job = request_analysis(
        db.session,
        actor=current_actor(),
        now=clock.now(),
        demand_set=found,
        on=on,
        stage=stage,
        without_remote=request.form.get("without_remote") == "1",
        without_declared=request.form.get("without_declared") == "1",
    )
    return redirect(url_for("gaps.analysis_progress", job_id=job.public_id))


@gaps.get("/analyses/progress/<job_id>")
@requires(GapPermission.READ)
def analysis_progress(job_id: str) -> ResponseReturnValue:
    """How far the worker is; once it is done, the answer."""
    job = job_for(db.session, actor=current_actor(), public_id=job_id)
    if job is None:
        abort(404)
    if job.status == "done" and job.result and job.result.get("analysis"):
        return redirect(url_for("gaps.analysis", public_id=job.result["analysis"]))
    if job.status == "done" and job.result and job.result.get("study"):
        return redirect(url_for(STUDY_PAGES[job.result["kind"]], public_id=job.result["study"]))
    return render_template("gaps/progress.html", job=job)


@gaps.get("/analyses/<public_id>")
@requires(GapPermission.READ)
def analysis(public_id: str) -> ResponseReturnValue:
    """The matrix: need areas by the places under one, each cell a word, a number and a link."""
    asked = read_query(public_id)
    columns = queries.columns_under(db.session, asked.analysis, asked.place)
    cells = queries.readings(db.session, asked.analysis, columns, asked.switches)
    whole = queries.readings(db.session, asked.analysis, [asked.place], asked.switches)
    return render_template(
        "gaps/analysis.html",
        asked=asked,
        columns=columns,
        needs=reference.need_areas(db.session),
        cells=cells | whole,
        whole=add_up(whole.values()),
        empty=EMPTY,
        stages=stage_choices(),
        of_stage=queries.of_stages(db.session, asked.analysis),
        complexities=list(Complexity),
    )


@gaps.get("/analyses/<public_id>/map")
@requires(GapPermission.READ)
def analysis_map(public_id: str) -> ResponseReturnValue:
    """Regions or police force areas as equal tiles, with a bar for each, and the same as a table."""
    asked = read_query(public_id)
    by, code = request.args.get("by", "region"), request.args.get("need", "")
    need = reference.need_area(db.session, code) if code else None
    if by not in MAPS or (code and need is None):
        abort(404)
    places = queries.places_of_kind(db.session, asked.analysis, MAPS[by])
    found = queries.readings(db.session, asked.analysis, places, asked.switches)
    per_place = {
        place.code: add_up(
            reading
            for (place_id, need_id), reading in found.items()
            if place_id == place.id and (need is None or need_id == need.id)
        )
        for place in places
    }
    return render_template(
        "gaps/map.html",
        asked=asked,
        by=by,
        need=need,
        needs=reference.need_areas(db.session),
        places=places,
        readings=per_place,
        tiles={place.code: tiles()[place.code] for place in places if place.code in tiles()},
        complexities=list(Complexity),
    )


@gaps.get("/analyses/<public_id>/suppliers")
@requires(GapPermission.READ)
def analysis_suppliers(public_id: str) -> ResponseReturnValue:
    """Who serves, and how many people would lose cover if one of them left."""
    asked = read_query(public_id)
    number = page_number()
    rows, total = queries.suppliers(db.session, asked.analysis, number=number, size=PAGE_SIZE)
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    return render_template("gaps/suppliers.html", asked=asked, page=page)


@gaps.get("/analyses/<public_id>/export.<any(csv, xlsx):form>")
@requires(GapPermission.READ)
def analysis_export(public_id: str, form: str) -> ResponseReturnValue:
    """Every cell with its layers; the workbook also says method, inputs and what was left out."""
    asked = read_query(public_id)
    header, rows = exports.coverage_table(queries.all_cells(db.session, asked.analysis))
    name = f'attachment; filename="coverage-{public_id}.{form}"'
    if form == "csv":
        about = [[f"{key}: {value}"] for key, value in exports.about(asked.analysis)]
        text = write_csv(header, rows) + "\r\n" + "".join(f'"{line[0]}"\r\n' for line in about)
        return Response(text, mimetype="text/csv", headers={"Content-Disposition": name})
    book = write_xlsx(
        [
            ("Coverage", header, rows),
            ("Method and inputs", ("what", "value"), exports.about(asked.analysis)),
            ("Left out", ("why", "reference", "name"), exports.left_out_table(asked.analysis)),
        ]
    )
    return Response(book, mimetype=XLSX, headers={"Content-Disposition": name})


def stage_choices() -> list[tuple[str, str]]:
    """Stages by code and name, all together first."""
    return [("", "All stages"), *((stage.code, stage.name) for stage in reference.stages(db.session))]


class Asked(NamedTuple):
    """The analysis, place and switches of a page."""

    analysis: Analysis
    place: Place
    above: list[Place]
    switches: Switches
    cohort: DemandCohort | None
    cohorts: list[DemandCohort]

    @property
    def query(self) -> dict[str, str]:
        """The switches as a query string, for links."""
        asked = {"complexity": self.switches.complexity or "", "cohort": self.switches.cohort}
        return {name: str(value) for name, value in asked.items() if value}


def read_query(public_id: str, *, ignore_place: bool = False) -> Asked:
    """Read address and query; what does not exist is a page that does not exist.

    `ignore_place` is for pages about the whole analysis whose forms have a place of their own.
    """
    session = db.session
    found = queries.analysis_for(session, actor=current_actor(), public_id=public_id)
    code = "" if ignore_place else request.values.get("place", "")
    place, around = queries.place_with_surroundings(session, code)
    complexity, cohort = request.values.get("complexity", ""), request.values.get("cohort", "")
    cohorts = list(reference.demand_cohorts(session))
    chosen = next((row for row in cohorts if row.code == cohort), None)
    wrong = (complexity and complexity not in set(Complexity)) or (cohort and chosen is None)
    if found is None or place is None or wrong:
        abort(404)
    switches = Switches(Complexity(complexity) if complexity else None, cohort)
    return Asked(found, place, around, switches, chosen, cohorts)
