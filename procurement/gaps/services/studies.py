"""Asking a further question of an analysis, and keeping its answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.actor import Actor
from core.audit.services import record
from core.jobs.models import Job
from core.jobs.services import request_job
from core.reasons import Reason, Refused
from procurement.gaps.models import Analysis, AnalysisStudy
from procurement.gaps.types import GapTag, StudyKind

STUDY_JOB = "gaps.study"


def request_study(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    analysis: Analysis,
    kind: StudyKind,
    title: str,
    question: dict[str, Any],
) -> Job:
    """Ask the worker a further question of a finished analysis; returns the job to wait for."""
    study = AnalysisStudy(
        analysis_id=analysis.id,
        organisation_id=analysis.organisation_id,
        kind=kind,
        title=title[:200],
        question=question,
        answer=None,
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(study)
    session.flush()
    job = request_job(session, kind=STUDY_JOB, payload={"study": study.id}, actor=actor, now=now)
    study.job_id = job.id
    details = {"kind": kind.value, "analysis": analysis.public_id}
    record(session, GapTag.STUDY_REQUESTED, actor=actor, now=now, subject=study, details=details)
    return job


def keep_study(
    session: Session, *, actor: Actor, now: datetime, study: AnalysisStudy, answer: dict[str, Any]
) -> None:
    """Keep the answer to a question."""
    study.answer = answer
    study.finished_at = now
    details = {"kind": study.kind.value}
    record(session, GapTag.STUDY_FINISHED, actor=actor, now=now, subject=study, details=details)


def publish_report(session: Session, *, actor: Actor, now: datetime, study: AnalysisStudy) -> None:
    """Let anyone read a report; only one made for publication may be. Publishing it twice changes nothing."""
    if study.kind is not StudyKind.REPORT or not study.question["for_publication"]:
        raise Refused(Reason("not_for_publication"))
    if study.published_at is None:
        study.published_at = now
        record(session, GapTag.REPORT_PUBLISHED, actor=actor, now=now, subject=study, details={})


def withdraw_report(session: Session, *, actor: Actor, now: datetime, study: AnalysisStudy) -> None:
    """Take a published report back; it stays with the authority."""
    if study.published_at is not None:
        study.published_at = None
        record(session, GapTag.REPORT_WITHDRAWN, actor=actor, now=now, subject=study, details={})
