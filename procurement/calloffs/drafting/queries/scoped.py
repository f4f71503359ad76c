"""Call-offs as an actor may see them: an authority's own, a person's duties, the public's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.reference.models import Place
from catalogue.reference.types import PlaceKind
from core.accounts.models import Organisation
from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page
from procurement.calloffs.drafting.models import (
    CallOff,
    CallOffDuty,
    CallOffNotice,
    CallOffPartner,
    Invitation,
    Lot,
    LotVolume,
    lot_place,
)
from procurement.calloffs.drafting.queries.facts import whole_call_off
from procurement.calloffs.drafting.rules import state_at
from procurement.calloffs.drafting.types import CallOffState

State = CallOffState

ORDERS: Mapping[str, tuple[Any, ...]] = {
    "newest": (CallOff.created_at.desc(),),
    # What has no deadline yet comes last on both databases.
    "deadline": (sa.case((CallOff.deadline.is_(None), 1), else_=0), CallOff.deadline),
    "title": (sa.func.lower(CallOff.title),),
}
"""The orders of an authority's list."""


@dataclass(frozen=True)
class Filters:
    """What a list of call-offs is narrowed to; an empty part narrows nothing."""

    states: Sequence[CallOffState] = ()
    region: str = ""
    words: str = ""
    sort: str = "newest"


def state_on(call_off: CallOff, now: datetime) -> CallOffState:
    """The state to show and to decide by: as stored, but closed once the deadline has come."""
    return state_at(call_off.state, call_off.deadline, now)


def call_offs_of(
    session: Session, *, actor: Actor, now: datetime, filters: Filters, page: int
) -> Page[CallOff]:
    """The call-offs that the actor's authority leads or takes part in, in the order asked for."""
    where = _narrowed(actor, now, filters)
    total = session.scalar(sa.select(sa.func.count()).select_from(CallOff).where(*where)) or 0
    rows = session.scalars(_listed(where, filters.sort).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return Page(rows, page, total)


def all_call_offs_of(session: Session, *, actor: Actor, now: datetime, filters: Filters) -> Sequence[CallOff]:
    """The same list whole, for an export."""
    return session.scalars(_listed(_narrowed(actor, now, filters), filters.sort)).all()


def _listed(where: Sequence[sa.ColumnElement[bool]], sort: str) -> sa.Select[CallOff]:
    return (
        sa.select(CallOff)
        .where(*where)
        .options(
            joinedload(CallOff.framework),
            selectinload(CallOff.lots).options(
                selectinload(Lot.places).joinedload(Place.region),
                selectinload(Lot.volumes).joinedload(LotVolume.need_area),
            ),
        )
        .order_by(*ORDERS[sort], CallOff.id.desc())
    )


def _narrowed(actor: Actor, now: datetime, filters: Filters) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [readable_by(actor)]
    if filters.states:
        where.append(sa.or_(*(in_state(state, now) for state in filters.states)))
    if filters.region:
        where.append(CallOff.id.in_(_touching(filters.region)))
    for word in filters.words.split()[:10]:
        where.append(
            sa.or_(
                sa.func.lower(CallOff.title).contains(word.lower(), autoescape=True),
                sa.func.lower(CallOff.need).contains(word.lower(), autoescape=True),
                sa.func.lower(CallOff.public_id).contains(word.lower(), autoescape=True),
            )
        )
    return where


def in_state(state: CallOffState, now: datetime) -> sa.ColumnElement[bool]:
    """The condition in SQL of what `state_on` says; a test holds the two together."""
    if state is State.PUBLISHED:
        return sa.and_(CallOff.state == State.PUBLISHED, CallOff.deadline > now)
    if state is State.CLOSED:
        return sa.and_(CallOff.state == State.PUBLISHED, CallOff.deadline <= now)
    return CallOff.state == state


def _touching(region: str) -> sa.Select[int]:
    """The keys of the call-offs with a lot in a region, in part or whole."""
    home = sa.select(Place.id).where(Place.code == region).scalar_subquery()
    return (
        sa.select(Lot.call_off_id)
        .join(lot_place, lot_place.c.lot_id == Lot.id)
        .join(Place, Place.id == lot_place.c.place_id)
        .where(sa.or_(Place.region_id == home, Place.id == home, Place.kind == PlaceKind.NATION))
    )


def call_off_of(session: Session, *, actor: Actor, public_id: str, lock: bool = False) -> CallOff | None:
    """A call-off of the actor's authority, whole; another authority's is not found.

    With `lock`, its row is locked before it is read, so that what a form is compared with stays so.
    """
    own = (CallOff.public_id == public_id, CallOff.authority_id == actor.organisation_id)
    if lock:
        session.execute(sa.select(CallOff.id).where(*own).with_for_update())
    return session.scalars(whole_call_off().where(*own)).one_or_none()


def readable_by(actor: Actor) -> sa.ColumnElement[bool]:
    """Which call-offs someone's authority may read: those it leads, and those it takes part in."""
    taking_part = sa.select(CallOffPartner.call_off_id).where(
        CallOffPartner.authority_id == actor.organisation_id
    )
    return sa.or_(CallOff.authority_id == actor.organisation_id, CallOff.id.in_(taking_part))


def readable_call_off_of(
    session: Session, *, actor: Actor, public_id: str, lock: bool = False
) -> CallOff | None:
    """A call-off that the actor's authority leads or takes part in, whole; any other is not found."""
    readable = (CallOff.public_id == public_id, readable_by(actor))
    if lock:
        session.execute(sa.select(CallOff.id).where(*readable).with_for_update())
    return session.scalars(whole_call_off().where(*readable)).one_or_none()


def lot_of(call_off: CallOff, number: int) -> Lot | None:
    """A lot of a call-off by its number."""
    return next((lot for lot in call_off.lots if lot.number == number), None)


def call_off_with_duty(session: Session, *, actor: Actor, public_id: str) -> CallOff | None:
    """A call-off of the actor's authority in which the person has a duty, whole."""
    return session.scalars(
        whole_call_off().where(
            CallOff.public_id == public_id,
            CallOff.authority_id == actor.organisation_id,
            CallOff.duties.any(CallOffDuty.person_id == actor.person_id),
        )
    ).one_or_none()


def duties_held(session: Session, *, organisation_id: int | None, person_id: int | None) -> int:
    """How many duties a person has in the unfinished call-offs of an authority."""
    query = (
        sa.select(sa.func.count())
        .select_from(CallOffDuty)
        .join(CallOffDuty.call_off)
        .where(
            CallOff.authority_id == organisation_id,
            CallOffDuty.person_id == person_id,
            CallOff.state.not_in((State.CANCELLED, State.CONTRACTED)),
        )
    )
    return session.scalar(query) or 0


def duties_of(session: Session, *, actor: Actor) -> Sequence[CallOff]:
    """The unfinished call-offs of the authority in which the person has a duty, the newest first."""
    return session.scalars(
        sa.select(CallOff)
        .where(
            CallOff.authority_id == actor.organisation_id,
            CallOff.duties.any(CallOffDuty.person_id == actor.person_id),
            CallOff.state.not_in((State.CANCELLED, State.CONTRACTED)),
        )
        .options(joinedload(CallOff.framework), selectinload(CallOff.duties))
        .order_by(CallOff.created_at.desc(), CallOff.id.desc())
    ).all()


def notices_of(session: Session, call_off: CallOff) -> Sequence[CallOffNotice]:
    """What was told about the call-off's course, oldest first."""
    return session.scalars(
        sa.select(CallOffNotice)
        .where(CallOffNotice.call_off_id == call_off.id)
        .options(joinedload(CallOffNotice.person))
        .order_by(CallOffNotice.at, CallOffNotice.id)
    ).all()


def invitations_of_call_off(session: Session, call_off: CallOff) -> dict[int, Sequence[Invitation]]:
    """The frozen decisions by the lot's key, suppliers by name; empty before publication."""
    found: dict[int, list[Invitation]] = {}
    rows = session.scalars(
        sa.select(Invitation)
        .join(Invitation.lot)
        .join(Invitation.supplier)
        .where(Lot.call_off_id == call_off.id)
        .options(joinedload(Invitation.supplier))
        .order_by(Lot.number, Organisation.name, Invitation.supplier_id)
    )
    for invitation in rows:
        found.setdefault(invitation.lot_id, []).append(invitation)
    return dict(found)


def public_call_offs(session: Session, *, page: int, words: str = "") -> Page[CallOff]:
    """Every call-off that was ever published, the latest first."""
    where: list[sa.ColumnElement[bool]] = [CallOff.published_at.is_not(None)]
    for word in words.split()[:10]:
        where.append(sa.func.lower(CallOff.title).contains(word.lower(), autoescape=True))
    total = session.scalar(sa.select(sa.func.count()).select_from(CallOff).where(*where)) or 0
    rows = session.scalars(
        sa.select(CallOff)
        .where(*where)
        .options(joinedload(CallOff.authority), joinedload(CallOff.framework), selectinload(CallOff.lots))
        .order_by(CallOff.published_at.desc(), CallOff.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, page, total)


def published_call_off(session: Session, *, public_id: str) -> CallOff | None:
    """A call-off that was published, whole, for anyone to read."""
    return session.scalars(
        whole_call_off().where(CallOff.public_id == public_id, CallOff.published_at.is_not(None))
    ).one_or_none()
