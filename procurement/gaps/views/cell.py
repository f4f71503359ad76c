"""The page of one cell of an analysis, and the call-off drafted from it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.models import NeedArea
from catalogue.reference.types import Complexity, PlaceKind
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.services import draft_from_gap
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.contracts.queries.contracts import contract_ids
from procurement.contracts.types import ContractPermission
from procurement.gaps.exports import gap_cause_in_words
from procurement.gaps.forms.actions import KINDS
from procurement.gaps.queries import analysis as queries
from procurement.gaps.queries import remedies
from procurement.gaps.queries.actions import actions_about
from procurement.gaps.queries.analysis import Part
from procurement.gaps.queries.causes import cell_facts, past_of_cell
from procurement.gaps.rules.causes import group_outlooks
from procurement.gaps.rules.reading import CellReading
from procurement.gaps.rules.remedy import Remedy, remedy
from procurement.gaps.rules.viability import EXAMPLES, Viability, referrals_needed, viability
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps
from procurement.gaps.views.analysis import Asked, read_query

REFUSALS = {
    "unknown_code": "The framework or the specification does not know one of the codes.",
    "outside_your_regions": "This place is outside the regions that your role covers.",
    "framework_not_published": "The framework is not open for call-offs.",
}


@gaps.get("/analyses/<public_id>/cell")
@requires(GapPermission.READ)
def analysis_cell(public_id: str) -> ResponseReturnValue:
    """One cell: people by layer, what it is made of, who may serve it, who competes, why, what to do."""
    asked, need = read_query(public_id), read_need()
    session = db.session
    facts = cell_facts(session, asked.analysis, asked.place, need, asked.switches)
    references = [one.scope.id for one in facts.serving if one.scope.kind == "contract"]
    place_names = {place.code: place.name for place in reference.places(session)}
    need_names = {row.code: row.short_name for row in reference.need_areas(session)}
    cohort_names = {row.code: row.name for row in asked.cohorts}
    return render_template(
        "gaps/cell.html",
        asked=asked,
        need=need,
        parts=facts.parts,
        reading=facts.reading,
        serving=facts.serving,
        losses=queries.losses_of(session, asked.analysis, {one.scope.supplier for one in facts.serving}),
        contract_ids=contract_ids(session, references) if _may_read_contracts() else {},
        blocks=facts.blocks,
        place_names=place_names,
        need_names=need_names,
        causes=[
            (one.code.value, gap_cause_in_words(one, place_names, need_names, cohort_names))
            for one in facts.causes
        ],
        past=past_of_cell(session, asked.analysis, asked.place, need),
        groups=group_outlooks(facts.serving, facts.reading.wanted),
        usual=_usual_group(asked, facts.reading),
        frameworks=_frameworks(asked, need),
        actions=actions_about(session, actor=current_actor(), place=asked.place, need=need),
        kinds=KINDS,
        remedy=_remedy(asked, need, facts.parts),
    )


@gaps.post("/analyses/<public_id>/call-off")
@requires(CallOffPermission.DRAFT)
def analysis_call_off(public_id: str) -> ResponseReturnValue:
    """Draft a call-off filled in from the cell, and go on to it."""
    asked, need = read_query(public_id), read_need()
    where = {"public_id": public_id, "place": asked.place.code, "need": need.code, **asked.query}
    back = url_for("gaps.analysis_cell", **where)  # ty: ignore[invalid-argument-type]
    session = db.session
    parts = queries.parts_of_cell(session, asked.analysis, asked.place, need, asked.switches)
    suggested = _remedy(asked, need, parts)
    framework = next(
        (f for f in _frameworks(asked, need) if f.public_id == request.form.get("framework")), None
    )
    if framework is None:
        flash("Choose a framework that reaches this need and region.", "error")
        return redirect(back)
    if not suggested.volumes:
        flash("Contracts meet everyone here: there is nothing to draft.", "error")
        return redirect(back)
    try:
        call_off = draft_from_gap(
            session,
            actor=current_actor(),
            now=clock.now(),
            framework_id=framework.id,
            title=f"{need.short_name}: {asked.place.name}",
            need_area_codes=[need.code],
            complexities=list(suggested.volumes),
            place_codes=[asked.place.code],
            cohort_codes=list(suggested.cohorts),
            stage_codes=["community"],
            volumes=suggested.volumes,
            budget=suggested.budget,
            source_note=_source_note(asked, need, suggested),
        )
    except Refused as refused:
        session.rollback()
        flash(REFUSALS.get(refused.reasons[0].code, "The call-off could not be drafted."), "error")
        return redirect(back)
    flash(f"Call-off {call_off.public_id} is drafted from this gap. Complete and check it.", "success")
    return redirect(url_for("calloffs.overview", public_id=call_off.public_id))


def _may_read_contracts() -> bool:
    return current_actor().may(ContractPermission.READ)


def read_need() -> NeedArea:
    """The need area that the address names."""
    need = reference.need_area(db.session, request.values.get("need", ""))
    if need is None:
        abort(404)
    return need


def _frameworks(asked: Asked, need: NeedArea) -> list:
    region = asked.place.id if asked.place.kind is PlaceKind.REGION else asked.place.region_id
    if region is None:
        return []
    found = remedies.frameworks_reaching(db.session, need=need, region_id=region, on=clock.today())
    return list(found)


def _remedy(asked: Asked, need: NeedArea, parts: Sequence[Part]) -> Remedy:
    """What a call-off would ask for: people not under contract by complexity, and a year's budget."""
    gap: dict[str, int] = {}
    for part in parts:
        missing = part.reading.not_contracted
        gap[part.complexity] = gap.get(part.complexity, 0) + missing
    # Whoever buys for this many people pays the price that offers have for so many.
    volumes = {Complexity(complexity): people for complexity, people in gap.items()}
    prices = remedies.median_prices(db.session, need=need, volumes=volumes)
    return remedy(gap, {str(level): price for level, price in prices.items()}, sex=_sex(asked))


def _sex(asked: Asked) -> str | None:
    return asked.cohort.sex if asked.cohort else None


def _usual_group(asked: Asked, reading: CellReading) -> tuple[Viability, float] | None:
    """What the people of an area or unit would make of the usual group, and how many nine in ten ask for."""
    if asked.place.kind not in (PlaceKind.POLICE_FORCE_AREA, PlaceKind.DELIVERY_UNIT) or not reading.wanted:
        return None
    programme = EXAMPLES["thinking-skills"].programme
    return viability(programme, reading.wanted), referrals_needed(programme, 0.9)


def _source_note(asked: Asked, need: NeedArea, suggested: Remedy) -> str:
    people = sum(suggested.volumes.values())
    whom = f" ({asked.cohort.name.lower()})" if asked.cohort else ""
    text = (
        f"From coverage analysis {asked.analysis.public_id} of “{asked.analysis.title}” on "
        f"{asked.analysis.on_date:%d %B %Y}: {people:,} people a year{whom} in {asked.place.name} "
        f"need help with {need.name.lower()} and no contract meets them."
    )
    if suggested.budget is not None:
        text += (
            f" The budget is one year of them at the median price offered, £{suggested.budget:,.2f}: "
            "change it when the term is decided."
        )
    return text
