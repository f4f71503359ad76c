"""Pools of places: their figures, what is under contract, and which offers draw on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from catalogue.offers.models import (
    CapacityCommitment,
    CapacityPool,
    CapacityPoolVersion,
    CapacitySubLimit,
    Offer,
    OfferLevel,
    OfferVersion,
)
from catalogue.offers.rules.capacity import Standing, standing_on
from catalogue.offers.rules.states import OPEN, STANDING
from catalogue.offers.types import Commitment, OfferState, PoolFigures, SubLimit
from catalogue.reference.models import NeedArea, Place
from catalogue.reference.types import Complexity
from core.accounts.models import Organisation
from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page


@dataclass(frozen=True, slots=True)
class PoolStanding:
    """A pool on a day: its places, the limits inside it, and what contracts leave of each."""

    key: int
    public_id: str
    name: str
    supplier: str
    whole: Standing
    limits: tuple[tuple[SubLimit, Standing], ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A version of an offer that draws on a pool, with the complexities at which it does."""

    pool_id: int
    public_id: str
    title: str
    need_area: str
    state: OfferState
    complexities: tuple[Complexity, ...]


def standing_pools(session: Session, on: date) -> list[PoolStanding]:
    """Every pool that a published offer draws on, as it stands on a day; those without figures aside."""
    drawn = (
        sa.select(OfferLevel.pool_id)
        .join(OfferVersion, OfferVersion.id == OfferLevel.version_id)
        .where(OfferVersion.state == OfferState.PUBLISHED, OfferLevel.pool_id.is_not(None))
    )
    return _standing(session, on, CapacityPool.id.in_(drawn))


def pools_standing(session: Session, on: date, keys: Sequence[int]) -> dict[int, PoolStanding]:
    """Some pools as they stand on a day, by key."""
    if not keys:
        return {}
    return {pool.key: pool for pool in _standing(session, on, CapacityPool.id.in_(keys))}


def pools_of_version(session: Session, on: date, version: OfferVersion) -> list[PoolStanding]:
    """The pools that a loaded version draws on as they stand on a day, and its offer's own."""
    drawn = {level.pool_id for level in version.levels} - {None}
    return _standing(
        session, on, sa.or_(CapacityPool.id.in_(drawn), CapacityPool.offer_id == version.offer_id)
    )


def figures_of(session: Session, pool_id: int) -> list[PoolFigures]:
    """All figures of a pool, by number."""
    return _figures(session, CapacityPool.id == pool_id).get(pool_id, [])


def commitments_of(session: Session, pool_id: int) -> list[Commitment]:
    """All contracts that take places of a pool, past and to come; the one that ends first, first."""
    return _commitments(session, CapacityCommitment.pool_id == pool_id).get(pool_id, [])


def own_pools(session: Session, *, actor: Actor, number: int = 1) -> Page[CapacityPool]:
    """A page of the organisation's pools: the shared ones by name, then those of single offers."""
    mine = CapacityPool.supplier_id == actor.organisation_id
    query = (
        sa.select(CapacityPool)
        .where(mine)
        .order_by(CapacityPool.offer_id.is_not(None), CapacityPool.name, CapacityPool.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(CapacityPool).where(mine)) or 0
    return Page(session.scalars(query).all(), number, total)


def shared_pools(session: Session, supplier_id: int) -> Sequence[CapacityPool]:
    """A supplier's pools that any of its offers may draw on, by name."""
    query = (
        sa.select(CapacityPool)
        .where(CapacityPool.supplier_id == supplier_id, CapacityPool.offer_id.is_(None))
        .order_by(CapacityPool.name, CapacityPool.id)
    )
    return session.scalars(query).all()


def shared_places(session: Session, supplier_id: int) -> dict[str, int]:
    """Places a year of a supplier's shared pools by identifier, by the latest figures of each."""
    query = (
        sa.select(CapacityPool.public_id, CapacityPoolVersion.places_a_year)
        .join(CapacityPoolVersion, CapacityPoolVersion.pool_id == CapacityPool.id)
        .where(CapacityPool.supplier_id == supplier_id, CapacityPool.offer_id.is_(None))
        .order_by(CapacityPoolVersion.effective_from, CapacityPoolVersion.number)
    )
    return dict(session.execute(query).all())


def own_pool(session: Session, public_id: str, *, actor: Actor, lock: bool = False) -> CapacityPool | None:
    """A pool of the actor's organisation with its figures; None for anybody else's.

    ``lock`` holds its row until the transaction ends, so that two colleagues change it one after the other.
    """
    mine = sa.and_(CapacityPool.public_id == public_id, CapacityPool.supplier_id == actor.organisation_id)
    if lock:
        session.execute(sa.select(CapacityPool.id).where(mine).with_for_update())
    query = (
        sa.select(CapacityPool)
        .where(mine)
        .options(
            selectinload(CapacityPool.versions)
            .selectinload(CapacityPoolVersion.limits)
            .joinedload(CapacitySubLimit.region)
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()


def drawing_on(session: Session, keys: Sequence[int]) -> dict[int, list[Drawing]]:
    """The offers whose standing or open version draws on some pools, by pool and title."""
    if not keys:
        return {}
    query = (
        sa.select(
            OfferLevel.pool_id,
            OfferVersion.id,
            Offer.public_id,
            OfferVersion.title,
            NeedArea.short_name,
            OfferVersion.state,
            OfferLevel.complexity,
        )
        .join(OfferVersion, OfferVersion.id == OfferLevel.version_id)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .join(NeedArea, NeedArea.id == Offer.need_area_id)
        .where(OfferLevel.pool_id.in_(keys), OfferVersion.state.in_(OPEN | STANDING))
        .order_by(OfferVersion.title, Offer.id, OfferVersion.number)
    )
    found: dict[tuple[int, int], tuple[Any, list[Complexity]]] = {}
    rows: Sequence[Any] = session.execute(query).all()
    for pool_id, version_id, *about, complexity in rows:
        found.setdefault((pool_id, version_id), (about, []))[1].append(complexity)
    order = tuple(Complexity)
    drawn: dict[int, list[Drawing]] = {}
    for (pool_id, _), (about, complexities) in found.items():
        line = Drawing(pool_id, *about, tuple(sorted(complexities, key=order.index)))
        drawn.setdefault(pool_id, []).append(line)
    return drawn


def cited(session: Session, pool_id: int) -> bool:
    """Whether anyone but the supplier has seen a pool: a version that was ever submitted draws on it."""
    query = (
        sa.select(sa.true())
        .select_from(OfferLevel)
        .join(OfferVersion, OfferVersion.id == OfferLevel.version_id)
        .where(OfferLevel.pool_id == pool_id, OfferVersion.submitted_at.is_not(None))
        .limit(1)
    )
    return session.scalar(query) is not None


def _standing(session: Session, on: date, among: sa.ColumnElement[bool]) -> list[PoolStanding]:
    figures = _figures(session, among)
    contracts = _commitments(
        session,
        CapacityCommitment.starts_on <= on,
        CapacityCommitment.ends_on >= on,
        CapacityCommitment.pool_id.in_(sa.select(CapacityPool.id).where(among)),
    )
    query = (
        sa.select(CapacityPool.id, CapacityPool.public_id, CapacityPool.name, Organisation.name)
        .join(Organisation, Organisation.id == CapacityPool.supplier_id)
        .where(among)
        .order_by(CapacityPool.public_id)
    )
    found = []
    for key, public_id, name, supplier in session.execute(query):
        stands = standing_on(figures.get(key, ()), contracts.get(key, ()), on)
        if stands is not None:
            found.append(PoolStanding(key, public_id, name, supplier, *stands))
    return found


def _figures(session: Session, among: sa.ColumnElement[bool]) -> dict[int, list[PoolFigures]]:
    inside: dict[int, list[SubLimit]] = {}
    limits = (
        sa.select(
            CapacitySubLimit.version_id,
            Place.code,
            CapacitySubLimit.complexity,
            CapacitySubLimit.places_a_year,
        )
        .join(CapacityPoolVersion, CapacityPoolVersion.id == CapacitySubLimit.version_id)
        .join(CapacityPool, CapacityPool.id == CapacityPoolVersion.pool_id)
        .outerjoin(Place, Place.id == CapacitySubLimit.region_id)
        .where(among)
        .order_by(CapacitySubLimit.id)
    )
    for version_id, region, complexity, places in session.execute(limits):
        inside.setdefault(version_id, []).append(SubLimit(region, complexity, places))
    query = (
        sa.select(
            CapacityPoolVersion.pool_id,
            CapacityPoolVersion.id,
            CapacityPoolVersion.number,
            CapacityPoolVersion.effective_from,
            CapacityPoolVersion.places_a_year,
        )
        .join(CapacityPool, CapacityPool.id == CapacityPoolVersion.pool_id)
        .where(among)
        .order_by(CapacityPoolVersion.pool_id, CapacityPoolVersion.number)
    )
    found: dict[int, list[PoolFigures]] = {}
    for pool_id, version_id, number, starts, places in session.execute(query):
        found.setdefault(pool_id, []).append(
            PoolFigures(number, starts, places, tuple(inside.get(version_id, ())))
        )
    return found


def _commitments(session: Session, *among: sa.ColumnElement[bool]) -> Mapping[int, list[Commitment]]:
    query = (
        sa.select(
            CapacityCommitment.pool_id,
            CapacityCommitment.places_a_year,
            CapacityCommitment.complexity,
            Place.code,
            CapacityCommitment.starts_on,
            CapacityCommitment.ends_on,
            CapacityCommitment.contract_reference,
        )
        .outerjoin(Place, Place.id == CapacityCommitment.region_id)
        .where(CapacityCommitment.pool_id.is_not(None), *among)
        .order_by(CapacityCommitment.ends_on, CapacityCommitment.contract_reference, CapacityCommitment.id)
    )
    found: dict[int, list[Commitment]] = {}
    rows: Sequence[Any] = session.execute(query).all()
    for pool_id, *about in rows:
        found.setdefault(pool_id, []).append(Commitment(*about))
    return found
