"""What a coverage report says of a place, read and put into plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.reference import queries as reference
from catalogue.reference.models import NeedArea, Place
from catalogue.reference.types import Complexity, PlaceKind
from procurement.gaps.models import Analysis, AnalysisCell, AnalysisStudy, GapAction
from procurement.gaps.queries import analysis as queries
from procurement.gaps.queries.analysis import Switches
from procurement.gaps.queries.causes import Backdrop, backdrop, cell_facts
from procurement.gaps.queries.remedies import median_prices
from procurement.gaps.rules import report as rules
from procurement.gaps.rules.buying import read_frontier
from procurement.gaps.rules.causes import GapCode
from procurement.gaps.rules.presence import Filter, Mark, presence
from procurement.gaps.rules.reading import CellReading
from procurement.gaps.rules.remedy import remedy
from procurement.gaps.rules.serving import add_up, may_serve
from procurement.gaps.rules.suppression import Published
from procurement.gaps.rules.tiles import tiles
from procurement.gaps.types import StudyKind

MOST_SUPPLIERS = 15
MOST_STEPS = 15
MOST_ACTIONS = 25
# Causes whose words name no offer, no place of capacity and no count of people.
FOR_EVERYONE = {
    GapCode.NEVER_LET,
    GapCode.NO_EQUIVALENT,
    GapCode.ENDED,
    GapCode.STARTS,
    GapCode.ENDS_SOON,
    GapCode.OTHER_STAGE,
    GapCode.EXTENT_UNKNOWN,
    GapCode.COMPETITION_FAILED,
    GapCode.NOBODY_OFFERS,
    GapCode.REFERRED,
}


def report_facts(
    session: Session, analysis: Analysis, place: Place, *, for_publication: bool, threshold: int
) -> dict[str, Any]:
    """Everything a report of a nation, region or police force area shows, as values that JSON can keep.

    For publication small counts are left out, and with them whatever only the authority may read: suppliers,
    prices, capacities, actions, and the tables whose sums would tell what is left out. Causes come as code
    and parameters, under `found`.
    """
    columns = queries.columns_under(session, analysis, place)
    needs = reference.need_areas(session)
    by_id = queries.readings(session, analysis, columns, Switches())
    readings = {
        (column.code, need.code): by_id[column.id, need.id]
        for column in columns
        for need in needs
        if (column.id, need.id) in by_id
    }
    figures = rules.published(readings, threshold if for_publication else 1)
    behind = backdrop(session, analysis)
    shown: dict[str, Any] = {
        "place": {"code": place.code, "name": place.name, "kind": place.kind.value},
        "for_publication": for_publication,
        "threshold": threshold,
        "left_out_small": figures.primary,
        "left_out_beside": figures.complementary,
        "on": analysis.on_date.isoformat(),
        "stage": analysis.stage,
        "whole": rules.row(figures, rules.ALL, rules.ALL),
        "needs": [
            {"code": need.code, "name": need.name, "short": need.short_name}
            | rules.row(figures, rules.ALL, need.code)
            for need in needs
        ],
        "places": [
            {"code": column.code, "name": column.name} | rules.row(figures, column.code, rules.ALL)
            for column in columns
        ],
        "matrix": [
            {
                "code": need.code,
                "name": need.name,
                "cells": [rules.row(figures, column.code, need.code) for column in columns],
            }
            for need in needs
        ],
        "tiles": [
            {"code": column.code, "row": tile.row, "column": tile.column, "label": tile.label}
            for column in columns
            if (tile := tiles().get(column.code))
        ],
        "worst": _worst(session, analysis, figures, columns, needs, behind, for_publication),
        "contracts": _contracts(analysis, place, needs, behind),
        "assumptions": _assumptions(analysis, place),
    }
    if for_publication:
        return shown
    return shown | {
        "complexities": _by_complexity(session, analysis, place),
        "cohorts": _by_cohort(session, analysis, place),
        "before": _before(session, analysis, place, needs),
        "overlaps": overlaps_by_need(session, analysis, place),
        "suppliers": _suppliers(session, analysis, place, needs, behind),
        "buying": _buying(session, analysis, place),
        "actions": _actions(session, analysis, [place, *columns]),
    }


def overlaps_by_need(session: Session, analysis: Analysis, place: Place) -> list[dict[str, Any]]:
    """For each need area: cells, and their people, that contracts and that everything could serve twice."""
    twice_by_contracts = sa.case((AnalysisCell.overlap_of_contracts.is_(True), 1), else_=0)
    twice = sa.case((AnalysisCell.overlap_of_all.is_(True), 1), else_=0)
    query = (
        sa.select(
            NeedArea.code,
            NeedArea.name,
            sa.func.sum(twice_by_contracts),
            sa.func.sum(twice_by_contracts * AnalysisCell.people),
            sa.func.sum(twice),
            sa.func.sum(twice * AnalysisCell.people),
        )
        .join(NeedArea, NeedArea.id == AnalysisCell.need_area_id)
        .where(
            AnalysisCell.analysis_id == analysis.id,
            AnalysisCell.overlap_of_all.is_not(None),
            *queries.inside(place),
        )
        .group_by(NeedArea.id, NeedArea.code, NeedArea.name, NeedArea.position)
        .order_by(NeedArea.position)
    )
    names = ("code", "name", "contract_cells", "contract_people", "cells", "people")
    return [dict(zip(names, found, strict=True)) for found in session.execute(query)]


def _worst(
    session: Session,
    analysis: Analysis,
    figures: Published,
    columns: Sequence[Place],
    needs: Sequence[NeedArea],
    behind: Backdrop,
    for_publication: bool,
) -> list[dict[str, Any]]:
    place_of, need_of = {place.code: place for place in columns}, {need.code: need for need in needs}
    found = []
    for place_code, need_code in rules.worst(figures):
        place, need = place_of[place_code], need_of[need_code]
        facts = cell_facts(session, analysis, place, need, Switches(), behind)
        one: dict[str, Any] = {
            "place": place.name,
            "place_code": place.code,
            "need": need.name,
            "need_code": need.code,
            **rules.row(figures, place_code, need_code),
            "found": [
                {"code": cause.code.value, "params": dict(cause.params)}
                for cause in facts.causes
                if not for_publication or cause.code in FOR_EVERYONE
            ],
        }
        if not for_publication:
            gap: dict[str, int] = {}
            for part in facts.parts:
                gap[part.complexity] = gap.get(part.complexity, 0) + part.reading.not_contracted
            volumes = {Complexity(level): people for level, people in gap.items()}
            prices = median_prices(session, need=need, volumes=volumes)
            wanted = remedy(gap, {str(level): price for level, price in prices.items()}, sex=None)
            one |= {
                "serving": [serving.scope.name for serving in facts.serving[:5]],
                "serving_count": len(facts.serving),
                "volumes": {str(level): people for level, people in wanted.volumes.items()},
                "budget": str(wanted.budget) if wanted.budget is not None else "",
            }
        found.append(one)
    return found


def _assumptions(analysis: Analysis, place: Place) -> list[dict[str, Any]]:
    """The assumptions of the demand, without the shares of other regions."""
    region = place if place.kind is PlaceKind.REGION else place.region
    return [
        row
        for row in analysis.demand_set.assumptions or []
        if region is None
        or not str(row.get("code", "")).startswith("region:")
        or row["code"] == f"region:{region.code}"
    ]


def _contracts(
    analysis: Analysis, place: Place, needs: Sequence[NeedArea], behind: Backdrop
) -> list[dict[str, Any]]:
    """What is in force for each need, and whether all of it ends soon: public facts of the register."""
    axes = behind.axes
    areas = {
        PlaceKind.NATION: frozenset(axes.areas),
        PlaceKind.REGION: axes.columns("region").get(place.code, frozenset()),
    }.get(place.kind, frozenset({place.code}))
    cells = presence(
        behind.arrangements,
        [need.code for need in needs],
        {place.code: areas},
        analysis.on_date,
        Filter(stages=frozenset({analysis.stage}) if analysis.stage else None),
        axes.without_equivalent,
    )
    return [
        {
            "need": need.name,
            "contracts": cell.count,
            "suppliers": cell.suppliers,
            "areas_with": cell.areas_with,
            "areas": cell.areas,
            "ends_soon": Mark.ENDS_SOON in cell.marks,
        }
        for need in needs
        if (cell := cells[need.code, place.code])
    ]


def _by_complexity(session: Session, analysis: Analysis, place: Place) -> list[dict[str, Any]]:
    return [
        {"name": level.value.capitalize()} | _plain(_summed(session, analysis, place, Switches(level)))
        for level in Complexity
    ]


def _by_cohort(session: Session, analysis: Analysis, place: Place) -> list[dict[str, Any]]:
    return [
        {"name": row.name} | _plain(_summed(session, analysis, place, Switches(None, row.code)))
        for row in reference.demand_cohorts(session)
    ]


def _summed(session: Session, analysis: Analysis, place: Place, switches: Switches) -> CellReading:
    return add_up(queries.readings(session, analysis, [place], switches).values())


def _plain(reading: CellReading) -> dict[str, int]:
    return {
        "people": reading.people,
        **rules.parts_of(reading),
        rules.NOT_MET: reading.not_contracted,
    }


def _before(
    session: Session, analysis: Analysis, place: Place, needs: Sequence[NeedArea]
) -> dict[str, Any] | None:
    """The same place in the analysis before: which it was, and people not met by need then and now."""
    query = (
        sa.select(Analysis)
        .where(
            Analysis.organisation_id == analysis.organisation_id,
            Analysis.stage == analysis.stage,
            Analysis.finished_at.is_not(None),
            Analysis.on_date < analysis.on_date,
        )
        .order_by(Analysis.on_date.desc(), Analysis.id.desc())
        .limit(1)
    )
    earlier = session.scalars(query).one_or_none()
    if earlier is None:
        return None
    then = queries.readings(session, earlier, [place], Switches())
    now = queries.readings(session, analysis, [place], Switches())
    empty = CellReading(0, 0, 0, 0, 0)
    return {
        "analysis": earlier.public_id,
        "title": earlier.title,
        "on": earlier.on_date.isoformat(),
        "needs": [
            {
                "name": need.name,
                "people_then": then.get((place.id, need.id), empty).people,
                "people_now": now.get((place.id, need.id), empty).people,
                "then": then.get((place.id, need.id), empty).not_contracted,
                "now": now.get((place.id, need.id), empty).not_contracted,
            }
            for need in needs
        ],
    }


def _suppliers(
    session: Session, analysis: Analysis, place: Place, needs: Sequence[NeedArea], behind: Backdrop
) -> list[dict[str, Any]]:
    """Suppliers that may serve the place, the one whose leaving costs most people their cover first."""
    names: set[str] = set()
    for need in needs:
        if need.code not in behind.inputs:
            behind.inputs[need.code] = queries.frozen_inputs(session, analysis, need)
        here = may_serve(
            behind.inputs[need.code],
            place=None if place.kind is PlaceKind.NATION else place.code,
            need=need.code,
            complexities=list(Complexity),
            cohorts=[row.code for row in behind.cohorts],
        )
        names |= {one.scope.supplier for one in here}
    losses = sorted(queries.losses_of(session, analysis, names).values(), key=lambda one: one.number)
    return [
        {
            "name": one.supplier,
            "contracts": one.contracts,
            "offers": one.offers,
            "contracted_places": one.contracted_places,
            "lost_of_contracts": one.lost_of_contracts,
            "lost_of_all": one.lost_of_all,
        }
        for one in losses[:MOST_SUPPLIERS]
    ]


def _buying(session: Session, analysis: Analysis, place: Place) -> dict[str, Any] | None:
    """The newest plan of what to buy first, as far as it buys here; None where none was asked for."""
    query = (
        sa.select(AnalysisStudy)
        .where(
            AnalysisStudy.analysis_id == analysis.id,
            AnalysisStudy.kind == StudyKind.BUYING,
            AnalysisStudy.finished_at.is_not(None),
        )
        .order_by(AnalysisStudy.id.desc())
        .limit(1)
    )
    study = session.scalars(query).one_or_none()
    region = place if place.kind is PlaceKind.REGION else place.region
    if study is None or not study.answer:
        return None
    steps = [
        {
            "region": step.region,
            "need": step.need,
            "complexity": step.complexity,
            "people": step.people,
            "price": str(step.price),
            "offers": step.offers,
        }
        for step in read_frontier(study.answer).steps
        if place.kind is PlaceKind.NATION or (region is not None and step.region == region.code)
    ]
    points = rules.points_of(steps)
    return {
        "study": study.public_id,
        "of": place.name if place.kind is PlaceKind.NATION or region is None else region.name,
        "steps": steps[:MOST_STEPS],
        "step_count": len(steps),
        "people": points[-1][0],
        "pounds": round(points[-1][1], 2),
        "points": points,
        "fairness": study.answer.get("fairness") if place.kind is PlaceKind.NATION else None,
    }


def _actions(session: Session, analysis: Analysis, places: Sequence[Place]) -> list[dict[str, Any]]:
    """What is done about gaps here, with what became of each gap in this analysis."""
    query = (
        sa.select(GapAction)
        .where(
            GapAction.organisation_id == analysis.organisation_id,
            GapAction.place_id.in_([place.id for place in places]),
        )
        .options(joinedload(GapAction.place), joinedload(GapAction.need_area), joinedload(GapAction.owner))
        .order_by(GapAction.due_on, GapAction.id)
        .limit(MOST_ACTIONS)
    )
    rows = session.scalars(query).all()
    now: Mapping[tuple[int, int], CellReading] = {}
    for kind in {row.place.kind for row in rows}:
        of_kind = [row.place for row in rows if row.place.kind is kind]
        now = {**now, **queries.readings(session, analysis, of_kind, Switches())}
    return [
        {
            "kind": row.kind.value,
            "note": row.note,
            "place": row.place.name,
            "need": row.need_area.short_name,
            "owner": row.owner.name,
            "due": row.due_on.isoformat(),
            "ended": row.ended_at.date().isoformat() if row.ended_at else "",
            "gap": row.gap,
            "now": reading.not_contracted if (reading := now.get((row.place_id, row.need_area_id))) else None,
        }
        for row in rows
    ]
