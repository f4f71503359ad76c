"""An upload from its receipt to its end: the file stored, its plan reported, confirmed, carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.bulk import queries
from catalogue.bulk.models import BulkProblem, BulkRow, BulkUpload, OfferReference
from catalogue.bulk.rules.planning import Plan, PlannedOffer
from catalogue.bulk.rules.states import UPLOAD_STEPS, reasons_not_to_confirm
from catalogue.bulk.services.writing import insert_offers, insert_versions, table_of, update_versions
from catalogue.bulk.types import BulkTag, Outcome, PlannedPool, Problem, Sheet, UploadEvent
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.states import EDITABLE, OFFER_STEPS
from catalogue.offers.services import change_pool
from catalogue.offers.types import OfferEvent, OfferState
from catalogue.reference import queries as reference
from core.accounts.models import Organisation
from core.actor import Actor
from core.audit.services import record
from core.documents.services import store
from core.jobs.models import Job
from core.jobs.services import request_job
from core.reasons import Reason, Refused, refuse_if
from core.states import step

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = "application/x-throughgate-rows"
MOST_PROBLEMS = 5_000
"""A report keeps so many problems, and the number of all beside them."""
CHECK, APPLY, WRITE = "bulk.check", "bulk.apply", "bulk.write"


def receive_upload(session: Session, *, actor: Actor, now: datetime, name: str, content: bytes) -> BulkUpload:
    """Keep a workbook of the actor's organisation and ask the worker to check it; nothing else changes."""
    document = store(session, actor=actor, now=now, name=name, media_type=XLSX, content=content)
    upload = BulkUpload(
        organisation_id=actor.organisation_id,
        document=document,
        uploaded_by_id=actor.person_id,
        created_at=now,
    )
    session.add(upload)
    session.flush()
    upload.job = request_job(session, kind=CHECK, payload={"upload": upload.id}, actor=actor, now=now)
    details = {"upload": upload.public_id, "digest": document.digest}
    record(session, BulkTag.UPLOADED, actor=actor, now=now, subject=upload, details=details)
    return upload


def request_workbook(session: Session, *, actor: Actor, now: datetime) -> Job:
    """Ask the worker for the workbook with all offers of the actor's organisation."""
    payload = {"supplier": actor.organisation_id, "person": actor.person_id}
    return request_job(session, kind=WRITE, payload=payload, actor=actor, now=now)


def keep_rows(session: Session, *, actor: Actor, now: datetime, upload: BulkUpload, packed: bytes) -> str:
    """Keep what was read of a workbook beside it; return the identifier of that document."""
    name = f"{upload.public_id}.rows"
    return store(session, actor=actor, now=now, name=name, media_type=ROWS, content=packed).public_id


def refuse_upload(
    session: Session, *, now: datetime, upload: BulkUpload, code: str, params: dict[str, Any]
) -> None:
    """End an upload whose file cannot be read as a workbook of offers at all."""
    upload.state = step(UPLOAD_STEPS, upload.state, UploadEvent.REFUSE)
    upload.refusal, upload.refusal_params, upload.ended_at = code, params, now


def note_failure(session: Session, *, now: datetime, upload: BulkUpload) -> None:
    """End an upload whose work broke off; nothing of it was done."""
    upload.state = step(UPLOAD_STEPS, upload.state, UploadEvent.FAIL)
    upload.ended_at = now


def keep_plan(session: Session, *, now: datetime, upload: BulkUpload, plan: Plan) -> None:
    """Report what a file would do; with any problem the upload ends, and otherwise it may be confirmed."""
    for kept in (BulkRow, BulkProblem):
        session.execute(sa.delete(kept).where(kept.upload_id == upload.id))
    upload.problem_count = len(plan.problems)
    upload.to_create = plan.count(Outcome.CREATED)
    upload.to_change = plan.count(Outcome.CHANGED, Outcome.NEW_VERSION)
    upload.unchanged, upload.complete = plan.count(Outcome.UNCHANGED), plan.complete
    upload.plan_digest = plan.digest()
    upload.refusal_params = {"ignored": plan.ignored} if plan.ignored else {}
    upload.state = step(UPLOAD_STEPS, upload.state, UploadEvent.REFUSE if plan.problems else UploadEvent.PASS)
    if plan.problems:
        upload.ended_at = now
    session.flush()
    if plan.offers:
        session.execute(sa.insert(BulkRow), [_row(upload, offer) for offer in plan.offers])
    pools = [_pool_row(upload, pool) for pool in plan.pools if pool.outcome is not Outcome.UNCHANGED]
    if pools:
        session.execute(sa.insert(BulkRow), pools)
    if plan.problems:
        rows = [_problem_row(upload, problem) for problem in plan.problems[:MOST_PROBLEMS]]
        session.execute(sa.insert(BulkProblem), rows)


def _row(upload: BulkUpload, offer: PlannedOffer) -> dict[str, Any]:
    return {
        "upload_id": upload.id,
        "row_number": offer.row,
        "reference": offer.reference[:200],
        "title": offer.title[:200],
        "outcome": offer.outcome,
        "offer_id": offer.held.offer_id if offer.held is not None else None,
        "changes": [list(change) for change in offer.changes],
        "missing": offer.missing,
    }


def _pool_row(upload: BulkUpload, pool: PlannedPool) -> dict[str, Any]:
    """A row of the report for a pool; its number is below zero, because it counts on a sheet of its own."""
    return {
        "upload_id": upload.id,
        "row_number": -pool.row,
        "reference": pool.held.public_id,
        "title": pool.name[:200],
        "outcome": pool.outcome,
        "offer_id": None,
        "changes": [list(change) for change in pool.changes],
        "missing": 0,
    }


def _problem_row(upload: BulkUpload, problem: Problem) -> dict[str, Any]:
    return {
        "upload_id": upload.id,
        "sheet": problem.sheet,
        "row_number": problem.row,
        "column": problem.column[:200],
        "value": problem.value[:200],
        "code": problem.code,
        "params": dict(problem.params),
    }


def confirm_upload(
    session: Session, *, actor: Actor, now: datetime, upload: BulkUpload, submits: bool = False
) -> None:
    """Ask the worker to do what the report shows; ``submits`` hands in each offer of it that is complete.

    Refused where another step came first, and where there is nothing to do.
    """
    if upload.organisation_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))
    following = step(UPLOAD_STEPS, upload.state, UploadEvent.CONFIRM)
    refuse_if(reasons_not_to_confirm(upload.to_create, upload.to_change))
    upload.confirmed_at, upload.confirmed_by_id, upload.submits = now, actor.person_id, submits
    upload.state = following
    session.flush()
    read = (upload.job.result or {}).get("rows") if upload.job is not None else None
    payload = {"upload": upload.id, "rows": read}
    upload.job = request_job(session, kind=APPLY, payload=payload, actor=actor, now=now)


def apply_plan(session: Session, *, actor: Actor, now: datetime, upload: BulkUpload, plan: Plan) -> bool:
    """Write all that a confirmed upload's plan says, or nothing; return whether it was written.

    The plan was made outside this transaction, which holds SQLite's one write lock: here the offers are held
    and compared by their row versions alone. Where one has changed since, the upload is refused.
    """
    session.execute(
        # One file of an organisation after the other: both might make the same offer.
        sa.select(Organisation.id)
        .where(Organisation.id == upload.organisation_id)
        .with_for_update(key_share=True)
    )
    acting = [offer for offer in plan.offers if offer.acts]
    pools = {
        planned.row: queries.locked_pool(session, planned.held.public_id, actor=actor)
        for planned in plan.pools
        if planned.acts
    }
    clashes = _clashes(session, upload.organisation_id, acting)
    clashes += [
        Problem(str(Sheet.POOLS), planned.row, "Pool", planned.held.public_id, "pool_changed_meanwhile")
        for planned in plan.pools
        if planned.acts
        and ((found := pools[planned.row]) is None or found.row_version != planned.held.row_version)
    ]
    if clashes:
        plan.problems += clashes
        keep_plan(session, now=now, upload=upload, plan=plan)
        return False
    for planned in plan.pools:
        if planned.acts and (pool := pools[planned.row]) is not None:
            change_pool(
                session,
                actor=actor,
                now=now,
                pool=pool,
                name=planned.name,
                made_of=planned.made_of,
                places=planned.pool_places,
                limits=planned.limits,
                effective_from=planned.effective_from,
                row_version=pool.row_version,
            )
    session.flush()
    versions, made = _write(session, upload.organisation_id, acting, now)
    _keep_references(session, upload.organisation_id, acting, made)
    submitted = _submit(session, now, upload, acting, versions) if upload.submits else 0
    _link_rows(session, upload, acting, made)
    upload.state = step(UPLOAD_STEPS, upload.state, UploadEvent.APPLY)
    upload.submitted, upload.ended_at = submitted, now
    details = {
        "upload": upload.public_id,
        "digest": upload.document.digest,
        "created": upload.to_create,
        "changed": upload.to_change,
        "submitted": submitted,
    }
    record(session, BulkTag.APPLIED, actor=actor, now=now, subject=upload, details=details)
    return True


def _clashes(session: Session, organisation_id: int, acting: list[PlannedOffer]) -> list[Problem]:
    """Offers that are no longer as the plan found them, and new ones whose name was taken meanwhile."""
    held = {offer.held.offer_id: offer for offer in acting if offer.held is not None}
    now = queries.held_now(session, held)
    changed = [
        offer
        for key, offer in held.items()
        if offer.held is not None
        and now.get(key)
        != (offer.held.version_id, offer.held.row_version, offer.held.state, offer.held.number)
    ]
    new = {offer.reference: offer for offer in acting if offer.held is None}
    taken = set(
        session.scalars(
            sa.select(OfferReference.reference)
            .where(OfferReference.organisation_id == organisation_id)
            .order_by(OfferReference.id)
        )
    )
    changed += [offer for name, offer in new.items() if name in taken]
    return [
        Problem(str(Sheet.OFFERS), offer.row, "Offer", offer.reference, "changed_meanwhile")
        for offer in sorted(changed, key=lambda offer: offer.row)
    ]


def _write(
    session: Session, organisation_id: int, acting: list[PlannedOffer], now: datetime
) -> tuple[dict[int, int], dict[int, int]]:
    """Write each offer; return versions' and offers' keys by the row of the file."""
    needs = {need.code: need.id for need in reference.need_areas(session)}
    new = [offer for offer in acting if offer.held is None]
    offers = insert_offers(
        session, supplier_id=organisation_id, needs=[needs[offer.need_area] for offer in new], now=now
    )
    made = {offer.row: key for offer, (key, _) in zip(new, offers, strict=True)}
    begun = {offer.row: (made[offer.row], 1) for offer in new}
    followed = {}
    changed = {}
    versions = {}
    for offer in acting:
        if offer.held is None:
            continue
        made[offer.row] = offer.held.offer_id
        if offer.outcome is Outcome.CHANGED:
            changed[offer.held.version_id] = offer.after
            versions[offer.row] = offer.held.version_id
        else:
            begun[offer.row] = (offer.held.offer_id, offer.held.number + 1)
            followed[offer.held.offer_id] = offer.held.version_id
    by_row = {offer.row: offer for offer in acting}
    keys = insert_versions(
        session,
        versions=[(key, number, by_row[row].after) for row, (key, number) in begun.items()],  # ty: ignore
        now=now,
        after=followed,
    )
    update_versions(session, changed)  # ty: ignore[invalid-argument-type]
    session.expire_all()
    return versions | {row: keys[key] for row, (key, _) in begun.items()}, made


def _keep_references(
    session: Session, organisation_id: int, acting: list[PlannedOffer], made: dict[int, int]
) -> None:
    """Note what the supplier calls its new offers, and what a file without fingerprints has made of them."""
    new, changed = [], []
    for offer in acting:
        now = "" if offer.own_fingerprint else offer.fingerprint
        if offer.held is None:
            new.append(
                {
                    "organisation_id": organisation_id,
                    "reference": offer.reference,
                    "offer_id": made[offer.row],
                    "fingerprint": now,
                }
            )
        elif now and offer.held.reference:
            changed.append({"of": offer.held.offer_id, "now": now})
    table = table_of(OfferReference)
    if new:
        session.execute(sa.insert(table), new)
    if changed:
        session.execute(
            sa.update(table)
            .where(table.c.offer_id == sa.bindparam("of"))
            .values(fingerprint=sa.bindparam("now")),
            changed,
        )


def _submit(
    session: Session,
    now: datetime,
    upload: BulkUpload,
    acting: list[PlannedOffer],
    versions: dict[int, int],
) -> int:
    """Hand in each version that the completeness rules let pass; return how many."""
    keys = [versions[offer.row] for offer in acting if not offer.missing]
    for state in EDITABLE:
        following = step(OFFER_STEPS, state, OfferEvent.SUBMIT)
        assert following is OfferState.SUBMITTED
    table = table_of(OfferVersion)
    for start in range(0, len(keys), 1000):
        session.execute(
            sa.update(table)
            .where(table.c.id.in_(keys[start : start + 1000]), table.c.state.in_(EDITABLE))
            .values(state=OfferState.SUBMITTED, submitted_at=now, row_version=table.c.row_version + 1)
        )
    return len(keys)


def _link_rows(
    session: Session, upload: BulkUpload, acting: list[PlannedOffer], made: dict[int, int]
) -> None:
    """Let the report's rows lead to the offers that came of them."""
    table = table_of(BulkRow)
    rows = [{"at": offer.row, "to": made[offer.row]} for offer in acting if offer.held is None]
    if rows:
        session.execute(
            sa.update(table)
            .where(table.c.upload_id == upload.id, table.c.row_number == sa.bindparam("at"))
            .values(offer_id=sa.bindparam("to")),
            rows,
        )
