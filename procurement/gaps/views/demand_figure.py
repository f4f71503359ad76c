"""Where a figure of a demand set comes from: the formula with its assumptions, or the rows of the file."""

from __future__ import annotations

from fractions import Fraction

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.models import Place
from catalogue.reference.types import Complexity, PlaceKind
from core.db import db
from core.documents.services import content_of
from core.documents.types import Quarantined
from core.web.access import current_actor, requires
from core.web.downloads import attachment
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.models import DemandSet
from procurement.gaps.queries import demand as queries
from procurement.gaps.queries.demand_models import weights_of
from procurement.gaps.rules.demand_model import Assumption, Kind, Scenario
from procurement.gaps.rules.figure import Factor, factors, product
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps

FACTOR_WORDS = {
    "caseload": "People on the caseload",
    "yearly": "People in a year for each of them",
    "excluded": "Share that help is likely to benefit",
    "resettle": "Share that resettles in the region",
    "place": "Delivery unit’s part of the region",
    "prevalence": "Share with the need",
    "complexity": "Share at this complexity",
    "cohort": "Share of this group",
}


@gaps.get("/demand/<public_id>/figure")
@requires(GapPermission.READ)
def demand_figure(public_id: str) -> ResponseReturnValue:
    """One figure of a set: how it was worked out where it was modelled, and the rows behind it."""
    session, args = db.session, request.args
    found = _found(public_id)
    need = reference.need_area(session, args.get("need", ""))
    level, code = args.get("complexity", ""), args.get("place", "")
    place = next((row for row in reference.places(session) if row.code == code), None)
    if need is None or (code and place is None) or (level and level not in set(Complexity)):
        abort(404)
    complexity, number = Complexity(level) if level else None, page_number()
    rows, count, people = queries.rows_behind(
        session, found, need=need, complexity=complexity, place=place, number=number, size=PAGE_SIZE
    )
    page = Page(rows, number, count)
    if number > page.last:
        abort(404)
    made_of = _factors(found, need.code, complexity, place)
    return render_template(
        "gaps/demand_figure.html",
        demand_set=found,
        need=need,
        complexity=complexity,
        place=place,
        page=page,
        total=people,
        factors=made_of,
        factor_words=FACTOR_WORDS,
        exact=product(made_of),
        scenario=Scenario.CENTRAL,
    )


@gaps.get("/demand/<public_id>/file")
@requires(GapPermission.READ)
def demand_file(public_id: str) -> ResponseReturnValue:
    """The file of an uploaded set as it was sent."""
    found = _found(public_id)
    if found.document is None:
        abort(404)
    try:
        return attachment(found.document.name, content_of(found.document))
    except Quarantined:
        flash(f"{found.document.name} cannot be opened: the scanner has not cleared it.", "important")
        return redirect(url_for("gaps.demand_set", public_id=public_id))


def _factors(
    found: DemandSet, need: str, complexity: Complexity | None, place: Place | None
) -> tuple[Factor, ...]:
    """What a modelled figure is made of; of an area or region its rows say it, unit by unit."""
    if not found.modelled:
        return ()
    assumptions = [_used(stored) for stored in found.assumptions]
    weights = weights_of(db.session, assumptions)
    wanted = place.code if place is not None and place.kind is not PlaceKind.NATION else ""
    if wanted and wanted not in {weight.place for weight in weights}:
        return ()
    return factors(
        assumptions,
        weights,
        Scenario.CENTRAL,
        need=need,
        place=wanted,
        complexity=complexity.value if complexity else "",
    )


def _used(stored: dict[str, str]) -> Assumption:
    """An assumption with the value that was used, as a frozen set keeps it."""
    kind, _, key = stored["code"].partition(":")
    value = Fraction(stored["value"])
    return Assumption(
        kind=Kind(kind),
        key=key,
        label=stored["label"],
        low=value,
        central=value,
        high=value,
        unit=stored["unit"],
        source=stored["source"],
        as_at=stored["date"],
        base=stored["base"],
        weakness=stored["weakness"],
    )


def _found(public_id: str) -> DemandSet:
    return queries.demand_set_for(db.session, actor=current_actor(), public_id=public_id) or abort(404)
