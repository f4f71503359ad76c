"""Frameworks as the public and their managers see them."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page
from procurement.framework.models import Category, Framework, FrameworkQuestion
from procurement.framework.types import FrameworkState


def whole_framework() -> tuple[Any, ...]:
    """Return the options that load a framework with categories and questions, in a constant few queries."""
    return (
        joinedload(Framework.authority, innerjoin=True),
        selectinload(Framework.categories).options(
            joinedload(Category.need_area, innerjoin=True), selectinload(Category.regions)
        ),
        selectinload(Framework.questions).options(
            joinedload(FrameworkQuestion.question, innerjoin=True), selectinload(FrameworkQuestion.categories)
        ),
    )


def open_frameworks(session: Session, *, page: int, today: date) -> Page[Framework]:
    """Return a page of the published frameworks that have not ended, by title."""
    query = (
        sa.select(Framework)
        .where(
            Framework.state == FrameworkState.PUBLISHED,
            sa.or_(Framework.ends_on.is_(None), Framework.ends_on >= today),
        )
        .order_by(Framework.title, Framework.id)
    )
    return paged(
        session,
        query,
        page,
        joinedload(Framework.authority, innerjoin=True),
        selectinload(Framework.categories).options(
            joinedload(Category.need_area, innerjoin=True), selectinload(Category.regions)
        ),
    )


def open_framework(session: Session, public_id: str) -> Framework | None:
    """Return a framework that anyone may read: a published or ceased one, whole."""
    query = (
        sa.select(Framework)
        .where(Framework.public_id == public_id, Framework.state != FrameworkState.DRAFT)
        .options(*whole_framework())
    )
    return session.scalars(query).one_or_none()


def frameworks_managed(session: Session, *, actor: Actor, page: int) -> Page[Framework]:
    """Return a page of the actor's authority's frameworks, drafts first, then the newest."""
    query = (
        sa.select(Framework)
        .where(Framework.authority_id == actor.organisation_id)
        .order_by(
            sa.case((Framework.state == FrameworkState.DRAFT, 0), else_=1),
            Framework.starts_on.desc(),
            Framework.id.desc(),
        )
    )
    return paged(session, query, page, selectinload(Framework.categories))


def managed_framework(
    session: Session, *, actor: Actor, public_id: str, lock: bool = False
) -> Framework | None:
    """Return one of the actor's authority's frameworks, whole; locked where it is about to be changed."""
    query = (
        sa.select(Framework)
        .where(Framework.public_id == public_id, Framework.authority_id == actor.organisation_id)
        .options(*whole_framework())
    )
    if lock:
        query = query.with_for_update(of=Framework).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def paged(session: Session, query: sa.Select[Any], page: int, *options: Any) -> Page[Any]:
    """Return one page of an ordered query with its total: two queries, and what the options load."""
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.scalars(query.options(*options).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return Page(rows, page, total)
