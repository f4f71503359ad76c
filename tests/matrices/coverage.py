"""What addresses of coverage name."""

from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import NeedArea, Place, Stage
from core import clock
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.documents.services import store
from core.jobs.models import Job
from core.jobs.services import request_job
from core.spreadsheet import write_xlsx
from procurement.gaps.exports import with_words
from procurement.gaps.models import Analysis, AnalysisStudy, DemandModel, DemandSet
from procurement.gaps.queries.provision import inputs_of
from procurement.gaps.queries.report import report_facts
from procurement.gaps.rules import buying, what_if
from procurement.gaps.rules.analysis import analyse
from procurement.gaps.rules.demand import DemandLine
from procurement.gaps.rules.demand_model import Assumption, Kind
from procurement.gaps.services.actions import record_action
from procurement.gaps.services.analysis import keep_answer, request_analysis
from procurement.gaps.services.demand import keep_demand
from procurement.gaps.services.demand_models import MODEL_JOB, start_model
from procurement.gaps.services.entitlements import state_entitlement
from procurement.gaps.services.studies import keep_study, publish_report, request_study
from procurement.gaps.types import ActionKind, StudyKind
from tests.agencies import make_provision
from tests.factories import make_organisation, make_person
from tests.factories_calloffs import make_draft, make_setting
from tests.matrix import Scene, makes


def kept_demand(session: Session) -> tuple[Organisation, Actor, DemandSet]:
    """A demand set of one cell and its authority."""
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    actor = Actor(None, authority.id, authority.kind.value)
    line = DemandLine(2, "pdu:leeds", "accommodation", "low", "men-26-49", 12, referred=False)
    made = keep_demand(
        session,
        actor=actor,
        now=clock.now(),
        title="Example demand",
        period="2026",
        source="A test",
        lines=[line],
    )
    return authority, actor, made


def requested(session: Session) -> tuple[Organisation, Actor, Job, Analysis]:
    """An analysis asked for and not worked out yet."""
    authority, actor, demand_set = kept_demand(session)
    job = request_analysis(session, actor=actor, now=clock.now(), demand_set=demand_set, on=date(2026, 9, 1))
    return authority, actor, job, session.get_one(Analysis, job.payload["analysis"])


@makes("/coverage/demand/<public_id>")
def demand_set(session: Session) -> Scene:
    authority, _, made = kept_demand(session)
    return Scene({"public_id": made.public_id}, owner=authority)


@makes("/coverage/analyses/progress/<job_id>")
def progress(session: Session) -> Scene:
    authority, _, job, _ = requested(session)
    return Scene({"job_id": job.public_id}, owner=authority)


def finished(session: Session) -> tuple[Organisation, Actor, Analysis]:
    """An analysis with its answer."""
    authority, actor, _, made = requested(session)
    inputs = inputs_of(session, made.demand_set, made.on_date)
    keep_answer(
        session,
        actor=actor,
        now=clock.now(),
        analysis=made,
        inputs=inputs,
        document=inputs.document(),
        answer=analyse(inputs),
    )
    return authority, actor, made


@makes("/coverage/analyses/<public_id>")
def analysis(session: Session) -> Scene:
    authority, _, made = finished(session)
    return Scene({"public_id": made.public_id}, owner=authority)


def answered(session: Session, kind: StudyKind, question: dict, answer: dict) -> Scene:
    """A further question with its answer."""
    authority, actor, made = finished(session)
    job = request_study(
        session,
        actor=actor,
        now=clock.now(),
        analysis=made,
        kind=kind,
        title="A test",
        question=question,
    )
    study = session.get_one(AnalysisStudy, job.payload["study"])
    keep_study(session, actor=actor, now=clock.now(), study=study, answer=answer)
    return Scene({"public_id": study.public_id}, owner=authority)


@makes("/coverage/buying/<public_id>")
def buying_plan(session: Session) -> Scene:
    plan = buying.in_plain_values(buying.Frontier(12, 0, (), 12, 0), None)
    return answered(session, StudyKind.BUYING, {"weights": {}}, plan)


@makes("/coverage/what-if/<public_id>")
def what_if_answer(session: Session) -> Scene:
    answer = {"unknown": [], "before": [12] * 5, "after": [12] * 5, "rows": [], "arcs_checked": 1}
    question = what_if.in_plain_values(what_if.Changes())
    return answered(session, StudyKind.WHAT_IF, question, answer)


@makes("/coverage/actions/<public_id>")
def gap_action(session: Session) -> Scene:
    authority, actor, made = finished(session)
    person = make_person(session, authority, "regional-lead")
    place = session.scalars(sa.select(Place).where(Place.code == "pdu:leeds")).one()
    need = session.scalars(sa.select(NeedArea).where(NeedArea.code == "accommodation")).one()
    action = record_action(
        session,
        actor=actor,
        now=clock.now(),
        analysis=made,
        place=place,
        need=need,
        gap=12,
        kind=ActionKind.ACCEPT,
        note="A test",
        owner=person,
        due_on=date(2027, 3, 1),
    )
    return Scene({"public_id": action.public_id}, owner=authority)


@makes("/coverage/agencies/<public_id>")
def agency_provision(session: Session) -> Scene:
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    person = make_person(session, authority, "regional-lead")
    return Scene({"public_id": make_provision(session, authority, person).public_id}, owner=authority)


def reported(session: Session, *, published: bool) -> Scene:
    """A report for publication with its two files."""
    authority, actor, made = finished(session)
    question = {"place": "nation:ew", "for_publication": True}
    job = request_study(
        session,
        actor=actor,
        now=clock.now(),
        analysis=made,
        kind=StudyKind.REPORT,
        title="A test",
        question=question,
    )
    study = session.get_one(AnalysisStudy, job.payload["study"])
    place = session.scalars(sa.select(Place).where(Place.code == "nation:ew")).one()
    facts = report_facts(session, made, place, for_publication=True, threshold=5)
    content = with_words(facts, places={}, needs={}, cohorts={}, about=[])
    kept = store(
        session, actor=actor, now=clock.now(), name="a.pdf", media_type="application/pdf", content=b"%PDF-"
    )
    sheet = store(
        session,
        actor=actor,
        now=clock.now(),
        name="a.xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        content=write_xlsx([("Sheet", ["Heading"], [["Cell"]])]),
    )
    answer = {"pdf": kept.public_id, "xlsx": sheet.public_id, "content": content}
    keep_study(session, actor=actor, now=clock.now(), study=study, answer=answer)
    if not published:
        return Scene({"public_id": study.public_id}, owner=authority)
    publish_report(session, actor=actor, now=clock.now(), study=study)
    return Scene({"public_id": study.public_id}, owner=authority, shared="it is published for anyone")


@makes("/coverage/reports/<public_id>")
def report(session: Session) -> Scene:
    return reported(session, published=False)


@makes("/coverage/published/<public_id>")
def published_report(session: Session) -> Scene:
    return reported(session, published=True)


def made_model(session: Session) -> tuple[Organisation, Actor, DemandModel]:
    """A model of one assumption and its authority."""
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    actor = Actor(None, authority.id, authority.kind.value)
    one = Assumption(Kind.CASELOAD, "total", "People", *[Fraction(1)] * 3, "", "A test", "", "", "Invented")
    made = start_model(
        session, actor=actor, now=clock.now(), title="Example model", assumptions=[one], note="A test"
    )
    return authority, actor, made


@makes("/coverage/models/<public_id>")
def demand_model(session: Session) -> Scene:
    authority, _, made = made_model(session)
    return Scene({"public_id": made.public_id}, owner=authority)


@makes("/coverage/models/progress/<job_id>")
def demand_model_progress(session: Session) -> Scene:
    authority, actor, made = made_model(session)
    job = request_job(
        session, kind=MODEL_JOB, payload={"version": made.versions[0].id}, actor=actor, now=clock.now()
    )
    return Scene({"job_id": job.public_id}, owner=authority)


@makes("/coverage/entitlements/<public_id>")
def entitlement(session: Session) -> Scene:
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    made = state_entitlement(
        session,
        actor=Actor(None, authority.id, authority.kind.value),
        now=clock.now(),
        need=session.scalars(sa.select(NeedArea).where(NeedArea.code == "finance")).one(),
        stage=session.scalars(sa.select(Stage).where(Stage.code == "community")).one(),
        place=session.scalars(sa.select(Place).where(Place.code == "nation:ew")).one(),
        cohort=None,
        statement="Advice",
        source="A test",
        starts_on=date(2026, 1, 1),
    )
    return Scene({"public_id": made.public_id}, owner=authority)


@makes("/coverage/try/<public_id>")
def tried(session: Session) -> Scene:
    setting = make_setting(session)
    return Scene({"public_id": make_draft(session, setting).public_id}, owner=setting.authority)
