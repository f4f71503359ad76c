"""The worker's part: reading an uploaded workbook, reporting what it would do, doing it once confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from catalogue.bulk import queries, services
from catalogue.bulk.exports.workbook import write_workbook
from catalogue.bulk.models import BulkUpload
from catalogue.bulk.rules.planning import Plan, plan
from catalogue.bulk.rules.reading import read_file
from catalogue.bulk.types import HeldOffer, Sheet, UploadState
from core import clock
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.db import db, reading
from core.documents.services import content_of, store
from core.jobs.services import Overtaken
from core.jobs.types import Progress
from core.rows import FileRefused
from core.spreadsheet import open_workbook

Result = dict[str, Any]


def check_upload(payload: Result, progress: Progress) -> Result:
    """Read a received workbook and keep the report on it; done already, it is not done again."""
    return _ending(payload, UploadState.RECEIVED, lambda upload_id: _check(upload_id, progress))


def apply_upload(payload: Result, progress: Progress) -> Result:
    """Do what a confirmed upload's report shows, all or nothing.

    The file is read and compared anew: where that gives anything but what was confirmed, a colleague has
    changed something since, and the upload is refused with a new report.
    """
    return _ending(payload, UploadState.CONFIRMED, lambda upload_id: _apply(upload_id, progress))


def write_offers(payload: Result, progress: Progress) -> Result:
    """Write the workbook with all offers of a supplier; returns the identifier of its document."""
    supplier_id, written = payload["supplier"], 0

    def counted() -> Iterator[HeldOffer]:
        nonlocal written
        with db.sessionmaker() as own:
            for offer in queries.held_offers(own, supplier_id=supplier_id):
                yield offer
                written += 1

    progress(5, "Reading your offers")
    with reading():
        _, lists = queries.surroundings(db.session, clock.today(), supplier_id=supplier_id)
        db.session.rollback()
        content = write_workbook(lists, counted())
    progress(90, f"Keeping the file with {written:,} offers")
    actor = Actor(payload["person"], supplier_id, OrganisationKind.SUPPLIER)
    name = f"offers-{clock.today().isoformat()}.xlsx"
    document = store(
        db.session, actor=actor, now=clock.now(), name=name, media_type=services.XLSX, content=content
    )
    return {"document": document.public_id}


def _ending(payload: Result, state: UploadState, work: Callable[[int], None]) -> Result:
    """Do the work of an upload that waits for it; a failure ends the upload before it ends the job."""
    session = db.session
    with reading():
        upload = session.get_one(BulkUpload, payload["upload"])
        waits, name = upload.state is state, upload.public_id
        session.rollback()
    if waits:
        try:
            work(payload["upload"])
        except Overtaken:
            raise
        except Exception:
            session.rollback()
            upload = session.get_one(BulkUpload, payload["upload"])
            services.note_failure(session, now=clock.now(), upload=upload)
            session.commit()
            raise
    return {"upload": name}


def _check(upload_id: int, progress: Progress) -> None:
    session = db.session
    try:
        found = _plan(upload_id, progress, last=80)
    except FileRefused as refused:
        upload = session.get_one(BulkUpload, upload_id)
        services.refuse_upload(
            session, now=clock.now(), upload=upload, code=refused.code, params=refused.params
        )
        return
    progress(85, "Writing the report")
    upload = session.get_one(BulkUpload, upload_id)
    services.keep_plan(session, now=clock.now(), upload=upload, plan=found)


def _apply(upload_id: int, progress: Progress) -> None:
    session = db.session
    found = _plan(upload_id, progress, last=60)
    progress(65, "Writing all offers in one step")
    upload = session.get_one(BulkUpload, upload_id)
    now = clock.now()
    if found.problems or found.digest() != upload.plan_digest:
        if not found.problems:
            services.refuse_upload(session, now=now, upload=upload, code="changed_since_report", params={})
        else:
            services.keep_plan(session, now=now, upload=upload, plan=found)
        return
    actor = Actor(
        person_id=upload.confirmed_by_id,
        organisation_id=upload.organisation_id,
        organisation_kind=OrganisationKind.SUPPLIER,
    )
    services.apply_plan(session, actor=actor, now=now, upload=upload, plan=found)


def _plan(upload_id: int, progress: Progress, *, last: int) -> Plan:
    """Read the file and compare it with what its supplier has; no lock is held meanwhile."""
    progress(5, "Opening the file")
    with reading():
        session = db.session
        upload = session.get_one(BulkUpload, upload_id)
        supplier_id, content = upload.organisation_id, content_of(upload.document)
        around, _ = queries.surroundings(session, clock.today(), supplier_id=supplier_id)
        session.rollback()
    shares = {sheet: (1 + number) / (1 + len(Sheet)) for number, sheet in enumerate(Sheet)}

    def tell(sheet: Sheet, rows: int) -> None:
        if rows % 10_000 == 0:
            progress(5 + int((last - 20) * shares[sheet]), f"Reading the sheet {sheet}: {rows:,} rows")

    with open_workbook(content) as book:
        read = read_file(book.rows, book.names, around.lists, tell)
    progress(last - 15, f"Comparing {len(read.offers):,} offers with those you have")
    with reading(), db.sessionmaker() as own:
        held = list(queries.held_offers(own, supplier_id=supplier_id, only=read.offers.keys()))
    return plan(read, held, around)
