"""Reading what is done about gaps, and what the newest analysis says of them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.reference.models import NeedArea, Place
from core.actor import Actor
from procurement.gaps.models import Analysis, AnalysisTotal, GapAction


def actions(
    session: Session, *, actor: Actor, open_only: bool, number: int, size: int
) -> tuple[Sequence[GapAction], int]:
    """One page of the organisation's actions, the next due first, and how many there are."""
    query = sa.select(GapAction).where(GapAction.organisation_id == actor.organisation_id)
    if open_only:
        query = query.where(GapAction.ended_at.is_(None))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = query.options(*_WITH).order_by(GapAction.due_on, GapAction.id)
    return session.scalars(rows.limit(size).offset((number - 1) * size)).all(), total


def actions_about(session: Session, *, actor: Actor, place: Place, need: NeedArea) -> Sequence[GapAction]:
    """The actions about one place and need, the newest first."""
    query = (
        sa.select(GapAction)
        .where(
            GapAction.organisation_id == actor.organisation_id,
            GapAction.place_id == place.id,
            GapAction.need_area_id == need.id,
        )
        .options(*_WITH)
        .order_by(GapAction.created_at.desc(), GapAction.id.desc())
        .limit(20)
    )
    return session.scalars(query).all()


def action_for(session: Session, *, actor: Actor, public_id: str) -> GapAction | None:
    """An action of the actor's organisation, or None."""
    query = sa.select(GapAction).where(
        GapAction.public_id == public_id, GapAction.organisation_id == actor.organisation_id
    )
    return session.scalars(query).one_or_none()


def newest_analysis(session: Session, *, actor: Actor) -> Analysis | None:
    """The organisation's finished analysis of all stages for the latest day, the last of several."""
    query = (
        sa.select(Analysis)
        .where(
            Analysis.organisation_id == actor.organisation_id,
            Analysis.finished_at.is_not(None),
            Analysis.stage == "",
        )
        .order_by(Analysis.on_date.desc(), Analysis.finished_at.desc(), Analysis.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def gaps_now(session: Session, analysis: Analysis, found: Sequence[GapAction]) -> dict[tuple[int, int], int]:
    """(place, need area) → people whom nothing in place meets in an analysis, where actions are."""
    query = sa.select(
        AnalysisTotal.place_id,
        AnalysisTotal.need_area_id,
        AnalysisTotal.people - AnalysisTotal.referred - AnalysisTotal.by_contract - AnalysisTotal.by_partner,
    ).where(
        AnalysisTotal.analysis_id == analysis.id,
        AnalysisTotal.place_id.in_({action.place_id for action in found}),
    )
    return {(place, need): people for place, need, people in session.execute(query)}


_WITH = (
    joinedload(GapAction.place),
    joinedload(GapAction.need_area),
    joinedload(GapAction.owner),
    joinedload(GapAction.analysis),
)
