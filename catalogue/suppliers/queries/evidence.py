"""Reading the evidence that organisations keep: scoped by organisation, newest versions, by their ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.suppliers.models import EvidenceEntry, EvidenceVersion
from catalogue.suppliers.rules import WARNING_DAYS, evidence_state
from catalogue.suppliers.types import EvidenceState
from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page


@dataclass(frozen=True)
class KeptEvidence:
    """An entry with its newest version, and how that stands on the day it was read."""

    entry: EvidenceEntry
    version: EvidenceVersion
    state: EvidenceState

    @property
    def answer(self) -> str:
        """What an answer to its question would be: the value, or the identifier of the file."""
        return answer_in(self.version)

    @property
    def expires(self) -> str:
        """The end as an answer keeps it, empty without one."""
        return self.version.expires_on.isoformat() if self.version.expires_on else ""


def answer_in(version: EvidenceVersion) -> str:
    """A version as an answer to its question."""
    return version.document.public_id if version.document is not None else version.value


def _newest() -> Any:
    return (
        sa.select(EvidenceEntry, EvidenceVersion)
        .join(
            EvidenceVersion,
            sa.and_(
                EvidenceVersion.entry_id == EvidenceEntry.id, EvidenceVersion.number == EvidenceEntry.latest
            ),
        )
        .options(
            joinedload(EvidenceVersion.document),
            joinedload(EvidenceVersion.question),
            joinedload(EvidenceEntry.owner),
        )
    )


def _in_state(query: Any, state: EvidenceState | None, today: date) -> Any:
    ends, soon = EvidenceVersion.expires_on, today + timedelta(days=WARNING_DAYS)
    if state is EvidenceState.EXPIRED:
        return query.where(ends < today)
    if state is EvidenceState.EXPIRING:
        return query.where(ends >= today, ends <= soon)
    if state is EvidenceState.CURRENT:
        return query.where(sa.or_(ends.is_(None), ends > soon))
    return query


def evidence_of(
    session: Session, *, actor: Actor, today: date, state: EvidenceState | None = None, page: int = 1
) -> Page[KeptEvidence]:
    """Return a page of what the actor's organisation keeps, what ends soonest first, then by title."""
    query = _in_state(_newest().where(EvidenceEntry.organisation_id == actor.organisation_id), state, today)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    endless = sa.case((EvidenceVersion.expires_on.is_(None), 1), else_=0)
    ordered = query.order_by(endless, EvidenceVersion.expires_on, EvidenceEntry.title, EvidenceEntry.id)
    rows = session.execute(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return Page([_kept(entry, version, today) for entry, version in rows], page, total)


def evidence_counts(
    session: Session, *, organisation_id: int | None, today: date
) -> dict[EvidenceState, int]:
    """Return how many entries of an organisation stand how, in one query."""
    ends, soon = EvidenceVersion.expires_on, today + timedelta(days=WARNING_DAYS)
    state = sa.case(
        (ends < today, str(EvidenceState.EXPIRED)),
        (ends <= soon, str(EvidenceState.EXPIRING)),
        else_=str(EvidenceState.CURRENT),
    )
    rows = _newest().where(EvidenceEntry.organisation_id == organisation_id)
    counted = rows.with_only_columns(state.label("state")).subquery()
    query = sa.select(counted.c.state, sa.func.count()).group_by(counted.c.state)
    found = {EvidenceState(name): number for name, number in session.execute(query)}
    return {one: found.get(one, 0) for one in EvidenceState}


def entry_of(session: Session, *, actor: Actor, public_id: str, lock: bool = False) -> EvidenceEntry | None:
    """Return an entry of the actor's organisation with all its versions, the newest first."""
    query = (
        sa.select(EvidenceEntry)
        .where(EvidenceEntry.public_id == public_id, EvidenceEntry.organisation_id == actor.organisation_id)
        .options(
            selectinload(EvidenceEntry.versions).options(
                joinedload(EvidenceVersion.document),
                joinedload(EvidenceVersion.question),
                joinedload(EvidenceVersion.by),
            ),
            selectinload(EvidenceEntry.owner),
        )
    )
    if lock:
        query = query.with_for_update(of=EvidenceEntry).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def current_evidence(
    session: Session, *, organisation_id: int | None, today: date
) -> dict[str, KeptEvidence]:
    """Return what an organisation keeps for questions, by reuse key, in one query."""
    query = _newest().where(
        EvidenceEntry.organisation_id == organisation_id, EvidenceEntry.reuse_key.is_not(None)
    )
    rows = session.execute(query.order_by(EvidenceEntry.id)).all()
    return {entry.reuse_key or "": _kept(entry, version, today) for entry, version in rows}


def ends_to_remind_of(session: Session, *, today: date) -> Sequence[KeptEvidence]:
    """Return the evidence that ends within the days of warning and of which nobody was reminded yet."""
    query = (
        _in_state(_newest(), EvidenceState.EXPIRING, today)
        .where(
            sa.or_(
                EvidenceEntry.reminded_of.is_(None),
                EvidenceEntry.reminded_of != EvidenceVersion.expires_on,
            )
        )
        .order_by(EvidenceEntry.organisation_id, EvidenceEntry.id)
        .with_for_update(of=EvidenceEntry, skip_locked=True)
    )
    return [_kept(entry, version, today) for entry, version in session.execute(query)]


def entries_owned_by(session: Session, *, organisation_id: int, person_id: int) -> Sequence[EvidenceEntry]:
    """Return the entries of an organisation that a person looks after, by title."""
    query = sa.select(EvidenceEntry).where(
        EvidenceEntry.organisation_id == organisation_id, EvidenceEntry.owner_id == person_id
    )
    return session.scalars(query.order_by(EvidenceEntry.title, EvidenceEntry.id)).all()


def count_evidence(session: Session, *, organisation_id: int, person_id: int) -> int:
    """How many entries of an organisation a person looks after."""
    return len(entries_owned_by(session, organisation_id=organisation_id, person_id=person_id))


def _kept(entry: EvidenceEntry, version: EvidenceVersion, today: date) -> KeptEvidence:
    return KeptEvidence(entry, version, evidence_state(version.expires_on, today))
