"""What the causes of gaps are read from: contracts of any day, frozen provision, blocks, failed lots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import DemandCohort, NeedArea, Place
from catalogue.reference.types import Complexity, PlaceKind
from procurement.gaps.models import Analysis, AnalysisTotal
from procurement.gaps.queries import analysis as queries
from procurement.gaps.queries import presence as presence_queries
from procurement.gaps.queries.analysis import Part, Switches
from procurement.gaps.queries.remedies import failed_lots
from procurement.gaps.rules import causes as rules
from procurement.gaps.rules.causes import GapCause
from procurement.gaps.rules.inputs import Inputs
from procurement.gaps.rules.presence import Arrangement, Filter, PresenceCell, presence
from procurement.gaps.rules.reading import CellReading
from procurement.gaps.rules.serving import Serving, add_up, may_serve


@dataclass(frozen=True)
class CellFacts:
    """One cell with all that explains it."""

    reading: CellReading
    parts: Sequence[Part]
    serving: Sequence[Serving]
    history: PresenceCell
    blocks: Sequence[Any]
    causes: tuple[GapCause, ...]


@dataclass(frozen=True)
class Backdrop:
    """What is read once however many cells are explained: contracts, axes, cohorts, frozen inputs by need."""

    axes: presence_queries.Axes
    arrangements: Sequence[Arrangement]
    cohorts: Sequence[DemandCohort]
    inputs: dict[str, Inputs]


def backdrop(session: Session, analysis: Analysis) -> Backdrop:
    """Read what cells of an analysis have in common."""
    cohorts = session.scalars(sa.select(DemandCohort).order_by(DemandCohort.position)).all()
    return Backdrop(
        presence_queries.axes(session, analysis.on_date),
        presence_queries.arrangements(session, by_service_type=False),
        cohorts,
        {},
    )


def cell_facts(
    session: Session,
    analysis: Analysis,
    place: Place,
    need: NeedArea,
    switches: Switches,
    behind: Backdrop | None = None,
) -> CellFacts:
    """A place and need of an analysis, narrowed by the switches, with its causes."""
    behind = behind or backdrop(session, analysis)
    if need.code not in behind.inputs:
        behind.inputs[need.code] = queries.frozen_inputs(session, analysis, need)
    cohort = next((row for row in behind.cohorts if row.code == switches.cohort), None)
    parts = queries.parts_of_cell(session, analysis, place, need, switches)
    serving = may_serve(
        behind.inputs[need.code],
        place=None if place.kind is PlaceKind.NATION else place.code,
        need=need.code,
        complexities=[switches.complexity] if switches.complexity else list(Complexity),
        cohorts=[cohort.code] if cohort else [row.code for row in behind.cohorts],
    )
    blocks = queries.blocks_of_cell(session, analysis, place, need, switches)
    history = _history(analysis, place, need, cohort, behind)
    reading = add_up(part.reading for part in parts)
    code_of = {row.name: row.code for row in behind.cohorts}
    found = rules.causes(
        reading=reading,
        history=history,
        serving=serving,
        blocks=[block.content for block in blocks],
        failed=[
            {
                "title": lot.title,
                "why": lot.failure_cause.value if lot.failure_cause else "cancelled",
                "reason": lot.failure_reason if lot.failure_cause else lot.call_off.ended_reason,
            }
            for lot in failed_lots(session, need=need, place=place)
        ],
        people_of_cohort=_by_cohort(parts, code_of, "people"),
        missed_of_cohort=_by_cohort(parts, code_of, "not_contracted"),
    )
    return CellFacts(reading, parts, serving, history, blocks, found)


@dataclass(frozen=True)
class Past:
    """A cell in one analysis, on its day."""

    analysis: Analysis
    reading: CellReading


def past_of_cell(
    session: Session, analysis: Analysis, place: Place, need: NeedArea, most: int = 12
) -> Sequence[Past]:
    """A place and need in this and earlier analyses of the same authority that count alike, oldest first."""
    query = (
        sa.select(Analysis, AnalysisTotal)
        .join(AnalysisTotal, AnalysisTotal.analysis_id == Analysis.id)
        .where(
            Analysis.organisation_id == analysis.organisation_id,
            Analysis.stage == analysis.stage,
            Analysis.without_remote == analysis.without_remote,
            Analysis.without_declared == analysis.without_declared,
            Analysis.finished_at.is_not(None),
            Analysis.on_date <= analysis.on_date,
            AnalysisTotal.place_id == place.id,
            AnalysisTotal.need_area_id == need.id,
        )
        .order_by(Analysis.on_date.desc(), Analysis.id.desc())
        .limit(most)
    )
    found = [
        Past(
            one,
            CellReading(
                total.people,
                total.referred,
                total.by_contract,
                total.by_member_offer,
                total.by_other_offer,
                total.by_partner,
            ),
        )
        for one, total in session.execute(query)
    ]
    return found[::-1]


def _by_cohort(parts: Sequence[Part], code_of: Mapping[str, str], what: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in parts:
        code = code_of[part.cohort]
        found[code] = found.get(code, 0) + getattr(part.reading, what)
    return found


def _history(
    analysis: Analysis, place: Place, need: NeedArea, cohort: DemandCohort | None, behind: Backdrop
) -> PresenceCell:
    """What contracts, with or without stated places, say of a need at a place on the analysis's day."""
    axes = behind.axes
    areas = {
        PlaceKind.NATION: frozenset(axes.areas),
        PlaceKind.REGION: axes.columns("region").get(place.code, frozenset()),
        PlaceKind.POLICE_FORCE_AREA: frozenset({place.code}),
    }.get(place.kind) or frozenset({place.police_force_area.code if place.police_force_area else place.code})
    wanted = Filter(stages=frozenset({analysis.stage}) if analysis.stage else None)
    if cohort:
        wanted = Filter(cohort.sex, cohort.age_from, cohort.age_to, wanted.stages)
    cells = presence(
        behind.arrangements,
        [need.code],
        {place.code: areas},
        analysis.on_date,
        wanted,
        axes.without_equivalent,
    )
    return cells[need.code, place.code]
