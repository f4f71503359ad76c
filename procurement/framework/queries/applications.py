"""Applications: a supplier's own, and the queue of those who assess."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.partners.models import SupplyChainLink
from core.actor import Actor
from core.web.paging import Page
from procurement.framework.models import (
    Application,
    ApplicationChoice,
    ApplicationParty,
    Framework,
    SectionAssignment,
)
from procurement.framework.queries.frameworks import paged, whole_framework
from procurement.framework.rules import PENDING_STATES
from procurement.framework.types import ApplicationState, QueueFilter

OPEN_STATES = (ApplicationState.DRAFT, *sorted(PENDING_STATES))
DECIDED_STATES = (ApplicationState.ADMITTED, ApplicationState.REFUSED)


def _whole_application() -> tuple[Any, ...]:
    return (
        joinedload(Application.supplier, innerjoin=True),
        selectinload(Application.framework).options(*whole_framework()),
        selectinload(Application.choices).options(
            joinedload(ApplicationChoice.category, innerjoin=True),
            joinedload(ApplicationChoice.region, innerjoin=True),
        ),
        selectinload(Application.answers),
        selectinload(Application.parties)
        .joinedload(ApplicationParty.link, innerjoin=True)
        .options(joinedload(SupplyChainLink.partner), joinedload(SupplyChainLink.parent)),
        selectinload(Application.assignments).joinedload(SectionAssignment.person, innerjoin=True),
        selectinload(Application.assessor),
        selectinload(Application.declaration_by),
    )


def applications_of(session: Session, *, actor: Actor, page: int) -> Page[Application]:
    """Return a page of the applications of the actor's organisation, the newest first."""
    query = (
        sa.select(Application)
        .where(Application.supplier_id == actor.organisation_id)
        .order_by(Application.created_at.desc(), Application.id.desc())
    )
    return paged(session, query, page, joinedload(Application.framework, innerjoin=True))


def open_application_of(session: Session, *, actor: Actor, framework_id: int) -> Application | None:
    """Return the one application of the actor's organisation to a framework that is not decided."""
    query = sa.select(Application).where(
        Application.framework_id == framework_id,
        Application.supplier_id == actor.organisation_id,
        Application.state.in_(OPEN_STATES),
    )
    return session.scalars(query).one_or_none()


def applications_by_key(session: Session, keys: Collection[int]) -> Sequence[Application]:
    """Return applications by their keys, whole."""
    query = sa.select(Application).where(Application.id.in_(sorted(keys))).options(*_whole_application())
    return session.scalars(query.order_by(Application.id)).all()


def sections_assigned_to(
    session: Session, *, organisation_id: int | None, person_id: int | None
) -> Sequence[SectionAssignment]:
    """Return the sections of an organisation's drafts that are handed to a person, the oldest first."""
    query = (
        sa.select(SectionAssignment)
        .join(Application, Application.id == SectionAssignment.application_id)
        .where(
            SectionAssignment.person_id == person_id,
            Application.supplier_id == organisation_id,
            Application.state == ApplicationState.DRAFT,
        )
        .order_by(SectionAssignment.at, SectionAssignment.application_id, SectionAssignment.section)
    )
    return session.scalars(query).all()


def count_sections(session: Session, *, organisation_id: int | None, person_id: int | None) -> int:
    """How many sections of an organisation's drafts are handed to a person."""
    return len(sections_assigned_to(session, organisation_id=organisation_id, person_id=person_id))


def count_assessments(session: Session, *, organisation_id: int | None, person_id: int | None) -> int:
    """How many undecided applications to an authority a person assesses."""
    return len(assessed_by(session, organisation_id=organisation_id, person_id=person_id))


def assessed_by(
    session: Session, *, organisation_id: int | None, person_id: int | None
) -> Sequence[Application]:
    """Return the undecided applications to an authority's frameworks that a person assesses."""
    query = (
        sa.select(Application)
        .join(Application.framework)
        .where(
            Framework.authority_id == organisation_id,
            Application.assessor_id == person_id,
            Application.state.in_(sorted(PENDING_STATES)),
        )
        .options(joinedload(Application.framework, innerjoin=True))
        .order_by(Application.id)
    )
    return session.scalars(query).all()


def own_application(
    session: Session, *, actor: Actor, public_id: str, lock: bool = False
) -> Application | None:
    """Return an application of the actor's organisation, whole; locked where it is about to be changed.

    The lock comes before the rest is read, so that two colleagues who save at once come one after the other.
    """
    query = (
        sa.select(Application)
        .where(Application.public_id == public_id, Application.supplier_id == actor.organisation_id)
        .options(*_whole_application())
    )
    return session.scalars(_locked(query) if lock else query).one_or_none()


def application_to_assess(
    session: Session, *, actor: Actor, public_id: str, lock: bool = False
) -> Application | None:
    """Return a submitted application to a framework of the actor's authority, whole; a draft is not there."""
    query = (
        sa.select(Application)
        .join(Application.framework)
        .where(
            Application.public_id == public_id,
            Framework.authority_id == actor.organisation_id,
            Application.submitted_at.is_not(None),
        )
        .options(*_whole_application())
    )
    return session.scalars(_locked(query) if lock else query).one_or_none()


def queue(
    session: Session, *, actor: Actor, chosen: QueueFilter, today: date, page: int
) -> Page[Application]:
    """Return a page of the applications to the actor's authority's frameworks, the soonest decision first.

    Decided ones come the newest decision first.
    """
    query = _queue(actor, chosen)
    if chosen.state == "overdue":
        query = query.where(Application.decision_due_on < today)
    if chosen.state == "decided":
        query = query.order_by(Application.decided_at.desc(), Application.id.desc())
    else:
        # A decision day beyond the calendar is not known; those come last.
        unknown = sa.case((Application.decision_due_on.is_(None), 1), else_=0)
        query = query.order_by(unknown, Application.decision_due_on, Application.submitted_at, Application.id)
    return paged(
        session,
        query,
        page,
        joinedload(Application.framework, innerjoin=True),
        joinedload(Application.supplier, innerjoin=True),
        joinedload(Application.assessor),
        selectinload(Application.choices),
    )


def queue_counts(session: Session, *, actor: Actor, today: date) -> tuple[int, int]:
    """Return how many applications wait for a decision, and how many of them are overdue."""
    late = sa.case((Application.decision_due_on < today, 1), else_=0)
    waiting = _queue(actor, QueueFilter()).with_only_columns(late.label("late")).subquery()
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(waiting.c.late), 0)).select_from(waiting)
    total, overdue = session.execute(query).one()
    return total, int(overdue)


def frameworks_in_queue(session: Session, *, actor: Actor) -> Sequence[Framework]:
    """Return the published frameworks of the actor's authority, by title, to choose from."""
    query = (
        sa.select(Framework)
        .where(Framework.authority_id == actor.organisation_id, Framework.published_at.is_not(None))
        .order_by(Framework.title, Framework.id)
    )
    return session.scalars(query).all()


def _queue(actor: Actor, chosen: QueueFilter) -> sa.Select[Any]:
    query = (
        sa.select(Application)
        .join(Application.framework)
        .where(Framework.authority_id == actor.organisation_id)
    )
    if chosen.state == "decided":
        query = query.where(Application.state.in_(DECIDED_STATES))
    else:
        query = query.where(Application.state.in_(sorted(PENDING_STATES)))
    if chosen.framework:
        query = query.where(Framework.public_id == chosen.framework)
    if chosen.mine:
        query = query.where(Application.assessor_id == actor.person_id)
    return query


def _locked(query: sa.Select[Any]) -> sa.Select[tuple[Application]]:
    return query.with_for_update(of=Application).execution_options(populate_existing=True)
