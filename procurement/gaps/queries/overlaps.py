"""Reading which cells of an analysis could be served twice over."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from catalogue.reference.models import DemandCohort, NeedArea, Place
from procurement.gaps.models import Analysis, AnalysisCell
from procurement.gaps.queries.analysis import Switches, inside, narrowed


def overlapping_cells(
    session: Session,
    analysis: Analysis,
    place: Place,
    need: NeedArea,
    switches: Switches,
    *,
    number: int,
    size: int,
) -> tuple[Sequence[AnalysisCell], int]:
    """One page of the cells that overlap, those of contracts alone first, then the largest; and how many."""
    wanted = (
        AnalysisCell.analysis_id == analysis.id,
        AnalysisCell.need_area_id == need.id,
        AnalysisCell.overlap_of_all.is_(True),
        *inside(place),
        *narrowed(switches),
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(AnalysisCell).where(*wanted)) or 0
    query = (
        sa.select(AnalysisCell)
        .join(AnalysisCell.place)
        .join(AnalysisCell.cohort)
        .where(*wanted)
        .options(contains_eager(AnalysisCell.place), contains_eager(AnalysisCell.cohort))
        .order_by(
            AnalysisCell.overlap_of_contracts.desc(),
            AnalysisCell.people.desc(),
            Place.position,
            AnalysisCell.complexity,
            DemandCohort.position,
        )
        .limit(size)
        .offset((number - 1) * size)
    )
    return session.scalars(query).all(), total
