"""Reading analyses: the list, the matrix, one cell, and the frozen inputs behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from catalogue.reference.models import DemandCohort, NeedArea, Place
from catalogue.reference.types import Complexity, PlaceKind
from core.actor import Actor
from core.documents.models import Document
from core.documents.services import content_of
from procurement.gaps.models import Analysis, AnalysisBlock, AnalysisCell, AnalysisSupplier, AnalysisTotal
from procurement.gaps.rules.inputs import Inputs, read_inputs
from procurement.gaps.rules.reading import CellReading


def finished_with(session: Session, *, organisation_id: int, digest: str) -> Analysis | None:
    """The finished analysis of an organisation whose inputs have that digest."""
    query = (
        sa.select(Analysis)
        .where(
            Analysis.organisation_id == organisation_id,
            Analysis.inputs_digest == digest,
            Analysis.finished_at.is_not(None),
        )
        .order_by(Analysis.id)
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def analyses(session: Session, *, actor: Actor, number: int, size: int) -> tuple[Sequence[Analysis], int]:
    """One page of the organisation's analyses with their jobs, the newest first, and how many there are."""
    query = sa.select(Analysis).where(Analysis.organisation_id == actor.organisation_id)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = (
        query.options(joinedload(Analysis.job), joinedload(Analysis.demand_set))
        .order_by(Analysis.created_at.desc(), Analysis.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    return session.scalars(rows).all(), total


def others(session: Session, *, actor: Actor, analysis: Analysis, most: int = 50) -> Sequence[Analysis]:
    """The organisation's other finished analyses, the newest day first."""
    query = (
        sa.select(Analysis)
        .where(
            Analysis.organisation_id == actor.organisation_id,
            Analysis.finished_at.is_not(None),
            Analysis.id != analysis.id,
        )
        .order_by(Analysis.on_date.desc(), Analysis.id.desc())
        .limit(most)
    )
    return session.scalars(query).all()


def of_stages(session: Session, analysis: Analysis) -> dict[str, str]:
    """Stage → the public identifier of the newest finished analysis of the same demand and day."""
    query = (
        sa.select(Analysis.stage, Analysis.public_id)
        .where(
            Analysis.organisation_id == analysis.organisation_id,
            Analysis.demand_set_id == analysis.demand_set_id,
            Analysis.on_date == analysis.on_date,
            Analysis.without_remote == analysis.without_remote,
            Analysis.without_declared == analysis.without_declared,
            Analysis.finished_at.is_not(None),
        )
        .order_by(Analysis.id)
    )
    return dict(session.execute(query).all())


def analysis_for(session: Session, *, actor: Actor, public_id: str) -> Analysis | None:
    """A finished analysis of the actor's organisation with its demand set, or None."""
    query = (
        sa.select(Analysis)
        .where(
            Analysis.public_id == public_id,
            Analysis.organisation_id == actor.organisation_id,
            Analysis.finished_at.is_not(None),
        )
        .options(joinedload(Analysis.demand_set))
    )
    return session.scalars(query).one_or_none()


def any_analysis(session: Session, public_id: str) -> Analysis | None:
    """A finished analysis of any organisation: for commands on the machine itself."""
    query = sa.select(Analysis).where(Analysis.public_id == public_id, Analysis.finished_at.is_not(None))
    return session.scalars(query).one_or_none()


@dataclass(frozen=True)
class Switches:
    """What a matrix or a cell is narrowed to; empty is all."""

    complexity: Complexity | None = None
    cohort: str = ""

    @property
    def any(self) -> bool:
        return bool(self.complexity or self.cohort)


def place_with_surroundings(session: Session, code: str) -> tuple[Place | None, list[Place]]:
    """A place by its code (the nation where there is none) and the places it lies in, the largest first."""
    query = (
        sa.select(Place)
        .where(sa.or_(Place.code == code, Place.kind == PlaceKind.NATION))
        .options(joinedload(Place.region), joinedload(Place.police_force_area))
        .order_by(Place.id)
    )
    found = session.scalars(query).all()
    nation = next((place for place in found if place.kind is PlaceKind.NATION), None)
    if not code or (nation and nation.code == code):
        return nation, []
    place = next((place for place in found if place.code == code), None)
    if place is None or nation is None:
        return None, []
    return place, [nation, *filter(None, (place.region, place.police_force_area))]


def columns_under(session: Session, analysis: Analysis, place: Place) -> Sequence[Place]:
    """The places one step down that the analysis has figures for: regions, areas, or delivery units."""
    below = {
        PlaceKind.NATION: Place.kind == PlaceKind.REGION,
        PlaceKind.REGION: sa.and_(Place.kind == PlaceKind.POLICE_FORCE_AREA, Place.region_id == place.id),
        PlaceKind.POLICE_FORCE_AREA: sa.and_(
            Place.kind == PlaceKind.DELIVERY_UNIT, Place.police_force_area_id == place.id
        ),
        PlaceKind.DELIVERY_UNIT: Place.id == place.id,
    }
    counted = sa.select(AnalysisTotal.place_id).where(AnalysisTotal.analysis_id == analysis.id)
    query = sa.select(Place).where(below[place.kind], Place.id.in_(counted)).order_by(Place.position)
    return session.scalars(query).all()


def places_of_kind(session: Session, analysis: Analysis, kind: PlaceKind) -> Sequence[Place]:
    """The places of a kind that the analysis has figures for, in the order of the files."""
    counted = sa.select(AnalysisTotal.place_id).where(AnalysisTotal.analysis_id == analysis.id)
    query = sa.select(Place).where(Place.kind == kind, Place.id.in_(counted)).order_by(Place.position)
    return session.scalars(query).all()


def readings(
    session: Session, analysis: Analysis, places: Sequence[Place], switches: Switches
) -> dict[tuple[int, int], CellReading]:
    """(place, need area) → the cell's reading, for places of one kind; one query, summed where narrowed."""
    if not places:
        return {}
    keys = [place.id for place in places]
    if not switches.any:
        query = sa.select(
            AnalysisTotal.place_id,
            AnalysisTotal.need_area_id,
            AnalysisTotal.people,
            AnalysisTotal.referred,
            AnalysisTotal.by_contract,
            AnalysisTotal.by_member_offer,
            AnalysisTotal.by_other_offer,
            AnalysisTotal.by_partner,
        ).where(AnalysisTotal.analysis_id == analysis.id, AnalysisTotal.place_id.in_(keys))
    else:
        nation = places[0].kind is PlaceKind.NATION
        column = sa.literal(keys[0]) if nation else _level_column(places[0].kind)
        query = sa.select(column, AnalysisCell.need_area_id, *_sums()).where(
            AnalysisCell.analysis_id == analysis.id, *narrowed(switches)
        )
        if nation:
            query = query.group_by(AnalysisCell.need_area_id)
        else:
            query = query.where(column.in_(keys)).group_by(column, AnalysisCell.need_area_id)
    return {(place, need): CellReading(*counts) for place, need, *counts in session.execute(query)}


@dataclass(frozen=True)
class Part:
    """One complexity and cohort inside a cell."""

    complexity: Complexity
    cohort: str
    reading: CellReading


def parts_of_cell(
    session: Session, analysis: Analysis, place: Place, need: NeedArea, switches: Switches
) -> Sequence[Part]:
    """What a cell is made of: its complexities and cohorts, in the order of the files."""
    query = (
        sa.select(AnalysisCell.complexity, DemandCohort.name, *_sums())
        .join(DemandCohort, DemandCohort.id == AnalysisCell.cohort_id)
        .where(
            AnalysisCell.analysis_id == analysis.id,
            *inside(place),
            AnalysisCell.need_area_id == need.id,
            *narrowed(switches),
        )
        .group_by(AnalysisCell.complexity, DemandCohort.id, DemandCohort.name, DemandCohort.position)
        .order_by(DemandCohort.position)
    )
    order = list(Complexity)
    rows = [
        Part(complexity, name, CellReading(*counts)) for complexity, name, *counts in session.execute(query)
    ]
    return sorted(rows, key=lambda part: order.index(part.complexity))


def blocks_of_cell(
    session: Session, analysis: Analysis, place: Place, need: NeedArea, switches: Switches, most: int = 20
) -> Sequence[AnalysisBlock]:
    """The blocks that explain the shortages inside a cell, the poorest first."""
    numbers = (
        sa.select(AnalysisCell.block)
        .where(
            AnalysisCell.analysis_id == analysis.id,
            *inside(place),
            AnalysisCell.need_area_id == need.id,
            AnalysisCell.block.is_not(None),
            *narrowed(switches),
        )
        .distinct()
    )
    query = sa.select(AnalysisBlock).where(
        AnalysisBlock.analysis_id == analysis.id, AnalysisBlock.number.in_(numbers)
    )
    found = session.scalars(query.order_by(AnalysisBlock.number)).all()
    return sorted(found, key=lambda block: float(block.content["rate"]))[:most]


def suppliers(
    session: Session, analysis: Analysis, *, number: int, size: int
) -> tuple[Sequence[AnalysisSupplier], int]:
    """One page of an analysis's suppliers, the one whose leaving costs most first, and how many there are."""
    of_analysis = AnalysisSupplier.analysis_id == analysis.id
    total = session.scalar(sa.select(sa.func.count()).where(of_analysis)) or 0
    query = sa.select(AnalysisSupplier).where(of_analysis).order_by(AnalysisSupplier.number)
    return session.scalars(query.limit(size).offset((number - 1) * size)).all(), total


def losses_of(session: Session, analysis: Analysis, names: Iterable[str]) -> dict[str, AnalysisSupplier]:
    """The suppliers of those names, by name."""
    query = sa.select(AnalysisSupplier).where(
        AnalysisSupplier.analysis_id == analysis.id, AnalysisSupplier.supplier.in_(set(names))
    )
    return {row.supplier: row for row in session.scalars(query)}


def all_cells(session: Session, analysis: Analysis, within: Place | None = None) -> Sequence[tuple]:
    """Every cell (of a place) for exports: place, area, region, need, complexity, cohort, then the counts."""
    area, region = aliased(Place), aliased(Place)
    query = (
        sa.select(
            Place.name,
            area.name,
            region.name,
            NeedArea.name,
            AnalysisCell.complexity,
            DemandCohort.name,
            AnalysisCell.people,
            AnalysisCell.referred,
            AnalysisCell.by_contract,
            AnalysisCell.by_partner,
            AnalysisCell.by_member_offer,
            AnalysisCell.by_other_offer,
        )
        .join(Place, Place.id == AnalysisCell.place_id)
        .join(area, area.id == AnalysisCell.police_force_area_id)
        .join(region, region.id == AnalysisCell.region_id)
        .join(NeedArea, NeedArea.id == AnalysisCell.need_area_id)
        .join(DemandCohort, DemandCohort.id == AnalysisCell.cohort_id)
        .where(AnalysisCell.analysis_id == analysis.id, *(inside(within) if within else ()))
        .order_by(
            region.position, area.position, Place.position, NeedArea.position, AnalysisCell.complexity,
            DemandCohort.position,
        )
    )  # fmt: skip
    return session.execute(query).all()


def frozen_inputs(session: Session, analysis: Analysis, need: NeedArea) -> Inputs:
    """What concerns a need area in the inputs as they were when the analysis ran."""
    kept = (analysis.summary or {}).get("about_need", {}).get(need.code)
    if kept is None:
        # Nothing in the whole market was for this need.
        return Inputs(analysis.on_date.isoformat(), (), (), {}, (), ())
    query = sa.select(Document).where(Document.public_id == kept)
    return read_inputs(content_of(session.scalars(query).one()))


def whole_inputs(session: Session, analysis: Analysis) -> Inputs:
    """All that an analysis was computed from: megabytes, for the worker and not for a page."""
    query = sa.select(Document).where(Document.public_id == (analysis.summary or {})["inputs"])
    return read_inputs(content_of(session.scalars(query).one()))


def served_by_cell(session: Session, analysis: Analysis) -> dict[tuple[str, str, str, str], int]:
    """(place, need area, complexity, cohort) → whole people whom all layers together serve."""
    query = (
        sa.select(
            Place.code,
            NeedArea.code,
            AnalysisCell.complexity,
            DemandCohort.code,
            AnalysisCell.by_contract
            + AnalysisCell.by_partner
            + AnalysisCell.by_member_offer
            + AnalysisCell.by_other_offer,
        )
        .join(Place, Place.id == AnalysisCell.place_id)
        .join(NeedArea, NeedArea.id == AnalysisCell.need_area_id)
        .join(DemandCohort, DemandCohort.id == AnalysisCell.cohort_id)
        .where(AnalysisCell.analysis_id == analysis.id)
    )
    return {(p, n, x.value, c): served for p, n, x, c, served in session.execute(query)}


def _sums() -> list[sa.ColumnElement[int]]:
    referred = sa.case((AnalysisCell.referred, AnalysisCell.people), else_=0)
    return [
        sa.func.sum(AnalysisCell.people),
        sa.func.sum(referred),
        sa.func.sum(AnalysisCell.by_contract),
        sa.func.sum(AnalysisCell.by_member_offer),
        sa.func.sum(AnalysisCell.by_other_offer),
        sa.func.sum(AnalysisCell.by_partner),
    ]


def _level_column(kind: PlaceKind) -> InstrumentedAttribute[int]:
    return {
        PlaceKind.REGION: AnalysisCell.region_id,
        PlaceKind.POLICE_FORCE_AREA: AnalysisCell.police_force_area_id,
    }.get(kind, AnalysisCell.place_id)


def inside(place: Place) -> list[sa.ColumnElement[bool]]:
    """What narrows a query over cells to those of a place."""
    if place.kind is PlaceKind.NATION:
        return []
    return [_level_column(place.kind) == place.id]


def narrowed(switches: Switches) -> list[sa.ColumnElement[bool]]:
    """What narrows a query over cells to what the switches ask for."""
    wanted: list[sa.ColumnElement[bool]] = []
    if switches.complexity:
        wanted.append(AnalysisCell.complexity == switches.complexity)
    if switches.cohort:
        cohort = sa.select(DemandCohort.id).where(DemandCohort.code == switches.cohort).scalar_subquery()
        wanted.append(AnalysisCell.cohort_id == cohort)
    return wanted
