"""The worker's part: reading an uploaded workbook, reporting what it would do, doing it once confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from catalogue.bulk import queries, services
from catalogue.bulk.exports.workbook import write_workbook
from catalogue.bulk.models import BulkUpload
from catalogue.bulk.rules.packing import packed, unpacked
from catalogue.bulk.rules.planning import Plan, Surroundings, plan
from catalogue.bulk.rules.reading import FileContent, read_file
from catalogue.bulk.types import HeldOffer, Sheet, UploadState
from core import clock
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.db import db, reading
from core.documents.services import content_of, store
from core.jobs.services import Overtaken
from core.jobs.types import Progress
from core.rows import FileRefused
from core.workbooks import open_workbook

Result = dict[str, Any]


def check_upload(payload: Result, progress: Progress) -> Result:
    """Read a received workbook and keep the report on it; done already, it is not done again."""
    return _ending(payload, UploadState.RECEIVED, partial(_check, progress))


def apply_upload(payload: Result, progress: Progress) -> Result:
    """Do what a confirmed upload's report shows, all or nothing.

    It is compared anew with what there is: where that gives anything but what was confirmed, a colleague has
    changed something since, and the upload is refused with a new report.
    """
    return _ending(payload, UploadState.CONFIRMED, partial(_apply, progress))


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


def _ending(payload: Result, state: UploadState, work: Callable[[Result], Result]) -> Result:
    """Do the work of an upload that waits for it; a failure ends the upload before it ends the job."""
    session = db.session
    with reading():
        upload = session.get_one(BulkUpload, payload["upload"])
        waits, name = upload.state is state, upload.public_id
        session.rollback()
    done: Result = {}
    if waits:
        try:
            done = work(payload)
        except Overtaken:
            raise
        except Exception:
            session.rollback()
            upload = session.get_one(BulkUpload, payload["upload"])
            services.note_failure(session, now=clock.now(), upload=upload)
            session.commit()
            raise
    return {"upload": name, **done}


def _check(progress: Progress, payload: Result) -> Result:
    session = db.session
    try:
        read, around, supplier_id = _read(progress, payload, last=70)
    except FileRefused as refused:
        upload = session.get_one(BulkUpload, payload["upload"])
        services.refuse_upload(
            session, now=clock.now(), upload=upload, code=refused.code, params=refused.params
        )
        return {}
    # Kept before it is compared, which takes it apart.
    rows = b"" if read.problems else packed(read)
    found = _compared(progress, read, around, supplier_id, at=70, keep=False)
    progress(85, "Writing the report")
    now = clock.now()
    upload = session.get_one(BulkUpload, payload["upload"])
    services.keep_plan(session, now=now, upload=upload, plan=found)
    if found.problems:
        return {}
    actor = _acting(upload, upload.uploaded_by_id)
    return {"rows": services.keep_rows(session, actor=actor, now=now, upload=upload, packed=rows)}


def _apply(progress: Progress, payload: Result) -> Result:
    session = db.session
    read, around, supplier_id = _read(progress, payload, last=40)
    found = _compared(progress, read, around, supplier_id, at=40, keep=True)
    progress(65, "Writing all offers in one step")
    upload = session.get_one(BulkUpload, payload["upload"])
    now = clock.now()
    if found.problems:
        services.keep_plan(session, now=now, upload=upload, plan=found)
    elif found.digest() != upload.plan_digest:
        services.refuse_upload(session, now=now, upload=upload, code="changed_since_report", params={})
    else:
        actor = _acting(upload, upload.confirmed_by_id)
        services.apply_plan(session, actor=actor, now=now, upload=upload, plan=found)
    return {}


def _acting(upload: BulkUpload, person_id: int | None) -> Actor:
    return Actor(person_id, upload.organisation_id, OrganisationKind.SUPPLIER)


def _read(progress: Progress, payload: Result, *, last: int) -> tuple[FileContent, Surroundings, int]:
    """What the file says; no lock is held meanwhile."""
    progress(5, "Opening the file")
    with reading():
        session = db.session
        upload = session.get_one(BulkUpload, payload["upload"])
        supplier_id = upload.organisation_id
        around, _ = queries.surroundings(session, clock.today(), supplier_id=supplier_id)
        rows = queries.own_document(session, payload.get("rows") or "", supplier_id)
        # What was read when it was checked, or else the workbook itself.
        content = content_of(rows or upload.document)
        session.rollback()
    if rows is not None:
        return unpacked(content), around, supplier_id
    shares = {sheet: (1 + number) / len(Sheet) for number, sheet in enumerate(Sheet)}

    def tell(sheet: Sheet, count: int) -> None:
        if count % 10_000 == 0:
            progress(5 + int((last - 5) * shares[sheet]), f"Reading the sheet {sheet}: {count:,} rows")

    with open_workbook(content) as book:
        return read_file(book.rows, book.names, around.lists, tell), around, supplier_id


def _compared(
    progress: Progress, read: FileContent, around: Surroundings, supplier_id: int, *, at: int, keep: bool
) -> Plan:
    """What the file would do to what its supplier has."""
    progress(at, f"Comparing {len(read.offers):,} offers with those you have")
    with reading(), db.sessionmaker() as own:
        held = queries.held_offers(own, supplier_id=supplier_id, only=set(read.offers))
        return plan(read, held, around, keep=keep)
