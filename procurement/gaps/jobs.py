"""The analysis and the further questions to it as work for the worker: read, compute, keep."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from catalogue.reference import queries as reference
from catalogue.reference.models import Place
from core import clock
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.db import db
from core.documents.services import store
from core.jobs.types import Progress
from core.pdf import render_pdf
from core.spreadsheet import write_xlsx
from core.web.filters import format_date
from procurement.gaps import exports
from procurement.gaps.models import Analysis, AnalysisStudy, DemandModelVersion
from procurement.gaps.queries.analysis import all_cells, finished_with, served_by_cell, whole_inputs
from procurement.gaps.queries.demand_models import assumptions_of, rows_of, sets_of, weights_of
from procurement.gaps.queries.provision import inputs_of
from procurement.gaps.queries.remedies import offer_prices
from procurement.gaps.queries.report import report_facts
from procurement.gaps.rules import buying, what_if
from procurement.gaps.rules.analysis import analyse
from procurement.gaps.rules.demand_model import Scenario, model_demand
from procurement.gaps.rules.inputs import Inputs, digest
from procurement.gaps.rules.overlaps import overlaps
from procurement.gaps.rules.resilience import losses
from procurement.gaps.rules.scopes import expand
from procurement.gaps.rules.what_if import Quick, quick
from procurement.gaps.services.analysis import give_way, keep_answer
from procurement.gaps.services.demand import keep_modelled_demand
from procurement.gaps.services.studies import keep_study
from procurement.gaps.types import StudyKind

MOST_WARM = 2
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def run_analysis(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Work out one analysis; returns the public identifier of the answer.

    The same inputs have the same answer: where the organisation has one already, this analysis gives way to
    it. Between reading and writing the session is released, for on SQLite it would hold the only write lock.
    """
    session = db.session
    progress(5, "Reading demand, contracts, partner agencies and offers")
    analysis = session.get(Analysis, payload["analysis"])
    if analysis is None:
        # An earlier run gave way to a finished analysis and was then interrupted: nothing is left to do.
        return {}
    if analysis.finished_at is not None:
        return {"analysis": analysis.public_id}
    inputs = inputs_of(
        session,
        analysis.demand_set,
        analysis.on_date,
        analysis.stage,
        without_remote=analysis.without_remote,
        without_declared=analysis.without_declared,
    )
    document = inputs.document()
    same = finished_with(session, organisation_id=analysis.organisation_id, digest=digest(document))
    if same is not None:
        give_way(session, analysis=analysis)
        return {"analysis": same.public_id}
    session.rollback()
    progress(
        25,
        f"Comparing {len(inputs.demand):,} cells with {len(inputs.scopes):,} contracts, agencies and offers",
    )
    answer = analyse(inputs)
    progress(60, "Asking what is lost if a supplier leaves")
    expanded = expand(inputs)
    lost = losses(expanded)
    progress(70, "Looking for what is there twice")
    twice = overlaps(expanded)
    progress(80, "Keeping the answer")
    analysis = session.get_one(Analysis, payload["analysis"])
    actor = Actor(
        person_id=analysis.created_by_id,
        organisation_id=analysis.organisation_id,
        organisation_kind=OrganisationKind.AUTHORITY,
    )
    keep_answer(
        session,
        actor=actor,
        now=clock.now(),
        analysis=analysis,
        inputs=inputs,
        document=document,
        answer=answer,
        losses=lost,
        overlaps=twice,
    )
    return {"analysis": analysis.public_id}


def run_study(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Answer one further question; returns its public identifier and kind."""
    session = db.session
    progress(5, "Reading the analysis")
    study = session.get_one(AnalysisStudy, payload["study"])
    result = {"study": study.public_id, "kind": study.kind.value}
    if study.finished_at is not None:
        return result
    answer = STUDIES[study.kind](study, progress)
    study = session.get_one(AnalysisStudy, payload["study"])
    actor = Actor(
        person_id=study.created_by_id,
        organisation_id=study.organisation_id,
        organisation_kind=OrganisationKind.AUTHORITY,
    )
    keep_study(session, actor=actor, now=clock.now(), study=study, answer=answer)
    return result


def _buying(study: AnalysisStudy, progress: Progress) -> dict[str, Any]:
    """What to buy first with the prices of published offers as they are now."""
    session = db.session
    weights = {need: Decimal(weight) for need, weight in study.question["weights"].items()}
    inputs, prices = whole_inputs(session, study.analysis), offer_prices(session)
    served = served_by_cell(session, study.analysis)
    session.rollback()
    progress(30, "Finding what to buy first")
    expanded = expand(inputs)
    plan = buying.frontier(inputs, expanded, prices, weights)
    progress(60, "Comparing the cheapest way with the fair one")
    fair = [served[cell[:4]] for cell in expanded.cells]
    return buying.in_plain_values(plan, buying.cost_of_fairness(inputs, expanded, prices, fair))


_warm: dict[str, tuple[Inputs, Quick]] = {}
"""The analyses asked about last, by the digest of their inputs: a warm worker need not read them again."""


def _baseline(session: Session, analysis: Analysis) -> tuple[Inputs, Quick]:
    """The inputs of an analysis and its quick answer, which every what-if is shown beside."""
    if analysis.inputs_digest not in _warm:
        inputs = whole_inputs(session, analysis)
        session.rollback()
        while len(_warm) >= MOST_WARM:
            _warm.pop(next(iter(_warm)))
        _warm[analysis.inputs_digest] = inputs, quick(inputs)
    return _warm[analysis.inputs_digest]


def _what_if(study: AnalysisStudy, progress: Progress) -> dict[str, Any]:
    """The answer with the changes that were asked for, beside the answer as it is."""
    session = db.session
    changes, analysis = what_if.read_changes(study.question), study.analysis
    cohorts = {row.code: row.sex for row in reference.demand_cohorts(session)}
    inputs, before = _baseline(session, analysis)
    session.rollback()
    other, unknown = what_if.changed(inputs, changes, cohorts)
    after = quick(other)
    return {
        "unknown": list(unknown),
        "before": list(before.whole),
        "after": list(after.whole),
        "rows": [[*row] for row in what_if.difference(before, after)],
        "arcs_checked": after.arcs_checked,
    }


def _report(study: AnalysisStudy, progress: Progress) -> dict[str, Any]:
    """A report of a place as a document and a workbook, with the values that both were made from."""
    session, asked, analysis = db.session, study.question, study.analysis
    place = session.scalars(sa.select(Place).where(Place.code == asked["place"])).one()
    for_publication = bool(asked["for_publication"])
    places = {row.code: row.name for row in reference.places(session)}
    needs = {row.code: row.short_name for row in reference.need_areas(session)}
    cohorts = {row.code: row.name for row in reference.demand_cohorts(session)}
    stages = {row.code: row.name for row in reference.stages(session)}
    facts = report_facts(
        session,
        analysis,
        place,
        for_publication=for_publication,
        threshold=current_app.config["SMALL_COUNT_THRESHOLD"],
    )
    content = exports.with_words(
        facts, places=places, needs=needs, cohorts=cohorts, about=exports.about(analysis)
    )
    cells = None
    if not for_publication:
        cells = exports.coverage_table(all_cells(session, analysis, place))[1]
    now = clock.now()
    days = {row[when] for row in content.get("actions", ()) for when in ("due", "ended")}
    if content.get("before"):
        days.add(content["before"]["on"])
    actor = Actor(study.created_by_id, study.organisation_id, OrganisationKind.AUTHORITY)
    values = {
        "content": content,
        "authority": session.get_one(Organisation, study.organisation_id).name,
        "made": format_date(now),
        "reference": study.public_id,
        "analysis": analysis.public_id,
        "demand_title": analysis.title,
        "on": format_date(analysis.on_date),
        "stage": stages.get(analysis.stage, ""),
        "places_by_code": {row["code"]: row for row in content["places"]},
        "names": {**places, **needs},
        "action_names": exports.ACTION_NAMES,
        "dates": {day: format_date(date.fromisoformat(day)) for day in days if day},
    }
    title, name = study.title, f"coverage-{study.public_id}"
    session.rollback()
    progress(40, "Drawing the report")
    pdf = render_pdf("coverage_report", title=title, **values)
    progress(80, "Writing the workbook")
    book = write_xlsx(exports.report_sheets(content, values["names"], cells))
    kept = [
        store(session, actor=actor, now=now, name=f"{name}.{form}", media_type=media_type, content=made)
        for form, media_type, made in (("pdf", "application/pdf", pdf), ("xlsx", XLSX, book))
    ]
    return {"pdf": kept[0].public_id, "xlsx": kept[1].public_id, "content": content}


STUDIES = {StudyKind.BUYING: _buying, StudyKind.WHAT_IF: _what_if, StudyKind.REPORT: _report}


def run_model(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Work out the demand sets of a frozen version of a model; returns their public identifiers.

    A set that is there already, from a run that was interrupted, is not worked out again.
    """
    session = db.session
    progress(5, "Reading the assumptions")
    version = session.get_one(DemandModelVersion, payload["version"])
    assumptions = assumptions_of(rows_of(session, version))
    weights = weights_of(session, assumptions)
    made = {row.scenario: row.public_id for row in sets_of(session, version)}
    title = f"{version.model.title}, version {version.number}"
    actor = Actor(payload["person"], version.model.organisation_id, OrganisationKind.AUTHORITY)
    session.rollback()
    scenarios = [Scenario(code) for code in payload["scenarios"]]
    worked_out = {}
    for number, scenario in enumerate(scenarios):
        if scenario not in made:
            progress(10 + 80 * number // len(scenarios), f"Working out the {scenario.value} values")
            worked_out[scenario] = model_demand(assumptions, weights, scenario)
    progress(90, "Keeping the demand sets")
    version = session.get_one(DemandModelVersion, payload["version"])
    for scenario, rows in worked_out.items():
        kept = keep_modelled_demand(
            session,
            actor=actor,
            now=clock.now(),
            title=f"{title}, {scenario.value} values",
            period=payload["period"],
            rows=rows,
            assumptions=assumptions,
            scenario=scenario,
            version=version,
        )
        made[scenario] = kept.public_id
    return {"model": version.model.public_id, "demand_sets": [made[scenario] for scenario in scenarios]}
