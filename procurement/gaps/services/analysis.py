"""Asking for an analysis, and keeping its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import DemandCohort, NeedArea, Place
from catalogue.reference.types import Complexity, PlaceKind
from core.actor import Actor
from core.audit.services import record
from core.documents.services import store
from core.jobs.models import Job
from core.jobs.services import request_job
from procurement.gaps.models import (
    Analysis,
    AnalysisBlock,
    AnalysisCell,
    AnalysisSupplier,
    AnalysisTotal,
    DemandSet,
)
from procurement.gaps.rules.analysis import Answer, CellAnswer
from procurement.gaps.rules.inputs import LAYERS, METHOD, CellKey, Inputs, about_need, digest
from procurement.gaps.rules.resilience import SupplierLoss
from procurement.gaps.types import GapTag

JOB_KIND = "gaps.analyse"
NAMES_KEPT = 50
BY_LAYER = tuple(f"by_{layer}" for layer in LAYERS)
"""The columns of cells and totals, in the order of the layers."""


def request_analysis(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    demand_set: DemandSet,
    on: date,
    stage: str = "",
    without_remote: bool = False,
    without_declared: bool = False,
) -> Job:
    """Ask the worker how far what stands on a day covers a demand set; returns the job to wait for.

    With a `stage`, only what works at it is counted. `without_remote` leaves out what is given only remotely,
    `without_declared` what partner agencies have declared and nobody has seen.
    """
    analysis = Analysis(
        organisation_id=actor.organisation_id,
        demand_set_id=demand_set.id,
        title=demand_set.title,
        on_date=on,
        stage=stage,
        without_remote=without_remote,
        without_declared=without_declared,
        summary=None,
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(analysis)
    session.flush()
    job = request_job(session, kind=JOB_KIND, payload={"analysis": analysis.id}, actor=actor, now=now)
    analysis.job_id = job.id
    details = {"demand_set": demand_set.public_id, "on": on}
    record(session, GapTag.ANALYSIS_REQUESTED, actor=actor, now=now, subject=analysis, details=details)
    return job


def give_way(session: Session, *, analysis: Analysis) -> None:
    """Remove an analysis that would repeat a finished one; its readers are sent there."""
    session.delete(analysis)
    session.flush()


def keep_answer(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    analysis: Analysis,
    inputs: Inputs,
    document: bytes,
    answer: Answer,
    losses: Sequence[SupplierLoss] = (),
    overlaps: Mapping[CellKey, tuple[bool, bool]] | None = None,
) -> None:
    """Write cells, totals, blocks, suppliers and summary, and the frozen inputs beside them; all or nothing.

    The inputs are kept whole, as evidence, and once more by need, as pages read them.
    """

    def keep(name: str, content: bytes) -> str:
        file = f"{name}-{analysis.public_id}.json"
        media_type = "application/json"
        kept = store(session, actor=actor, now=now, name=file, media_type=media_type, content=content)
        return kept.public_id

    needs = sorted({port.need for scope in inputs.scopes for port in scope.ports})
    documents = {
        "inputs": keep("inputs", document),
        "about_need": {need: keep(need, about_need(inputs, need).document()) for need in needs},
    }
    _keep_cells(session, analysis, inputs, answer, overlaps)
    if answer.blocks:
        session.execute(
            sa.insert(AnalysisBlock),
            [{"analysis_id": analysis.id, **asdict(block)} for block in answer.blocks],
        )
    if losses:
        session.execute(
            sa.insert(AnalysisSupplier),
            [
                {"analysis_id": analysis.id, "number": number, **asdict(loss)}
                for number, loss in enumerate(losses, start=1)
            ],
        )
    analysis.inputs_digest = digest(document)
    analysis.method = METHOD
    analysis.certificate = "holds"
    analysis.finished_at = now
    analysis.summary = _summary(inputs, answer) | documents
    details = {"inputs": analysis.inputs_digest, "people": answer.people, **answer.by_layer}
    record(session, GapTag.ANALYSIS_FINISHED, actor=actor, now=now, subject=analysis, details=details)


def _keep_cells(
    session: Session,
    analysis: Analysis,
    inputs: Inputs,
    answer: Answer,
    overlaps: Mapping[CellKey, tuple[bool, bool]] | None,
) -> None:
    places = dict(session.execute(sa.select(Place.code, Place.id)).all())
    needs = dict(session.execute(sa.select(NeedArea.code, NeedArea.id)).all())
    cohorts = dict(session.execute(sa.select(DemandCohort.code, DemandCohort.id)).all())
    nation = session.scalars(sa.select(Place.id).where(Place.kind == PlaceKind.NATION)).one()
    totals: dict[tuple[int, int], Counter[str]] = {}
    rows = []
    for cell in answer.cells:
        place, need, complexity, cohort = cell.key
        around = inputs.places[place]
        need_id = needs[need]
        counts = _counts(cell)
        rows.append(
            {
                "analysis_id": analysis.id,
                "place_id": places[place],
                "need_area_id": need_id,
                "complexity": Complexity(complexity),
                "cohort_id": cohorts[cohort],
                "region_id": places[around.region],
                "police_force_area_id": places[around.area],
                "people": cell.people,
                **{name: counts[name] for name in BY_LAYER},
                "referred": cell.referred,
                "block": cell.block,
                **_overlap(cell.key, overlaps),
            }
        )
        for outer in {places[place], places[around.area], places[around.region], nation}:
            totals.setdefault((outer, need_id), Counter()).update(counts)
    if rows:
        session.execute(sa.insert(AnalysisCell), rows)
        session.execute(
            sa.insert(AnalysisTotal),
            [
                {"analysis_id": analysis.id, "place_id": place, "need_area_id": need, **counts}
                for (place, need), counts in totals.items()
            ],
        )


def _overlap(key: CellKey, overlaps: Mapping[CellKey, tuple[bool, bool]] | None) -> dict[str, bool | None]:
    """Whether contracts, and everything together, could serve a cell twice; None where it was not asked."""
    by_contract, by_all = (None, None) if overlaps is None else overlaps.get(key, (False, False))
    return {"overlap_of_contracts": by_contract, "overlap_of_all": by_all}


def _counts(cell: CellAnswer) -> dict[str, int]:
    return {
        "people": cell.people,
        "referred": cell.people if cell.referred else 0,
        **dict(zip(BY_LAYER, cell.by_layer, strict=True)),
    }


def _summary(inputs: Inputs, answer: Answer) -> dict[str, Any]:
    """Totals and what was left out, in plain values for the pages."""
    left_out: dict[str, dict[str, Any]] = {}
    for row in inputs.left_out:
        group = left_out.setdefault(f"{row.kind}:{row.reason}", {"count": 0, "names": []})
        group["count"] += 1
        if len(group["names"]) < NAMES_KEPT:
            group["names"].append([row.id, row.name])
    return {
        "people": answer.people,
        "referred": answer.referred,
        "by_layer": answer.by_layer,
        "left_out": left_out,
        "contracts": sum(scope.kind == "contract" for scope in inputs.scopes),
        "offers": sum(scope.kind == "offer" for scope in inputs.scopes),
        "partners": sum(scope.kind == "partner" for scope in inputs.scopes),
        "partial_cohorts": answer.partial_cohorts,
        "partial_places": answer.partial_places,
        "solves": answer.solves,
        "arcs_checked": answer.arcs_checked,
    }
