"""Reading clarifications: all of a call-off for its authority, the published and its own for a supplier."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from core.accounts.models import Organisation
from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page
from procurement.calloffs.clarifications.models import Clarification
from procurement.calloffs.clarifications.types import ClarificationState
from procurement.calloffs.drafting.models import CallOff, Invitation, Lot

ASKED, ANSWERED = ClarificationState.ASKED, ClarificationState.ANSWERED


def questions_of(session: Session, call_off: CallOff, *, page: int) -> Page[Clarification]:
    """A page of the call-off's questions: those without an answer first, then the latest."""
    where = Clarification.call_off_id == call_off.id
    total = session.scalar(sa.select(sa.func.count()).select_from(Clarification).where(where)) or 0
    rows = session.scalars(
        sa.select(Clarification)
        .where(where)
        .options(joinedload(Clarification.lot))
        .order_by(
            sa.case((Clarification.state == ASKED, 0), else_=1),
            Clarification.asked_at.desc(),
            Clarification.id.desc(),
        )
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, page, total)


def question_of(
    session: Session, *, actor: Actor, public_id: str, lock: bool = False
) -> Clarification | None:
    """A question in a call-off of the actor's authority; another authority's is not found."""
    query = (
        sa.select(Clarification)
        .join(Clarification.call_off)
        .where(Clarification.public_id == public_id, CallOff.authority_id == actor.organisation_id)
        .options(joinedload(Clarification.call_off).joinedload(CallOff.framework))
    )
    return session.scalars(query.with_for_update(of=Clarification) if lock else query).one_or_none()


def own_question(session: Session, *, actor: Actor, public_id: str) -> Clarification | None:
    """A question that the actor's organisation asked; another's is not found."""
    return session.scalars(
        sa.select(Clarification)
        .where(Clarification.public_id == public_id, Clarification.supplier_id == actor.organisation_id)
        .options(joinedload(Clarification.call_off))
        .with_for_update(of=Clarification)
    ).one_or_none()


def own_questions(session: Session, call_off: CallOff, *, actor: Actor) -> Sequence[Clarification]:
    """What the actor's organisation has asked in a call-off, the latest first."""
    return session.scalars(
        sa.select(Clarification)
        .where(Clarification.call_off_id == call_off.id, Clarification.supplier_id == actor.organisation_id)
        .options(joinedload(Clarification.lot))
        .order_by(Clarification.asked_at.desc(), Clarification.id.desc())
    ).all()


def published_answers(session: Session, call_off: CallOff, *, page: int) -> Page[Clarification]:
    """A page of what everyone was told, the latest bundle first, within it in the order of asking."""
    where = (Clarification.call_off_id == call_off.id, Clarification.state == ANSWERED)
    total = session.scalar(sa.select(sa.func.count()).select_from(Clarification).where(*where)) or 0
    rows = session.scalars(
        sa.select(Clarification)
        .where(*where)
        .options(joinedload(Clarification.lot))
        .order_by(Clarification.bundle.desc(), Clarification.asked_at, Clarification.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, page, total)


def open_questions(session: Session, call_off: CallOff) -> int:
    """How many questions wait for an answer or a waiver; while there are any, no bid is opened."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Clarification)
            .where(Clarification.call_off_id == call_off.id, Clarification.state == ASKED)
        )
        or 0
    )


def ready_questions(session: Session, call_off: CallOff, *, lock: bool = False) -> Sequence[Clarification]:
    """The questions whose wording and answer are written and not published yet, in the order of asking."""
    query = (
        sa.select(Clarification)
        .where(
            Clarification.call_off_id == call_off.id,
            Clarification.state == ASKED,
            Clarification.wording != "",
            Clarification.answer != "",
        )
        .order_by(Clarification.asked_at, Clarification.id)
    )
    return session.scalars(query.with_for_update() if lock else query).all()


def last_bundle(session: Session, call_off: CallOff) -> int:
    """The number of the last bundle of answers; 0 before the first."""
    newest = sa.select(sa.func.max(Clarification.bundle)).where(Clarification.call_off_id == call_off.id)
    return session.scalar(newest) or 0


def considered_suppliers(session: Session, call_off: CallOff) -> dict[int, str]:
    """The names of all suppliers that were considered for a lot of the call-off, by key."""
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(
            Organisation.id.in_(
                sa.select(Invitation.supplier_id)
                .join(Lot, Lot.id == Invitation.lot_id)
                .where(Lot.call_off_id == call_off.id)
            )
        )
        .order_by(Organisation.name, Organisation.id)
    ).all()
    return dict(rows)
