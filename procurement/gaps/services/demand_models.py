"""Models of demand: begun, changed assumption by assumption, frozen, and worked out by the worker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from core.actor import Actor
from core.audit.services import record
from core.jobs.models import Job
from core.jobs.services import request_job
from core.reasons import Reason, Refused, refuse_if
from procurement.gaps.models import DemandModel, DemandModelRow, DemandModelVersion
from procurement.gaps.queries.demand_models import assumptions_of, row_of, rows_of
from procurement.gaps.rules.demand_model import Assumption, Kind, Scenario, reasons_not_to_model
from procurement.gaps.types import GapTag

MODEL_JOB = "gaps.model"
MILLIONTH = Decimal("0.000001")


def start_model(
    session: Session, *, actor: Actor, now: datetime, title: str, assumptions: Sequence[Assumption], note: str
) -> DemandModel:
    """Begin a model with a first version that holds these assumptions."""
    model = DemandModel(organisation_id=actor.organisation_id, title=title, created_at=now)
    model.versions.append(_version(actor, now, 1, note))
    session.add(model)
    session.flush()
    _fill(session, model.versions[0], assumptions)
    record(session, GapTag.MODEL_STARTED, actor=actor, now=now, subject=model, details={"number": 1})
    return model


def start_version(
    session: Session, *, actor: Actor, now: datetime, model: DemandModel, note: str
) -> DemandModelVersion:
    """Begin the next version with the assumptions of the last one. Raises `Refused` while one is open."""
    latest = model.versions[-1]
    if latest.frozen_at is None:
        raise Refused(Reason("version_open", {"number": latest.number}))
    version = _version(actor, now, latest.number + 1, note)
    model.versions.append(version)
    session.flush()
    _fill(session, version, assumptions_of(rows_of(session, latest)))
    details = {"number": version.number}
    record(session, GapTag.MODEL_STARTED, actor=actor, now=now, subject=model, details=details)
    return version


def change_assumption(
    session: Session, *, version: DemandModelVersion, kind: Kind, key: str, values: dict[str, Any]
) -> None:
    """Change one assumption of an open version; `values` by the names of its columns.

    Raises `Refused` where the version is frozen, or the values are out of order or come from nowhere.
    """
    _open(version)
    row = row_of(session, version, kind, key)
    if row is None:
        raise Refused(Reason("unknown_assumption", {"kind": kind, "key": key}))
    (held,) = assumptions_of([row])
    exact = {name: Fraction(v) if isinstance(v, Decimal) else v for name, v in values.items()}
    wanted = replace(held, **exact)
    # Whether shares add up is asked of all of them together, before anything is worked out.
    about_one = ("values_out_of_order", "unsourced_assumption", "more_than_all")
    refuse_if([r for r in reasons_not_to_model([wanted]) if r.code in about_one])
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


def take_in(session: Session, *, version: DemandModelVersion, assumptions: Iterable[Assumption]) -> int:
    """Put assumptions in the place of those of the same kind and key, or beside; returns how many."""
    _open(version)
    held = {(row.kind, row.key): row for row in rows_of(session, version)}
    position = max((row.position for row in held.values()), default=0)
    count = 0
    for one in assumptions:
        row = held.get((one.kind, one.key))
        if row is None:
            position += 1
            row = DemandModelRow(version_id=version.id, kind=one.kind, key=one.key, position=position)
            session.add(row)
        _write(row, one)
        count += 1
    session.flush()
    return count


def request_demand(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    version: DemandModelVersion,
    period: str,
    scenarios: Sequence[Scenario],
) -> Job:
    """Freeze a version and ask the worker for its demand sets; returns the job to wait for.

    Raises `Refused` with every reason why the assumptions do not hold together.
    """
    assumptions = assumptions_of(rows_of(session, version))
    reasons = reasons_not_to_model(assumptions)
    if not any(one.kind is Kind.PLACE for one in assumptions):
        reasons.append(Reason("assumption_missing", {"kind": Kind.PLACE}))
    refuse_if(reasons)
    if version.frozen_at is None:
        version.frozen_at = now
        session.flush()
        details = {"number": version.number, "rows": len(assumptions)}
        record(session, GapTag.MODEL_FROZEN, actor=actor, now=now, subject=version.model, details=details)
    payload = {
        "version": version.id,
        "period": period,
        "scenarios": [scenario.value for scenario in scenarios],
        "person": actor.person_id,
    }
    return request_job(session, kind=MODEL_JOB, payload=payload, actor=actor, now=now)


def _open(version: DemandModelVersion) -> None:
    if version.frozen_at is not None:
        raise Refused(Reason("version_frozen", {"number": version.number}))


def _version(actor: Actor, now: datetime, number: int, note: str) -> DemandModelVersion:
    return DemandModelVersion(number=number, note=note, created_by_id=actor.person_id, created_at=now)


def _fill(session: Session, version: DemandModelVersion, assumptions: Iterable[Assumption]) -> None:
    for position, one in enumerate(assumptions, start=1):
        row = DemandModelRow(version_id=version.id, kind=one.kind, key=one.key, position=position)
        _write(row, one)
        session.add(row)
    session.flush()


def _write(row: DemandModelRow, one: Assumption) -> None:
    row.label, row.unit, row.source = one.label, one.unit, one.source
    row.as_at, row.base, row.weakness = one.as_at, one.base[:200], one.weakness
    row.low, row.central, row.high = (_decimal(value) for value in (one.low, one.central, one.high))


def _decimal(value: Fraction) -> Decimal:
    """A figure to six places, which is more than any source gives."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(MILLIONTH, ROUND_HALF_EVEN)
