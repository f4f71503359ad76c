"""Keeping a list of who provides what where, whole or not at all."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import NeedArea, Place
from core.actor import Actor
from core.audit.services import record
from core.documents.models import Document
from procurement.gaps.models import DeclaredList, DeclaredRow
from procurement.gaps.rules.declared import DeclaredReport
from procurement.gaps.types import GapTag


def keep_list(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    title: str,
    source: str,
    as_at: date,
    report: DeclaredReport,
    crosswalk: str,
    document: Document | None,
) -> DeclaredList:
    """Keep a list; call it only with a report without errors."""
    places = dict(session.execute(sa.select(Place.code, Place.id)).all())
    needs = dict(session.execute(sa.select(NeedArea.code, NeedArea.id)).all())
    kept = DeclaredList(
        organisation_id=actor.organisation_id,
        title=title,
        source=source,
        as_at=as_at,
        crosswalk=crosswalk,
        row_count=report.rows_read,
        left_out=[list(row) for row in report.no_equivalent] or None,
        document_id=document.id if document else None,
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(kept)
    session.flush()
    if report.lines:
        session.execute(
            sa.insert(DeclaredRow),
            [
                {
                    "list_id": kept.id,
                    "line": line.row,
                    "need_area_id": needs[line.need],
                    "place_id": places[line.place],
                    "name": line.name,
                }
                for line in report.lines
            ],
        )
    details = {"title": kept.title, "rows": kept.row_count}
    record(session, GapTag.LIST_UPLOADED, actor=actor, now=now, subject=kept, details=details)
    return kept
