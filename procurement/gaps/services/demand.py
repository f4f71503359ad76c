"""Keeping demand sets: uploaded or modelled, whole or not at all, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import DemandCohort, NeedArea, Place
from catalogue.reference.types import Complexity
from core.actor import Actor
from core.audit.services import record
from core.documents.models import Document
from procurement.gaps.models import DemandModelVersion, DemandRow, DemandSet
from procurement.gaps.rules.demand import DemandLine
from procurement.gaps.rules.demand_model import FORMULA, Assumption, ModelledRow, Scenario
from procurement.gaps.types import GapTag


def keep_demand(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    title: str,
    period: str,
    source: str,
    lines: Sequence[DemandLine],
    document: Document | None = None,
    crosswalk: str = "",
    left_out: Sequence[tuple[str, int, int]] = (),
) -> DemandSet:
    """Keep an uploaded demand set; call it only with the lines of a report without errors.

    `document` is the file, `crosswalk` the list of needs that it uses with the version of our reading of it,
    `left_out` what has no equivalent in ours as (label, people, rows).
    """
    cells = ((line.place, line.need, line.complexity, line.cohort, line.people, line.row) for line in lines)
    return _keep(
        session,
        actor=actor,
        now=now,
        tag=GapTag.DEMAND_UPLOADED,
        cells=cells,
        title=title,
        period=period,
        source=source,
        modelled=False,
        document_id=document.id if document else None,
        crosswalk=crosswalk,
        left_out=[list(row) for row in left_out] or None,
        assumptions=[],
    )


def keep_modelled_demand(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    title: str,
    period: str,
    rows: Sequence[ModelledRow],
    assumptions: Sequence[Assumption],
    scenario: Scenario = Scenario.CENTRAL,
    version: DemandModelVersion | None = None,
) -> DemandSet:
    """Keep a modelled demand set with every assumption as it was used, and the frozen version it is from."""
    cells = ((row.place, row.need, row.complexity, row.cohort, row.people, None) for row in rows)
    return _keep(
        session,
        actor=actor,
        now=now,
        tag=GapTag.DEMAND_MODELLED,
        cells=cells,
        title=title,
        period=period,
        source=f"Modelled, {scenario.value} values: {FORMULA}",
        modelled=True,
        model_version_id=version.id if version else None,
        scenario=scenario if version else None,
        assumptions=[
            {
                "code": f"{a.kind.value}:{a.key}",
                "label": a.label,
                "value": str(float(a.value(scenario))),
                "low": str(float(a.low)),
                "central": str(float(a.central)),
                "high": str(float(a.high)),
                "unit": a.unit,
                "source": a.source,
                "date": a.as_at,
                "base": a.base,
                "weakness": a.weakness,
            }
            for a in assumptions
        ],
    )


def _keep(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    tag: GapTag,
    cells: Iterable[tuple[str, str, str, str, int, int | None]],
    **values: Any,
) -> DemandSet:
    places = dict(session.execute(sa.select(Place.code, Place.id)).all())
    needs = dict(session.execute(sa.select(NeedArea.code, NeedArea.id)).all())
    cohorts = dict(session.execute(sa.select(DemandCohort.code, DemandCohort.id)).all())
    rows: list[dict[str, Any]] = [
        {
            "place_id": places[place],
            "need_area_id": needs[need],
            "complexity": Complexity(complexity),
            "cohort_id": cohorts[cohort],
            "people": people,
            "line": line,
        }
        for place, need, complexity, cohort, people, line in cells
    ]
    kept = DemandSet(
        organisation_id=actor.organisation_id,
        created_by_id=actor.person_id,
        created_at=now,
        people=sum(row["people"] for row in rows),
        row_count=len(rows),
        **values,
    )
    session.add(kept)
    session.flush()
    if rows:
        session.execute(sa.insert(DemandRow), [{"set_id": kept.id, **row} for row in rows])
    details = {"title": kept.title, "people": kept.people, "rows": kept.row_count}
    record(session, tag, actor=actor, now=now, subject=kept, details=details)
    return kept
