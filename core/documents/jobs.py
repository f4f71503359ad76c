"""Asking the scanner about the files that wait for it."""

from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from core import clock
from core.clamd import found_in
from core.db import db
from core.documents.models import Document
from core.documents.queries import waiting_documents
from core.documents.services import content_on_disk, note_scan
from core.documents.types import ScanState
from core.jobs.types import Progress

AT_ONCE = 200


def scan_waiting(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Scan what waits, each file in a transaction of its own; a scanner that fails leaves the rest waiting.

    Asked for with each upload and once a day: what waited while the scanner was away is found then.
    """
    session, address = db.session, current_app.config["CLAMD"]
    keys = waiting_documents(session, limit=AT_ONCE) if address else []
    session.rollback()
    locked_away = 0
    for key in keys:
        content = _content(session, session.get_one(Document, key))
        session.rollback()
        finding = found_in(address, content)
        document = session.get_one(Document, key, with_for_update=True)
        if document.scan is ScanState.WAITING:
            note_scan(session, document=document, now=clock.now(), finding=finding)
            locked_away += finding is not None
        session.commit()
    return {"scanned": len(keys), "quarantined": locked_away}


def _content(session: Session, document: Document) -> bytes:
    """What a file holds: what lies on disk, or what a feature above unseals of it (by its kind)."""
    unseal = current_app.extensions.get("unsealed_for_scanning", {}).get(document.media_type)
    return unseal(session, document) if unseal else content_on_disk(document)
