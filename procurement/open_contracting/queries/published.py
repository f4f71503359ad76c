"""What was published: processes by page, the releases of one, all releases in a stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.web.paging import PAGE_SIZE, Page
from procurement.calloffs.drafting.models import CallOff
from procurement.framework.models import Framework
from procurement.open_contracting.models import ContractingProcess, ContractingRelease


@dataclass(frozen=True)
class Published:
    """A process on a list: how many releases it has, and the moment of the last."""

    process: ContractingProcess
    releases: int
    last_at: datetime


def process_page(session: Session, *, page: int) -> Page[Published]:
    """The processes with something public, the latest changed first."""
    counted = (
        sa.select(
            ContractingRelease.process_id,
            sa.func.count().label("releases"),
            sa.func.max(ContractingRelease.at).label("last_at"),
        )
        .group_by(ContractingRelease.process_id)
        .subquery()
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0
    rows = session.execute(
        sa.select(ContractingProcess, counted.c.releases, counted.c.last_at)
        .join(counted, counted.c.process_id == ContractingProcess.id)
        .options(joinedload(ContractingProcess.framework), joinedload(ContractingProcess.call_off))
        .order_by(counted.c.last_at.desc(), ContractingProcess.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page([Published(*row) for row in rows], page, total)


def process_at(session: Session, ocid: str) -> ContractingProcess | None:
    """A process with something public, by its Open Contracting identifier."""
    return session.scalars(
        sa.select(ContractingProcess)
        .where(
            ContractingProcess.ocid == ocid,
            sa.exists().where(ContractingRelease.process_id == ContractingProcess.id),
        )
        .options(joinedload(ContractingProcess.framework), joinedload(ContractingProcess.call_off))
    ).one_or_none()


def process_of(session: Session, *, framework_id: int, call_off_id: int | None) -> ContractingProcess | None:
    """The process of a framework, or of a call-off under it."""
    return session.scalars(
        sa.select(ContractingProcess).where(
            ContractingProcess.framework_id == framework_id,
            ContractingProcess.call_off_id == call_off_id
            if call_off_id is not None
            else ContractingProcess.call_off_id.is_(None),
        )
    ).one_or_none()


def public_thing(session: Session, public_id: str) -> Framework | CallOff | None:
    """A framework or call-off that anyone may read, by its public identifier."""
    framework = session.scalars(
        sa.select(Framework).where(Framework.public_id == public_id, Framework.published_at.is_not(None))
    ).one_or_none()
    return (
        framework
        or session.scalars(
            sa.select(CallOff).where(CallOff.public_id == public_id, CallOff.published_at.is_not(None))
        ).one_or_none()
    )


def process_of_thing(session: Session, thing: Framework | CallOff) -> ContractingProcess | None:
    """The process of a framework or call-off, where something of it has been published as data."""
    of = (
        sa.and_(ContractingProcess.framework_id == thing.id, ContractingProcess.call_off_id.is_(None))
        if isinstance(thing, Framework)
        else ContractingProcess.call_off_id == thing.id
    )
    return session.scalars(
        sa.select(ContractingProcess).where(
            of, sa.exists().where(ContractingRelease.process_id == ContractingProcess.id)
        )
    ).one_or_none()


def releases_of(session: Session, process: ContractingProcess) -> Sequence[ContractingRelease]:
    """The releases of a process, the oldest first."""
    return session.scalars(
        sa.select(ContractingRelease)
        .where(ContractingRelease.process_id == process.id)
        .order_by(ContractingRelease.at, ContractingRelease.event_id)
    ).all()


def stream_releases(session: Session, *, until: int | None = None) -> Iterator[ContractingRelease]:
    """Every release, by date and event, a few hundred at a time."""
    query = (
        sa.select(ContractingRelease)
        .order_by(ContractingRelease.at, ContractingRelease.event_id)
        .execution_options(yield_per=200)
    )
    if until is not None:
        query = query.where(ContractingRelease.id <= until)
    with session.scalars(query) as rows:
        yield from rows


def count_releases(session: Session) -> int:
    """How many releases there are."""
    return session.scalar(sa.select(sa.func.count()).select_from(ContractingRelease)) or 0


def last_change(session: Session) -> tuple[datetime, int] | None:
    """When the newest release is dated, and the highest key; None where nothing was published."""
    at, key = session.execute(
        sa.select(sa.func.max(ContractingRelease.at), sa.func.max(ContractingRelease.id))
    ).one()
    return (at, key) if key is not None else None
