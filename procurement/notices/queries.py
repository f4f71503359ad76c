"""Reading the events that call for notices, and the notices of an authority."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core.actor import Actor
from core.audit.models import AuditChain, AuditEvent
from core.web.paging import PAGE_SIZE, Page
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.types import BidState
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.queries import whole_call_off
from procurement.calloffs.evaluation.models import Award
from procurement.contracts.models import Contract, DirectAward
from procurement.framework.models import Category, Framework
from procurement.framework.rules import is_light_touch as is_light_touch_code
from procurement.framework.types import Regime
from procurement.notices.models import Notice, NoticeCursor
from procurement.notices.rules import CALL_OFF_TAGS, TAGS
from procurement.notices.types import CallOffHappening, Happening, NoticeFilter


def _own(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether a notice is of the actor's authority: it lets the call-off, or else runs the framework."""
    authority = sa.func.coalesce(CallOff.authority_id, Framework.authority_id)
    return authority == actor.organisation_id


def unread_chains(session: Session) -> list[tuple[str, int, int]]:
    """Return (chain, last event read, last event) of the chains that have gone on, by name."""
    read = sa.func.coalesce(NoticeCursor.sequence, 0)
    query = (
        sa.select(AuditChain.name, read, AuditChain.sequence)
        .outerjoin(NoticeCursor, NoticeCursor.chain == AuditChain.name)
        .where(AuditChain.sequence > read)
        .order_by(AuditChain.name)
    )
    return [(name, after, last) for name, after, last in session.execute(query)]


def happenings(session: Session, chain: str, after: int, last: int) -> list[Happening]:
    """Return what happened to frameworks in a part of a chain that calls for a notice, in order."""
    query = (
        sa.select(AuditEvent)
        .where(
            AuditEvent.chain == chain,
            AuditEvent.sequence > after,
            AuditEvent.sequence <= last,
            AuditEvent.tag.in_(sorted(TAGS)),
        )
        .order_by(AuditEvent.sequence)
    )
    return [
        Happening(
            event.id,
            event.at,
            event.tag,
            event.details["framework"],
            event.details.get("supplier", ""),
            _choices(event.details),
        )
        for event in session.scalars(query)
        # Events of before there were notices do not all say which framework they are of.
        if "framework" in event.details
    ]


def call_off_happenings(session: Session, chain: str, after: int, last: int) -> list[CallOffHappening]:
    """Return what happened in a part of a call-off's chain that may call for a notice, in order."""
    query = (
        sa.select(AuditEvent)
        .where(
            AuditEvent.chain == chain,
            AuditEvent.sequence > after,
            AuditEvent.sequence <= last,
            AuditEvent.tag.in_(sorted(CALL_OFF_TAGS)),
        )
        .order_by(AuditEvent.sequence)
    )
    return [
        CallOffHappening(event.id, event.at, event.tag, event.subject_id or 0, event.details)
        for event in session.scalars(query)
    ]


def call_off_of_chain(session: Session, chain: str) -> CallOff | None:
    """Return the call-off whose chain it is, whole."""
    return session.scalars(whole_call_off().where(CallOff.public_id == chain)).one_or_none()


def is_light_touch(call_off: CallOff) -> bool:
    """Whether every code of what is bought is on the light-touch list, as far as we have read it."""
    needs = {volume.need_area_id for lot in call_off.lots for volume in lot.volumes}
    return all(
        is_light_touch_code(category.cpv_code)
        for category in call_off.framework.categories
        if category.need_area_id in needs
    )


def contract_at(session: Session, key: int) -> Contract:
    """Return a contract with its lot, supplier and volumes."""
    return session.scalars(
        sa.select(Contract)
        .where(Contract.id == key)
        .options(joinedload(Contract.lot), joinedload(Contract.supplier), selectinload(Contract.volumes))
    ).one()


def direct_award_at(session: Session, key: int) -> DirectAward:
    """Return an award without a competition, with its lot and supplier."""
    return session.scalars(
        sa.select(DirectAward)
        .where(DirectAward.id == key)
        .options(joinedload(DirectAward.lot), joinedload(DirectAward.supplier))
    ).one()


def bids_received(session: Session, call_off: CallOff) -> dict[int, int]:
    """Return how many bids were received, by the number of the lot."""
    query = (
        sa.select(Lot.number, sa.func.count(Bid.id).label("received"))
        .join(Bid, Bid.lot_id == Lot.id)
        .where(Lot.call_off_id == call_off.id, Bid.state == BidState.SUBMITTED)
        .group_by(Lot.number)
        .order_by(Lot.number)
    )
    return {row.number: row.received for row in session.execute(query)}


def awards_in(session: Session, call_off: CallOff) -> Sequence[Award]:
    """Return the approved awards of a call-off by lot and rank."""
    return session.scalars(
        sa.select(Award)
        .join(Award.lot)
        .where(Lot.call_off_id == call_off.id, Award.approved_at.is_not(None))
        .options(joinedload(Award.lot), joinedload(Award.bid).joinedload(Bid.supplier))
        .order_by(Lot.number, Award.rank)
    ).all()


def dynamic_markets(session: Session, public_ids: Sequence[str]) -> dict[str, Framework]:
    """Return the dynamic markets among some frameworks, whole, by public identifier."""
    query = (
        sa.select(Framework)
        .where(Framework.public_id.in_(sorted(set(public_ids))), Framework.regime == Regime.DYNAMIC_MARKET)
        .options(
            joinedload(Framework.authority, innerjoin=True),
            selectinload(Framework.categories).selectinload(Category.regions),
        )
        .order_by(Framework.id)
    )
    return {framework.public_id: framework for framework in session.scalars(query)}


def notice_page(
    session: Session, *, actor: Actor, chosen: NoticeFilter, today: date, page: int
) -> Page[Notice]:
    """Return a page of the notices of the actor's authority: to be published the soonest due first, then
    published ones the newest first."""
    query = _chosen(actor, chosen, today)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    unknown = sa.case((Notice.due_on.is_(None), 1), else_=0)
    waiting = sa.case((Notice.published_at.is_(None), 0), else_=1)
    rows = session.scalars(
        query.options(joinedload(Notice.framework, innerjoin=True), joinedload(Notice.call_off))
        .order_by(
            waiting,
            sa.case((Notice.published_at.is_(None), None), else_=Notice.published_at).desc(),
            unknown,
            Notice.due_on,
            Notice.id,
        )
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, page, total)


def notice_counts(session: Session, *, actor: Actor, today: date) -> tuple[int, int]:
    """Return how many notices are to be published, and how many of them are overdue."""
    late = sa.case((Notice.due_on < today, 1), else_=0)
    waiting = _chosen(actor, NoticeFilter(), today).with_only_columns(late.label("late")).subquery()
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(waiting.c.late), 0)).select_from(waiting)
    total, overdue = session.execute(query).one()
    return total, int(overdue)


def notice_of(session: Session, *, actor: Actor, public_id: str, lock: bool = False) -> Notice | None:
    """Return a notice of the actor's authority, locked where it is about to be changed."""
    query = (
        sa.select(Notice)
        .join(Notice.framework)
        .outerjoin(Notice.call_off)
        .where(Notice.public_id == public_id, _own(actor))
        .options(
            joinedload(Notice.framework, innerjoin=True),
            joinedload(Notice.call_off),
            joinedload(Notice.published_by),
        )
    )
    if lock:
        query = query.with_for_update(of=Notice).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def frameworks_with_notices(session: Session, *, actor: Actor) -> Sequence[Framework]:
    """Return the frameworks with notices of the actor's authority, by title, to choose from."""
    query = (
        sa.select(Framework)
        .where(
            sa.or_(
                sa.and_(
                    Framework.authority_id == actor.organisation_id,
                    Framework.regime == Regime.DYNAMIC_MARKET,
                ),
                Framework.id.in_(
                    sa.select(CallOff.framework_id).where(CallOff.authority_id == actor.organisation_id)
                ),
            )
        )
        .order_by(Framework.title, Framework.id)
    )
    return session.scalars(query).all()


def has_older_systems(session: Session, *, actor: Actor) -> bool:
    """Return whether the actor's authority has a dynamic purchasing system, which has no such notices."""
    query = sa.select(
        sa.exists().where(Framework.authority_id == actor.organisation_id, Framework.regime == Regime.DPS)
    )
    return bool(session.scalar(query))


def _chosen(actor: Actor, chosen: NoticeFilter, today: date) -> sa.Select[Any]:
    query = sa.select(Notice).join(Notice.framework).outerjoin(Notice.call_off).where(_own(actor))
    if chosen.state == "published":
        query = query.where(Notice.published_at.is_not(None))
    elif chosen.state in ("queued", "overdue"):
        query = query.where(Notice.published_at.is_(None))
    if chosen.state == "overdue":
        query = query.where(Notice.due_on < today)
    if chosen.kind:
        query = query.where(Notice.kind == chosen.kind)
    if chosen.framework:
        query = query.where(Framework.public_id == chosen.framework)
    if chosen.call_off:
        query = query.where(CallOff.public_id == chosen.call_off)
    return query


def _choices(details: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    if "category" in details:
        return ((details["category"], details["region"]),)
    pairs = (str(choice).partition(" ") for choice in details.get("choices", ()))
    return tuple((category, region) for category, _, region in pairs)
