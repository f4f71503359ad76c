"""Reading the further questions asked of an analysis."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from core.actor import Actor
from core.documents.models import Document
from procurement.gaps.models import Analysis, AnalysisStudy
from procurement.gaps.types import StudyKind


def studies(
    session: Session, analysis: Analysis, kind: StudyKind, *, number: int, size: int
) -> tuple[Sequence[AnalysisStudy], int]:
    """One page of the questions of a kind with their jobs, the newest first, and how many there are."""
    of_kind = sa.and_(AnalysisStudy.analysis_id == analysis.id, AnalysisStudy.kind == kind)
    total = session.scalar(sa.select(sa.func.count()).where(of_kind)) or 0
    query = (
        sa.select(AnalysisStudy)
        .where(of_kind)
        .options(joinedload(AnalysisStudy.job), defer(AnalysisStudy.answer))
        .order_by(AnalysisStudy.created_at.desc(), AnalysisStudy.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    return session.scalars(query).all(), total


def study_for(session: Session, *, actor: Actor, public_id: str, kind: StudyKind) -> AnalysisStudy | None:
    """An answered question of the actor's organisation with its analysis and demand set, or None."""
    query = (
        sa.select(AnalysisStudy)
        .where(
            AnalysisStudy.public_id == public_id,
            AnalysisStudy.organisation_id == actor.organisation_id,
            AnalysisStudy.kind == kind,
            AnalysisStudy.finished_at.is_not(None),
        )
        .options(joinedload(AnalysisStudy.analysis).joinedload(Analysis.demand_set))
    )
    return session.scalars(query).one_or_none()


def published_reports(session: Session, *, number: int, size: int) -> tuple[Sequence[AnalysisStudy], int]:
    """One page of the reports that anyone may read, the newest first, and how many there are."""
    total = session.scalar(sa.select(sa.func.count()).where(AnalysisStudy.published_at.is_not(None))) or 0
    query = (
        sa.select(AnalysisStudy)
        .where(AnalysisStudy.published_at.is_not(None))
        .options(joinedload(AnalysisStudy.analysis), defer(AnalysisStudy.answer))
        .order_by(AnalysisStudy.published_at.desc(), AnalysisStudy.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    return session.scalars(query).all(), total


def published_report(session: Session, public_id: str) -> AnalysisStudy | None:
    """A report that anyone may read, or None."""
    query = (
        sa.select(AnalysisStudy)
        .where(AnalysisStudy.public_id == public_id, AnalysisStudy.published_at.is_not(None))
        .options(joinedload(AnalysisStudy.analysis))
    )
    return session.scalars(query).one_or_none()


def file_of(session: Session, study: AnalysisStudy, form: str) -> Document:
    """The document or the workbook of a report."""
    wanted = (study.answer or {})[form]
    return session.scalars(sa.select(Document).where(Document.public_id == wanted)).one()
