"""Reading the events of the audit that make something public, by chain and by process."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.audit.models import AuditChain, AuditEvent
from procurement.calloffs.drafting.models import CallOff
from procurement.framework.models import Framework
from procurement.notices.models import Notice
from procurement.notices.types import NoticeTag
from procurement.open_contracting.models import ContractingCursor
from procurement.open_contracting.rules import CALL_OFF_TAGS, FRAMEWORK_TAGS
from procurement.open_contracting.types import Happening


def unread_chains(session: Session) -> list[tuple[str, int, int]]:
    """Return (chain, last event read, last event) of the chains that have gone on, by name."""
    read = sa.func.coalesce(ContractingCursor.sequence, 0)
    query = (
        sa.select(AuditChain.name, read, AuditChain.sequence)
        .outerjoin(ContractingCursor, ContractingCursor.chain == AuditChain.name)
        .where(AuditChain.sequence > read)
        .order_by(AuditChain.name)
    )
    return [(name, after, last) for name, after, last in session.execute(query)]


def new_events(
    session: Session, chain: str, after: int, last: int
) -> list[tuple[int, int | None, Happening]]:
    """Return (framework, call-off or None, event) of what may be public in a part of a chain, in order."""
    rows = session.scalars(
        sa.select(AuditEvent)
        .where(
            AuditEvent.chain == chain,
            AuditEvent.sequence > after,
            AuditEvent.sequence <= last,
            AuditEvent.tag.in_(sorted(CALL_OFF_TAGS | FRAMEWORK_TAGS)),
        )
        .order_by(AuditEvent.sequence)
    ).all()
    call_off = session.execute(
        sa.select(CallOff.framework_id, CallOff.id).where(CallOff.public_id == chain)
    ).one_or_none()
    subjects = [row.subject_id for row in rows if row.tag == NoticeTag.PUBLISHED]
    notices = {
        notice.id: (notice.framework_id, notice.call_off_id)
        for notice in session.execute(
            sa.select(Notice.id, Notice.framework_id, Notice.call_off_id).where(Notice.id.in_(subjects))
        )
    }
    named = {str(row.details["framework"]) for row in rows if "framework" in row.details}
    frameworks = dict(
        session.execute(
            sa.select(Framework.public_id, Framework.id).where(Framework.public_id.in_(sorted(named)))
        ).all()
    )
    found: list[tuple[int, int | None, Happening]] = []
    for row in rows:
        if row.tag == NoticeTag.PUBLISHED:
            of = notices.get(row.subject_id or 0)
        elif row.tag in FRAMEWORK_TAGS:
            key = frameworks.get(str(row.details.get("framework", "")))
            of = (key, None) if key is not None else None
        else:
            of = (call_off.framework_id, call_off.id) if call_off is not None else None
        if of is not None:
            found.append((*of, _happening(row)))
    return found


def history_of(session: Session, *, framework: Framework, call_off: CallOff | None) -> Sequence[Happening]:
    """Return every event of a process that may have made something public, in the order of time."""
    of_process = (
        sa.and_(AuditEvent.chain == call_off.public_id, AuditEvent.tag.in_(sorted(CALL_OFF_TAGS)))
        if call_off is not None
        else sa.and_(
            AuditEvent.tag.in_(sorted(FRAMEWORK_TAGS - {str(NoticeTag.PUBLISHED)})),
            AuditEvent.details["framework"].as_string() == framework.public_id,
        )
    )
    notices = sa.select(Notice.id).where(
        Notice.framework_id == framework.id,
        Notice.call_off_id == call_off.id if call_off is not None else Notice.call_off_id.is_(None),
    )
    published = sa.and_(
        AuditEvent.tag == str(NoticeTag.PUBLISHED),
        AuditEvent.subject_type == Notice.__tablename__,
        AuditEvent.subject_id.in_(notices),
    )
    rows = session.scalars(
        sa.select(AuditEvent).where(sa.or_(of_process, published)).order_by(AuditEvent.at, AuditEvent.id)
    )
    return [_happening(row) for row in rows]


def _happening(row: AuditEvent) -> Happening:
    return Happening(row.id, row.at, row.tag, row.subject_id or 0, row.details)
