"""Putting a file into the store and taking it out; locking away what a scanner finds something in."""

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from core.actor import SYSTEM, Actor
from core.audit.services import record
from core.clamd import ScannerFailed, found_in
from core.documents.models import Document
from core.documents.types import DocumentTag, FileFacts, Quarantined, ScanState
from core.jobs.services import request_job

SCAN_JOB = "documents.scan"


def store(
    session: Session, *, actor: Actor, now: datetime, name: str, media_type: str, content: bytes
) -> Document:
    """Write the content to the store (once, however often it comes) and return its row."""
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{digest}.{secrets.token_hex(4)}")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            # The row may commit a moment later: what it names must survive a power cut by then.
            os.fsync(file.fileno())
        draft.rename(path)
    row = Document(
        digest=digest,
        size=len(content),
        name=name[:200],
        media_type=media_type,
        organisation_id=actor.organisation_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def take_in(session: Session, *, actor: Actor, now: datetime, name: str, content: bytes) -> Document:
    """Store a file that a person sent, under its own name; the scanner is asked about it where one is set.

    The content is checked before (`rules.file_problem`). Its type is not kept: it is never served as any.
    """
    shown = name.replace("\x00", "").replace("\\", "/").rpartition("/")[2].strip()[-200:] or "file"
    document = store(
        session, actor=actor, now=now, name=shown, media_type="application/octet-stream", content=content
    )
    if current_app.config["CLAMD"]:
        document.scan = ScanState.WAITING
        request_job(session, kind=SCAN_JOB, payload={}, actor=actor, now=now)
    return document


def scan_before_storing(content: bytes) -> tuple[ScanState, str]:
    """Ask the scanner about a content that will be stored sealed: its state, and what was found in it.

    Not scanned where no scanner is set; waiting where it cannot be reached, as any upload would.
    """
    address = current_app.config["CLAMD"]
    if not address:
        return ScanState.NOT_SCANNED, ""
    try:
        finding = found_in(address, content)
    except ScannerFailed:
        return ScanState.WAITING, ""
    return (ScanState.CLEAN, "") if finding is None else (ScanState.QUARANTINED, finding)


def note_scan(session: Session, *, document: Document, now: datetime, finding: str | None) -> None:
    """Keep what the scanner said of a file; where it found something, nobody reads the file any more."""
    document.scanned_at = now
    if finding is None:
        document.scan = ScanState.CLEAN
        return
    document.scan, document.scan_finding = ScanState.QUARANTINED, finding
    record(
        session,
        DocumentTag.QUARANTINED,
        actor=SYSTEM,
        now=now,
        subject=document,
        details={"digest": document.digest, "finding": finding},
    )
    for tell in current_app.extensions.get("told_of_quarantine", ()):
        tell(session, document=document, now=now)


def facts_of(document: Document, address: str = "") -> FileFacts:
    """A stored file as pages write it."""
    return FileFacts(document.public_id, document.name, document.size, document.scan, address)


def content_of(document: Document) -> bytes:
    """Return a stored file's content.

    Raises `Quarantined` where nobody may read it (yet), and OSError where the store has lost it or it was
    changed.
    """
    if not facts_of(document).readable:
        raise Quarantined(document.public_id)
    return content_on_disk(document)


def content_on_disk(document: Document) -> bytes:
    """Return the content whoever may read it: for the scanner alone."""
    content = _path(document.digest).read_bytes()
    if hashlib.sha256(content).hexdigest() != document.digest:
        raise OSError(f"document {document.public_id} is not what was stored")
    return content


def _path(digest: str) -> Path:
    return Path(current_app.config["DOCUMENT_FOLDER"]) / digest[:2] / digest
