"""Keeping evidence: a new version each time, an owner who is reminded before it ends, nothing overwritten."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.suppliers import queries
from catalogue.suppliers.models import EvidenceEntry, EvidenceVersion
from catalogue.suppliers.rules import evidence_kind
from catalogue.suppliers.types import EvidenceKind, SupplierPermission, SupplierTag
from core.accounts.models import Organisation, Person
from core.accounts.services import mail_people_who_may
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.documents.models import Document
from core.notify import queue_mail
from core.questions.models import QuestionVersion
from core.reasons import Reason, Refused

MOST_TITLE = 200


def keep_evidence(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    entry: EvidenceEntry | None = None,
    question: QuestionVersion | None = None,
    title: str = "",
    value: str = "",
    document: Document | None = None,
    expires_on: date | None = None,
    seen: int | None = None,
) -> EvidenceVersion:
    """Keep a value or a file as the newest version of an entry, made where there is none.

    The entry is the given one; else that of the question's reuse key; else a new one under the title. Where
    the newest version says the same, that is returned. `seen` is the number of the newest version that
    whoever decides this has seen (0 for none): with another one a colleague was quicker, and nothing is kept
    (Refused with `evidence_changed_meanwhile`).
    """
    if (document is None) == (not value):
        raise Refused(Reason("evidence_missing"))
    # The organisation's row is held, so that two colleagues cannot both begin the same entry.
    session.get_one(Organisation, actor.organisation_id, with_for_update=True)
    key = question.reuse_key if question is not None else ""
    if entry is None and key:
        entry = session.scalars(
            sa.select(EvidenceEntry).where(
                EvidenceEntry.organisation_id == actor.organisation_id, EvidenceEntry.reuse_key == key
            )
        ).one_or_none()
    if entry is None:
        entry = EvidenceEntry(
            organisation_id=actor.organisation_id,
            reuse_key=key or None,
            title=(title.strip() or (question.text if question is not None else ""))[:MOST_TITLE],
            kind=_kind(question, document),
            owner_id=actor.person_id,
            latest=0,
            created_at=now,
        )
        session.add(entry)
        session.flush()
    # These columns alone: PostgreSQL locks no row behind an outer join, as that of the owner is.
    session.refresh(entry, ["latest", "row_version"], with_for_update=True)
    if seen is not None and seen != entry.latest:
        raise Refused(Reason("evidence_changed_meanwhile", {"entry": entry.public_id}))
    newest = session.scalars(
        sa.select(EvidenceVersion).where(
            EvidenceVersion.entry_id == entry.id, EvidenceVersion.number == entry.latest
        )
    ).one_or_none()
    document_id = document.id if document is not None else None
    if newest is not None and (newest.value, newest.document_id, newest.expires_on) == (
        value,
        document_id,
        expires_on,
    ):
        return newest
    version = EvidenceVersion(
        entry=entry,
        number=entry.latest + 1,
        question=question,
        value=value,
        document=document,
        expires_on=expires_on,
        by_id=actor.person_id,
        at=now,
    )
    session.add(version)
    entry.latest += 1
    session.flush()
    record(
        session,
        SupplierTag.EVIDENCE_KEPT,
        actor=actor,
        now=now,
        subject=entry,
        details={"version": version.number, "key": entry.reuse_key, "expires_on": expires_on},
    )
    return version


def _kind(question: QuestionVersion | None, document: Document | None) -> EvidenceKind:
    if question is not None:
        return evidence_kind(question.kind)
    return EvidenceKind.FILE if document is not None else EvidenceKind.ANSWER


def change_owner(
    session: Session, *, actor: Actor, now: datetime, entry: EvidenceEntry, owner: Person | None
) -> None:
    """Say who looks after an entry: they are reminded before it ends."""
    before, entry.owner_id = entry.owner_id, owner.id if owner is not None else None
    if before == entry.owner_id:
        return
    session.flush()
    record(
        session,
        SupplierTag.EVIDENCE_OWNER_CHANGED,
        actor=actor,
        now=now,
        subject=entry,
        details={"before": before, "after": entry.owner_id},
    )


def hand_over_evidence(
    session: Session, *, actor: Actor, now: datetime, organisation_id: int, leaver: Person, successor: Person
) -> int:
    """Let a successor look after what a leaver did in an organisation; return how many entries."""
    entries = queries.entries_owned_by(session, organisation_id=organisation_id, person_id=leaver.id)
    for entry in entries:
        change_owner(session, actor=actor, now=now, entry=entry, owner=successor)
    return len(entries)


def remind_of_ends(session: Session, *, now: datetime) -> int:
    """Write to the owners of evidence that ends within 60 days, once for each end; return how many ends."""
    today = london_date(now)
    due = queries.ends_to_remind_of(session, today=today)
    for kept in due:
        kept.entry.reminded_of = kept.version.expires_on
        values = {
            "title": kept.entry.title,
            "entry": kept.entry.public_id,
            "expires_on": kept.version.expires_on,
        }
        subject = f"{kept.entry.title[:120]}: expires soon"
        if kept.entry.owner is not None and kept.entry.owner.active:
            queue_mail(
                session,
                to=kept.entry.owner.email,
                subject=subject,
                template="suppliers/evidence_expires",
                now=now,
                person=kept.entry.owner.name,
                **values,
            )
        else:
            mail_people_who_may(
                session,
                organisation_id=kept.entry.organisation_id,
                permission=SupplierPermission.EDIT_PROFILE,
                subject=subject,
                template="suppliers/evidence_expires",
                now=now,
                **values,
            )
    session.flush()
    return len(due)


def tell_of_quarantine(session: Session, *, document: Document, now: datetime) -> None:
    """Write to those who edit for the organisation that sent a file in which the scanner found something."""
    if document.organisation_id is None:
        return
    mail_people_who_may(
        session,
        organisation_id=document.organisation_id,
        permission=SupplierPermission.EDIT_PROFILE,
        subject=f"A file of yours is locked away: {document.name[:120]}",
        template="suppliers/file_quarantined",
        now=now,
        file=document.name,
        finding=document.scan_finding,
        sent_at=document.created_at,
    )
