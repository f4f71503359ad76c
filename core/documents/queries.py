"""Reading what is known of stored files."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.documents.models import Document
from core.documents.types import ScanState


def documents_of(
    session: Session, *, organisation_id: int | None, public_ids: Iterable[str]
) -> dict[str, Document]:
    """Return the files of an organisation with these identifiers, by identifier; another's are not there."""
    query = (
        sa.select(Document)
        .where(Document.organisation_id == organisation_id, Document.public_id.in_(sorted(set(public_ids))))
        .order_by(Document.id)
    )
    return {document.public_id: document for document in session.scalars(query)}


def waiting_documents(session: Session, *, limit: int) -> Sequence[int]:
    """Return the keys of the files that wait for the scanner, the oldest first."""
    query = sa.select(Document.id).where(Document.scan == ScanState.WAITING)
    return session.scalars(query.order_by(Document.id).limit(limit)).all()
