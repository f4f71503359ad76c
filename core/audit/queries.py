"""Reading the audit: verifying every chain against itself and against the anchors."""

import json
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.audit.models import AuditChain, AuditEvent
from core.audit.rules import first_break
from core.audit.types import ChainBreak, EventFilter


def verify(session: Session, anchors: Path | None = None) -> tuple[int, int, ChainBreak | None]:
    """Walk every chain; return (chains, events, first break or None).

    Events may be added meanwhile: each chain is walked as far as its head said at the beginning.
    """
    ours = AuditEvent.chain == AuditChain.name
    stray = session.scalars(
        sa.select(AuditEvent.chain)
        .where(~sa.exists(sa.select(AuditChain.name).where(ours)))
        .order_by(AuditEvent.chain)
        .limit(1)
    ).first()
    newest = sa.select(sa.func.max(AuditEvent.sequence)).where(ours).scalar_subquery()
    # In one statement, for which the database stands still: the head and the newest event belong together.
    heads = session.execute(
        sa.select(AuditChain.name, AuditChain.sequence, AuditChain.head, newest).order_by(AuditChain.name)
    ).all()
    if stray is not None:
        return len(heads), 0, ChainBreak(stray, 1, "the chain has events but no head")
    count = 0
    for name, sequence, head, last in heads:
        query = (
            sa.select(AuditEvent)
            .where(AuditEvent.chain == name, AuditEvent.sequence <= sequence)
            .order_by(AuditEvent.sequence)
            .execution_options(yield_per=1000, populate_existing=True)
        )
        with session.scalars(query) as events:
            found = first_break(name, events, sequence, head)
        if found is None and (last or 0) > sequence:
            found = ChainBreak(name, sequence + 1, "the chain does not end where its head says")
        if found is not None:
            return len(heads), count, found
        count += sequence
    return len(heads), count, _anchor_break(session, anchors)


def _anchor_break(session: Session, anchors: Path | None) -> ChainBreak | None:
    """Compare every anchored head with the event that stands there now."""
    if anchors is None or not anchors.exists():
        return None
    for line in anchors.read_text().splitlines():
        for chain, (sequence, anchored) in sorted(json.loads(line)["heads"].items()):
            if sequence == 0:
                continue
            found = session.scalars(
                sa.select(AuditEvent.hash).where(AuditEvent.chain == chain, AuditEvent.sequence == sequence)
            ).one_or_none()
            if found != anchored:
                return ChainBreak(chain, sequence, "it is not the event that was anchored")
    return None


def event_page(
    session: Session, *, wanted: EventFilter, number: int, size: int
) -> tuple[Sequence[AuditEvent], int]:
    """Return a page of the events wanted, newest first, and how many there are in all."""
    query = _wanted(wanted)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(AuditEvent.id.desc()).limit(size).offset((number - 1) * size)
    return session.scalars(newest).all(), total


def all_events(session: Session, *, wanted: EventFilter, most: int) -> Sequence[AuditEvent]:
    """Return the events wanted, newest first, at most so many."""
    return session.scalars(_wanted(wanted).order_by(AuditEvent.id.desc()).limit(most)).all()


def tags_in_use(session: Session) -> Sequence[str]:
    """Return the tags that occur, by name."""
    return session.scalars(sa.select(AuditEvent.tag).distinct().order_by(AuditEvent.tag)).all()


def _wanted(wanted: EventFilter) -> sa.Select[AuditEvent]:
    query = sa.select(AuditEvent)
    if wanted.chain:
        query = query.where(AuditEvent.chain == wanted.chain)
    if wanted.tag:
        query = query.where(AuditEvent.tag == wanted.tag)
    if wanted.since:
        query = query.where(AuditEvent.at >= wanted.since)
    if wanted.before:
        query = query.where(AuditEvent.at < wanted.before)
    return query
