"""Writing an audit event in the transaction of the change it tells of."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Response, after_this_request, current_app, has_app_context
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.actor import Actor
from core.audit.models import AuditChain, AuditEvent
from core.audit.rules import GENESIS, event_hash, hashed_fields, plain
from core.audit.types import PLATFORM_CHAIN, AuditTag
from core.db import reads_only


def record(
    session: Session,
    tag: AuditTag,
    *,
    actor: Actor,
    now: datetime,
    subject: Any,
    details: Mapping[str, Any] | None = None,
    chain: str | None = None,
) -> AuditEvent:
    """Append one event and return it; the caller's transaction makes it true.

    ``subject`` is a flushed or pending row (it is flushed here). ``chain`` is the call-off's public
    identifier where the deed belongs to one; otherwise the acting organisation's chain, otherwise the
    platform's, so that unrelated writers do not queue behind each other. A feature that the application
    has registered as a follower of the tag asks here for work of its own.
    """
    session.flush()
    name = chain or (f"organisation-{actor.organisation_id}" if actor.organisation_id else PLATFORM_CHAIN)
    head = lock_chain(session, name)
    event = AuditEvent(
        chain=name,
        sequence=head.sequence + 1,
        at=now,
        tag=str(tag),
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
        subject_type=subject.__tablename__,
        subject_id=getattr(subject, "id", None),
        details=plain(details or {}),
        previous_hash=head.head,
    )
    event.hash = event_hash(hashed_fields(event), head.head)
    head.sequence, head.head = event.sequence, event.hash
    session.add(event)
    session.flush()
    followers = current_app.extensions.get("audit_followers", {}) if has_app_context() else {}
    for follow in followers.get(event.tag, ()):
        follow(session, actor=actor, now=now)
    return event


def record_view(
    session: Session,
    tag: AuditTag,
    *,
    actor: Actor,
    now: datetime,
    subject: Any,
    details: Mapping[str, Any] | None = None,
    chain: str | None = None,
) -> None:
    """Note that this request shows a sealed thing, in a transaction of its own before the page leaves.

    The page itself never commits; where the note cannot be written, nothing is shown.
    """

    @after_this_request
    def note(response: Response) -> Response:
        if response.status_code < 400:
            session.rollback()  # The reading transaction is over: what follows may wait for the chain's lock.
            token = reads_only.set(False)
            try:
                record(session, tag, actor=actor, now=now, subject=subject, details=details, chain=chain)
                session.commit()
            finally:
                reads_only.reset(token)
        return response


def lock_chain(session: Session, name: str) -> AuditChain:
    """Return the chain's head, locked until the transaction ends; begin the chain where there is none."""
    query = sa.select(AuditChain).where(AuditChain.name == name).with_for_update()
    head = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if head is None:
        try:
            with session.begin_nested():
                session.add(AuditChain(name=name, sequence=0, head=GENESIS))
        except IntegrityError:
            pass  # Another transaction began the same chain: wait for its row below.
        head = session.scalars(query.execution_options(populate_existing=True)).one()
    return head


def anchor_heads(session: Session, *, now: datetime, file: Path) -> int:
    """Append the heads of all chains to the anchor file, one JSON line; return how many there are."""
    heads = session.execute(sa.select(AuditChain).order_by(AuditChain.name)).scalars().all()
    line = {"at": now.isoformat(), "heads": {head.name: [head.sequence, head.head] for head in heads}}
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.write(json.dumps(line, sort_keys=True) + "\n")
    return len(heads)
