"""Putting a file into the store and taking it out."""

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from core.actor import Actor
from core.documents.models import Document


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


def content_of(document: Document) -> bytes:
    """Return a stored file's content; raise OSError where the store has lost it or it was changed."""
    content = _path(document.digest).read_bytes()
    if hashlib.sha256(content).hexdigest() != document.digest:
        raise OSError(f"document {document.public_id} is not what was stored")
    return content


def _path(digest: str) -> Path:
    return Path(current_app.config["DOCUMENT_FOLDER"]) / digest[:2] / digest
